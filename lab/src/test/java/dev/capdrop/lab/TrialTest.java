package dev.capdrop.lab;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `trial` on a container that runs: what it finds is exactly what the container needs, and the
/// container does not notice.
@NeedsContainers
class TrialTest {
    private static final String CANDIDATES =
            "chown,net_bind_service,net_admin,mknod,sys_rawio,sys_pacct";

    @TempDir private Path state;

    private static LabContainer container() throws IOException {
        LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        service(container, "owner", TrialRun.OWNER);
        service(
                container,
                "port",
                "Type=oneshot",
                "RemainAfterExit=yes",
                "ExecStart=/usr/bin/perl -MIO::Socket::INET -e \"IO::Socket::INET->new(Listen => 1,"
                        + " LocalPort => 80) or die\"");
        service(container, "calm", "ExecStart=/bin/sleep infinity");
        SmallBoot.of(container, "owner.service", "port.service", "calm.service");
        return container;
    }

    private static void service(LabContainer container, String name, String... lines)
            throws IOException {
        container.writeService(name + ".service", List.of("DefaultDependencies=no"), lines);
    }

    @Test
    void theSetFoundIsMinimalAndTheContainerDoesNotNotice() throws IOException {
        Tool tool = Tool.of(Bench.shared(), state);
        try (LabContainer container = container()) {
            container.boot();
            long init = container.initPid();
            String config = container.config();
            String files = files(container);
            Command.Result tried =
                    trial(state, container, CANDIDATES, "--probe", "ip link set lo up");
            assertThat(tried.exit()).as(tried.toString()).isZero();
            assertThat(TrialRun.kept(tried))
                    .as(tried.toString())
                    .containsExactly("chown", "net_bind_service", "net_admin");
            String said = TrialRun.words(tried);
            assertThat(said)
                    .contains(TrialRun.OWNER_KEPT)
                    .contains("kept: net_bind_service; without it port.service: active -> failed")
                    .contains("kept: net_admin; without it 'ip link set lo up': status 0 ->");
            assertThat(container.initPid()).isEqualTo(init);
            assertThat(container.config()).isEqualTo(config);
            assertThat(files(container)).isEqualTo(files);
            assertThat(left()).isEmpty();

            Matcher command = Pattern.compile("--goal none --drop ([a-z_,]+)").matcher(said);
            assertThat(command.find()).isTrue();
            Command.Result applied =
                    tool.run(
                            "apply",
                            container.name(),
                            "--goal",
                            "none",
                            "--drop",
                            command.group(1),
                            "--yes");
            assertThat(applied.exit()).as(applied.toString()).isZero();
            for (String unit : List.of("owner", "port", "calm")) {
                container.attachOrFail("systemctl", "is-active", unit + ".service");
            }
        }
    }

