package dev.capdrop.linux.live;

import dev.capdrop.linux.libc.ForkedProcess;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.live.Step.Identity;
import dev.capdrop.linux.proc.ContainerInit;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// A process takes the step again and again, without a pause, until it is killed at a random
/// moment. Each kill has a process of its own, and all is asked of PID 1 after each.
///
/// The process writes into memory that it shares with us how many requests of the step it has
/// begun, so that it can be said where the kill found it.
final class LiveKills {
    private static final int LONGEST_NANOS = 20_000_000;
    private static final int PATIENCE_NANOS = 100_000;
    private static final int ATTEMPTS = 20;

    /// From this request on PID 1 is in the call that takes the place of its wait, or has just left
    /// it: seize, interrupt, stop, registers, peek, set registers come before.
    private static final int IN_CALL = 7;

    /// The indices of what is shared.
    private static final int REQUESTS = 0;

    private static final int BEGUN = 1;

    private static final String QUESTIONS =
            "systemctl daemon-reload && systemd-run -q --wait /bin/true"
                    + " && systemctl is-active -q multi-user.target; echo $?\n";

    /// That it answers and starts a unit, by one that needs no process.
    private static final String QUICK_QUESTION = "systemctl restart probe.target; echo $?\n";

    private static final String PROBE =
            "mkdir -p /run/systemd/system; echo '[Unit]' >/run/systemd/system/probe.target;"
                    + " systemctl daemon-reload\n";

    private final LivePatient patient;
    private final int wholeEvery;
    private final MappedByteBuffer progress;
    private final Random random = new Random();

    /// @param wholeEvery after which of the kills PID 1 has to run a service and to reload; after
    ///   the others it starts a target
    /// @param folder an empty folder
    LiveKills(LivePatient patient, int wholeEvery, Path folder) throws IOException {
        this.patient = patient;
        this.wholeEvery = wholeEvery;
        this.progress = shared(Files.write(folder.resolve("progress"), new byte[2]));
    }

    private static MappedByteBuffer shared(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, 2);
        }
    }

    /// @param asked a shell in the container
    void run(int times, Process asked) throws IOException {
        int inside = 0;
        int inCall = 0;
        Architecture architecture = LivePatient.architecture();
        try (ContainerInit init = patient.open();
                Identity identity = Identity.of(init.directory());
                BufferedReader answers = asked.inputReader(StandardCharsets.US_ASCII)) {
            Step step =
                    new Step(
                            new HookedTracee(
                                    init.directory().pid(),
                                    () ->
                                            progress.put(
                                                    REQUESTS, (byte) (progress.get(REQUESTS) + 1))),
                            architecture);
            tell(asked, PROBE);
            for (int i = 0; i < times; i++) {
                int begun = killed(step, identity);
                inside += begun > 1 ? 1 : 0;
                inCall += begun >= IN_CALL ? 1 : 0;
                patient.requireAlive();
                requireWell(asked, answers, i % wholeEvery == 0 ? QUESTIONS : QUICK_QUESTION);
                if (i % 100 == 99) {
                    System.err.printf(
                            "live: %d kills, %d inside, %d in the call%n", i + 1, inside, inCall);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "| kill -9 of the process | %d | of these while attached %d, in the call %d |%n",
                times,
                inside,
                inCall);
    }

    /// @return how many requests of the step were begun, 0 where PID 1 was not attached to
    private int killed(Step step, Identity identity) {
        progress.put(REQUESTS, (byte) 0).put(BEGUN, (byte) 0);
        ForkedProcess process = ForkedProcess.begin(() -> takeAgainAndAgain(step, identity));
        for (int i = 0; i < 1_000 && progress.get(BEGUN) == 0; i++) {
            LockSupport.parkNanos(PATIENCE_NANOS);
        }
        LockSupport.parkNanos(random.nextInt(LONGEST_NANOS));
        process.kill();
        return progress.get(REQUESTS);
    }

    private void takeAgainAndAgain(Step step, Identity identity) {
        try {
            Libc.setPriorityOfThread(-20);
            progress.put(BEGUN, (byte) 1);
            while (true) {
                progress.put(REQUESTS, (byte) 0);
                var _ = step.attempt(LivePatient.DROP, identity, patient.filtered());
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// One shell for all of them costs less than a new one for each.
    private static void requireWell(Process asked, BufferedReader answers, String questions)
            throws IOException {
        String answer = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            tell(asked, questions);
            answer = answers.readLine();
            if ("0".equals(answer)) {
                return;
            }
            LockSupport.parkNanos(500_000_000);
        }
        throw new AssertionError("PID 1 is not well: " + answer);
    }

    private static void tell(Process asked, String line) throws IOException {
        asked.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
        asked.getOutputStream().flush();
    }
}
