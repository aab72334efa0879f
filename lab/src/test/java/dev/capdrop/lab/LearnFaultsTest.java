package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `capdrop learn` where something is missing or breaks under it: one sentence says so, and what
/// was learnt is kept.
@NeedsContainers
class LearnFaultsTest {
    private static final Duration KEPT = Duration.ofSeconds(5);

    /// One check of chown after the other (on a tmpfs: an overlay would ask once more, by itself),
    /// and how many there were, in a file that is replaced.
    private static final String COUNTED =
            "/usr/bin/perl -e '$0 = \"lab-counted\"; open my $f, \">\", \"/run/mine\"; for (my $n = 1; ; $n++) { chown 7, -1, \"/run/mine\"; chown 0, -1, \"/run/mine\";"
                    + " open my $m, \">\", \"/opt/.made\"; print $m $n; close $m; rename \"/opt/.made\", \"/opt/made\"; select undef, undef, undef, 0.05 }'";

    /// Its number, by which a filter of the kernel knows it.
    private static final int CHOWN = 0;

    @TempDir Path state;
    @TempDir Path elsewhere;
    private static LabContainer container;

    @BeforeAll
    static void boot() throws IOException {
        CheckReports.assume();
        container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        container.write("/opt/counted", "#!/bin/sh\nexec " + COUNTED + "\n", "rwxr-xr-x");
        container.writeService("counted.service", List.of(), "ExecStart=/opt/counted");
        container.enableOnDisk("counted.service");
        container.boot();
    }

    @AfterAll
    static void remove() throws IOException {
        if (container != null) {
            container.close();
        }
    }

    @Test
    void whereNoTracefsIsMountedItIsSaidHowToMountIt() {
        Command.Result result =
                inMountsOfItsOwn("umount --lazy " + CheckReports.TRACEFS, "--for", "1s");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .startsWith("capdrop: '" + CheckReports.TRACEFS + "' is no tracefs")
                .endsWith("mount it: mount -t tracefs tracefs " + CheckReports.TRACEFS + "\n")
                .hasLineCount(1);
    }

    @Test
    void whoMayNotWatchIsToldSo() {
        Command.Result result =
                inMountsOfItsOwn(
                        "set -- setpriv --bounding-set=-sys_admin,-perfmon \"$@\"", "--for", "1s");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .isEqualTo(
                        "capdrop: the kernel lets nobody watch capability checks who holds neither CAP_PERFMON nor CAP_SYS_ADMIN (perf_event_open(2)); run capdrop with one of them\n");
    }

    @Test
    void onAFullDiskWhatWasSeenIsShownAndThatItIsNotKept() {
        Command.Result result =
                inMountsOfItsOwn(
                        "mount -t tmpfs -o size=16k tmpfs "
                                + state
                                + " && chmod 700 "
                                + state
                                + " && ! head -c 1000000 /dev/zero >"
                                + state.resolve("full")
                                + " 2>/dev/null",
                        "--for",
                        "6s");
        assertThat(result.exit()).as(result.toString()).isEqualTo(2);
        assertThat(result.out()).startsWith("lxc:" + container.name() + " used ");
        assertThat(result.err().lines().filter(line -> line.contains("No space left on device")))
                .hasSize(1);
        assertThat(result.err()).doesNotContain("Exception");
    }

    @Test
    void aContainerThatStopsOrRestartsMeanwhileEndsTheWatchAndWhatWasLearntIsKept()
            throws Exception {
        for (boolean restarts : List.of(false, true)) {
            Watch watch = Watch.begin(tool(), container);
            Thread.sleep(2000);
            if (restarts) {
                container.attachOrFail("systemctl", "reboot");
            } else {
                container.kill();
            }
            assertThat(watch.process.waitFor()).as(Files.readString(watch.err)).isEqualTo(1);
            if (!restarts) {
                container.start();
            }
            container.settled();
            assertThat(Files.readString(watch.out)).contains("The container stopped");
            assertThat(Files.readString(watch.err)).hasLineCount(1);
            assertThat(counted()).isPositive();
        }
    }

    /// Counted is what was made until 5 seconds before, and as much longer as this busy machine
    /// made us wait, too, for a pause of 100 ms.
    @Test
    void aKillAtAnyMomentLosesNoMoreThanTheLastFiveSeconds() throws Exception {
        Random random = new Random(15);
        for (int turn = 0; turn < 2; turn++) {
            long before = counted();
            Watch watch = Watch.begin(tool(), container);
            TreeMap<Long, Long> made = new TreeMap<>();
            long longest = 0;
            made.put(System.nanoTime(), made());
            long end = System.nanoTime() + Duration.ofMillis(6000 + random.nextInt(6000)).toNanos();
            while (System.nanoTime() < end) {
                long slept = System.nanoTime();
                Thread.sleep(100);
                longest = Math.max(longest, System.nanoTime() - slept - 100_000_000);
                made.put(System.nanoTime(), made());
            }
            watch.process.destroyForcibly().waitFor();
            Map.Entry<Long, Long> then = made.floorEntry(end - KEPT.toNanos() - longest);
            long least = then == null ? 0 : then.getValue() - made.firstEntry().getValue();
            // each is two checks, as its file changes its owner there and back
            assertThat(counted() - before).as("turn %d", turn).isGreaterThanOrEqualTo(least * 2);
        }
    }

