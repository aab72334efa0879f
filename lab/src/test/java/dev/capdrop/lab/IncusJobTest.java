package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.linux.incus.IncusServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The main job on containers of Debian's Incus, on a host of their own that is booted once.
@NeedsContainers
final class IncusJobTest {
    private static IncusHost host;

    /// The root directory of what need not be a whole Debian.
    private static Path small = Path.of("");

    @BeforeAll
    static void bootHost() throws IOException {
        host = IncusHost.boot(Bench.shared());
        small = host.smallDegraded();
    }

    @AfterAll
    static void removeHost() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    /// At most two run at a time: fs.inotify.max_user_instances counts for all of them.
    @AfterEach
    void removeInstances() {
        host.runOrFail("sh", "-c", "incus list -c n -f csv | xargs -r -n 1 incus delete --force");
    }

    @ParameterizedTest
    @CsvSource({
        "BULLSEYE, security.idmap.isolated=true, sys_rawio audit_read",
        "BOOKWORM, security.nesting=true, sys_rawio",
        "TRIXIE, boot.autostart=false, sys_module sys_rawio",
    })
    void aDegradedOneIsHealedAsForecastAndBroughtBack(Suite suite, String setting, String names)
            throws IOException {
        String name = suite.name().toLowerCase(Locale.ROOT);
        String storage = suite == Suite.BULLSEYE ? IncusHost.ON_DISK : "--storage=default";
        host.make(suite, name, storage, "--config=" + setting, "--config=user.mine=a \"b\"");
        describe(name);
        Command.Result stopped = host.capdrop("check", name);
        assertThat(stopped.out())
                .startsWith("incus:" + name + "  not running")
                // Incus mounts it before systemd begins
                .doesNotContain("sys-kernel-debug.mount");
        assertThat(forecastsNetMount(name)).isFalse();
        host.bootDegraded(name);
        assertThat(isNetMounted(name)).isFalse();
        String before = host.told(name);
        assertThat(before).contains("\"description\": \"who \\\"runs\\\" it: é\"");
        Command.Result check = host.capdrop("check", name);
        assertThat(check.exit()).as(check.toString()).isEqualTo(1);
        assertThat(check.out())
                .startsWith("incus:" + name + "  degraded")
                .contains("mnt.mount", "fix: capdrop apply incus:" + name);
        Command.Result plan = host.capdrop("plan", name);
        assertThat(plan.out()).contains("\n+lxc.cap.drop = " + names + "\n");
        Command.Result apply = host.capdrop("apply", name, "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(apply.out()).endsWith("verdict: better, the container is running\n");
        MainJobTest.assertAllAsForecast(apply);
        assertThat(host.settled(name)).isEqualTo("running");
        assertThat(host.rawLxc(name)).isEqualTo("lxc.cap.drop = " + names);
        assertThat(host.capdrop("status", name).out()).contains("as it was left");
        Command.Result undo = host.capdrop("undo", name, "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        MainJobTest.assertAllAsForecast(undo);
        assertThat(host.settled(name)).isEqualTo("degraded");
        assertThat(host.told(name)).isEqualTo(before);
        host.runOrFail(
                "incus", "exec", name, "--", "systemctl", "stop", "dbus.socket", "dbus.service");
        assertThat(host.capdrop("check", name).out())
                .startsWith("incus:" + name + "  degraded")
                .contains("mnt.mount");
    }

    /// Whether the files of an instance that does not run tell of a mount on /proc/sys/net.
    private static boolean forecastsNetMount(String name) {
        Command.Result snapshot = host.capdrop("snapshot", name);
        assertThat(snapshot.exit()).as(snapshot.err()).isZero();
        assertThat(snapshot.out()).contains("\"dev-mqueue.mount\"");
        return snapshot.out().contains("\"proc-sys-net.mount\"");
    }

    private static boolean isNetMounted(String name) {
        return host.run("incus", "exec", name, "--", "systemctl", "is-active", "proc-sys-net.mount")
                        .exit()
                == 0;
    }

    /// Gives an instance what nobody but its administrator may change.
    private static void describe(String name) {
        host.runOrFail(
                "sh",
                "-c",
                "incus config set \"$1\" --property description='who \"runs\" it: é' && incus config"
                        + " device add \"$1\" null unix-char path=/dev/own source=/dev/null",
                "sh",
                name);
    }

    @Test
    void aPrivilegedOneKeepsItsOwnLinesItsSnapshotAndItsCopyTheirs() throws IOException {
        String own = "# mine\nlxc.environment = A=b\nlxc.cap.drop = wake_alarm";
        host.make(
                Suite.BOOKWORM,
                "priv",
                "--config=security.privileged=true",
                "--config=raw.lxc=" + own);
        assertThat(forecastsNetMount("priv")).isTrue();
        host.boot("priv");
        assertThat(isNetMounted("priv")).isTrue();
        Command.Result config = host.capdrop("config", "priv");
        assertThat(config.exit()).as(config.toString()).isZero();
        String given = host.runOrFail("grep", "^lxc.cap.drop", "/run/incus/priv/lxc.conf");
        assertThat(given.lines())
                .isNotEmpty()
                .allSatisfy(one -> assertThat(config.out()).contains(one));
        host.runOrFail("incus", "snapshot", "create", "priv", "before");
        CapabilitySet held = bounding("priv");
        Command.Result apply =
                host.capdrop("apply", "priv", "--goal", "none", "--drop", "mknod", "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        MainJobTest.assertAllAsForecast(apply);
        assertThat(bounding("priv")).isEqualTo(held.minus(CapabilitySet.of("mknod")));
        assertThat(host.rawLxc("priv")).isEqualTo(own + "\nlxc.cap.drop = mknod");
        host.runOrFail("incus", "copy", "priv", "copied", "--instance-only");
        host.runOrFail("incus", "snapshot", "restore", "priv", "before");
        Command.Result status = host.capdrop("status", "priv");
        assertThat(status.out().replaceAll("\\s+", " "))
                .contains("incus:priv drifted", "its raw lines are those of its snapshot 'before'");
        Command.Result undo = host.capdrop("undo", "priv", "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(host.rawLxc("priv")).isEqualTo(own);
        assertThat(host.rawLxc("copied")).isEqualTo(own + "\nlxc.cap.drop = mknod");
        assertThat(host.capdrop("config", "copied").out()).contains("mknod");
    }

    /// With all of them, which Incus would not leave to it. Debian 13 tries to load modules, of
    /// which there are none; Debian 11 has nothing to do.
    @ParameterizedTest
    @CsvSource({"BULLSEYE, running, wake_alarm", "TRIXIE, degraded, sys_module"})
    void aPrivilegedOneGivesOneUpAsForecastAndGetsItBack(Suite suite, String state, String drop)
            throws IOException {
        String name = "all-" + suite.name().toLowerCase(Locale.ROOT);
        host.make(
                suite,
                name,
                "--config=security.privileged=true",
                "--config=raw.lxc=lxc.cap.drop =");
        assertThat(host.boot(name)).isEqualTo(state);
        String before = host.told(name);
        Command.Result apply =
                host.capdrop("apply", name, "--goal", "none", "--drop", drop, "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        MainJobTest.assertAllAsForecast(apply);
        assertThat(host.settled(name)).isEqualTo("running");
        assertThat(host.rawLxc(name)).isEqualTo("lxc.cap.drop =\nlxc.cap.drop = " + drop);
        Command.Result undo = host.capdrop("undo", name, "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        MainJobTest.assertAllAsForecast(undo);
        assertThat(host.settled(name)).isEqualTo(state);
        assertThat(host.told(name)).isEqualTo(before);
    }

    /// 'incus exec' now and then loses what a short command has written.
    private static CapabilitySet bounding(String name) {
        String state = host.runOrFail("incus", "query", "/1.0/instances/" + name + "/state");
        String init = state.replaceAll("(?s).*\"pid\":\\s*([0-9]+).*", "$1");
        String status = host.runOrFail("grep", "CapBnd", "/proc/" + init + "/status");
        return CapabilitySet.parseHex(status.replaceAll("(?s).*CapBnd:\\s*", "").strip());
    }

    @Test
    void aProfilesLinesAreReadAndNotPutOutOfForce() throws IOException {
        host.runOrFail("incus", "profile", "create", "drops");
        host.runOrFail("incus", "profile", "set", "drops", "raw.lxc=lxc.cap.drop = mknod");
        try {
            host.make(small, "led", "--profile=default", "--profile=drops");
            assertThat(host.boot("led")).isEqualTo("degraded");
            assertThat(bounding("led").contains(new Capability(27))).isFalse();
            assertThat(host.capdrop("config", "led").out())
                    .contains("profile drops:1: lxc.cap.drop = mknod");
            String before = host.told("led");
            assertRefused(
                    "a profile has lines of its own, which it would take out of force",
                    host.capdrop("apply", "led", "--yes"));
            assertThat(host.told("led")).isEqualTo(before);
            host.runOrFail("incus", "config", "set", "led", "raw.lxc=lxc.cap.drop = mknod");
            Command.Result apply = host.capdrop("apply", "led", "--no-restart", "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(host.rawLxc("led"))
                    .isEqualTo("lxc.cap.drop = mknod\nlxc.cap.drop = sys_module sys_rawio");
        } finally {
            host.runOrFail("incus", "delete", "--force", "led");
            host.runOrFail("incus", "profile", "delete", "drops");
            host.run("rm", "-rf", "/var/lib/capdrop");
        }
    }

    @Test
    void whatIncusRefusesIsSaidInItsWords() throws IOException {
        host.runOrFail(
                "incus",
                "project",
                "create",
                "strict",
                "--config=features.images=false",
                "--config=restricted=true");
        host.runOrFail(
                "incus",
                "profile",
                "device",
                "add",
                "default",
                "root",
                "disk",
                "path=/",
                "pool=default",
                "--project=strict");
        try {
            host.make(small, "web", "--project=strict");
            assertRefused(
                    "Use of low-level config \"raw.lxc\" on container \"web\" of project \"strict\" is forbidden",
                    host.capdrop(
                            "apply",
                            "incus:strict/web",
                            "--goal",
                            "none",
                            "--drop",
                            "mknod",
                            "--yes"));
            assertThat(
                            host.runOrFail(
                                    "incus", "config", "get", "web", "raw.lxc", "--project=strict"))
                    .isEmpty();
            assertRefused(
                    "Incus has no container 'strict/nobody' here",
                    host.capdrop("config", "incus:strict/nobody"));
        } finally {
            host.run("incus", "delete", "web", "--project=strict", "--force");
            host.run("incus", "project", "delete", "strict");
        }
    }

    @Test
    void nothingIsLostBesideAnIncusConfigSetInTwoHundredRounds() throws Exception {
        host.make(small, "busy");
        Path raw = Path.of(host.file("/var/lib/incus") + "/containers/busy/raw.lxc");
        ConfigStore store =
                new IncusServer(
                                IncusDaemon.INCUS,
                                host.file("/var/lib/incus").toString(),
                                Duration.ofSeconds(30),
                                0)
                        .store();
        CompletableFuture<Void> others = CompletableFuture.runAsync(IncusJobTest::setInRounds);
        String now = "";
        int round = 0;
        // with nobody beside it, it shows nothing
        while (!others.isDone()) {
            String next = "# round " + ++round + "\nlxc.cap.drop = mknod\n";
            store.replace(raw.toString(), now, next);
            now = next;
            assertThat(store.read(raw.toString())).isEqualTo(now);
        }
        others.get(10, TimeUnit.MINUTES);
        System.err.printf("lab: %d rounds of ours beside 200 of theirs%n", round);
        String shown = host.shown("busy");
        assertThat(shown).contains("# round " + round + "\n");
        for (int i = 1; i <= 200; i++) {
            assertThat(shown).contains("  user.n" + i + ": \"" + i + "\"\n");
        }
    }

    /// Sets 200 settings, each again where Incus says that somebody else was first, or hangs up on
    /// it.
    private static void setInRounds() {
        for (int first = 1; first <= 200; first += 25) {
            host.runOrFail(
                    "sh",
                    "-c",
                    "for i in $(seq $1 $(($1+24))); do until said=$(incus config set busy"
                            + " user.n$i=$i 2>&1); do case $said in *ETag*|*'broken pipe'*) ;; *)"
                            + " echo \"$said\";"
                            + " exit 1;; esac; done; done",
                    "sh",
                    Integer.toString(first));
        }
    }

    @Test
    void whatKeepsItFromBeingChangedIsOneSentenceEach() throws IOException {
        host.make(small, "web");
        host.boot("web");
        String before = host.told("web");
        String[] apply = {"apply", "incus:web", "--goal", "none", "--drop", "mknod", "--yes"};
        host.runOrFail("incus", "pause", "web");
        assertRefused("it is frozen; 'incus resume web' lets it go on", host.capdrop(apply));
        host.runOrFail("incus", "resume", "web");
        host.runOrFail(
                "sh", "-c", "incus export web /srv/web.tar --compression=xz >/dev/null 2>&1 &");
        host.runOrFail("sh", "-c", "until pkill -STOP -x xz; do sleep 0.1; done");
        assertRefused("Incus is at work on it (Backing up instance)", host.capdrop(apply));
        host.run("pkill", "-KILL", "-x", "xz");
        host.runOrFail(
                "sh",
                "-c",
                "while incus operation list -f csv | grep -q RUNNING; do sleep 0.1; done");
        assertThat(host.told("web")).isEqualTo(before);
        host.runOrFail("systemctl", "stop", "incus.socket", "incus.service");
        Command.Result nobody = host.capdrop(apply);
        host.runOrFail("systemctl", "start", "incus.socket");
        assertRefused("/var/lib/incus/unix.socket'", nobody);
        // one that has just begun may say for a moment that it is stopped
        host.runOrFail(
                "timeout",
                "300",
                "sh",
                "-c",
                "until incus list web -c s -f csv | grep -q RUNNING; do sleep 0.1; done");
        assertThat(host.told("web")).isEqualTo(before);
    }

    @Test
    void whereIncusDiesInTheMiddleTheNextCommandFinishes() throws IOException {
        host.make(Suite.BOOKWORM, "web", "--config=raw.lxc=# mine");
        host.boot("web");
        String before = host.told("web");
        Command.Result apply =
                host.run(
                        dying(
                                "starting web",
                                "apply",
                                "web",
                                "--goal",
                                "none",
                                "--drop",
                                "mknod",
                                "--yes"));
        assertThat(apply.err()).doesNotContain("\tat ", "Exception");
        host.runOrFail("systemctl", "start", "incus.socket");
        assertThat(host.rawLxc("web")).isIn("# mine", "# mine\nlxc.cap.drop = mknod");
        Command.Result undo = host.capdrop("undo", "web", "--yes");
        assertThat(undo.exit()).as(apply + " " + undo).isZero();
        assertThat(host.told("web")).isEqualTo(before);
        assertThat(host.capdrop("status").out()).doesNotContain("incus:web");
    }

    /// A capdrop beside which incusd and its socket die as soon as it says something.
    private static String[] dying(String said, String... arguments) {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "sh",
                                "-c",
                                "said=$1; shift; \"$@\" 2>/srv/said & pid=$!; until grep -q \"$said\""
                                        + " /srv/said || ! kill -0 $pid; do sleep 0.02; done;"
                                        + " systemctl stop incus.socket; systemctl kill"
                                        + " --kill-whom=main -s KILL incus.service; wait $pid;"
                                        + " code=$?; cat /srv/said >&2; exit $code",
                                "sh",
                                said));
        line.addAll(Program.line());
        line.addAll(List.of(arguments));
        return line.toArray(String[]::new);
    }

    @Test
    void whatAnInstanceUsesIsLearnt() throws IOException {
        host.runOrFail("mount", "-t", "tracefs", "tracefs", "/sys/kernel/tracing");
        CheckReports.assume();
        host.make(small, "watched");
        assertThat(host.boot("watched")).isEqualTo("degraded");
        Command.Result learnt =
                host.run(
                        beside(
                                "sleep 2; incus exec watched -- systemctl restart dbus",
                                "learn",
                                "watched",
                                "--for",
                                "6s"));
        assertThat(learnt.exit()).as(learnt.toString()).isZero();
        assertThat(learnt.out())
                .startsWith("incus:watched used ")
                .contains("of the 41 capabilities that it holds", "setgid", "no check was lost");
        EveryCommand.take(host::capdrop, host::file, "incus:watched", "mnt.mount");
    }

    /// capdrop beside a command of the shell.
    private static String[] beside(String command, String... arguments) {
        List<String> line =
                new ArrayList<>(List.of("sh", "-c", "(" + command + ") & exec \"$@\"", "sh"));
        line.addAll(Program.line());
        line.addAll(List.of(arguments));
        return line.toArray(String[]::new);
    }

    private static void assertRefused(String sentence, Command.Result result) {
        assertThat(result.exit()).as(result.toString()).isNotZero();
        assertThat(result.out() + result.err()).contains(sentence);
        assertThat(result.err().lines().filter(line -> !line.startsWith("capdrop: writing ")))
                .as(result.toString())
                .hasSize(1);
    }
}
