package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.lab.StandInNode.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All containers of the stand-in node at once.
@NeedsContainers
final class ProxmoxNodeTest {
    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private StandInNode node;
    private Tool tool;

    @BeforeEach
    void open() throws IOException {
        node = StandInNode.in(bench, temp);
        tool = node.tool(temp.resolve("state"));
    }

    private Guest make(String hostname, String... more) throws IOException {
        return node.make(
                Suite.BOOKWORM,
                "arch: amd64\nhostname: "
                        + hostname
                        + "\n"
                        + String.join("", more)
                        + "ostype: debian\nunprivileged: 1\n");
    }

    private static String row(Guest guest, String rest) {
        return guest.vmid() + "  " + rest + "\n";
    }

    private static String oneLine(String wrapped) {
        return wrapped.replaceAll("\n +", " ");
    }

    @Test
    void allOfANodeAreHealedInTheOrderOfTheirStartup() throws IOException {
        try (Guest second = make("second");
                Guest first = make("first", "startup: order=3,up=2\n");
                Guest stopped = make("stopped");
                Guest template = make("template", "template: 1\n");
                Guest locked = make("locked", "lock: backup\n");
                Guest managed = make("managed")) {
            assertThat(List.of(second.boot(), first.boot())).containsOnly("degraded");
            Files.writeString(
                    node.pveDir().resolve("ha/resources.cfg"),
                    "ct: " + managed.vmid() + "\n\tstate started\n");
            Path far = Files.createDirectories(node.pveDir().resolve("nodes/other/lxc"));
            Files.writeString(far.resolve("205.conf"), "arch: amd64\nostype: debian\n");
            Command.Result plan = tool.run("plan", "--all");
            assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
            assertThat(plan.out())
                    .startsWith("TARGET     NAME     STATE    ORDER  HEALS  DROPS\n")
                    .containsSubsequence(
                            row(first, "first    running  3      1      sys_rawio"),
                            row(second, "second   running  -      1      sys_rawio"),
                            row(stopped, "stopped  stopped  -      1      sys_module sys_rawio"));
            assertThat(oneLine(plan.out()))
                    .containsPattern(
                            "skipped: 205[^:]*: it is on the node 'other'; run capdrop there\n")
                    .contains(
                            "skipped: "
                                    + template.vmid()
                                    + " (template): it is a template, which is never started")
                    .contains(
                            "skipped: "
                                    + locked.vmid()
                                    + " (locked): it is locked by Proxmox VE (backup); wait")
                    .contains(
                            "skipped: "
                                    + managed.vmid()
                                    + " (managed): the HA manager starts and stops it")
                    .contains("(node lab)\n")
                    .endsWith("7 containers: 3 to change (2 running), 4 skipped\n");
            Command.Result applied = tool.run("apply", "--all", "--yes");
            assertThat(applied.exit()).as(applied.toString()).isEqualTo(1);
            assertThat(applied.err())
                    .containsSubsequence(
                            "[1/3] " + first.vmid() + ": writing ",
                            "[1/3] " + first.vmid() + ": running; forecast ",
                            "[2/3] " + second.vmid() + ": writing ",
                            "[2/3] " + second.vmid() + ": running; forecast ",
                            "[3/3] " + stopped.vmid() + ": writing ",
                            "[3/3] " + stopped.vmid() + ": written; the container is stopped");
            assertThat(applied.out()).doesNotContain("not begun");
            for (Guest one : List.of(first, second)) {
                assertThat(one.conf()).endsWith("lxc.cap.drop: sys_rawio\n");
            }
            // of the files of one that has not been seen to boot it is not known what is refused
            assertThat(stopped.conf()).endsWith("lxc.cap.drop: sys_module sys_rawio\n");
            assertThat(List.of(first.container().settled(), second.container().settled()))
                    .containsOnly("running");
            for (Guest one : List.of(template, locked, managed)) {
                assertThat(one.conf()).doesNotContain("lxc.cap.drop");
            }
            Command.Result again = tool.run("apply", "--all", "--yes");
            assertThat(oneLine(again.out()))
                    .startsWith("skipped: 205")
                    .contains(
                            "nothing to do: %s (first) %s (second) %s (stopped)\n"
                                    .formatted(first.vmid(), second.vmid(), stopped.vmid()));
            assertThat(again.err()).isEqualTo("capdrop: nothing to do\n");
        }
    }

    @Test
    void nothingIsRestartedWhereNothingRunsOrNobodyWantsIt() throws IOException {
        try (Guest runs = make("runs");
                Guest stopped = make("stopped")) {
            assertThat(runs.boot()).isEqualTo("degraded");
            long init = runs.container().initPid();
            Command.Result written = applyAllWithout("sys_module", "--no-restart");
            assertThat(written.exit()).as(written.toString()).isZero();
            assertThat(written.out())
                    .contains(
                            runs.vmid() + "\n  written; it waits for a restart\n",
                            stopped.vmid()
                                    + "\n  written; the container is stopped and stays stopped\n");
            for (Guest one : List.of(runs, stopped)) {
                assertThat(one.conf()).endsWith("lxc.cap.drop: sys_module\n");
            }
            assertThat(runs.container().initPid()).isEqualTo(init);
            assertThat(stopped.container().running()).isFalse();
            Command.Result waits = applyAllWithout("sys_module", "--no-restart");
            assertThat(waits.exit()).as(waits.toString()).isEqualTo(1);
            assertThat(waits.out())
                    .contains(
                            "skipped: "
                                    + runs.vmid()
                                    + " (runs): an earlier change of it is not finished");
        }
    }

