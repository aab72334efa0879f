package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A command below strace(1), which lets go of the programs that it starts.
///
/// @param command what runs
/// @param output where strace writes
record TracedCommand(Command command, Path output) {
    /// The calls that change a file or its name, or make that durable.
    private static final String CHANGING =
            "mkdir,openat,write,pwrite64,copy_file_range,ftruncate,rename,renameat2,unlink,"
                    + "unlinkat,fsync,fchmod,fchown,fsetxattr,utimensat";

    private static final Pattern LINE = Pattern.compile("(\\d+) +((\\w+)\\(.*)");

    /// A call of the thread that carries the change out.
    ///
    /// @param name the system call's
    /// @param number which call of this name it is in its thread, as strace's `when=` counts
    /// @param text the call and its result
    record Call(String name, int number, String text) {}

    static boolean installed() {
        return Files.isExecutable(Path.of("/usr/bin/strace"));
    }

    /// Runs it undisturbed.
    ///
    /// @param paths of files that count, or of folders above them
    List<Call> calls(List<String> paths) throws IOException {
        Command.Result result = traced();
        if (result.exit() != 0) {
            throw new AssertionError("the command fails: " + result);
        }
        List<Call> calls = new ArrayList<>();
        Map<String, Integer> numbers = new HashMap<>();
        for (String line : Files.readAllLines(output)) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                String name = matcher.group(3);
                int number = numbers.merge(matcher.group(1) + name, 1, Integer::sum);
                String text = matcher.group(2);
                boolean ours = paths.stream().anyMatch(text::contains);
                if (ours && !text.contains("O_RDONLY")) {
                    calls.add(new Call(name, number, text));
                }
            }
        }
        return calls;
    }

    /// Runs it and kills it at a call.
    Command.Result killedAt(Call call) {
        return traced("--inject=" + call.name() + ":signal=KILL:when=" + call.number());
    }

    private Command.Result traced(String... more) {
        List<String> line = new ArrayList<>(List.of("strace", "-f", "-b", "execve", "-y"));
        line.addAll(List.of("-e", "trace=" + CHANGING, "-o", output.toString()));
        line.addAll(List.of(more));
        line.addAll(command.line());
        return new Command(line, command.input(), command.environment(), command.limit()).run();
    }
}
