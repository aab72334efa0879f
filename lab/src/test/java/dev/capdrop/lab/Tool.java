package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// capdrop as a user has it ([Program]), each command a process of its own.
///
/// It is not started through `./capdrop`, which would build anew below the very build that runs
/// these tests.
///
/// @param lxcPath what `--lxc-path` says, so that it sees the bench's containers only
/// @param stateDir what `--state-dir` says
/// @param pveDir what `--pve-dir` says; null where it is not given
/// @param path where it finds programs, as `PATH` says
record Tool(Path lxcPath, Path stateDir, @Nullable Path pveDir, String path) {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    Tool(Path lxcPath, Path stateDir) {
        this(lxcPath, stateDir, null, System.getenv("PATH"));
    }

    /// capdrop for the containers of a bench.
    static Tool of(Bench bench, Path stateDir) {
        return new Tool(bench.lxcPath(), stateDir);
    }

    /// Runs a command to its end, without a terminal.
    ///
    /// @param arguments the command and what follows it
    Command.Result run(String... arguments) {
        return runWithin(LIMIT, arguments);
    }

    /// The same with another limit.
    Command.Result runWithin(Duration limit, String... arguments) {
        return command(arguments).within(limit).run();
    }

    /// The same for a command that looks at no container, and so takes none of the options for
    /// that.
    static Command.Result runApartFromContainers(String... arguments) {
        return apartFromContainers(arguments).run();
    }

    /// A process of its own to be run, for a test that wants to change more about it.
    Command command(String... arguments) {
        return Command.of(line(arguments).toArray(String[]::new)).with("PATH", path).within(LIMIT);
    }

    /// The same for a command that looks at no container.
    static Command apartFromContainers(String... arguments) {
        return Command.of(start(arguments).toArray(String[]::new)).within(LIMIT);
    }

    /// Runs a command that another program starts.
    ///
    /// @param starter that program and its words
    Command.Result runUnder(List<String> starter, String... arguments) {
        List<String> line = new ArrayList<>(starter);
        line.addAll(line(arguments));
        return Command.of(line.toArray(String[]::new)).with("PATH", path).within(LIMIT).run();
    }

    /// Runs a command on a terminal of 80 columns and 24 rows.
    ///
    /// @param typed what the user types
    /// @return what the terminal showed, as its standard output
    Command.Result runOnTerminal(String typed, String... arguments) {
        return onTerminal(typed, line(arguments));
    }

    /// Runs a command that looks at no container on a terminal of 80 columns where nobody types.
    static Command.Result apartFromContainersOnTerminal(String... arguments) {
        return onTerminal("", start(arguments));
    }

    /// The end of what is typed does not come: script(1) waits two seconds before it types that.
    private static Command.Result onTerminal(String typed, List<String> line) {
        String quoted = line.stream().map(Tool::quote).collect(Collectors.joining(" "));
        String script =
                """
                exec 7<> <(:); printf %s "$0" >&7
                script -qec "stty cols 80 rows 24 && exec $1" /dev/null <&7 7>&-
                """;
        return Command.of("bash", "-c", script, typed, quoted)
                .with("TERM", "xterm")
                .within(LIMIT)
                .run();
    }

    /// Runs a command on a terminal of 80 columns and 24 rows, on which somebody types ^C.
    ///
    /// @param shown what is shown when he does
    /// @return what the terminal showed, as its standard output
    Command.Result interruptedOnTerminal(String shown, String... arguments) throws IOException {
        return interruptedOnTerminal(shown, "", arguments);
    }

    /// The same, where ^S was typed before, and ^C is not before files have changed twice.
    ///
    /// @param files those files, as the shell finds them
    Command.Result stoppedOnTerminal(String shown, String files, String... arguments)
            throws IOException {
        return interruptedOnTerminal(shown, files, arguments);
    }

