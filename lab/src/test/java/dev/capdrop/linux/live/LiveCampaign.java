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
import dev.capdrop.linux.proc.ContainerInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// The program behind `bench/live`.
final class LiveCampaign {
    private static final String NOISE =
            "while :; do systemctl daemon-reload; systemctl restart console-getty systemd-logind;"
                    + " for i in 1 2 3 4 5 6 7 8 9 10; do systemd-run -q --no-block /bin/true; done;"
                    + " systemctl daemon-reexec; systemctl reset-failed; sleep 0.2; done >/dev/null 2>&1";
    private static final int EACH = 50;

    private final LivePatient patient;

    private LiveCampaign(LivePatient patient) {
        this.patient = patient;
    }

    /// See `bench/live`, which hands its words on: what, how often, and which Debian.
    public static void main(String[] words) throws Exception {
        if (words[0].equals("victim")) {
            LiveKills.victim(words[1], words[2], words[3]);
            return;
        }
        int times = Integer.parseInt(words[1]);
        Suite suite = Suite.valueOf(words[2].toUpperCase(Locale.ROOT));
        Privilege privilege = Privilege.valueOf(words[3].toUpperCase(Locale.ROOT));
        Path folder = Files.createTempDirectory("live");
        try {
            switch (words[0]) {
                case "containers" -> new LiveSeries(folder).containers(times, suite);
                case "services" -> new LiveSeries(folder).services(times, suite);
                case "commands" -> new KilledLiveCommands(folder).run(times, suite, privilege);
                default -> besideNoise(words[0], times, suite, privilege);
            }
        } finally {
            Command.of("rm", "-r", folder.toString()).runOrFail();
        }
        // threads that ended behind the JVM's back keep it from ending by itself
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void besideNoise(String what, int times, Suite suite, Privilege privilege)
            throws IOException, InterruptedException {
        try (LabContainer container = Bench.shared().make(suite, privilege)) {
            var _ = container.boot();
            LiveCampaign campaign = new LiveCampaign(new LivePatient(container));
            Thread.ofPlatform().daemon().start(campaign::makeNoise);
            switch (what) {
                case "steps" -> campaign.steps(times);
                case "deaths" -> campaign.deaths(times);
                case "kills" ->
                        new LiveKills(campaign.patient, Bench.shared().lxcPath()).run(times);
                default -> throw new IllegalArgumentException(what);
            }
        }
    }

    /// Goes on until the container ends.
    private void makeNoise() {
        try {
            var _ = patient.container().attachFor(3_600 * 6, "sh", "-c", NOISE);
        } catch (RuntimeException ended) {
            System.err.println("live: the noise has ended: " + ended.getMessage());
        }
    }

    /// The step again and again.
    private void steps(int times) throws IOException {
        long[] micros = new long[times];
        int tries = 0;
        for (int i = 0; i < times; i++) {
            LiveTracer.Traced traced = patient.drop();
            micros[i] = traced.stoodStill().toNanos() / 1_000;
            tries += traced.tries();
            if (i % EACH == 0) {
                patient.requireAlive();
            }
            if (i % 1_000 == 0) {
                patient.requireWell();
            }
        }
        patient.requireWell();
        Arrays.sort(micros);
        System.out.printf(
                Locale.ROOT,
                "| steps | %d | tries %d | µs: least %d | median %d | 90 %% %d | 99 %% %d | 99.9 %% %d | most %d |%n",
                times,
                tries,
                micros[0],
                micros[times / 2],
                micros[(int) (times * 0.9)],
                micros[(int) (times * 0.99)],
                micros[(int) (times * 0.999)],
                micros[times - 1]);
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
            while (step.attempt(LivePatient.DROP, identity) instanceof Step.Busy) {
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
