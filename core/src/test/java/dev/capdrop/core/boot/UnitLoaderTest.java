package dev.capdrop.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.boot.UnitLoader.LoadPath;
import dev.capdrop.core.boot.UnitLoader.LoadedUnit;
import dev.capdrop.core.snapshot.UnitState.LoadState;
import dev.capdrop.core.unit.Dependency;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cases of systemd.unit(5).
final class UnitLoaderTest {
    private static final String ETC = "/etc/systemd/system/";
    private static final String USR = "/usr/lib/systemd/system/";
    private static final String RUN = "[Service]\nExecStart=/bin/true\n";

    private final SketchedTree tree = new SketchedTree();

    private UnitLoader loader() {
        return new UnitLoader(tree, LoadPath.of(257, false));
    }

    private LoadedUnit load(String name) {
        return loader().load(name);
    }

    @Test
    void theFirstDirectoryOfTheLoadPathCounts() {
        tree.with(USR + "a.service", RUN).with(ETC + "a.service", RUN);
        tree.with("/run/systemd/generator.late/a.service", RUN);
        assertThat(load("a.service").fragment()).isEqualTo(ETC + "a.service");
    }

    @Test
    void anAliasIsAnotherNameOfTheUnitItLeadsTo() {
        tree.with(USR + "b.service", RUN).with(ETC + "a.service", "-> " + USR + "b.service");
        assertThat(load("a.service").name()).isEqualTo("b.service");
        assertThat(load("b.service").names()).containsExactlyInAnyOrder("a.service", "b.service");
    }

    @Test
    void anAliasThroughALinkedFolderStaysAnAlias() {
        tree.with("/lib", "-> usr/lib").with(USR + "b.service", RUN);
        tree.with(ETC + "a.service", "-> /lib/systemd/system/b.service");
        assertThat(load("a.service").name()).isEqualTo("b.service");
    }

    @Test
    void aLinkOutOfTheLoadPathIsALinkedFile() {
        tree.with("/opt/x.service", RUN).with(ETC + "a.service", "-> /opt/x.service");
        LoadedUnit unit = load("a.service");
        assertThat(unit.fragment()).isEqualTo("/opt/x.service");
        assertThat(unit.state()).isEqualTo(LoadState.LOADED);
    }

    @Test
    void aliasesInACircleAreNoUnit() {
        tree.with(ETC + "a.service", "-> b.service").with(ETC + "b.service", "-> a.service");
        assertThat(load("a.service").state()).isEqualTo(LoadState.NOT_FOUND);
    }

    @Test
    void anAliasOfAnotherTypeIsIgnored() {
        tree.with(USR + "b.socket", "[Socket]\n").with(ETC + "a.service", "-> " + USR + "b.socket");
        assertThat(load("a.service").state()).isEqualTo(LoadState.NOT_FOUND);
    }

    @Test
    void anEmptyFileAndALinkToDevNullMask() {
        tree.with(USR + "a.service", RUN).with(ETC + "a.service", "-> /dev/null");
        tree.with(USR + "b.service", RUN).with(ETC + "b.service", "");
        assertThat(load("a.service").state()).isEqualTo(LoadState.MASKED);
        assertThat(load("b.service").state()).isEqualTo(LoadState.MASKED);
    }

    @Test
    void anInstanceIsLoadedFromItsTemplate() {
        tree.with(USR + "a@.service", RUN).with(ETC + "b@.service", "-> " + USR + "a@.service");
        LoadedUnit unit = load("b@x.service");
        assertThat(unit.name()).isEqualTo("a@x.service");
        assertThat(unit.fragment()).isEqualTo(USR + "a@.service");
        assertThat(unit.names()).containsExactlyInAnyOrder("a@x.service", "b@x.service");
    }

    @Test
    void anInstanceWithAFileOfItsOwnHasThat() {
        tree.with(USR + "a@.service", RUN).with(ETC + "a@x.service", RUN);
        assertThat(load("a@x.service").fragment()).isEqualTo(ETC + "a@x.service");
    }

    @Test
    void dropInsComeInTheOrderOfTheirFileNames() {
        tree.with(USR + "a-b@.service", RUN);
        String drop = "[Unit]\n";
        tree.with(ETC + "a-b@x.service.d/50.conf", drop);
        tree.with(USR + "a-b@.service.d/40.conf", drop);
        tree.with(USR + "a-@.service.d/30.conf", drop);
        tree.with(USR + "service.d/20.conf", drop);
        tree.with("/run/systemd/system/a-@x.service.d/10.conf", drop);
        tree.with(ETC + "a-b@x.service.d/60.txt", drop);
        assertThat(load("a-b@x.service").dropIns())
                .containsExactly(
                        "/run/systemd/system/a-@x.service.d/10.conf",
                        USR + "service.d/20.conf",
                        USR + "a-@.service.d/30.conf",
                        USR + "a-b@.service.d/40.conf",
                        ETC + "a-b@x.service.d/50.conf");
    }

