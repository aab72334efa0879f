package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.observe.Coverage;
import dev.capdrop.core.observe.Meaning;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Tally;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.perf.Learner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `capdrop learn` says of services of which it is known what they ask the kernel for: two
/// containers, watched at once, that do the opposite of each other.
@NeedsContainers
class LearnTest {
    private static final Path TRACEFS = Path.of("/sys/kernel/tracing");
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /// Not the common pool: with two cores that has one thread for all.
    private static final Executor AT_ONCE = task -> Thread.ofPlatform().daemon().start(task);

    /// What one container does and the other does not.
    private static final String ONE =
            "chown dac_override fowner kill setgid setpcap net_bind_service net_admin ipc_owner"
                    + " sys_ptrace sys_boot sys_resource_other mount linux_immutable sys_pacct"
                    + " sys_resource sys_tty_config lease wake_alarm bpf nothing high_port children"
                    + " chown_as_user kill_as_user";

    private static final String OTHER =
            "dac_read_search fsetid setuid net_broadcast net_raw sys_chroot sys_admin"
                    + " sys_nice_other setfcap ipc_lock sys_nice sys_time mknod syslog perfmon"
                    + " debugfs own_file memory port_as_user raw_as_user";

    @TempDir static Path state;
    private static LabContainer one;
    private static LabContainer other;
    private static Observation seenOfOne;
    private static Observation seenOfOther;

