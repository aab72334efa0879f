package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Changes of a profile of Debian's Incus that are killed at a random moment; one container uses
/// it.
final class KilledProfileCommands {
    private static final List<String> CHANGE =
            List.of("--profile", "base", "--goal", "none", "--drop", "mknod", "--yes");
    private static final String CHANGED = "lxc.cap.drop = mknod";

    /// Lets a command work for so long from where it begins, and kills it.
    private static final String SCRIPT =
            """
            millis=$1; shift
            "$@" >/dev/null 2>/srv/said & pid=$!
            until grep -q "writing " /srv/said || ! kill -0 $pid 2>/dev/null; do sleep 0.01; done
            begun=$(date +%s%N)
            if ((millis >= 0)); then sleep "$((millis / 1000)).$(printf %03d $((millis % 1000)))"; kill -9 $pid 2>/dev/null; fi
            wait $pid; status=$?
            echo $((($(date +%s%N) - begun) / 1000000))
            exit $status
            """;

    private final IncusHost host;

    private KilledProfileCommands(IncusHost host) {
        this.host = host;
    }

    /// So many kills.
    static KillTally run(int times) throws IOException {
        try (IncusHost host = IncusHost.boot(Bench.shared())) {
            host.runOrFail("incus", "profile", "create", "base");
            Path root = host.smallDegraded();
            host.make(root, "one", "--profile=default", "--profile=base");
            Must.hold(host.boot("one").equals("degraded"), "'one' is not degraded");
            KilledProfileCommands commands = new KilledProfileCommands(host);
            Command.Result whole = commands.killed(-1);
            Must.hold(whole.exit() == 0, whole + host.run("cat", "/srv/said").out());
            KillTally tally =
                    new KillTally(
                            KillCount.What.PROFILE.title(), Long.parseLong(whole.out().strip()));
            commands.bringBack(tally);
            for (int kills = 0; kills < times; ) {
                if (commands.killed(tally.moment()).exit() == 137) {
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

    private Command.Result killed(long millis) {
        List<String> line =
                new ArrayList<>(List.of("bash", "-c", SCRIPT, "bash", Long.toString(millis)));
        line.addAll(Program.line());
        line.add("apply");
        line.addAll(CHANGE);
        return host.run(line.toArray(String[]::new));
    }

    private Command.Result capdrop(String command, List<String> more) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(more);
        return host.capdrop(words.toArray(String[]::new));
    }

    private String lines() {
        return host.runOrFail("incus", "profile", "get", "base", "raw.lxc");
    }

    private boolean running() {
        return host.runOrFail("incus", "list", "one", "-c", "s", "-f", "csv").equals("RUNNING");
    }

    private void look(KillTally tally) {
        tally.file(lines(), "", CHANGED);
        tally.status(capdrop("status", List.of()));
        Command.Result next = capdrop("apply", CHANGE);
        tally.next(next, running(), 0);
        tally.require(lines().equals(CHANGED), "after it: " + lines());
        tally.require(!holds(), "after it: PID 1 holds mknod");
    }

    private boolean holds() {
        return host.run(
                                "incus",
                                "exec",
                                "one",
                                "--",
                                "grep",
                                "-qE",
                                "^CapBnd:.*f{10}$",
                                "/proc/1/status")
                        .exit()
                == 0;
    }

    private void bringBack(KillTally tally) {
        Command.Result undone = capdrop("undo", List.of("--profile", "base", "--yes"));
        tally.require(undone.exit() == 0, "undo: " + undone);
        tally.require(lines().isEmpty(), "taken back: " + lines());
        tally.require(running() && holds(), "taken back, and not as before");
        String state = host.settled("one");
        tally.require(state.equals("degraded"), "taken back: " + state);
    }
}
