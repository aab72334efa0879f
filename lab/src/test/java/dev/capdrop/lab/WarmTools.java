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

/// The warm processes of this JVM that run the commands of [Tool#run(String...)]: half of what the
/// lab's tests cost was the start of a JVM for each.
///
/// As many as run commands at a time, each with one `PATH` for its life. One that has ended, or in
/// which a command has left something, gets no other command.
final class WarmTools {
    private static final Map<String, Deque<WarmTool>> IDLE = new HashMap<>();

    private WarmTools() {}

    /// Runs a command to its end.
    ///
    /// @throws AssertionError when it still ran at its limit, with what it had said
    static Command.Result run(Tool tool, Duration limit, String... arguments) {
        try {
            WarmTool warm = taken(tool);
            // the one that it was begun for may have had another state directory
            warm.beginLine(tool.withOptions(List.of(arguments)));
            Command.Result result = warm.end(limit);
            giveBack(tool, warm);
            return result;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot run " + List.of(arguments), failed);
        }
    }

    private static WarmTool taken(Tool tool) throws IOException {
        WarmTool idle = idle(tool.path());
        while (idle != null && idle.killed()) {
            idle.close();
            idle = idle(tool.path());
        }
        return idle == null ? WarmTool.start(tool) : idle;
    }

    private static synchronized @Nullable WarmTool idle(String path) {
        Deque<WarmTool> idle = IDLE.get(path);
        return idle == null ? null : idle.poll();
    }

    private static void giveBack(Tool tool, WarmTool warm) {
        if (warm.fit()) {
            synchronized (WarmTools.class) {
                IDLE.computeIfAbsent(tool.path(), _ -> new ArrayDeque<>()).push(warm);
            }
        } else {
            System.err.println("lab: a warm process is given up:" + warm.left());
            warm.close();
        }
    }
}
