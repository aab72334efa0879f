package dev.capdrop.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The warm processes of this JVM that run the commands of [Tool#run(String...)] and its like: half
/// of what the lab's tests cost was the start of a JVM for each.
///
/// As many as run commands at a time, each with one `PATH` for its life. One that has ended, or in
/// which a command has left something, gets no other command.
final class WarmTools {
    private static final Map<String, Deque<WarmTool>> IDLE = new HashMap<>();

    private WarmTools() {}

    /// Runs a command to its end.
    ///
    /// @param path where it finds programs, as `PATH` says
    /// @param line the command and what follows it, with all options
    /// @throws AssertionError when it still ran at its limit, with what it had said
    static Command.Result run(String path, Duration limit, List<String> line) {
        try {
            WarmTool warm = taken(path);
            warm.beginLine(line);
            Command.Result result = warm.end(limit);
            giveBack(path, warm);
            return result;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot run " + line, failed);
        }
    }

    private static WarmTool taken(String path) throws IOException {
        WarmTool idle = idle(path);
        while (idle != null && idle.killed()) {
            idle.close();
            idle = idle(path);
        }
        return idle == null ? WarmTool.start(path) : idle;
    }

    private static synchronized @Nullable WarmTool idle(String path) {
        Deque<WarmTool> idle = IDLE.get(path);
        return idle == null ? null : idle.poll();
    }

    private static void giveBack(String path, WarmTool warm) {
        if (warm.fit()) {
            synchronized (WarmTools.class) {
                IDLE.computeIfAbsent(path, _ -> new ArrayDeque<>()).push(warm);
            }
        } else {
            System.err.println("lab: a warm process is given up:" + warm.left());
            warm.close();
        }
    }
}
