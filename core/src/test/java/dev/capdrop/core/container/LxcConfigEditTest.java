package dev.capdrop.core.container;

import static dev.capdrop.core.container.TextSource.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// In the tables `_` is a line feed, `%` is CR LF, `~` a NUL byte; what is dropped is `kill
/// sys_rawio`.
final class LxcConfigEditTest {
    private static final int LAST = 40;
    private static final CapabilitySet DROP = CapabilitySet.of("kill", "sys_rawio");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | lxc.cap.drop = kill sys_rawio_",
                "# a_ | # a_lxc.cap.drop = kill sys_rawio_",
                "# a | # a_lxc.cap.drop = kill sys_rawio",
                "lxc.tty.max=1_# x_ | lxc.tty.max=1_lxc.cap.drop = kill sys_rawio_# x_",
                "lxc.tty.max=1%junk%| lxc.tty.max=1%lxc.cap.drop = kill sys_rawio%junk%",
                "lxc.cap.drop = 5_foo_ | lxc.cap.drop = 5_lxc.cap.drop = sys_rawio_foo_",
                "lxc.cap.drop = \"kill sys_rawio\"_ | lxc.cap.drop = \"kill sys_rawio\"_",
                "lxc.cap.drop = x11 | ERROR",
                "lxc.cap.drop = kill_lxc.cap.drop =_#_ | lxc.cap.drop = kill_lxc.cap.drop ="
                        + "_lxc.cap.drop = kill sys_rawio_#_",
                "lxc.cap.drop = chown_lxc.include = /reset_# |"
                        + " lxc.cap.drop = chown_lxc.include = /reset_lxc.cap.drop = kill"
                        + " sys_rawio_#",
                "lxc.cap.keep = kill chown sys_rawio fowner_ | lxc.cap.keep = chown fowner_",
                "lxc.cap.keep = \"kill chown 0x11\"%foo | lxc.cap.keep = \"chown\"%foo",
                "lxc.cap.keep=kill_lxc.cap.keep=chown_ | lxc.cap.keep=chown_",
                "lxc.cap.keep = 'kill'_lxc.cap.keep = 021_x_ | lxc.cap.keep = none_x_",
                "lxc.cap.keep = chown_ | lxc.cap.keep = chown_",
                "lxc.cap.keep = none_ | lxc.cap.keep = none_",
                "lxc.cap.keep = kill_lxc.cap.keep =_lxc.cap.keep = kill  chown_ |"
                        + " lxc.cap.keep = kill_lxc.cap.keep =_lxc.cap.keep = chown_",
                "lxc.include = /keep_lxc.tty.max = 1_ | lxc.include = /keep_lxc.tty.max = 1"
                        + "_lxc.cap.keep =_lxc.cap.keep = chown_",
                "lxc.include = /keep_lxc.cap.keep = kill fowner_ |"
                        + " lxc.include = /keep_lxc.cap.keep = kill fowner_lxc.cap.keep ="
                        + "_lxc.cap.keep = chown fowner_",
                "lxc.tty.max = 1_a~b_ | lxc.tty.max = 1_lxc.cap.drop = kill sys_rawio_a~b_",
                "a~lxc.cap.drop = kill_ | lxc.cap.drop = kill sys_rawio_a~lxc.cap.drop = kill_",
                "lxc.tty.max = 1~_ | lxc.cap.drop = kill sys_rawio_lxc.tty.max = 1~_"
            })
    void theSmallestEditIsFound(String text, String expected) {
        TextSource source =
                TextSource.of(
                        bytes(text),
                        "/reset",
                        "lxc.cap.drop =",
                        "/keep",
                        "lxc.cap.keep = kill chown");
        if (expected.equals("ERROR")) {
            assertThat(ConfigFormat.LXC.drop(MAIN, source, DROP, LAST))
                    .isInstanceOfSatisfying(
                            Editing.NotLoaded.class,
                            why ->
                                    assertThat(Objects.requireNonNull(why.error()).place())
                                            .isEqualTo("/c/config:1"));
            return;
        }
        ConfigEdit edit = ConfigFormat.LXC.drop(MAIN, source, DROP, LAST).orElseThrow();
        assertThat(edit.after()).isEqualTo(bytes(expected));
        assertThat(edit.before()).isEqualTo(bytes(text));
        assertThat(ConfigFormat.LXC.takeBack(edit.after(), edit)).isEqualTo(edit.before());
    }

    @Test
    void theEditSaysWhatItAddedAndWhatItTook() {
        ConfigEdit dropped =
                ConfigFormat.LXC
                        .drop(MAIN, TextSource.of("lxc.cap.drop = kill\n"), DROP, LAST)
                        .orElseThrow();
        assertThat(dropped.addedToDrop()).isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(dropped.removedFromKeep()).isEqualTo(CapabilitySet.EMPTY);
        ConfigEdit kept =
                ConfigFormat.LXC
                        .drop(MAIN, TextSource.of("lxc.cap.keep = kill chown\n"), DROP, LAST)
                        .orElseThrow();
        assertThat(kept.addedToDrop()).isEqualTo(CapabilitySet.EMPTY);
        assertThat(kept.removedFromKeep()).isEqualTo(CapabilitySet.of("kill"));
    }

    @Test
    void aDropThatEveryPlaceUndoesIsRefused() {
        TextSource source = TextSource.of("lxc.cap.drop = kill\rlxc.cap.drop =\r\0");
        assertThat(ConfigFormat.LXC.drop(MAIN, source, DROP, LAST))
                .isEqualTo(new Editing.DropUndone(MAIN, DROP, Editing.Obstacle.LATER_LINE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a_ | a_lxc.cap.drop = kill sys_rawio_b_ | a_b_",
                "a | a_lxc.cap.drop = kill sys_rawio | a",
                "a_ | lxc.cap.drop = kill sys_rawio net_raw_a_ | lxc.cap.drop = net_raw_a_",
                "a_ | lxc.cap.drop = \"kill net_raw sys_rawio\"%a_ | lxc.cap.drop = \"net_raw\"%a_",
                "a_ | a_lxc.cap.drop = 17_lxc.cap.drop = 5_b | a_b",
                "a_ | lxc.cap.drop = chown_ | lxc.cap.drop = chown_",
                "a_ | a_lxc.cap.drop =_lxc.cap.bogus_ | a_lxc.cap.drop =_lxc.cap.bogus_",
                "lxc.cap.drop = kill_lxc.cap.drop =_ | x_lxc.cap.drop = kill_lxc.cap.drop ="
                        + "_lxc.cap.drop = kill sys_rawio_ | x_lxc.cap.drop = kill_lxc.cap.drop =_",
                "lxc.cap.drop = kill sys_rawio_lxc.cap.drop =_ | x_lxc.cap.drop = kill sys_rawio"
                        + "_lxc.cap.drop =_lxc.cap.drop = kill sys_rawio_ |"
                        + " x_lxc.cap.drop = kill sys_rawio_lxc.cap.drop =_",
                "lxc.cap.keep = kill chown_b_ | lxc.cap.keep = chown_b_c_ |"
                        + " lxc.cap.keep = kill chown_b_c_",
                "lxc.cap.keep = kill chown_b_ | # x_lxc.cap.keep = \"chown fowner\"_b_ |"
                        + " # x_lxc.cap.keep = \"chown fowner kill\"_b_",
                "a_lxc.cap.keep = kill_lxc.cap.keep = chown_ | a_lxc.cap.keep = chown_z_ |"
                        + " a_lxc.cap.keep = kill_lxc.cap.keep = chown_z_",
                "lxc.cap.keep = kill chown_a_b_c_ | lxc.cap.keep = chown_a_b_d_ |"
                        + " lxc.cap.keep = kill chown_a_b_d_",
                "lxc.cap.keep = kill chown_ | lxc.cap.keep = chown fowner_lxc.environment =_ |"
                        + " lxc.cap.keep = chown fowner kill_lxc.environment =_",
                "lxc.cap.keep = kill chown_ | lxc.cap.keep = kill fowner_lxc.cap.keep ="
                        + "_lxc.cap.keep = fowner_ | lxc.cap.keep = kill fowner_lxc.cap.keep ="
                        + "_lxc.cap.keep = fowner kill_",
                "lxc.cap.keep = kill chown_ | lxc.cap.keep = chown fowner_lxc.cap.drop =_ |"
                        + " lxc.cap.keep = chown fowner_lxc.cap.drop =_",
                "lxc.cap.keep = kill_ | lxc.cap.keep = none_a_ | lxc.cap.keep = kill_a_",
                "lxc.cap.keep = kill_a_ | lxc.cap.keep = none_b_ | lxc.cap.keep = none kill_b_",
                "lxc.cap.keep = kill_ | lxc.cap.drop = chown_ | lxc.cap.drop = chown_",
                "lxc.cap.keep = kill chown_ | lxc.cap.keep = kill chown fowner_ |"
                        + " lxc.cap.keep = kill chown fowner_",
                "lxc.include = /keep_ | a_lxc.include = /keep_lxc.cap.keep ="
                        + "_lxc.cap.keep = chown_ | a_lxc.include = /keep_"
            })
    void takingBackKeepsLaterEditsOfOthers(String before, String current, String expected) {
        TextSource source = TextSource.of(bytes(before), "/keep", "lxc.cap.keep = kill chown");
        ConfigEdit edit = ConfigFormat.LXC.drop(MAIN, source, DROP, LAST).orElseThrow();
        String back = ConfigFormat.LXC.takeBack(bytes(current), edit);
        assertThat(back).isEqualTo(bytes(expected));
        assertThat(ConfigFormat.LXC.takeBack(back, edit)).isEqualTo(back);
    }

    private static String bytes(String text) {
        return text.replace("_rawio", "\1")
                .replace("net_raw", "\2")
                .replace("_", "\n")
                .replace("%", "\r\n")
                .replace("~", "\0")
                .replace("\1", "_rawio")
                .replace("\2", "net_raw");
    }
}