    /// Both of ours count all that was made while they ran, and so does the other tracer, whose
    /// instance stays as he has made it, whether one of ours ends by itself or is killed.
    @Test
    void whoeverElseTracesTheSameChecksIsNotDisturbedAndNothingIsMissed() throws Exception {
        String filter = "cap == " + CHOWN + " && comm == \"lab-counted\"";
        try (OtherTracer other = new OtherTracer(CheckReports.TRACEFS, filter)) {
            Map<String, String> settings = other.settings();
            Counts begin = new Counts(other);
            Watch ours = Watch.begin(tool(), container);
            Watch second = Watch.begin(Tool.of(Bench.shared(), elsewhere), container);
            Watch killed = Watch.begin(Tool.of(Bench.shared(), state.resolve("killed")), container);
            Counts watched = new Counts(other);
            awaitMade(watched.before + 20);
            killed.process.destroyForcibly().waitFor();
            assertThat(other.settings()).as("after a kill").isEqualTo(settings);
            awaitMade(made() + 20);
            Counts ends = new Counts(other);
            ours.interrupt();
            assertThat(other.settings()).as("after an end").isEqualTo(settings);
            second.interrupt();
            awaitMade(made() + 20);
            Counts end = new Counts(other);

            assertThat(other.settings()).isEqualTo(settings);
            assertThat(end.recorded - begin.recorded)
                    .isBetween(2 * (end.before - begin.after), 2 * (end.after - begin.before));
            for (Tool one : List.of(tool(), Tool.of(Bench.shared(), elsewhere))) {
                assertThat(counted(one))
                        .isBetween(
                                2 * (ends.before - watched.after), 2 * (end.after - begin.before));
            }
        }
    }

    /// How many pairs of checks were made before and after the other tracer was asked, which may
    /// have seen the first of one more.
    private static final class Counts {
        private final long before;
        private final long recorded;
        private final long after;

        private Counts(OtherTracer other) throws IOException {
            before = made();
            recorded = other.recorded();
            after = made() + 1;
        }
    }

    private static void awaitMade(long number) throws Exception {
        while (made() < number) {
            Thread.sleep(50);
        }
    }

    /// A watch in the background, which has begun.
    private record Watch(Process process, Path out, Path err) {
        private static Watch begin(Tool tool, LabContainer of) throws Exception {
            Path out = Files.createTempFile("lab", ".out");
            Path err = Files.createTempFile("lab", ".err");
            Process process =
                    new ProcessBuilder(tool.command("learn", of.name(), "--for", "1h").line())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            while (process.isAlive() && !Files.readString(err).contains("watching")) {
                Thread.sleep(50);
            }
            assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
            return new Watch(process, out, err);
        }

        /// Ends it as ^C does.
        private void interrupt() throws Exception {
            Command.of("kill", "-INT", Long.toString(process.pid())).runOrFail();
            assertThat(process.waitFor()).as(Files.readString(err)).isZero();
            assertThat(Files.readString(out)).contains("no check was lost");
        }
    }

    private static long made() throws IOException {
        return Long.parseLong(Files.readString(container.rootfs().resolve("opt/made")));
    }

    /// Of the service, by what was learnt.
    private long counted() throws IOException {
        return counted(tool());
    }

    private static long counted(Tool tool) throws IOException {
        Command.Result shown = tool.run("learn", container.name(), "--show", "--json");
        if (shown.exit() != 0) {
            assertThat(shown.err()).contains("nothing was learnt");
            return 0;
        }
        return Uses.counted(shown.out(), "counted.service", "chown");
    }

    /// @param preparation what the shell does first, in a mount namespace of its own
    private Command.Result inMountsOfItsOwn(String preparation, String... options) {
        List<String> learn = new ArrayList<>(List.of("learn", container.name()));
        learn.addAll(List.of(options));
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "--propagation",
                                "private",
                                "bash",
                                "-ec",
                                preparation + "; exec \"$@\"",
                                "bash"));
        line.addAll(tool().command(learn.toArray(String[]::new)).line());
        return Command.of(line.toArray(String[]::new)).within(Duration.ofMinutes(2)).run();
    }

    private Tool tool() {
        return Tool.of(Bench.shared(), state);
    }
}