    @Test
    void aChangeThatWasKilledBeforeItWroteIsInNobodysWay() throws IOException {
        try (Guest guest = make("killed")) {
            String old = guest.conf();
            assertThat(applyAllWithout("sys_module", "--no-restart").exit()).isZero();
            String changed = guest.conf();
            // as one leaves it that is killed between the journal and the file
            guest.setConf(old);
            Path folder = temp.resolve("state/changes/pve:" + guest.vmid());
            try (var entries = Files.list(folder)) {
                Path entry = entries.findFirst().orElseThrow();
                String text = Files.readString(entry);
                Files.writeString(entry, text.replace(": \"applied\"", ": \"writing\""));
            }
            Command.Result status = tool.run("status");
            assertThat(status.out()).contains("interrupted: ");
            Command.Result plan =
                    tool.run("plan", "--all", "--goal", "none", "--drop", "sys_module");
            assertThat(plan.out())
                    .contains(row(guest, "killed  stopped  -      0      sys_module"));
            Command.Result applied = applyAllWithout("sys_module", "--no-restart");
            assertThat(applied.exit()).as(applied.toString()).isZero();
            assertThat(guest.conf()).isEqualTo(changed);
            assertThat(tool.run("status").exit()).isZero();
        }
    }

    @Test
    void aChangeThatWasLostOnTheWayToAnotherNodeIsNamedWithAndWithoutATarget() throws IOException {
        try (Guest guest = make("mover")) {
            String old = guest.conf();
            assertThat(applyAllWithout("sys_module", "--no-restart").exit()).isZero();
            Path far = Files.createDirectories(node.pveDir().resolve("nodes/other/lxc"));
            Path moved = far.resolve(guest.vmid() + ".conf");
            Files.move(guest.confFile(), moved);
            Command.Result kept = tool.run("status", guest.vmid());
            assertThat(kept.exit()).as(kept.toString()).isZero();
            assertThat(kept.out()).contains("drops sys_module");
            Files.writeString(moved, old);
            Command.Result all = tool.run("status");
            assertThat(oneLine(all.out()))
                    .contains("elsewhere: it is on the node 'other' now")
                    .contains("ssh other 'capdrop apply " + guest.vmid());
            for (String target : List.of(guest.vmid(), "pve:" + guest.vmid())) {
                Command.Result named = tool.run("status", target);
                assertThat(named.exit()).as(named.toString()).isEqualTo(1);
                assertThat(named.out()).isEqualTo(all.out());
            }
        }
    }

    private Command.Result applyAllWithout(String capability, String more) {
        return tool.run("apply", "--all", "--yes", "--goal", "none", "--drop", capability, more);
    }

    /// No forecast can know that a program asks for what the kernel never honours.
    private static void breakForecast(LabContainer container) throws IOException {
        container.writeService(
                "raw.service",
                List.of(),
                "Type=oneshot",
                "RemainAfterExit=yes",
                "ExecStart=/bin/sh -c 'capsh --has-b=cap_sys_rawio'");
        container.enableOnDisk("raw.service");
    }

    @Test
    void afterOneThatGotWorseNoneIsBegun() throws IOException {
        try (Guest first = make("first", "startup: order=1\n");
                Guest second = make("second")) {
            breakForecast(first.container());
            assertThat(List.of(first.boot(), second.boot())).containsOnly("degraded");
            String old = first.conf();
            String untouched = second.conf();
            long init = second.container().initPid();
            Command.Result applied = tool.run("apply", "--all", "--yes");
            assertThat(applied.exit()).as(applied.toString()).isEqualTo(1);
            assertThat(oneLine(applied.out()))
                    .contains(
                            first.vmid() + " forecast ", "raw.service: forecast active, is failed")
                    .contains("rolled back: the old configuration is back")
                    .contains("not begun, because one before got worse: " + second.vmid());
            assertThat(first.conf()).isEqualTo(old);
            assertThat(second.conf()).isEqualTo(untouched);
            assertThat(second.container().initPid()).isEqualTo(init);
        }
    }

    @Test
    void severalMayBeAwayAtATimeAndAnInterruptionEndsNoneHalfWay() throws IOException {
        try (Guest one = make("one");
                Guest other = make("other");
                Guest third = make("third")) {
            assertThat(List.of(one.boot(), other.boot(), third.boot())).containsOnly("degraded");
            String untouched = third.conf();
            Command.Result applied =
                    tool.signalledAt(
                            "TERM", "shutting ", "apply", "--all", "--parallel", "2", "--yes");
            assertThat(applied.exit()).as(applied.toString()).isEqualTo(1);
            assertThat(applied.err())
                    .contains("interrupted: what is under way is brought to its end")
                    .contains(one.vmid() + ": running; forecast ")
                    .contains(other.vmid() + ": running; forecast ");
            assertThat(applied.out())
                    .contains("not begun, because it was interrupted: " + third.vmid());
            assertThat(third.conf()).isEqualTo(untouched);
            assertThat(List.of(one.container().settled(), other.container().settled()))
                    .containsOnly("running");
            Command.Result rest = tool.run("apply", "--all", "--yes", "--json");
            assertThat(rest.exit()).as(rest.toString()).isZero();
            assertThat(rest.out())
                    .contains("\"schema\" : \"capdrop/apply/2\"")
                    .contains("\"target\" : \"pve:" + third.vmid() + "\"")
                    .contains("\"phase\" : \"applied\"", "\"stoppedBy\" : null");
            assertThat(third.container().settled()).isEqualTo("running");
        }
    }
}
