package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of an edit when somebody else edits the same file before it is written.
final class EditedMeanwhileTest {
    private static final int LAST = 40;
    private static final String USERNS = "/u/userns.conf";
    private static final String BEFORE =
            """
            lxc.include = /u/userns.conf
            lxc.idmap = u 0 100000 65536
            lxc.cap.drop = kill
            lxc.uts.name = web
            """;

    @Test
    void anEditElsewhereIsKeptAndOursMadeBesideIt() {
        String current = BEFORE.replace("= web", "= shop") + "lxc.start.auto = 1\n";
        ConfigEdit again = Objects.requireNonNull(again(current));
        assertThat(again.before()).isEqualTo(current);
        assertThat(again.after())
                .isEqualTo(
                        current.replace(
                                "lxc.cap.drop = kill\n",
                                "lxc.cap.drop = kill\nlxc.cap.drop = net_raw\n"));
    }

    @Test
    void aLineOfCapabilitiesThatOnlyMovedDecidesAsBefore() {
        ConfigEdit again = Objects.requireNonNull(again("# first\n" + BEFORE));
        assertThat(again.after())
                .startsWith("# first\n")
                .contains("lxc.cap.drop = kill\nlxc.cap.drop = net_raw\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lxc.cap.drop = kill chown",
                "lxc.cap.drop = chown",
                "lxc.cap.drop = ' kill '",
                "",
                "lxc.cap.keep = kill",
                "lxc.cap.drop = kill\nlxc.bogus = 1",
                "lxc.cap.drop = kill\nlxc.idmap = g 0 100000 65536"
            })
    void anEditOfWhatDecidesAboutCapabilitiesAsksForANewPlan(String instead) {
        assertThat(again(BEFORE.replace("lxc.cap.drop = kill", instead))).isNull();
    }

    /// `_` is a line feed.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lxc.uts.name = shop_ | true",
                "lxc.uts.name = web_lxc.start.auto = 1_ | true",
                "lxc.apparmor.profile = unconfined_ | false",
                "lxc.apparmor.profile = generated_lxc.apparmor.allow_nesting = 1_ | false"
            })
    void nestingIsAllowedInWhatAnotherWroteUnlessThatIsAboutAppArmor(String current, boolean made) {
        TextSource source = TextSource.of("lxc.uts.name = web\n");
        ConfigEdit edit = ConfigFormat.LXC.allowNesting(TextSource.MAIN, source).orElseThrow();
        String now = current.replace('_', '\n');
        ConfigEdit again = ConfigFormat.LXC.again(edit, now, source, LAST);
        assertThat(again != null).isEqualTo(made);
        if (again != null) {
            assertThat(again.after()).startsWith(now).contains("lxc.apparmor.allow_nesting = 1\n");
        }
    }

    private static @Nullable ConfigEdit again(String current) {
        TextSource source = TextSource.of(BEFORE, USERNS, "lxc.cap.drop =\n");
        ConfigEdit edit =
                ConfigFormat.LXC
                        .drop(TextSource.MAIN, source, CapabilitySet.of("net_raw"), LAST)
                        .orElseThrow();
        return ConfigFormat.LXC.again(edit, current, source, LAST);
    }
}
