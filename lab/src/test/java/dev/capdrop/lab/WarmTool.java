package dev.capdrop.lab;

import dev.capdrop.cli.command.CommandLineTool;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// capdrop in a process that runs one command line after the other, so that only the first pays for
/// the start of a JVM and the loading of classes: for a test of hundreds of commands.
final class WarmTool implements AutoCloseable {
    private static final String ANSWER = "\0exit ";
    private static final String SEPARATOR = "\t";

    private final Tool tool;
    private final Path said;
    private final Process process;
    private final BufferedReader out;
    private long heard;

    /// @param said where its standard error goes
    private WarmTool(Tool tool, Path said, Process process) {
        this.tool = tool;
        this.said = said;
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    static WarmTool start(Tool tool, Path folder) throws IOException {
        Path said = Files.createTempFile(folder, "warm", ".err");
        List<String> line = new ArrayList<>(QuickStart.java());
        line.addAll(
                List.of("-cp", System.getProperty("java.class.path"), WarmTool.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("PATH", tool.path());
        return new WarmTool(tool, said, builder.redirectError(said.toFile()).start());
    }

    /// Runs the command lines of its standard input, one a line.
    public static void main(String[] none) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        String line = lines.readLine();
        while (line != null) {
            int exit = CommandLineTool.run(line.split(SEPARATOR));
            out.write((ANSWER + exit + "\n").getBytes(StandardCharsets.UTF_8));
            line = lines.readLine();
        }
    }

    long pid() {
        return process.pid();
    }

    /// Runs a command to its end.
    Command.Result run(String... arguments) throws IOException {
        begin(arguments);
        return end();
    }

    /// Begins a command, whose output is [#end]'s.
    void begin(String... arguments) throws IOException {
        String line = String.join(SEPARATOR, tool.withOptions(arguments)) + "\n";
        process.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /// Waits until the command has ended, or the process.
    Command.Result end() throws IOException {
        List<String> lines = new ArrayList<>();
        String next = out.readLine();
        while (next != null && !next.startsWith(ANSWER)) {
            lines.add(next + "\n");
            next = out.readLine();
        }
        return new Command.Result(exit(next), String.join("", lines), heard());
    }

    private int exit(@Nullable String answer) {
        return answer != null
                ? Integer.parseInt(answer.substring(ANSWER.length()))
                : process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue();
    }

    /// Whether the process has ended.
    boolean killed() {
        return !process.isAlive();
    }

    /// What it has said on its standard error since it was asked last.
    private String heard() throws IOException {
        byte[] all = Files.readAllBytes(said);
        String news =
                new String(all, (int) heard, (int) (all.length - heard), StandardCharsets.UTF_8);
        heard = all.length;
        return news;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
