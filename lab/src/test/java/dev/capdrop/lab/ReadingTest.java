package dev.capdrop.lab;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.linux.time.Deadline.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Containers are read from outside, rightly, and without their help.
@NeedsContainers
final class ReadingTest {
    private static final Duration BOOT = Duration.ofMinutes(2);
    private final Bench bench = Bench.shared();
    private final SnapshotReader reader =
            new SnapshotReader(
                    container -> null,
                    SnapshotReader.PATIENCE,
                    new RunningContainers(),
                    null,
                    true);

    private ContainerId id(LabContainer container) {
        return new ContainerId(RuntimeKind.LXC, container.name(), bench.lxcPath().toString());
    }

    private void readsAsSystemctlSays(Suite suite, Privilege privilege) throws IOException {
        try (LabContainer container = bench.make(suite, privilege)) {
            container.start();
            Snapshot snapshot = reader.readSettled(id(container), BootWait.of(BOOT));
            Systemd systemd = requireNonNull(snapshot.systemd());
            Init init = requireNonNull(snapshot.init());
            assertThat(snapshot.problems()).isEmpty();
            assertThat(systemd.source()).isEqualTo(Systemd.Source.DBUS);
            assertThat(systemd.booting()).isFalse();
            assertThat(init.pid()).isEqualTo((int) container.initPid());
            assertThat(init.unprivileged()).isEqualTo(privilege == Privilege.UNPRIVILEGED);
            assertThat(container.attach("cat", "/proc/1/status").out())
                    .contains("CapBnd:\t" + init.bounding().formatHex());
            new SystemctlComparison(container).compare(systemd);
        }
    }

    @Test
    void trixieIsReadAsItsSystemctlSays() throws IOException {
        readsAsSystemctlSays(Suite.TRIXIE, Privilege.UNPRIVILEGED);
    }

    @Test
    void bookwormIsReadAsItsSystemctlSays() throws IOException {
        readsAsSystemctlSays(Suite.BOOKWORM, Privilege.UNPRIVILEGED);
    }

    @Test
    void bullseyeIsReadAsItsSystemctlSays() throws IOException {
        readsAsSystemctlSays(Suite.BULLSEYE, Privilege.UNPRIVILEGED);
    }

    @Test
    void aPrivilegedContainerIsReadAsItsSystemctlSays() throws IOException {
        readsAsSystemctlSays(Suite.TRIXIE, Privilege.PRIVILEGED);
    }

