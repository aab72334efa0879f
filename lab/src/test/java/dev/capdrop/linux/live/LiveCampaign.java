package dev.capdrop.linux.live;

import dev.capdrop.lab.Bench;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.lab.Privilege;
import dev.capdrop.lab.Suite;
import dev.capdrop.linux.libc.ThreadEnd;
import dev.capdrop.linux.libc.Tracee;
import dev.capdrop.linux.proc.ContainerInit;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
            victim(words[1], words[2]);
            return;
        }
        int times = Integer.parseInt(words[1]);
        Suite suite = Suite.valueOf(words[2].toUpperCase(Locale.ROOT));
        Privilege privilege = Privilege.valueOf(words[3].toUpperCase(Locale.ROOT));
        try (LabContainer container = Bench.shared().make(suite, privilege)) {
            var _ = container.boot();
            LiveCampaign campaign = new LiveCampaign(new LivePatient(container));
            Thread.ofPlatform().daemon().start(campaign::makeNoise);
            switch (words[0]) {
                case "steps" -> campaign.steps(times);
                case "deaths" -> campaign.deaths(times);
                case "kills" -> campaign.kills(times, Bench.shared().lxcPath().toString());
                default -> throw new IllegalArgumentException(words[0]);
            }
        }
        // threads that ended behind the JVM's back keep it from ending by itself
        System.out.flush();
        Runtime.getRuntime().halt(0);
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

    /// A process of its own takes the step without pause until it is killed at a random moment.
    private void kills(int times, String lxcPath) throws IOException, InterruptedException {
        for (int i = 0; i < times; i++) {
            Process victim =
                    new ProcessBuilder(
                                    ProcessHandle.current().info().command().orElseThrow(),
                                    "-XX:TieredStopAtLevel=1",
                                    "-XX:+UseSerialGC",
                                    "-Xshare:auto",
                                    "--enable-native-access=ALL-UNNAMED",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    LiveCampaign.class.getName(),
                                    "victim",
                                    lxcPath,
                                    patient.container().name())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try (BufferedReader out = victim.inputReader(StandardCharsets.US_ASCII)) {
                String ready = out.readLine();
                if (ready == null) {
                    throw new AssertionError("the tracer ended by itself");
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(20_000_000));
            }
            victim.destroyForcibly();
            if (!victim.waitFor(10, TimeUnit.SECONDS) || victim.exitValue() != 137) {
                throw new AssertionError("the tracer was not killed: " + victim);
            }
            patient.requireAlive();
            if (i % EACH == 0) {
                patient.requireWell();
            }
        }
        patient.requireWell();
        System.out.printf(Locale.ROOT, "| kill -9 of the process | %d |%n", times);
    }

    private static void victim(String lxcPath, String name) throws IOException {
        LivePatient patient =
                new LivePatient(new LabContainer(java.nio.file.Path.of(lxcPath), name));
        boolean said = false;
        while (true) {
            patient.drop();
            if (!said) {
                said = true;
                System.out.println("ready");
            }
        }
    }
}
