package dev.capdrop.core.boot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.boot.UnitLoader.LoadPath;
import dev.capdrop.core.boot.UnitLoader.LoadedUnit;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.SystemFacts;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a boot starts.
final class BootUnitsTest {
    private static final String USR = "/usr/lib/systemd/system/";
    private static final String RUN = "[Service]\nExecStart=/bin/true\n";
    private static final SystemFacts FACTS =
            new SystemFacts(257, "web", null, true, "6.12", "x86-64", Map.of());

    private final SketchedTree tree = new SketchedTree();

    private BootUnits boot() {
        return boot(Set.of());
    }

    private BootUnits boot(Set<String> mounted) {
        LoadPath path = LoadPath.of(257, false);
        GeneratedUnits generated = GeneratedUnits.of(tree, path);
        return BootUnits.of(
                new UnitLoader(generated.tree(), path), FACTS, "default.target", Set.of(), mounted);
    }

    private void target(String name, String text) {
        tree.with(USR + name, "[Unit]\n" + text);
    }

    private void defaultTarget(String text) {
        target("multi-user.target", text);
        tree.with("/etc/systemd/system/default.target", "-> " + USR + "multi-user.target");
    }

    @Test
    void theDefaultTargetAndAllItPullsInAreStarted() {
        defaultTarget("Wants=a.service missing.service\nAfter=never.service\n");
        tree.with(USR + "a.service", "[Unit]\nBindsTo=b.service\n" + RUN);
        tree.with(USR + "b.service", RUN).with(USR + "never.service", RUN);
        target("sysinit.target", "");
        BootUnits boot = boot();
        assertThat(boot.target()).isEqualTo("multi-user.target");
        assertThat(boot.started())
                .containsExactlyInAnyOrder(
                        "multi-user.target",
                        "a.service",
                        "b.service",
                        "missing.service",
                        "sysinit.target",
                        "system.slice",
                        "-.slice");
    }

    /// As the boots of a container showed on systemd 257.
    @Test
    void aTargetThatCannotBeIsolatedStartsNothingForAMountThatIsThere() {
        defaultTarget("Wants=srv.mount\nDefaultDependencies=no\n");
        tree.with(USR + "srv.mount", "[Unit]\nRequires=b.service\n[Mount]\nWhat=/srv\n");
        tree.with(USR + "b.service", RUN);
        assertThat(boot().started()).contains("srv.mount", "b.service");
        assertThat(boot(Set.of("/srv")).started())
                .contains("srv.mount")
                .doesNotContain("b.service");
        target("multi-user.target", "Wants=srv.mount\nAllowIsolate=yes\n");
        assertThat(boot(Set.of("/srv")).started()).contains("b.service");
    }

    @Test
    void aServiceRequiresWhatGoesWithoutSaying() {
        defaultTarget("Wants=a@x.service b.service\n");
        tree.with(USR + "a@.service", RUN + "BusName=org.example\n");
        tree.with(
                USR + "b.service",
                "[Unit]\nDefaultDependencies=no\n" + RUN + "Slice=my-own.slice\n");
        BootUnits boot = boot();
        assertThat(boot.dependencies("a@x.service").of(Dependency.REQUIRES))
                .containsExactly("dbus.socket", "sysinit.target", "system-a.slice");
        assertThat(boot.dependencies("b.service").of(Dependency.REQUIRES))
                .containsExactly("my-own.slice");
        assertThat(boot.dependencies("my-own.slice").of(Dependency.REQUIRES))
                .containsExactly("my.slice");
    }

    @Test
    void whatASocketTriggersIsThereButNotStarted() {
        defaultTarget("Wants=a.socket b.timer\n");
        tree.with(USR + "a.socket", "[Socket]\nListenStream=22\n").with(USR + "a.service", RUN);
        tree.with(USR + "b.timer", "[Timer]\nUnit=c.service\n").with(USR + "c.service", RUN);
        BootUnits boot = boot();
        assertThat(boot.units()).containsKeys("a.service", "c.service");
        assertThat(boot.started()).doesNotContain("a.service", "c.service");
        assertThat(boot.triggeredBy("c.service")).containsExactly("b.timer");
    }

    @Test
    void withoutADefaultTargetThereIsTheRescueOne() {
        target("rescue.target", "");
        assertThat(boot().target()).isEqualTo("rescue.target");
    }

