package dev.capdrop.core.container;

import static dev.capdrop.core.container.TextSource.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.CapabilityLine;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.container.SharedLines.SharedFile;
import dev.capdrop.core.plan.SharedPlan.Unloadable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One container whose configuration includes `/u/userns.conf`, which resets the lists and includes
/// the directory, as LXC's own does.
final class SharedFileTest {
    private static final int LAST = 40;
    private static final SharedFile FILE = SharedFile.in("/u/d/");
    private static final String USERNS = "lxc.cap.drop =\nlxc.cap.keep =\nlxc.include = /u/d/\n";
    private static final String INCLUDE = "lxc.include = /u/userns.conf\n";
    private static final CapabilitySet RAWIO = CapabilitySet.of("sys_rawio");
    private static final HostConfiguration CONTAINER =
            new HostConfiguration("lxc:c", MAIN, ConfigFormat.LXC, null);

    @Test
    void aNewFileSaysWhoseItIsThatItIsOfOneNodeAndHowToTakeItBack() {
        ConfigEdit edit = edit(including(""), RAWIO);
        assertThat(edit.path()).isEqualTo("/u/d/capdrop.conf");
        assertThat(edit.before()).isEmpty();
        assertThat(edit.after())
                .isEqualTo(
                        """
                        # Written by capdrop for all unprivileged containers of the node
                        # pve1, in force in each from its next start on. It is of this node alone: a
                        # container that moves to another one leaves it behind.
                        # To take it back: capdrop undo --host
                        lxc.cap.drop = sys_rawio
                        """);
        assertThat(FILE.dropped(CONTAINER, including(""), edit.after(), LAST)).isEqualTo(RAWIO);
    }

    @Test
    void neitherANodesNameNorAPathCanBecomeALineOfTheFile() {
        ConfigEdit edit =
                FILE.edit(
                                including(""),
                                RAWIO,
                                LAST,
                                "a\nlxc.cap.keep = none",
                                "capdrop undo\nlxc.cap.drop = kill")
                        .orElseThrow();
        assertThat(FILE.dropped(CONTAINER, including(""), edit.after(), LAST)).isEqualTo(RAWIO);
    }

    @Test
    void aFileOfOursGetsOneLineMoreAndLosesItAgain() {
        ConfigEdit first = edit(including(""), RAWIO);
        TextSource with = including("", FILE.path(), first.after());
        ConfigEdit second = edit(with, CapabilitySet.of("sys_rawio", "sys_module"));
        assertThat(second.after()).isEqualTo(first.after() + "lxc.cap.drop = sys_module\n");
        assertThat(second.addedToDrop()).isEqualTo(CapabilitySet.of("sys_module"));
        assertThat(FILE.takeBack(second.after(), second)).isEqualTo(first.after());
        assertThat(FILE.takeBack(first.after(), first)).isEmpty();
    }

    @Test
    void whatSomebodyAddedToItStaysWhenOursIsTakenBack() {
        ConfigEdit edit = edit(including(""), RAWIO);
        assertThat(FILE.takeBack(edit.after() + "lxc.cap.drop = audit_read\n", edit))
                .endsWith("undo --host\nlxc.cap.drop = audit_read\n");
        assertThat(FILE.takeBack(edit.after() + "# seen, A.\n", edit)).isEmpty();
    }

    @Test
    void aFileOfOurNameThatIsNotOursIsNotEdited() {
        TextSource with = including("", FILE.path(), "lxc.cap.drop = sys_module\n");
        assertThatIllegalStateException()
                .isThrownBy(() -> edit(with, RAWIO))
                .withMessageStartingWith("NotOurs[path=/u/d/capdrop.conf, ");
    }