    @Test
    void nothingIsExecutedInAContainerThatHasDbus() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            Files.move(
                    container.rootfs().resolve("usr/bin/systemctl"),
                    container.rootfs().resolve("usr/bin/systemctl.real"));
            container.write(
                    "/usr/bin/systemctl",
                    "#!/bin/sh\n: > /executed\nexec /usr/bin/systemctl.real \"$@\"\n",
                    "rwxr-xr-x");
            assertThat(requireNonNull(reader.read(id(container)).systemd()).units()).isNotEmpty();
            assertThat(reader.readForCheck(id(container)).problems()).isEmpty();
            assertThat(reader.readSettled(id(container), BootWait.of(BOOT)).problems()).isEmpty();
            assertThat(container.has("/executed")).isFalse();
            container.attach("systemctl", "--version");
            assertThat(container.has("/executed")).as("the mark works").isTrue();
        }
    }

    /// A check reads the details of few units, a recording those of all.
    @Test
    void aCheckSaysOfADropWhatItsRecordingSays(@TempDir Path folder) throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            List<String> condition = List.of("ConditionCapability=CAP_SYS_RAWIO");
            for (String unit : List.of("timed", "called")) {
                container.writeService(unit + ".service", condition, "ExecStart=sleep inf");
            }
            container.write(
                    "/etc/systemd/system/timed.timer",
                    "[Timer]\nOnCalendar=Sun *-*-* 03:10:00\n",
                    "rw-r--r--");
            container.write(
                    "/etc/systemd/system/called.socket",
                    "[Socket]\nListenStream=/run/called\n",
                    "rw-r--r--");
            for (String unit : List.of("timed.timer", "called.socket")) {
                container.enableOnDisk(unit);
            }
            container.boot();
            Tool tool = Tool.of(bench, folder.resolve("state"));
            Path recording = folder.resolve("snapshot.json");
            tool.run("snapshot", container.name(), "-o", recording.toString());
            Pattern forecast = Pattern.compile("drops sys_module sys_rawio: .*? stay as they are");
            List<String> said =
                    Stream.of(
                                    tool.run("check", container.name()),
                                    tool.run("check", "--from", recording.toString()))
                            .map(result -> result.out().replaceAll("\\s+", " "))
                            .flatMap(text -> forecast.matcher(text).results())
                            .map(MatchResult::group)
                            .toList();
            assertThat(said).hasSize(2);
            assertThat(said.getFirst()).isEqualTo(said.getLast());
        }
    }

    /// Their units say nothing of the bus.
    @Test
    void whoIsConnectedToTheBusIsReadAsBusctlSays() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.writeService(
                    "connected.service",
                    List.of(),
                    "ExecStart=systemd-inhibit --what=idle sleep inf");
            container.writeService("alone.service", List.of(), "ExecStart=sleep inf");
            container.boot();
            container.attachOrFail("systemctl", "start", "connected.service", "alone.service");
            container.attachOrFail(
                    "sh",
                    "-c",
                    "for i in $(seq 600); do busctl list | grep -q connected.service && exit; sleep 0.1;"
                            + " done; busctl list; exit 1");
            Set<String> told =
                    Pattern.compile("\\S+\\.service\\b")
                            .matcher(container.attachOrFail("busctl", "--full", "--unique", "list"))
                            .results()
                            .map(MatchResult::group)
                            .collect(Collectors.toSet());
            assertThat(told).contains("systemd-logind.service", "connected.service");
            assertThat(requireNonNull(reader.read(id(container)).systemd()).busConnected())
                    .isEqualTo(told);
        }
    }

    /// Systemd keeps a line of each that it turns away on its own socket.
    @ParameterizedTest
    @EnumSource
    void withoutDbusSystemdSaysTheSameAndKeepsNothingOfIt(Privilege privilege) throws IOException {
        for (Suite suite : List.of(Suite.TRIXIE, Suite.BOOKWORM)) {
            try (LabContainer container = bench.make(suite, privilege)) {
                container.boot();
                container.attachOrFail("systemctl", "stop", "dbus.service", "dbus.socket");
                String journal = container.attachOrFail("journalctl", "-b", "-o", "cat");
                Snapshot snapshot = reader.read(id(container));
                assertThat(snapshot.problems()).isEmpty();
                Systemd without = requireNonNull(snapshot.systemd());
                assertThat(container.attachOrFail("journalctl", "-b", "-o", "cat"))
                        .isEqualTo(journal);
                container.attachOrFail("systemctl", "start", "dbus.socket", "dbus.service");
                Systemd with = requireNonNull(reader.read(id(container)).systemd());
                for (String name : List.of("sys-kernel-debug.mount", "systemd-journald.service")) {
                    assertThat(requireNonNull(without.unit(name)))
                            .isEqualTo(requireNonNull(with.unit(name)));
                }
            }
        }
    }

    @Test
    void aSilentDbusIsGivenUpInTime() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            Path list = Path.of("/proc/" + container.initPid() + "/root/run/dbus");
            assertThat(list.resolve("system_bus_socket")).exists();
            container.attach("systemctl", "kill", "--signal=STOP", "dbus.service");
            SnapshotReader impatient =
                    new SnapshotReader(
                            c -> null,
                            // systemd itself has to answer within it, on a busy machine, too
                            Patience.exactly(Duration.ofSeconds(10)),
                            new RunningContainers(),
                            null,
                            true);
            Snapshot snapshot = impatient.read(id(container));
            assertThat(snapshot.systemd()).isNotNull();
            assertThat(snapshot.problems())
                    .first()
                    .asString()
                    .startsWith("the bus did not say who is connected to it: D-Bus did not answer");
        }
    }

    @Test
    void aReadingThatRunsOutOfTimeSaysWhichUnitsItDidNotComeTo() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            int partial = 0;
            // each reading has a little more time than the one before, until one is whole
            for (int millis = 1; millis < 20_000; millis += 1 + millis / 20) {
                SnapshotReader hasty =
                        new SnapshotReader(
                                c -> null,
                                Patience.exactly(Duration.ofMillis(millis)),
                                new RunningContainers(),
                                null,
                                true);
                Snapshot snapshot = hasty.read(id(container));
                if (snapshot.systemd() == null) {
                    assertThat(snapshot.lacks(Unread.Part.SYSTEMD)).isTrue();
                    continue;
                }
                Set<String> lacking =
                        snapshot.systemd().units().stream()
                                .filter(unit -> !unit.detail().isRead())
                                .map(UnitState::name)
                                .collect(Collectors.toSet());
                Set<String> named =
                        snapshot.unread().stream()
                                .filter(one -> one.part() == Unread.Part.UNITS)
                                .flatMap(one -> one.units().stream())
                                .collect(Collectors.toSet());
                assertThat(named).isEqualTo(lacking);
                partial += lacking.isEmpty() ? 0 : 1;
                if (snapshot.unread().isEmpty()) {
                    break;
                }
            }
            assertThat(partial).as("readings that came to some units only").isPositive();
        }
    }

    @Test
    void anInitThatIsNotSystemdIsNamed() throws IOException {
        try (LabContainer container =
                bench.make(
                        Suite.TRIXIE,
                        Privilege.UNPRIVILEGED,
                        "lxc.init.cmd = /usr/bin/sleep 600")) {
            container.start();
            Snapshot snapshot = reader.read(id(container));
            assertThat(snapshot.systemd()).isNull();
            assertThat(snapshot.problems())
                    .containsExactly("PID 1 is '/usr/bin/sleep', not systemd");
        }
    }

    @Test
    void aStoppedContainerIsFoundAndHasNoInit() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            HostRuntime lxc = lxc(bench.lxcPath());
            assertThat(lxc.containers()).extracting(HostContainer::id).contains(id(container));
            assertThat(lxc.running(id(container))).isFalse();
            Snapshot snapshot = reader.read(id(container));
            assertThat(snapshot.init()).isNull();
            assertThat(snapshot.problems()).isEmpty();
            container.start();
            assertThat(lxc.running(id(container))).isTrue();
            assertThat(lxc(null).containers())
                    .as("found without being told the path")
                    .extracting(HostContainer::id)
                    .contains(id(container));
        }
    }

    private static HostRuntime lxc(@Nullable Path lxcPath) {
        return HostRuntimes.of(lxcPath, Path.of("/etc/pve"), new RunningContainers())
                .of(RuntimeKind.LXC);
    }

    @Test
    void whatAUnitFileHoldsThatIsSecretStaysThere() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.write(
                    "/etc/systemd/system/secret.service",
                    """
                    [Unit]
                    ConditionUser=root
                    [Service]
                    Environment=TOKEN=hunter2
                    Type=oneshot
                    RemainAfterExit=yes
                    ExecStart=/bin/true
                    """,
                    "rw-r--r--");
            Files.createSymbolicLink(
                    Files.createDirectories(
                                    container
                                            .rootfs()
                                            .resolve("etc/systemd/system/multi-user.target.wants"))
                            .resolve("secret.service"),
                    Path.of("/etc/systemd/system/secret.service"));
            container.boot();
            Systemd systemd = requireNonNull(reader.read(id(container)).systemd());
            assertThat(requireNonNull(systemd.unit("secret.service")).activeState())
                    .isEqualTo("active");
            assertThat(systemd.toString()).contains("ConditionUser").doesNotContain("hunter2");
        }
    }

    @Test
    void theUnitFilesOfTheHostAreOutOfReach() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            Path bait = Files.createTempFile(bench.lxcPath(), "bait", ".conf");
            Files.writeString(bait, "[Unit]\nConditionHost=of-the-host\n[Service]\n");
            Path unit = container.rootfs().resolve("etc/systemd/system/dbus.service.d");
            Files.createDirectories(unit);
            container.write("/etc/systemd/system/dbus.service.d/a.conf", "[Unit]\n", "rw-r--r--");
            container.boot();
            Files.delete(unit.resolve("a.conf"));
            Files.createSymbolicLink(unit.resolve("a.conf"), bait);
            Snapshot snapshot = reader.read(id(container));
            Files.delete(bait);
            assertThat(snapshot.toString()).doesNotContain("of-the-host");
            assertThat(snapshot.problems())
                    .containsExactly(
                            "a unit file could not be read: '/etc/systemd/system/dbus.service.d/"
                                    + "a.conf': no such file or directory (openat2)");
        }
    }

    @Test
    void theNewInitIsWaitedForAfterARestart() throws IOException {
        try (LabContainer container = bench.make(Suite.BULLSEYE, Privilege.UNPRIVILEGED)) {
            container.boot();
            int before = requireNonNull(reader.read(id(container)).init()).pid();
            container.shutDown();
            container.start();
            Snapshot snapshot = reader.readSettled(id(container), BootWait.of(BOOT));
            assertThat(requireNonNull(snapshot.init()).pid()).isNotEqualTo(before);
            assertThat(requireNonNull(snapshot.systemd()).booting()).isFalse();
            assertThat(Stream.of("running", "degraded"))
                    .contains(requireNonNull(snapshot.systemd()).manager().state());
            assertThat(List.of(snapshot.container())).containsExactly(id(container));
        }
    }

    /// As on a machine that is busy: one look at it takes as long as a container may be gone.
    @Test
    void aSystemdThatIsSlowToAnswerIsNoContainerThatHasGone() throws Exception {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.writeService(
                    "long.service",
                    List.of("DefaultDependencies=no"),
                    "Type=oneshot",
                    "ExecStart=/bin/sleep 12");
            SmallBoot.of(container, "long.service");
            container.start();
            long init = container.initPid();
            Path bus = Path.of("/proc/" + init + "/root/run/dbus/system_bus_socket");
            while (!Files.exists(bus)) {
                Thread.sleep(100);
            }
            Command.of("kill", "-STOP", Long.toString(init)).runOrFail();
            FutureTask<Snapshot> settled =
                    new FutureTask<>(() -> reader.readSettled(id(container), BootWait.of(BOOT)));
            Thread.ofPlatform().start(settled);
            Thread.sleep(Duration.ofSeconds(7));
            Command.of("kill", "-CONT", Long.toString(init)).runOrFail();
            Snapshot snapshot = settled.get(5, TimeUnit.MINUTES);
            assertThat(requireNonNull(snapshot.systemd()).booting()).isFalse();
        }
    }
}
