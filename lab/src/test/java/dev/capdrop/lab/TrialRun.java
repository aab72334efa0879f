package dev.capdrop.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What the tests of `trial` share: a service that needs a capability, a trial that is ended in the
/// middle, and how its report is read.
final class TrialRun {
    /// A service that fails without CAP_CHOWN.
    static final String[] OWNER = {
        "Type=oneshot",
        "RemainAfterExit=yes",
        "ExecStart=/bin/sh -c 'touch /run/owned && chown games /run/owned'"
    };

    /// What of the report says that `owner.service` needs it.
    static final String OWNER_KEPT = "kept: chown; without it owner.service: active -> failed";

    private static final Pattern KEPT = Pattern.compile("(?m)^  kept: (\\w+)");

    private TrialRun() {}

    /// The words of a trial for no goal.
    ///
    /// @param drop names with commas between them
    static String[] line(String container, String drop, String settle, String... more) {
        List<String> line = new ArrayList<>(List.of("trial", container, "--goal", "none"));
        line.addAll(List.of("--drop", drop, "--settle", settle));
        line.addAll(List.of(more));
        return line.toArray(String[]::new);
    }

    /// The capabilities that were shown to be needed, in the order of the report.
    static List<String> kept(Command.Result trial) {
        return KEPT.matcher(trial.out()).results().map(found -> found.group(1)).toList();
    }

    /// The report as if no line of it were broken.
    static String words(Command.Result trial) {
        return String.join(" ", trial.out().strip().split("\\s+"));
    }

    /// What sends a trial a signal as soon as one of its copies runs. Its exit status is the
    /// trial's, its standard output what tells of that copy.
    ///
    /// @param signal as kill(1) names it
    /// @param running a shell command that succeeds once a copy runs, and says which
    /// @param trial the words of the command line
    static String[] signalled(String signal, String running, String... trial) {
        // a shell has what it starts in the background ignore SIGINT
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "bash",
                                "-c",
                                """
                                signal=$1 running=$2; shift 2
                                env --default-signal=INT "$@" >/srv/report 2>/srv/said & pid=$!
                                until eval "$running" || ! kill -0 $pid; do sleep 0.1; done
                                kill -$signal $pid; wait $pid; status=$?
                                cat /srv/said /srv/report >&2; exit $status
                                """,
                                "bash",
                                signal,
                                running));
        line.addAll(Program.line());
        line.addAll(List.of(trial));
        return line.toArray(String[]::new);
    }

    /// A shell command that lists what lies on a container's disk, but for what that writes itself.
    ///
    /// @param root its root directory, or a word of the shell for it
    static String files(String root) {
        return "cd "
                + root
                + " && find . -path ./var/log -prune -o -path ./var/lib/systemd -prune -o -path ./tmp"
                + " -prune -o -printf '%p %y %m %U %s %C@\\n' | sort";
    }
}
