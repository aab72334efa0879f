package dev.capdrop.lab;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.linux.store.FileJournal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The command `apply --live` itself is killed at a random moment after it has begun its change,
/// for `bench/live`: one capability at a time, each a command of its own.
///
/// After each kill PID 1 has to be alive and well, the journal has to say what is so, and the next
/// command has to finish.
public final class KilledLiveCommands {
    /// What a container boots and works without.
    private static final List<String> CAPABILITIES =
            List.of(
                    ("sys_module sys_rawio sys_time mknod lease audit_control mac_override mac_admin"
                                    + " syslog wake_alarm block_suspend bpf perfmon"
                                    + " checkpoint_restore ipc_lock ipc_owner net_broadcast"
                                    + " sys_pacct linux_immutable sys_tty_config")
                            .split(" "));

    /// The first steps take no longer: the journal, the configuration.
    private static final int SOON_MILLIS = 40;

    private static final int FIRST_GUESS_MILLIS = 3_000;
    private static final int ATTEMPTS = 3;

    private final Bench bench = Bench.shared();
    private final Random random = new Random();
    private final Map<String, Integer> found = new TreeMap<>();
    private final Path folder;
    private int taken;
    private int ended;
    private int unread;

    /// How long a command took from its beginning to its end, at most of those that ended.
    private long longestMillis = FIRST_GUESS_MILLIS;

    /// @param folder an empty folder
    public KilledLiveCommands(Path folder) {
        this.folder = folder;
    }

    /// So many kills.
    public void run(int times, Suite suite, Privilege privilege)
            throws IOException, InterruptedException {
        int killed = 0;
        for (int boots = 0; killed < times; boots++) {
            Tool tool = Tool.of(bench, Files.createDirectory(folder.resolve("state-" + boots)));
            try (LabContainer container = bench.make(suite, privilege)) {
                container.boot();
                for (String capability : CAPABILITIES) {
                    if (killed < times && isKilled(tool, container, capability)) {
                        killed++;
                        holds(tool, container, capability);
                    }
                }
            }
            System.err.printf(
                    "live: %d commands killed, %s; %d ended before, %d unread%n",
                    killed, found, ended, unread);
        }
        System.out.printf(
                Locale.ROOT,
                "| kill -9 of apply --live | %d (%d more ended before) | found: %s | %d times the capability was gone | %d later commands could not read all |%n",
                times,
                ended,
                found,
                taken,
                unread);
    }

    private static String[] apply(LabContainer container, String capability) {
        return new String[] {
            "apply",
            container.name(),
            "--goal",
            "none",
            "--drop",
            capability,
            "--live",
            "--live-honoured",
            "--yes"
        };
    }

    /// @return whether it was killed; it may have ended before
    private boolean isKilled(Tool tool, LabContainer container, String capability)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(tool.command(apply(container, capability)).line())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        StringBuilder said = new StringBuilder();
        long begun;
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            String line = err.readLine();
            while (line != null && !line.contains("writing ")) {
                said.append(line).append('\n');
                line = err.readLine();
            }
            if (line == null) {
                throw new AssertionError(capability + " is not taken: " + said);
            }
            begun = System.nanoTime();
            long longest = random.nextInt(3) == 0 ? SOON_MILLIS : longestMillis;
            Must.hold(
                    !process.waitFor(random.nextLong(longest * 1_000_000L), TimeUnit.NANOSECONDS)
                            || process.exitValue() == 0
                            || process.exitValue() == 1,
                    process);
            process.destroyForcibly();
            Must.hold(process.waitFor(60, TimeUnit.SECONDS), "killed, and still there");
        }
        if (process.exitValue() != 137) {
            ended++;
            longestMillis = (System.nanoTime() - begun) / 1_000_000;
        } else {
            longestMillis += longestMillis / 10;
        }
        return process.exitValue() == 137;
    }

    private void holds(Tool tool, LabContainer container, String capability) throws IOException {
        long init = container.initPid();
        well(container);
        boolean gone = isGone(container, capability);
        boolean written =
                Pattern.compile("lxc.cap.drop = .*" + capability)
                        .matcher(container.config())
                        .find();
        JournalEntry.Phase phase = last(tool, container).phase();
        String state =
                "journal %s, file %s, PID 1 %s"
                        .formatted(
                                phase,
                                written ? "written" : "not written",
                                gone ? "without it" : "holds it");
        found.merge(state, 1, Integer::sum);
        taken += gone ? 1 : 0;
        boolean truth =
                switch (phase) {
                    case WRITING -> !gone;
                    case DROPPING_LIVE, UNVERIFIED -> written;
                    case APPLIED -> written && gone;
                    default -> false;
                };
        Must.hold(truth, capability + ": " + state);
        Command.Result status = tool.run("status", container.name());
        Must.hold(status.exit() == (phase.ended() ? 0 : 1), state + ": " + status);
        finishes(tool, container, capability);
        Must.hold(isGone(container, capability), capability + ": " + state);
        Must.hold(container.initPid() == init, "it was restarted");
        well(container);
    }

    /// The next command goes on. Where the container did not answer to the end it says so, and the
    /// one after it looks again.
    private void finishes(Tool tool, LabContainer container, String capability) throws IOException {
        for (int attempt = 1; true; attempt++) {
            Command.Result next = tool.run(apply(container, capability));
            JournalEntry.Phase phase = last(tool, container).phase();
            if (next.exit() == 0) {
                Must.hold(phase == JournalEntry.Phase.APPLIED, phase + ": " + next);
                return;
            }
            unread++;
            Must.hold(
                    attempt < ATTEMPTS
                            && phase == JournalEntry.Phase.UNVERIFIED
                            && next.out().contains("looks again, and restarts nothing"),
                    phase + ": " + next);
        }
    }

    private static JournalEntry last(Tool tool, LabContainer container) throws IOException {
        return new FileJournal(tool.stateDir()).entries("lxc:" + container.name()).getLast();
    }

    private static boolean isGone(LabContainer container, String capability) throws IOException {
        return !ThreadStatus.parse(status(container))
                .capabilities()
                .get(ThreadSet.BOUNDING)
                .contains(Capability.of(capability));
    }

    private static String status(LabContainer container) throws IOException {
        return Files.readString(Path.of("/proc/" + container.initPid() + "/status"));
    }

    /// PID 1 runs, nobody traces it, it reloads and starts a unit.
    private static void well(LabContainer container) throws IOException {
        String status = status(container);
        Must.hold(Pattern.compile("State:\t[RSD]").matcher(status).find(), status);
        Must.hold(status.contains("TracerPid:\t0\n"), status);
        container.attachOrFail(
                "sh",
                "-c",
                "systemctl daemon-reload && systemd-run -q --wait /bin/true"
                        + " && systemctl is-active -q multi-user.target");
    }
}