    /// `_` is a line feed.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "lxc.tty.max = 1_ | `` | 0",
                "lxc.cap.drop = chown_ | `` | 0",
                "lxc.cap.keep = chown_ | /c/config | 2",
                "lxc.cap.keep = none_ | /c/config | 2",
                "lxc.cap.drop =_lxc.cap.keep = chown_ | `` | 0",
                "lxc.cap.keep =_lxc.cap.keep = chown_ | `` | 0",
                "lxc.include = /keep_ | /keep | 1"
            })
    void aKeepBehindTheIncludeIsFoundWithFileAndLine(String own, String file, int line) {
        TextSource source =
                including(own.replace('_', '\n'), "/keep", "lxc.cap.keep = sys_rawio\n");
        List<Unloadable> broken = broken(source, "lxc.cap.drop = sys_rawio\n");
        if (file.isEmpty()) {
            assertThat(broken).isEmpty();
        } else {
            assertThat(broken)
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.configuration()).isEqualTo(CONTAINER);
                        assertThat(one.error().file()).isEqualTo(file);
                        assertThat(one.error().line()).isEqualTo(line);
                        assertThat(one.error().reason()).contains("mutually exclusive");
                    });
        }
    }

    /// `_` is a line feed.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "lxc.tty.max = 1_ | 0",
                "lxc.cap.keep =_lxc.cap.keep = chown_ | 3",
                "lxc.cap.keep =_lxc.cap.keep = chown_lxc.cap.keep = none_ | 4",
                "lxc.cap.drop =_lxc.cap.keep = chown_ | 0",
                "lxc.cap.keep =_ | 0"
            })
    void aLiblxc4ThatKeepsTwoListsStartsLess(String own, int line) {
        TextSource source = including(own.replace('_', '\n'));
        SharedFile old = FILE.withTwoLists(true);
        List<HostConfiguration> all = List.of(CONTAINER);
        String drop = "lxc.cap.drop = sys_rawio\n";
        assertThat(broken(source, drop)).isEmpty();
        List<Unloadable> broken = Unloadable.brokenBy(old, drop, all, source, LAST);
        assertThat(broken)
                .extracting(one -> one.error().line())
                .isEqualTo(line == 0 ? List.of() : List.of(line));
        assertThat(broken)
                .allSatisfy(one -> assertThat(one.error().reason()).contains("two lists"));
    }

    @Test
    void whatDoesNotLoadAnywayIsNotBrokenByIt() {
        TextSource source = including("lxc.nonsense = 1\n");
        assertThat(broken(source, "lxc.cap.drop = sys_rawio\n")).isEmpty();
    }

    @Test
    void aConfigurationThatArrivedLaterIsFoundWhenTheFileIsThere() {
        TextSource source =
                including("lxc.cap.keep = chown\n", FILE.path(), "lxc.cap.drop = sys_rawio\n");
        assertThat(broken(source, "lxc.cap.drop = sys_rawio\n"))
                .singleElement()
                .satisfies(one -> assertThat(one.error().text()).isEqualTo("lxc.cap.keep = chown"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lxc.cap.drop = 41\n", "lxc.cap.drop = cap_kill\n"})
    void aWordThatLiblxcRefusesBreaksEveryContainer(String text) {
        assertThat(broken(including(""), text))
                .singleElement()
                .satisfies(one -> assertThat(one.error().file()).isEqualTo(FILE.path()));
    }

    @Test
    void theDirectoryIsReadInAnyOrder() {
        String drop = "lxc.cap.drop = sys_rawio\n";
        TextSource before = including("", "/u/d/a.conf", "lxc.cap.keep = chown\n");
        TextSource reset = including("", "/u/d/z.conf", "lxc.cap.drop =\n");
        assertThat(broken(before, drop)).hasSize(1);
        assertThat(broken(reset, drop)).isEmpty();
        assertThat(FILE.dropped(CONTAINER, reset, drop, LAST)).isEqualTo(RAWIO);
    }

    @Test
    void aResetBehindTheIncludeUndoesIt() {
        TextSource source = including("lxc.tty.max = 1\nlxc.cap.keep =\n");
        CapabilityLine undoing = FILE.undoneBy(CONTAINER, source, LAST);
        assertThat(undoing).isNotNull().extracting(CapabilityLine::line).isEqualTo(3);
        assertThat(FILE.dropped(CONTAINER, source, "lxc.cap.drop = kill\n", LAST).isEmpty())
                .isTrue();
    }

    @Test
    void aPrivilegedContainerIsNotReached() {
        TextSource source = TextSource.of("lxc.tty.max = 1\n", "/u/userns.conf", USERNS);
        assertThat(FILE.dropped(CONTAINER, source, "lxc.cap.drop = kill\n", LAST).isEmpty())
                .isTrue();
        assertThat(FILE.undoneBy(CONTAINER, source, LAST)).isNull();
    }

    @Test
    void aConfigurationIncludesItWhetherItIsThereOrNot() {
        assertThat(FILE.folder()).isEqualTo("/u/d/");
        assertThat(FILE.reaches(CONTAINER, including(""), LAST)).isTrue();
        TextSource without = TextSource.of("lxc.uts.name = c\n", "/u/d/", "");
        assertThat(FILE.reaches(CONTAINER, without, LAST)).isFalse();
        TextSource other = TextSource.of("lxc.cap.drop = kill\n", "/u/d/", "");
        assertThat(FILE.reaches(CONTAINER, other, LAST)).isFalse();
    }

    @Test
    void aSnapshotOfProxmoxIsResolvedAsIfItWereRolledBackTo() {
        String conf =
                """
                arch: amd64
                ostype: debian
                unprivileged: 1

                [before]
                arch: amd64
                ostype: debian
                unprivileged: 1
                lxc.cap.keep: chown
                """;
        TextSource source =
                TextSource.of(
                        conf,
                        "/usr/share/lxc/config/common.conf",
                        "",
                        "/usr/share/lxc/config/userns.conf",
                        USERNS);
        HostConfiguration now = new HostConfiguration("pve:101", MAIN, ConfigFormat.PROXMOX, null);
        HostConfiguration then =
                new HostConfiguration("pve:101", MAIN, ConfigFormat.PROXMOX, "before");
        assertThat(
                        Unloadable.brokenBy(
                                FILE, "lxc.cap.drop = kill\n", List.of(now, then), source, LAST))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.configuration()).isEqualTo(then);
                    assertThat(one.error().line()).isEqualTo(9);
                });
    }

    private static ConfigEdit edit(TextSource source, CapabilitySet drop) {
        return FILE.edit(source, drop, LAST, "pve1", "capdrop undo --host").orElseThrow();
    }

    private static List<Unloadable> broken(TextSource source, String text) {
        return Unloadable.brokenBy(FILE, text, List.of(CONTAINER), source, LAST);
    }

    @Test
    void whyAContainerIsNotReachedIsSaid() {
        assertThat(FILE.unreached(CONTAINER, including(""), LAST)).isEmpty();
        assertThat(FILE.unreached(CONTAINER, including("lxc.cap.drop =\n"), LAST))
                .isEqualTo("not reached: /c/config:2 empties the list behind the include");
        assertThat(FILE.unreached(CONTAINER, TextSource.of("lxc.uts.name = c\n"), LAST))
                .startsWith("not reached: its configuration does not include that directory");
        assertThat(CONTAINER.ownerOfSnapshot("one")).isEqualTo("lxc:c (snapshot one)");
    }

    private static TextSource including(String own, String... others) {
        TextSource source = TextSource.of(INCLUDE + own, others);
        source.files().put("/u/userns.conf", USERNS);
        return source;
    }
}