    @BeforeAll
    static void watchBoth() throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "its workloads are for x86-64");
        if (!Files.exists(TRACEFS.resolve("events"))) {
            Command.of("mount", "-t", "tracefs", "tracefs", TRACEFS.toString()).runOrFail();
        }
        assumeTrue(
                Files.exists(TRACEFS.resolve("events/capability/cap_capable")),
                "this kernel does not report capability checks (Linux 6.14 does)");
        one = container();
        other = container();
        AtomicBoolean enough = new AtomicBoolean();
        try (Learner first = Learner.of(id(one));
                Learner second = Learner.of(id(other))) {
            CompletableFuture<Observation> watched = watch(first, enough);
            CompletableFuture<Observation> alsoWatched = watch(second, enough);
            CompletableFuture<Void> working =
                    CompletableFuture.runAsync(() -> work(one, ONE), AT_ONCE);
            try {
                work(other, OTHER);
                working.join();
            } finally {
                enough.set(true);
            }
            seenOfOne = watched.join();
            seenOfOther = alsoWatched.join();
        }
    }

    private static LabContainer container() throws IOException {
        LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        try (var script = LearnTest.class.getResourceAsStream("workload.pl")) {
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            container.write("/opt/workload", text, "rwxr-xr-x");
        }
        container.writeService(
                "work@.service",
                List.of(),
                "Type=oneshot",
                "ExecStart=/usr/bin/perl /opt/workload %i");
        container.boot();
        return container;
    }

    private static ContainerId id(LabContainer container) {
        return new ContainerId("lxc", container.name(), Bench.shared().lxcPath().toString());
    }

    private static CompletableFuture<Observation> watch(Learner learner, AtomicBoolean enough) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return learner.learn(LIMIT, enough::get, _ -> {});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void work(LabContainer container, String workloads) {
        List<String> line = new ArrayList<>(List.of("systemctl", "start", "--"));
        for (String workload : workloads.split(" ")) {
            line.add("work@" + workload + ".service");
        }
        container.attachOrFail(line.toArray(String[]::new));
    }

    @AfterAll
    static void remove() throws IOException {
        if (one != null) {
            one.close();
        }
        if (other != null) {
            other.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "chown, chown, USED",
        "dac_override, dac_override, USED",
        "fowner, fowner, USED",
        "kill, kill, USED",
        "setgid, setgid, USED",
        "setpcap, setpcap, USED",
        "net_bind_service, net_bind_service, USED",
        "net_admin, net_admin, USED",
        "ipc_owner, ipc_owner, USED",
        "sys_ptrace, sys_ptrace, USED",
        "sys_boot, sys_boot, USED",
        "sys_resource_other, sys_resource, USED",
        "mount, sys_admin, USED",
        "linux_immutable, linux_immutable, NEVER_HONOURED",
        "sys_pacct, sys_pacct, NEVER_HONOURED",
        "sys_resource, sys_resource, NEVER_HONOURED",
        "sys_tty_config, sys_tty_config, NEVER_HONOURED",
        "lease, lease, NEVER_HONOURED",
        "wake_alarm, wake_alarm, NEVER_HONOURED",
        "bpf, bpf, NEVER_HONOURED",
        "chown_as_user, chown, MISSED",
        "kill_as_user, kill, MISSED",
    })
    void whatAServiceAsksForIsSeenAndMeansWhatTheKernelMadeOfIt(
            String workload, String capability, Meaning meaning) {
        assertThat(seen(seenOfOne, workload)).contains(capability + " " + meaning);
    }

    @ParameterizedTest
    @CsvSource({
        "dac_read_search, dac_read_search, USED",
        "fsetid, fsetid, USED",
        "setuid, setuid, USED",
        "net_broadcast, net_broadcast, USED",
        "net_raw, net_raw, USED",
        "sys_chroot, sys_chroot, USED",
        "sys_admin, sys_admin, USED",
        "sys_nice_other, sys_nice, USED",
        "setfcap, setfcap, USED",
        "debugfs, sys_admin, USED",
        "ipc_lock, ipc_lock, NEVER_HONOURED",
        "sys_nice, sys_nice, NEVER_HONOURED",
        "sys_time, sys_time, NEVER_HONOURED",
        "mknod, mknod, NEVER_HONOURED",
        "syslog, syslog, NEVER_HONOURED",
        "perfmon, perfmon, NEVER_HONOURED",
        "port_as_user, net_bind_service, MISSED",
        "raw_as_user, net_raw, MISSED",
    })
    void theSameOfTheContainerBesideIt(String workload, String capability, Meaning meaning) {
        assertThat(seen(seenOfOther, workload)).contains(capability + " " + meaning);
    }

    /// systemd asks in vain for two of its own before it runs a service.
    @ParameterizedTest
    @CsvSource({"nothing", "high_port", "children"})
    void aServiceThatNeedsNothingIsNotSaidToNeedAnything(String workload) {
        assertThat(seen(seenOfOne, workload))
                .isSubsetOf(
                        "net_admin NEVER_HONOURED",
                        "sys_resource NEVER_HONOURED",
                        // overlayfs, of its mounter
                        "fowner HOST");
    }

    /// The kernel asks for sys_admin at each mapping, which is no use of it.
    @ParameterizedTest
    @CsvSource({"own_file", "memory"})
    void noCapabilityIsUsedByWhoMapsMemoryOrWritesHisOwnFile(String workload) {
        assertThat(seen(seenOfOther, workload))
                .isSubsetOf(
                        "net_admin NEVER_HONOURED",
                        "sys_resource NEVER_HONOURED",
                        // overlayfs, of its mounter
                        "fowner HOST");
    }

    @Test
    void nothingIsSeenOfTheContainerBesideIt() {
        assertThat(workUnits(seenOfOne)).containsExactlyInAnyOrder(ONE.split(" "));
        assertThat(workUnits(seenOfOther)).containsExactlyInAnyOrder(OTHER.split(" "));
    }

    @Test
    void noCheckIsLost() {
        assertThat(seenOfOne.coverage().lost()).isZero();
        assertThat(seenOfOther.coverage().lost()).isZero();
        assertThat(seenOfOne.coverage().end()).isEqualTo(Coverage.End.USER);
    }

    @Test
    void theCommandShowsWhatItSees() {
        Command.Result result = tool().run("learn", one.name(), "--for", "2s");
        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .startsWith("lxc:" + one.name() + " used ")
                .contains("of the 41 capabilities that it holds, watched for 2 s.")
                .contains("no check was lost")
                .contains("Not seen is not unused");
    }

    @Test
    void aContainerThatDoesNotRunIsRefusedInOneSentence() throws IOException {
        try (LabContainer stopped = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            Command.Result result = tool().run("learn", stopped.name());
            assertThat(result.exit()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .isEqualTo(
                            "capdrop: '"
                                    + stopped.name()
                                    + "' does not run, so there is nothing to watch; start it\n");
        }
    }

    private static Tool tool() {
        return Tool.of(Bench.shared(), state);
    }

    private static List<String> seen(Observation of, String workload) {
        return of.tallies().stream()
                .filter(tally -> tally.unit().equals("work@" + workload + ".service"))
                .map(tally -> new Capability(tally.capability()).name() + " " + tally.meaning())
                .toList();
    }

    /// By what systemd asks for in each unit's name before its program runs.
    private static List<String> workUnits(Observation of) {
        return of.tallies().stream()
                .map(Tally::unit)
                .filter(unit -> unit.startsWith("work@"))
                .map(unit -> unit.substring("work@".length(), unit.length() - ".service".length()))
                .distinct()
                .collect(Collectors.toList());
    }
}