    private Command.Result interruptedOnTerminal(String shown, String files, String... arguments)
            throws IOException {
        String quoted = line(arguments).stream().map(Tool::quote).collect(Collectors.joining(" "));
        Path folder = Files.createTempDirectory("lab");
        // without job control the shell would have the command ignore SIGINT
        String script =
                """
                set -m; cd "$FOLDER"; mkfifo keys; exec 7<>keys
                script -qec "stty cols 80 rows 24 && exec $0" /dev/null <&7 >screen & pid=$!
                for i in $(seq 3000); do grep -qF "$SHOWN" screen && break; sleep 0.1; done
                for change in ${FILES:+first second}; do
                    printf '\\023' >&7; old=$(ls -i $FILES)
                    for i in $(seq 3000); do [[ $(ls -i $FILES) == "$old" ]] || break; sleep 0.1; done
                    [[ $(ls -i $FILES) == "$old" ]] || echo "$change change" >&2
                done
                printf '\\003' >&7; wait $pid; status=$?
                cat screen; rm keys screen; exit $status
                """;
        try {
            return Command.of("bash", "-c", script, quoted)
                    .with("TERM", "xterm")
                    .with("PATH", path)
                    .with("FOLDER", folder.toString())
                    .with("SHOWN", shown)
                    .with("FILES", files)
                    .within(LIMIT)
                    .run();
        } finally {
            Files.delete(folder);
        }
    }

    /// Runs a command and sends it a signal as soon as it has said a text on standard error.
    ///
    /// @param signal as kill(1) names it
    Command.Result signalledAt(String signal, String said, String... arguments) throws IOException {
        return signalledBeside(signal, said, "", arguments);
    }

    /// The same, but not before a process runs that has this in its command line.
    Command.Result signalledBeside(String signal, String said, String process, String... arguments)
            throws IOException {
        return shell(
                """
                "$@" 2>"$ERR" & pid=$!
                for i in $(seq 3000); do grep -q "$SAID" "$ERR" && break; sleep 0.05; done
                process='%s'
                [[ -z $process ]] ||
                    for i in $(seq 3000); do pgrep -f "^$process" >/dev/null && break; sleep 0.05; done
                kill -%s $pid && echo signalled >&2
                wait $pid; status=$?
                cat "$ERR" >&2; exit $status
                """
                        .formatted(process, signal),
                said,
                arguments);
    }

    /// Runs a command whose standard output and standard error nobody reads any more.
    ///
    /// @return its exit status; nothing of what it wrote
    Command.Result withoutReaders(String... arguments) throws IOException {
        return shell(
                "( \"$@\"; echo $? >\"$ERR\" ) 2>&1 | : ; exit $(cat \"$ERR\")", "", arguments);
    }

    private Command.Result shell(String script, String said, String... arguments)
            throws IOException {
        Path err = Files.createTempFile("lab", ".said");
        try {
            List<String> line = new ArrayList<>(List.of("bash", "-c", script, "bash"));
            line.addAll(line(arguments));
            return Command.of(line.toArray(String[]::new))
                    .with("PATH", path)
                    .with("ERR", err.toString())
                    .with("SAID", said)
                    .within(LIMIT)
                    .run();
        } finally {
            Files.delete(err);
        }
    }

    /// Runs a command that finds a host whose kernel has AppArmor in force: in mounts of its own,
    /// so that nothing else sees it.
    ///
    /// @param start what it finds in the place of lxc-start
    Command.Result runWhereAppArmorIsOn(Path start, String... arguments) {
        String script =
                """
                mount --bind "$0" /usr/bin/lxc-start
                mount -t tmpfs tmpfs /sys/module
                mkdir -p /sys/module/apparmor/parameters
                echo Y >/sys/module/apparmor/parameters/enabled
                exec "$@"
                """;
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "--propagation",
                                "private",
                                "bash",
                                "-ec",
                                script,
                                start.toString()));
        line.addAll(line(arguments));
        return Command.of(line.toArray(String[]::new)).with("PATH", path).within(LIMIT).run();
    }

    private List<String> line(String... arguments) {
        return start(withOptions(List.of(arguments)).toArray(String[]::new));
    }

    /// The command and what follows it, the options behind it that say where everything is.
    List<String> withOptions(List<String> arguments) {
        List<String> line = new ArrayList<>(arguments);
        line.addAll(List.of("--lxc-path", lxcPath.toString(), "--state-dir", stateDir.toString()));
        if (pveDir != null) {
            line.addAll(List.of("--pve-dir", pveDir.toString()));
        }
        return line;
    }

    private static List<String> start(String... arguments) {
        List<String> line = new ArrayList<>(Program.line());
        line.addAll(List.of(arguments));
        return line;
    }

    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