    @Test
    void ofOneDropInNameTheMostSpecificAndTheHighestCounts() {
        tree.with(USR + "a-b.service", RUN);
        tree.with(USR + "service.d/x.conf", "[Unit]\n")
                .with(ETC + "a-.service.d/x.conf", "[Unit]\n");
        tree.with(USR + "a-.service.d/x.conf", "[Unit]\n");
        assertThat(load("a-b.service").dropIns()).containsExactly(ETC + "a-.service.d/x.conf");
    }

    @Test
    void aMaskedDropInTakesAwayTheOneBelow() {
        tree.with(USR + "a.service", RUN);
        tree.with(USR + "a.service.d/x.conf", "[Unit]\nConditionUser=root\n");
        tree.with(ETC + "a.service.d/x.conf", "-> /dev/null");
        assertThat(load("a.service").values("Unit", "ConditionUser")).isEmpty();
    }

    @Test
    void dropInsOfAnAliasCountToo() {
        tree.with(USR + "b.service", RUN).with(ETC + "a.service", "-> " + USR + "b.service");
        tree.with(ETC + "a.service.d/x.conf", "[Unit]\nConditionUser=root\n");
        assertThat(load("b.service").values("Unit", "ConditionUser")).containsExactly("root");
    }

    @Test
    void theUnitsThatFoldersOfLinksNameArePulledIn() {
        tree.with(USR + "a.target", "[Unit]\n");
        tree.with(ETC + "a.target.wants/b.service", "-> " + USR + "b.service");
        tree.with(ETC + "a.target.wants/c.service", "-> /dev/null");
        tree.with(USR + "a.target.wants/c.service", "-> ../c.service");
        tree.with(USR + "a.target.wants/d.service", "no link");
        tree.with(USR + "a.target.requires/e@.service", "-> ../e@.service");
        LoadedUnit unit = load("a.target");
        assertThat(unit.linked().of(Dependency.WANTS)).containsExactly("b.service");
        assertThat(unit.linked().of(Dependency.REQUIRES)).containsExactly("e@a.service");
    }

    @Test
    void aServiceWithoutACommandIsRefused() {
        tree.with(USR + "a.service", "[Service]\nType=simple\n");
        tree.with(ETC + "a.service.d/x.conf", "[Unit]\nConditionUser=root\n");
        LoadedUnit unit = load("a.service");
        assertThat(unit.state()).isEqualTo(LoadState.BAD_SETTING);
        assertThat(unit.value("Unit", "ConditionUser")).isEqualTo("root");
    }