    @Test
    void theGeneratorsOfSystemdAreForecast() {
        String generators = "/usr/lib/systemd/system-generators/systemd-";
        for (String name : new String[] {"getty", "fstab", "sysv", "rc-local"}) {
            tree.with(generators + name + "-generator", "#!");
        }
        defaultTarget("Wants=getty.target local-fs.target\n");
        target("getty.target", "");
        target("local-fs.target", "");
        tree.with(USR + "console-getty.service", RUN);
        tree.with(
                "/etc/fstab",
                "# none\ntmpfs /var/a\\040b tmpfs defaults 0 0\nx swap swap sw 0 0\n");
        tree.with("/etc/init.d/old.sh", "#!/bin/sh")
                .with("/etc/rc2.d/S01old.sh", "-> ../init.d/old.sh");
        tree.with("/etc/init.d/native", "#!/bin/sh")
                .with("/etc/rc2.d/S01native", "-> ../init.d/native");
        tree.with(USR + "native.service", RUN);
        BootUnits boot = boot();
        assertThat(boot.started())
                .contains(
                        "console-getty.service",
                        "systemd-remount-fs.service",
                        "var-a\\x20b.mount",
                        "old.service")
                .doesNotContain("native.service", "rc-local.service", "swap.mount");
    }

    @Test
    void aMountOfTheTableHasTheTypeThatStandsThere() {
        tree.with("/usr/lib/systemd/system-generators/systemd-fstab-generator", "#!");
        tree.with("/etc/fstab", "/dev/sda1 /srv ext4 defaults\n/dev/sdb1 /opt auto defaults\n");
        defaultTarget("Wants=local-fs.target\n");
        target("local-fs.target", "");
        Map<String, LoadedUnit> units = boot().units();
        assertThat(requireNonNull(units.get("srv.mount")).value("Mount", "Type")).isEqualTo("ext4");
        assertThat(requireNonNull(units.get("opt.mount")).value("Mount", "Type")).isNull();
    }

    @Test
    void aForeignGeneratorIsNamed() {
        tree.with("/usr/lib/systemd/system-generators/lvm2-activation-generator", "#!");
        tree.with("/usr/lib/systemd/system-generators/postgresql-generator", "#!");
        assertThat(GeneratedUnits.of(tree, LoadPath.of(257, false)).problems())
                .containsExactly(
                        "units that these generators make at boot are not known:"
                                + " lvm2-activation-generator, postgresql-generator");
    }

    @Test
    void aMountThatIsLoadedIsRequiredByWhatLiesBelow() {
        defaultTarget("Wants=a.service srv.mount\n");
        tree.with(USR + "srv.mount", "[Mount]\nWhat=x\nWhere=/srv\n");
        tree.with(USR + "a.service", "[Unit]\nRequiresMountsFor=/srv/data /opt\n" + RUN);
        assertThat(boot().dependencies("a.service").of(Dependency.REQUIRES)).contains("srv.mount");
    }

    /// Whatever the files hold, the boot is computed, within bounds.
    @Test
    void noTextOfUnitFilesIsTooMuch() {
        String[] pieces = {
            "[Unit]\n",
            "[Service\n",
            "Wants=",
            "default.target",
            "a.service",
            "a@.service",
            "%i%",
            "\\\n",
            "\\",
            "\"",
            "'",
            "\n",
            "=",
            "ExecStart=/x\n",
            "Requires=b-%n.slice\n",
            "\0",
            "\uFFFD",
            "Slice=%x.slice",
            "BindsTo=a@a@a.service\n",
            "\r",
            ";",
            "#",
            " ",
            "Unit="
        };
        String[] names = {
            "default.target", "a.service", "a@.service", "b.slice", "c.socket", "d.timer", "-.mount"
        };
        Random random = new Random(20_261_125);
        for (int round = 0; round < 2_000; round++) {
            SketchedTree fuzzed = new SketchedTree();
            for (String name : names) {
                StringBuilder text = new StringBuilder();
                for (int i = random.nextInt(12); i >= 0; i--) {
                    text.append(pieces[random.nextInt(pieces.length)]);
                }
                boolean link = random.nextInt(5) == 0;
                fuzzed.with(
                        USR + name,
                        link ? "-> " + names[random.nextInt(names.length)] : text.toString());
                fuzzed.with(USR + name + ".wants/" + names[random.nextInt(names.length)], "-> x");
            }
            LoadPath path = LoadPath.of(247 + random.nextInt(12), random.nextBoolean());
            UnitLoader loader = new UnitLoader(GeneratedUnits.of(fuzzed, path).tree(), path);
            BootUnits boot = BootUnits.of(loader, FACTS, "default.target", Set.of(), Set.of());
            assertThat(boot.started()).isNotEmpty();
            assertThat(fuzzed.reads()).isLessThan(1_000);
        }
    }
}
