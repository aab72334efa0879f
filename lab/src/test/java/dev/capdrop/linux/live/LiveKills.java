package dev.capdrop.linux.live;

import dev.capdrop.lab.LabContainer;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A process takes the step again and again, without a pause, until it is killed at a random
/// moment. Each kill has a process of its own, and all is asked of PID 1 after each.
///
/// The process writes into memory that it shares with us how many requests of the step it has
/// begun, so that it can be said where the kill found it.
final class LiveKills {
    private static final int READY_AHEAD = 2;
    private static final int LONGEST_NANOS = 20_000_000;

    /// From this request on PID 1 is in the call that takes the place of its wait, or has just left
    /// it: seize, interrupt, stop, registers, peek, set registers come before.
    private static final int IN_CALL = 7;

    private final LivePatient patient;
    private final Path lxcPath;
    private final Random random = new Random();

    LiveKills(LivePatient patient, Path lxcPath) {
        this.patient = patient;
        this.lxcPath = lxcPath;
    }

    /// A process that waits to begin.
    ///
    /// @param progress what it shares with us
    private record Victim(Process process, BufferedReader out, Path file, MappedByteBuffer progress)
            implements AutoCloseable {
        void awaitReady() throws IOException {
            if (out.readLine() == null) {
                throw new AssertionError("the tracer ended by itself");
            }
        }

        /// @return how many requests of the step were begun, 0 where PID 1 was not attached to
        int killAfter(long nanos) throws IOException, InterruptedException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            if (out.readLine() == null) {
                throw new AssertionError("the tracer did not begin");
            }
            LockSupport.parkNanos(nanos);
            process.destroyForcibly();
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 137) {
                throw new AssertionError("the tracer was not killed: " + process);
            }
            return progress.get(0);
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            out.close();
            Files.delete(file);
        }
    }

    void run(int times) throws IOException, InterruptedException {
        Deque<Victim> ready = new ArrayDeque<>();
        int inside = 0;
        int inCall = 0;
        for (int i = 0; i < times; i++) {
            while (ready.size() < READY_AHEAD && ready.size() < times - i) {
                ready.add(start());
            }
            try (Victim victim = ready.remove()) {
                victim.awaitReady();
                int begun = victim.killAfter(random.nextInt(LONGEST_NANOS));
                inside += begun > 1 ? 1 : 0;
                inCall += begun >= IN_CALL ? 1 : 0;
            }
            patient.requireAlive();
            patient.requireWell();
            if (i % 100 == 99) {
                System.err.printf(
                        "live: %d kills, %d inside, %d in the call%n", i + 1, inside, inCall);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "| kill -9 of the process | %d | of these while attached %d, in the call %d |%n",
                times,
                inside,
                inCall);
    }

    private Victim start() throws IOException {
        Path file = Files.createTempFile("live", ".progress");
        Files.write(file, new byte[1]);
        Process process =
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
                                lxcPath.toString(),
                                patient.container().name(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        return new Victim(
                process, process.inputReader(StandardCharsets.US_ASCII), file, shared(file));
    }

    private static MappedByteBuffer shared(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, 1);
        }
    }

    /// What the process does: says that it is ready, waits for a byte, and goes on until its end.
    static void victim(String lxcPath, String name, String file) throws IOException {
        LivePatient patient = new LivePatient(new LabContainer(Path.of(lxcPath), name));
        MappedByteBuffer progress = shared(Path.of(file));
        Libc.setPriorityOfThread(-20);
        try (ContainerInit init = patient.open();
                Identity identity = Identity.of(init.directory())) {
            Architecture architecture = LivePatient.architecture();
            var _ =
                    new Step(new Rehearsal(architecture), architecture)
                            .attempt(LivePatient.DROP, identity);
            Step step =
                    new Step(
                            new HookedTracee(
                                    init.directory().pid(),
                                    () -> progress.put(0, (byte) (progress.get(0) + 1))),
                            architecture);
            System.out.println("ready");
            if (System.in.read() < 0) {
                return;
            }
            System.out.println("begun");
            while (true) {
                progress.put(0, (byte) 0);
                var _ = step.attempt(LivePatient.DROP, identity);
            }
        }
    }
}
