package dev.capdrop.linux.live;

import dev.capdrop.lab.Bench;
import dev.capdrop.lab.Command;
import dev.capdrop.lab.KilledLiveCommands;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.lab.LiveSeries;
import dev.capdrop.lab.Privilege;
import dev.capdrop.lab.Suite;
import dev.capdrop.linux.libc.ThreadEnd;
import dev.capdrop.linux.libc.Tracee;
import dev.capdrop.linux.live.Step.Identity;
import dev.capdrop.linux.proc.ContainerInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The program behind `bench/live`.
final class LiveCampaign {
    private static final String CHANGES =
            "while :; do systemctl daemon-reload; systemctl restart console-getty systemd-logind;"
                    + " systemctl daemon-reexec; systemctl reset-failed; echo >>/run/rounds; sleep 0.5; done >/dev/null 2>&1";

    /// After each kill PID 1 is asked to start a unit, too, which nobody answers while it executes
    /// itself anew.
    private static final String RELOADS =
            "while :; do systemctl daemon-reload; sleep 1; done >/dev/null 2>&1";

    /// Many at once. Without the pause PID 1 never waits, and no step is taken at all.
    private static final String SHORT_UNITS =
            "while :; do for i in 1 2 3 4 5 6 7 8; do systemd-run -q --no-block /bin/true & done;"
                    + " wait; echo >>/run/eights; sleep 0.5; done >/dev/null 2>&1";

    private static final int EACH = 50;

    private final LivePatient patient;

    private LiveCampaign(LivePatient patient) {
        this.patient = patient;
    }

    /// See `bench/live`, which hands its words on: what, how often, and which Debian.
    public static void main(String[] words) throws Exception {
        int times = Integer.parseInt(words[1]);
        Suite suite = Suite.valueOf(words[2].toUpperCase(Locale.ROOT));
        Privilege privilege = Privilege.valueOf(words[3].toUpperCase(Locale.ROOT));
        Path folder = Files.createTempDirectory("live");
        try {
            switch (words[0]) {
                case "containers" -> new LiveSeries(folder).containers(times, suite);
                case "services" -> new LiveSeries(folder).services(times, suite);
                case "commands" -> new KilledLiveCommands(folder).run(times, suite, privilege);
                default -> besideNoise(words[0], times, suite, privilege, folder);
            }
        } finally {
            Command.of("rm", "-r", folder.toString()).runOrFail();
        }
        // threads that ended behind the JVM's back keep it from ending by itself
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void besideNoise(
            String what, int times, Suite suite, Privilege privilege, Path folder)
            throws IOException, InterruptedException {
        try (LabContainer container = Bench.shared().make(suite, privilege)) {
            var _ = container.boot();
            LiveCampaign campaign = new LiveCampaign(new LivePatient(container));
            if (what.endsWith("kills")) {
                Thread.ofPlatform().daemon().start(() -> campaign.makeNoise(RELOADS));
            } else {
                Thread.ofPlatform().daemon().start(() -> campaign.makeNoise(CHANGES));
                Thread.ofPlatform().daemon().start(() -> campaign.makeNoise(SHORT_UNITS));
            }
            switch (what) {
                case "steps" -> campaign.steps(times);
                case "deaths" -> campaign.deaths(times);
                case "kills" ->
                        new LiveKills(campaign.patient, 1, folder).run(times, container.shell());
                case "quick-kills" ->
                        new LiveKills(campaign.patient, EACH, folder).run(times, container.shell());
                default -> throw new IllegalArgumentException(what);
            }
            if (what.endsWith("kills")) {
                return;
            }
            System.out.printf(
                    "| beside | %s rounds of a reload, two restarts and a reexec | '%s' times eight short units |%n",
                    campaign.lines("/run/rounds"), campaign.lines("/run/eights"));
        }
    }

    /// Goes on until the container ends.
    private void makeNoise(String script) {
        try {
            var _ = patient.container().attachFor(3_600 * 6, "sh", "-c", script);
        } catch (RuntimeException ended) {
            System.err.println("live: the noise has ended: " + ended.getMessage());
        }
    }

    private String lines(String file) {
        return patient.container().attach("sh", "-c", "wc -l <" + file).out().strip();
    }

    /// The step again and again.
    private void steps(int times) throws IOException {
        long[] micros = new long[times];
        int tries = 0;
        int leftAlone = 0;
        for (int i = 0; i < times; i++) {
            Tries.@Nullable Traced traced = caught();
            while (traced == null) {
                leftAlone++;
                patient.requireAlive();
                traced = caught();
            }
            micros[i] = traced.stoodStill().toNanos() / 1_000;
            tries += traced.tries();
            if (i % EACH == 0) {
                patient.requireAlive();
            }
            if (i % 1_000 == 0) {
                patient.requireWell();
                System.err.printf("live: %d steps, %d tries, %d left alone%n", i, tries, leftAlone);
            }
        }
        patient.requireWell();
        Arrays.sort(micros);
        System.out.printf(
                Locale.ROOT,
                "| steps | %d | tries %d | left alone for good %d | µs: least %d | median %d | 90 %% %d | 99 %% %d | 99.9 %% %d | most %d |%n",
                times,
                tries,
                leftAlone,
                micros[0],
                micros[times / 2],
                micros[(int) (times * 0.9)],
                micros[(int) (times * 0.99)],
                micros[(int) (times * 0.999)],
                micros[times - 1]);
    }

    /// @return null where PID 1 was never found waiting, or did not stop, within all tries of one
    ///   command
    private Tries.@Nullable Traced caught() throws IOException {
        try {
            return patient.drop();
        } catch (LiveException never) {
            if (!never.sentence().matches("PID 1 (was never found waiting|did not stop).*")) {
                throw never;
            }
            System.err.println("live: " + never.sentence());
            return null;
        }
    }

    /// The thread that traces ends at a random request of the step, some random microseconds before
    /// that: to the kernel that is the death of the tracer.
    private void deaths(int times) throws IOException, InterruptedException {
        Random random = new Random(times);
        int inside = 0;
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(24);
            long pause = random.nextInt(100) * 1_000L;
            AtomicInteger calls = new AtomicInteger();
            Thread tracer = Thread.ofPlatform().daemon().unstarted(() -> die(calls, at, pause));
            tracer.start();
            long end = System.nanoTime() + 30_000_000_000L;
            while (calls.get() >= 0 && tracer.isAlive() && System.nanoTime() < end) {
                LockSupport.parkNanos(100_000);
            }
            inside += calls.get() < 0 ? 1 : 0;
            patient.requireAlive();
            if (i % EACH == 0) {
                patient.requireWell();
            }
        }
        patient.requireWell();
        System.out.printf(
                Locale.ROOT,
                "| deaths of the tracing thread | %d | of these inside a step | %d |%n",
                times,
                inside);
    }

    private void die(AtomicInteger calls, int at, long pause) {
        try (ContainerInit init = patient.open();
                Identity identity = Identity.of(init.directory())) {
            Tracee tracee =
                    new HookedTracee(
                            init.directory().pid(),
                            () -> {
                                if (calls.getAndIncrement() == at) {
                                    spin(pause);
                                    calls.set(Integer.MIN_VALUE);
                                    ThreadEnd.now();
                                }
                            });
            Step step = new Step(tracee, LivePatient.architecture());
            while (step.attempt(LivePatient.DROP, identity, patient.filtered())
                    instanceof Step.Busy) {
                LockSupport.parkNanos(2_000_000);
            }
        } catch (IOException ended) {
            System.err.println("tracer: " + ended.getMessage());
        }
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