    /// Its boot does not ask for sys_chroot, its work does, which begins when somebody asks for it;
    /// see LearnTest for who can watch. A probe that passes does not come near the service, one
    /// asks for the same itself, and one has the service work.
    @Test
    void whatLearnSawInUseAtWorkIsNotAdvisedToBeDroppedUntilAProbeSettlesIt() throws IOException {
        LearnTest.requireTracepoint();
        Tool tool = Tool.of(Bench.shared(), state);
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            service(
                    container,
                    "meterd",
                    "ExecStart=/bin/sh -c 'until [ -e /run/work ]; do sleep 0.2; done;"
                            + " while :; do chroot / true; touch /run/worked; sleep 0.5; done'");
            SmallBoot.of(container, "meterd.service");
            container.boot();
            container.attachOrFail("touch", "/run/work");
            Command.Result learnt = tool.run("learn", container.name(), "--for", "4s");
            assertThat(learnt.exit()).as(learnt.toString()).isZero();
            String notSettled = "kept, not settled: sys_chroot; no copy missed it at its boot";
            Command.Result tried = trial(state, container, "sys_chroot,mknod");
            assertThat(tried.exit()).as(tried.toString()).isEqualTo(1);
            assertThat(TrialRun.words(tried))
                    .contains(notSettled)
                    .contains("used by meterd.service (")
                    .contains("can go: mknod")
                    .doesNotContain("--drop sys_chroot");
            Command.Result passed = trial(state, container, "sys_chroot", "--probe", "true");
            assertThat(passed.exit()).as(passed.toString()).isEqualTo(1);
            assertThat(TrialRun.words(passed))
                    .contains(notSettled)
                    .contains(", and no probe had it use it")
                    .contains("can go: none");
            Command.Result asks = trial(state, container, "sys_chroot", "--probe", "chroot / true");
            assertThat(asks.exit()).as(asks.toString()).isZero();
            assertThat(TrialRun.kept(asks)).containsExactly("sys_chroot");
            String works = "touch /run/work; until [ -e /run/worked ]; do sleep 0.2; done";
            Command.Result settled = trial(state, container, "sys_chroot", "--probe", works);
            assertThat(settled.exit()).as(settled.toString()).isZero();
            assertThat(TrialRun.words(settled))
                    .contains("seen at work: sys_chroot, used by meterd.service")
                    .contains("can go: sys_chroot");
        }
    }

    @Test
    void whatAKilledTrialLeftIsRemovedByWhateverStartsNextAndTwoAtOnceAreRefused()
            throws Exception {
        Tool tool = Tool.of(Bench.shared(), state);
        try (LabContainer container = container()) {
            container.boot();
            String[] trial = TrialRun.line(container.name(), "mknod", "20s");
            Process process =
                    new ProcessBuilder(tool.command(trial).line())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            List<String> copies = awaitRunning();
            Command.Result second = tool.run(trial);
            assertThat(second.exit()).as(second.toString()).isEqualTo(2);
            assertThat(second.err())
                    .contains("a trial of 'lxc:" + container.name() + "' is under way (process ");
            for (String looks : List.of("status", "check", "doctor")) {
                assertThat(tool.run(looks).err()).doesNotContain("trial-");
            }
            assertThat(runs(copies.getFirst())).as("nobody takes it from its trial").isTrue();
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(copies).isNotEmpty();
            assertThat(runs(copies.getFirst())).as("a copy outlives the killed trial").isTrue();

            Command.Result status = tool.run("status");
            assertThat(status.err())
                    .contains("capdrop: what a killed trial left was ended and removed: ")
                    .contains(copies.getFirst());
            assertThat(runs(copies.getFirst())).isFalse();
            assertThat(left()).isEmpty();
            Path trials = state.resolve("trials");
            for (String looks : List.of("check", "doctor", "plan " + container.name())) {
                String other = trials + "/lxc:other/trial-" + looks.length();
                Command.of("install", "-d", "-m", "700", trials + "/lxc:other", other).runOrFail();
                assertThat(tool.run(looks.split(" ")).err())
                        .contains("ended and removed: lxc:trial-" + looks.length() + "\n");
                assertThat(Path.of(other)).doesNotExist();
            }

            Command.Result next = trial(state, container, "mknod");
            assertThat(next.exit()).as(next.toString()).isZero();
            assertThat(runs(copies.getFirst())).isFalse();
            assertThat(left()).isEmpty();
            assertThat(container.running()).isTrue();
        }
    }

    @Test
    void copiesReachTheNetworkOnDemandAreKeptOnDemandAndEndBeforeTheDiskIsFull()
            throws IOException {
        try (Bridge bridge = new Bridge();
                LabContainer container = container()) {
            container.setConfig(
                    container
                            .config()
                            .replace(
                                    "lxc.net.0.type = empty",
                                    "lxc.net.0.type = veth\nlxc.net.0.link = " + Bridge.NAME));
            container.boot();
            onlyWithNetworkACopyReachesOthers(container, bridge);
            whatCopiesWroteIsKeptForWhoAsksForIt(container);
            aCopyThatFillsTheDiskEndsTheTrial(container);
            container.attachOrFail("systemctl", "is-active", "calm.service");
        }
    }

    private void onlyWithNetworkACopyReachesOthers(LabContainer container, Bridge bridge) {
        Command.Result without = trial(state, container, "mknod", "--probe", bridge.probe());
        assertThat(without.exit()).as(without.toString()).isEqualTo(2);
        assertThat(without.err()).contains("fails in a copy with the unchanged configuration");
        assertThat(bridge.answered()).isZero();
        Command.Result with =
                trial(
                        state,
                        container,
                        "mknod",
                        "--probe",
                        bridge.probe(),
                        "--network",
                        "--parallel",
                        "1");
        assertThat(with.exit()).as(with.toString()).isZero();
        assertThat(TrialRun.words(with)).contains("other hardware addresses");
        assertThat(bridge.answered()).isPositive();
    }

    private void whatCopiesWroteIsKeptForWhoAsksForIt(LabContainer container) throws IOException {
        Command.Result kept =
                trial(
                        state,
                        container,
                        "mknod",
                        "--probe",
                        "echo \"$(hostname)\" >/opt/said",
                        "--keep-copies");
        assertThat(kept.exit()).as(kept.toString()).isZero();
        List<Path> copies = copies();
        assertThat(copies).hasSizeGreaterThan(1);
        assertThat(TrialRun.words(kept))
                .contains(requireNonNull(copies.getFirst().getParent()).toString());
        for (Path copy : copies) {
            assertThat(copy.resolve("root/upper/opt/said")).isNotEmptyFile();
            assertThat(runs(copy.getFileName().toString())).isFalse();
        }
        assertThat(container.has("/opt/said")).isFalse();
        Command.Result next = trial(state, container, "mknod", "--probe", "true");
        assertThat(next.exit()).as(next.toString()).isZero();
        assertThat(copies()).as("no other trial takes them away").isEqualTo(copies);
    }

    /// What it writes goes to a file system that has a little more than what is left free.
    private void aCopyThatFillsTheDiskEndsTheTrial(LabContainer container) throws IOException {
        Path small = Files.createDirectory(state.resolve("small"));
        Command.of("mount", "-t", "tmpfs", "-o", "size=300m,mode=700", "tmpfs", small.toString())
                .runOrFail();
        try {
            Command.Result full =
                    trial(
                            small,
                            container,
                            "mknod",
                            "--probe",
                            "head -c 150M /dev/zero >/opt/filled; sleep 25");
            assertThat(full.exit()).as(full.toString()).isEqualTo(2);
            assertThat(full.out()).isEmpty();
            assertThat(
                            full.err()
                                    .lines()
                                    .filter(line -> line.contains(" MiB left, and what copies")))
                    .as(full.toString())
                    .hasSize(1);
            assertThat(full.err())
                    .contains("write needs 256; --state-dir names another folder\n")
                    .doesNotContain("Exception");
            assertThat(Command.of("find", small.toString(), "-name", "trial-*").runOrFail())
                    .isEmpty();
        } finally {
            Command.of("umount", small.toString()).runOrFail();
        }
        assertThat(container.running()).isTrue();
        assertThat(container.has("/opt/filled")).isFalse();
    }

    private static Command.Result trial(
            Path state, LabContainer container, String drop, String... more) {
        return Tool.of(Bench.shared(), state)
                .run(TrialRun.line(container.name(), drop, "1s", more));
    }

    /// The folders of copies in this test's state directory.
    private List<Path> copies() throws IOException {
        try (Stream<Path> all = Files.walk(state.resolve("trials"), 2)) {
            return all.filter(path -> path.getFileName().toString().startsWith("trial-"))
                    .sorted()
                    .toList();
        }
    }

    /// The copies of this test's state directory, once one of them runs.
    private List<String> awaitRunning() throws Exception {
        for (int i = 0; i < 600; i++) {
            List<String> copies = left();
            for (String copy : copies) {
                if (runs(copy)) {
                    return List.of(copy);
                }
            }
            Thread.sleep(200);
        }
        return List.of();
    }

    private static boolean runs(String copy) throws IOException {
        return Command.of("lxc-info", "-P", "/run/capdrop-trial", "-n", copy, "-s", "-H")
                .run()
                .out()
                .strip()
                .equals("RUNNING");
    }

    /// What belongs to copies, on both sides.
    private List<String> left() throws IOException {
        Path trials = state.resolve("trials");
        if (!Files.exists(trials)) {
            return List.of();
        }
        List<String> left = new ArrayList<>();
        try (Stream<Path> all = Files.walk(trials, 2)) {
            all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("trial-"))
                    .forEach(left::add);
        }
        return left;
    }

    /// What lies on its disk, but for what it writes itself.
    private static String files(LabContainer container) throws IOException {
        return Command.of("sh", "-c", TrialRun.files("\"$0\""), container.rootfs().toString())
                .within(Duration.ofMinutes(5))
                .runOrFail();
    }
}
