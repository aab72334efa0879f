package dev.capdrop.lab;

import dev.capdrop.lab.KillCount.What;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Commands that are killed at a random moment of their work on a container of plain LXC, which
/// boots in half a second and is degraded; one round begins and ends with the old configuration.
final class KilledCommands {
    private static final List<String> TRIAL =
            List.of("--goal", "none", "--drop", "sys_rawio,mknod");

    private static final int LOOK_MILLIS = 20;

    private final What what;
    private final Tool tool;
    private final LabContainer container;
    private final String old;
    private final String changed;

    private KilledCommands(What what, Tool tool, LabContainer container) throws IOException {
        this.what = what;
        this.tool = tool;
        this.container = container;
        this.old = container.config();
        this.changed = old + "lxc.cap.drop = sys_rawio\n";
    }

    /// So many kills.
    ///
    /// @param state an empty folder
    static KillTally run(What what, int times, Path state)
            throws IOException, InterruptedException {
        Bench bench = Bench.shared();
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            Must.hold(container.boot().equals("degraded"), container.failedUnits());
            KilledCommands commands = new KilledCommands(what, Tool.of(bench, state), container);
            commands.prepare();
            KillTally tally =
                    new KillTally(what.title(), Objects.requireNonNull(commands.killed(-1)));
            commands.bringBack(tally);
            for (int kills = 0; kills < times; ) {
                commands.prepare();
                if (commands.killed(tally.moment()) == null) {
                    commands.look(tally);
                    kills++;
                } else {
                    tally.ended();
                }
                commands.bringBack(tally);
                System.err.println("faults: " + tally.row());
            }
            return tally;
        }
    }

    private Command.Result run(String... words) {
        List<String> line = new ArrayList<>(List.of(words));
        line.add(1, container.name());
        if (!words[0].equals("status")) {
            line.addAll(words[0].equals("trial") ? TRIAL : List.of("--yes", "--timeout", "5m"));
        }
        return tool.run(line.toArray(String[]::new));
    }

    private String[] words() {
        return switch (what) {
            case APPLY -> new String[] {"apply"};
            case UNDO -> new String[] {"undo"};
            case LIVE -> new String[] {"apply", "--live"};
            case TRIAL -> new String[] {"trial"};
            case PROFILE -> throw new IllegalArgumentException("no container has it alone");
        };
    }

    /// Waits until it begins: what comes before looks only. A trial says nothing, and makes a copy.
    private void awaitBeginning(Process process, BufferedReader err, StringBuilder said)
            throws IOException, InterruptedException {
        if (what == What.TRIAL) {
            while (process.isAlive() && copies().isEmpty()) {
                Thread.sleep(LOOK_MILLIS);
            }
            return;
        }
        String beginning = what == What.UNDO ? "putting " : "writing ";
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            said.append(line).append('\n');
            if (line.contains(beginning)) {
                return;
            }
        }
        Must.hold(false, said);
    }

    private void prepare() {
        if (what == What.UNDO) {
            Command.Result applied = run("apply");
            Must.hold(applied.exit() == 0, applied);
        }
    }

    /// Lets the command work for so long from where it begins, and kills it.
    ///
    /// @param millis negative: it is not killed
    /// @return how long it took where it ended by itself; null where it was killed
    private @Nullable Long killed(long millis) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(words()));
        words.add(1, container.name());
        words.addAll(what == What.TRIAL ? TRIAL : List.of("--yes", "--timeout", "5m"));
        Process process =
                new ProcessBuilder(tool.command(words.toArray(String[]::new)).line())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            StringBuilder said = new StringBuilder();
            awaitBeginning(process, err, said);
            long begun = System.nanoTime();
            if (millis < 0) {
                err.lines().forEach(one -> said.append(one).append('\n'));
                Must.hold(process.waitFor() == 0, said);
            } else if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                Must.hold(process.waitFor(60, TimeUnit.SECONDS), "killed, and still there");
            }
            return process.exitValue() == 137 ? null : (System.nanoTime() - begun) / 1_000_000;
        }
    }

    /// What is there after a kill, what is said of it, and whether the same command ends it.
    private void look(KillTally tally) throws IOException {
        long init = container.running() ? container.initPid() : 0;
        tally.file(container.config(), old, changed);
        if (what == What.TRIAL) {
            tally.require(container.config().equals(old) && init != 0, "a trial changed it");
        }
        tally.status(run("status"));
        Command.Result next = run(words());
        tally.next(next, container.running(), copies().size());
        String expected = what == What.UNDO || what == What.TRIAL ? old : changed;
        tally.require(container.config().equals(expected), "after it: " + container.config());
        if (what == What.LIVE || what == What.TRIAL) {
            tally.require(container.initPid() == init, "it was restarted");
        }
    }

    /// As at the beginning, byte for byte, with nothing left beside the files.
    private void bringBack(KillTally tally) throws IOException {
        Command.Result undone = run("undo");
        tally.require(undone.exit() == 0, "undo: " + undone);
        tally.require(container.config().equals(old), "taken back: " + container.config());
        tally.require(container.settled().equals("degraded"), "taken back, but not degraded");
        tally.require(hidden().isEmpty(), "left: " + hidden());
    }

    private List<Path> hidden() throws IOException {
        try (Stream<Path> journal = Files.walk(tool.stateDir());
                Stream<Path> config = Files.list(container.configFile().resolveSibling(""))) {
            return Stream.concat(journal, config)
                    .filter(file -> file.toString().endsWith(".capdrop-tmp"))
                    .toList();
        }
    }

    /// What belongs to copies: their folders, and who runs in them.
    private List<String> copies() throws IOException {
        Path trials = tool.stateDir().resolve("trials");
        if (!Files.exists(trials)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(trials, 2)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("trial-"))
                    .toList();
        }
    }
}
