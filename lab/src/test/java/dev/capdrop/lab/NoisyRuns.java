package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Applies a right change to one noisy container and takes it back, again and again, and counts
/// what was said of it that is not so.
final class NoisyRuns {
    /// What every boot without the drop fails in, by what the kernel refuses.
    private static final Set<String> HEALED =
            Set.of("sys-kernel-debug.mount", "systemd-modules-load.service");

    private final Noise noise;
    private final Bench bench;
    private final Tool tool;
    private final List<String> faults = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int applied;
    private int takenBack;
    private int falselyJudged;
    private int undone;
    private int falselyUndone;
    private int unverified;
    private int refused;
    private long pokes;

    NoisyRuns(Noise noise, Bench bench, Path state) {
        this.noise = noise;
        this.bench = bench;
        this.tool = Tool.of(bench, state);
    }

    /// Applies and undoes so many times.
    ///
    /// @return the row of the table
    String run(int times) throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            noise.install(container);
            container.boot();
            String plain = container.config();
            try (Poker poker = poker(container)) {
                for (int i = 0; applied < times && i < 2 * times; i++) {
                    if (apply(container, plain)) {
                        undo(container, plain);
                    }
                }
                pokes = poker == null ? 0 : poker.connected();
            }
        }
        if (applied < times) {
            faults.add("only " + applied + " changes were begun");
        }
        if (noise == Noise.POKED_SOCKET && pokes < times) {
            faults.add("the socket was poked " + pokes + " times only");
        }
        return "| %s | %d | %d | %d | %d | %d | %d | %d |"
                .formatted(
                        noise.words(),
                        applied,
                        takenBack,
                        falselyJudged,
                        undone,
                        falselyUndone,
                        unverified,
                        refused);
    }

    private @Nullable Poker poker(LabContainer container) {
        return noise == Noise.POKED_SOCKET
                ? new Poker(container.rootfs().resolve(Noise.SOCKET.substring(1)))
                : null;
    }

    /// @return whether the drop is in force, so that it can be taken back
    private boolean apply(LabContainer container, String plain) throws IOException {
        Command.Result result = tool.run("apply", container.name(), "--yes", "--json");
        boolean begun = result.err().contains("writing ");
        if (!begun && result.exit() != 0 && container.config().equals(plain)) {
            refused++;
            notes.add("refused: " + result);
            return false;
        }
        applied++;
        Set<String> failed = failed(container);
        boolean kept = container.config().contains("lxc.cap.drop");
        boolean healed = failed.stream().noneMatch(HEALED::contains);
        if (!kept) {
            takenBack++;
            faults.add("apply " + applied + " was taken back: " + result);
        } else if (saysThatItIsNotVerified(result)) {
            verifyLater(container, result);
        } else if (result.exit() != 0
                || !field(result, "phase").equals("applied")
                || !field(result, "verdict").equals("better")
                || !healed
                || blames(result)) {
            falselyJudged++;
            faults.add("apply " + applied + ", failed " + failed + ": " + result);
        }
        return kept;
    }

    private void undo(LabContainer container, String plain) throws IOException {
        Command.Result result = tool.run("undo", container.name(), "--yes", "--json");
        undone++;
        Set<String> failed = failed(container);
        boolean restored = container.config().equals(plain);
        if (restored && saysThatItIsNotVerified(result)) {
            unverified++;
            notes.add("undo " + undone + ": " + result);
        } else if (result.exit() != 0
                || !restored
                || !field(result, "phase").equals("undone")
                || !field(result, "verdict").equals("as-before")
                || !field(result, "state").equals("degraded")
                || failed.stream().noneMatch(HEALED::contains)
                || blames(result)) {
            falselyUndone++;
            faults.add("undo " + undone + ", failed " + failed + ": " + result);
        }
    }

    /// That a container did not answer in time is true, and no verdict on the change.
    private static boolean saysThatItIsNotVerified(Command.Result result) {
        return result.exit() == 1
                && List.of("unread", "unsettled").contains(field(result, "verdict"));
    }

    /// The next look has to find that all is well.
    private void verifyLater(LabContainer container, Command.Result result) {
        unverified++;
        notes.add("apply " + applied + ": " + result);
        Command.Result check = tool.run("check", container.name(), "--json");
        if (!field(check, "verdict").equals("better")) {
            falselyJudged++;
            faults.add("check after apply " + applied + ": " + check);
        }
    }

    private static Set<String> failed(LabContainer container) {
        return container.running() ? container.failedUnits() : new TreeSet<>(Set.of("everything"));
    }

    private static boolean blames(Command.Result result) {
        return result.out().replaceAll("\\s+", "").contains("\"byDrop\":true");
    }

    private static String field(Command.Result result, String name) {
        Matcher matcher =
                Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(result.out());
        return matcher.find() ? matcher.group(1) : "";
    }

    /// What was not verified at the first look, in full.
    List<String> notes() {
        return List.copyOf(notes);
    }

    /// What was said that is not so, in full.
    List<String> faults() {
        return List.copyOf(faults);
    }
}
