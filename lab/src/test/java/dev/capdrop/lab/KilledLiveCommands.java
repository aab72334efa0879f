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
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// The command `apply --live` itself is killed at a random moment after it has announced the step,
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

    private static final int SOON_MILLIS = 60;
    private static final int LATE_MILLIS = 500;

    private final Bench bench = Bench.shared();
    private final Random random = new Random();
    private final Map<JournalEntry.Phase, Integer> phases = new EnumMap<>(JournalEntry.Phase.class);
    private final Path folder;
    private int taken;

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
            try (LabContainer container = bench.make(suite, privilege);
                    WarmTool warm = WarmTool.start(tool, folder)) {
                container.boot();
                for (String capability : CAPABILITIES) {
                    if (killed < times && isKilled(tool, container, capability)) {
                        killed++;
                        holds(tool, warm, container, capability);
                    }
                }
            }
            System.err.printf("live: %d commands killed, %s%n", killed, phases);
        }
        System.out.printf(
                Locale.ROOT,
                "| kill -9 of apply --live | %d | the journal said %s | %d times the capability was gone |%n",
                times,
                phases,
                taken);
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
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            String line = err.readLine();
            while (line != null && !line.contains("taking ")) {
                said.append(line).append('\n');
                line = err.readLine();
            }
            if (line == null) {
                throw new AssertionError(capability + " is not taken: " + said);
            }
            int longest = random.nextBoolean() ? SOON_MILLIS : LATE_MILLIS;
            LockSupport.parkNanos(random.nextLong(longest * 1_000_000L));
            process.destroyForcibly();
            Must.hold(process.waitFor(20, TimeUnit.SECONDS), "killed, and still there");
        }
        return process.exitValue() == 137;
    }

    private void holds(Tool tool, WarmTool warm, LabContainer container, String capability)
            throws IOException {
        well(container);
        boolean gone = isGone(container, capability);
        JournalEntry.Phase phase = last(tool, container).phase();
        phases.merge(phase, 1, Integer::sum);
        taken += gone ? 1 : 0;
        String state = capability + ", gone " + gone + ", journal " + phase;
        Must.hold(
                Pattern.compile("lxc.cap.drop = .*" + capability)
                        .matcher(container.config())
                        .find(),
                state);
        boolean truth =
                switch (phase) {
                    case DROPPING_LIVE -> true;
                    case APPLIED -> gone;
                    case WAITING_FOR_RESTART -> !gone;
                    default -> false;
                };
        Must.hold(truth, state);
        Command.Result next = warm.run(apply(container, capability));
        Must.hold(next.exit() == 0, state + ": " + next);
        Must.hold(isGone(container, capability), state + ": " + next);
        Must.hold(
                last(tool, container).phase() == JournalEntry.Phase.APPLIED,
                "the journal does not say that it was applied");
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