    /// Seen with `systemctl show -p LoadState` of systemd 252 and 257.
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "loaded#ExecStart=/bin/true",
                "loaded#ExecStart=true x %n 100%%",
                "loaded#ExecStart=/bin/true|ExecStart=-/bin/true %z",
                "loaded#ExecStart=/bin/true ;",
                "loaded#ExecStart=;|ExecStart=/bin/true",
                "loaded#ExecStart=@/bin/true x",
                "bad-setting#ExecStart=@/bin/true",
                "bad-setting#ExecStart=-/bin/true %z",
                "loaded#Type=oneshot|ExecStart=/bin/true|ExecStart=/bin/true",
                "loaded#ExecStart=/bin/a|ExecStart=|ExecStart=/bin/b",
                "loaded#ExecStart=/bin/true \\; x",
                "loaded#ExecStart=/bin/true|ExecStart=\"/bin/b",
                "loaded#Type=oneshot|RemainAfterExit=yes|ExecStop=/bin/true",
                "bad-setting#ExecStop=/bin/true",
                "bad-setting#ExecStart=/bin/true|ExecStart=/bin/true",
                "bad-setting#ExecStart=/bin/true ; /bin/true",
                "bad-setting#Type=oneshot|Restart=always|ExecStart=/bin/true",
                "bad-setting#Type=dbus|ExecStart=/bin/true",
                "bad-setting#ExecStart=bin/true",
                "bad-setting#ExecStart=/bin/",
                "bad-setting#ExecStart=-",
                "bad-setting#ExecStart=/bin/date +%F",
                "bad-setting#ExecStart=/bin/echo 'x",
                "bad-setting#ExecStartPre=/bin/date +%F|ExecStart=/bin/true",
            })
    void aServiceIsLoadedOrRefusedAsSystemdDoes(String state, String lines) {
        String text = "[Service]\n" + lines.replace('|', '\n') + "\n";
        tree.with(USR + "a.service", text);
        assertThat(load("a.service").state().word()).isEqualTo(state);
    }

    @Test
    void aDropInIsReadUpToTheCommandThatSystemdRefuses() {
        tree.with(USR + "a.service", RUN);
        tree.with(ETC + "a.service.d/x.conf", "[Service]\nUser=a\nExecStop=/x %z\nGroup=b\n");
        UnitLoader loader = loader();
        LoadedUnit unit = loader.load("a.service");
        assertThat(unit.state()).isEqualTo(LoadState.LOADED);
        assertThat(unit.value("Service", "User")).isEqualTo("a");
        assertThat(unit.value("Service", "Group")).isNull();
        assertThat(loader.problems())
                .containsExactly(
                        "'/etc/systemd/system/a.service.d/x.conf': systemd refuses the command at"
                                + " line 3");
    }

    @Test
    void aBrokenSectionNameIsOneProblemAndNoUnit() {
        tree.with(USR + "a.service", "[Unit]\n[Service\nExecStart=/bin/true\n");
        UnitLoader loader = loader();
        assertThat(loader.load("a.service").state()).isEqualTo(LoadState.ERROR);
        assertThat(loader.problems())
                .containsExactly(
                        "'/usr/lib/systemd/system/a.service': systemd gives up on it at line 2,"
                                + " where a section's name has no end");
    }

    @Test
    void whatCannotBeReadIsOneProblem() {
        tree.with(USR + "a.service", "!").with(USR + "b.service", RUN);
        tree.with(USR + "b.service.d/x.conf", "!");
        UnitLoader loader = loader();
        assertThat(loader.load("a.service").state()).isEqualTo(LoadState.UNREAD);
        assertThat(loader.load("b.service").state()).isEqualTo(LoadState.UNREAD);
        assertThat(loader.problems()).hasSize(2);
    }

    @Test
    void aLinkThatLeadsNowhereIsOneProblem() {
        tree.with(USR + "a.service", "-> /nowhere").with(USR + "b.service", RUN);
        tree.with(USR + "b.service.d/x.conf", "-> /nowhere");
        UnitLoader loader = loader();
        assertThat(loader.load("a.service").state()).isEqualTo(LoadState.ERROR);
        assertThat(loader.load("b.service").state()).isEqualTo(LoadState.LOADED);
        assertThat(loader.problems())
                .containsExactly(
                        "'/nowhere', a file of 'a.service', leads nowhere",
                        "'" + USR + "b.service.d/x.conf', a file of 'b.service', leads nowhere");
    }

    @Test
    void circlesOfLinksAreOneProblemEach() {
        tree.with(ETC + "a.service", "-> b.service").with(ETC + "b.service", "-> a.service");
        tree.with(ETC + "c.service", "-> c.service").with(USR + "d.service", RUN);
        tree.with(ETC + "d.service.d", "-> d.service.d");
        UnitLoader loader = loader();
        loader.load("d.service");
        assertThat(loader.problems())
                .containsExactly(
                        "'" + ETC + "c.service' leads in a circle of symbolic links",
                        "'a.service' leads from alias to alias without end",
                        "'b.service' leads from alias to alias without end",
                        "'" + ETC + "d.service.d' leads in a circle of symbolic links");
    }

    @Test
    void aNameThatWasMadeToBeMisreadIsAProblem() {
        tree.with(ETC + "a\nb.service", RUN).with(ETC + "README", RUN);
        assertThat(loader().problems())
                .containsExactly(
                        "'"
                                + ETC
                                + "a\nb.service' is not the name of a unit; systemd leaves it out");
    }

    @Test
    void moreDropInsThanAnyUnitHasLeaveItUnread() {
        tree.with(USR + "a.service", RUN);
        for (int i = 0; i <= 1000; i++) {
            tree.with(ETC + "a.service.d/" + i + ".conf", "[Unit]\nConditionUser=root\n");
        }
        UnitLoader loader = loader();
        assertThat(loader.load("a.service").state()).isEqualTo(LoadState.UNREAD);
        assertThat(tree.reads()).isLessThan(10);
        assertThat(loader.problems())
                .containsExactly("'a.service' was not read: it has more than 1000 drop-ins");
    }

    @Test
    void whatTheFilesSayTogetherHasALimit() {
        tree.with(USR + "a@.service", RUN + "A=b\n".repeat(50_000));
        UnitLoader loader = loader();
        long loaded = 0;
        for (int i = 0; i < 100; i++) {
            loaded += loader.load("a@" + i + ".service").state() == LoadState.LOADED ? 1 : 0;
        }
        assertThat(loaded).isBetween(4L, 10L);
        assertThat(loader.problems())
                .containsExactly(
                        "the units' files say too much: '"
                                + USR
                                + "a@.service' and others were not read");
    }

    @Test
    void anEndlessChainOfDropInFoldersIsNoTrouble() {
        tree.with(USR + "a.service", RUN).with(ETC + "a.service.d", "-> b.service.d");
        tree.with(ETC + "b.service.d", "-> a.service.d");
        assertThat(load("a.service").dropIns()).isEmpty();
    }

    @Test
    void thePathOfAnOldDebianHasLib() {
        assertThat(LoadPath.of(252, true).directories())
                .containsSequence(
                        "/usr/local/lib/systemd/system",
                        "/lib/systemd/system",
                        "/usr/lib/systemd/system",
                        "/run/systemd/generator.late");
        assertThat(LoadPath.of(257, true).directories()).doesNotContain("/lib/systemd/system");
        assertThat(List.of(LoadPath.of(252, false))).containsExactly(LoadPath.of(257, false));
    }
}
