package dev.capdrop.linux.session;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A program of the host, run in a session of its own (setsid(1)).
///
/// A process inside of a container with our terminal as its controlling one could open `/dev/tty`,
/// type into the shell of the administrator (TIOCSTI) and write to the screen; in a session of its
/// own it gets ENXIO. And a ^C or a hang-up of that terminal does not end a program half-way.
///
/// @param setsid the program that makes the session; it becomes the other one
/// @param program absolute
public record OwnSession(Path setsid, Path program) {
    /// The system's own folders.
    public static final List<String> FOLDERS = List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin");

    /// The time the kernel may take to end a killed process.
    static final Duration ENDS = Duration.ofSeconds(5);

    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C.UTF-8", "HOME", "/root");

    /// Looks the program up.
    ///
    /// @param folders its possible folders, absolute
    /// @param debianPackage what to install when it is missing
    /// @throws IOException one sentence when it is not installed
    public static OwnSession of(String name, List<String> folders, String debianPackage)
            throws IOException {
        return new OwnSession(
                lookUp("setsid", FOLDERS, "util-linux"), lookUp(name, folders, debianPackage));
    }

    /// Returns a program of this path, or throws one sentence when setsid(1) is not installed.
    public static OwnSession of(Path program) throws IOException {
        return new OwnSession(lookUp("setsid", FOLDERS, "util-linux"), program);
    }

    private static Path lookUp(String name, List<String> folders, String debianPackage)
            throws IOException {
        for (String folder : folders) {
            Path candidate = Path.of(folder, name);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new IOException(
                "the program '%s' is not installed on this host (Debian package '%s')"
                        .formatted(name, debianPackage));
    }

    /// Starts it without environment and input, in `/`, with both outputs in one stream.
    Process start(List<String> arguments) throws IOException {
        return builder(arguments).redirectErrorStream(true).start();
    }

    /// Starts it with a standard input that ends when this process does, in whatever way, so that
    /// it can end, too. Its standard output is the process's, its error output goes nowhere.
    Process startOnLeash(List<String> arguments) throws IOException {
        return builder(arguments)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private ProcessBuilder builder(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(setsid.toString(), "--wait", program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        builder.directory(new File("/"));
        return builder.redirectInput(new File("/dev/null"));
    }

    /// Kills it, so that it can fork no more, and then all that is left of its process group in one
    /// step. Processes with a session of their own, such as a container's monitor, are not among
    /// them; and one that waits in the kernel for a container may never end.
    static void kill(Process process) throws IOException {
        boolean _ = LeashedProcess.endsWithin(process.destroyForcibly(), ENDS);
        Process kill =
                new ProcessBuilder("/bin/sh", "-c", "kill -KILL -" + process.pid())
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        kill.onExit().join();
    }
}
