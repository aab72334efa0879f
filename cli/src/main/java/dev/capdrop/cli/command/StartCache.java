package dev.capdrop.cli.command;

import dev.capdrop.core.host.HostFinding;
import dev.capdrop.core.host.HostFinding.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether this process was started from its AOT cache: the JVM goes on without a word where it
/// cannot take it, and maps the file into memory where it can (proc_pid_maps(5)).
final class StartCache {
    private static final String OPTION = "-XX:AOTCache=";

    private StartCache() {}

    static HostFinding finding() {
        try {
            return finding(text("/proc/self/cmdline"), text("/proc/self/maps"));
        } catch (IOException unreadable) {
            return HostFinding.unknown(
                    Topic.START,
                    "whether it starts from its cache",
                    Mistakes.reason(unreadable),
                    "");
        }
    }

    /// @param commandLine the words of this process, each ended by a NUL
    /// @param maps what it has mapped
    static HostFinding finding(String commandLine, String maps) {
        String cache = "";
        for (String word : commandLine.split("\0")) {
            if (word.startsWith(OPTION)) {
                cache = word.substring(OPTION.length());
            }
        }
        if (cache.isEmpty()) {
            return HostFinding.note(
                    Topic.START,
                    "capdrop was started without its AOT cache",
                    "each command takes longer to begin",
                    "use the package's 'capdrop', or ./capdrop of a clone");
        }
        String file = cache;
        boolean mapped = maps.lines().anyMatch(line -> line.endsWith(" " + file));
        return mapped
                ? HostFinding.good(Topic.START, "from the AOT cache " + cache, "")
                : HostFinding.note(
                        Topic.START,
                        "the JVM does not take the AOT cache " + cache,
                        "each command takes longer to begin",
                        "install the package anew; in a clone, run scripts/build");
    }

    private static String text(String path) throws IOException {
        return new String(Files.readAllBytes(Path.of(path)), StandardCharsets.ISO_8859_1);
    }
}
