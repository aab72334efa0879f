package dev.capdrop.linux.proc;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The sockets on which liblxc's monitors take commands, by inode (`/proc/net/unix`).
final class CommandSockets {
    private static final String SUFFIX = "/command";
    private static final int INODE_FIELD = 6;
    private static final int PATH_FIELD = 7;

    private CommandSockets() {}

    /// Returns their containers, each by the link of `/proc/PID/fd` that leads to its socket.
    static Map<String, ContainerId> read(Path netUnix) throws IOException {
        Map<String, ContainerId> containers = new HashMap<>();
        new String(Files.readAllBytes(netUnix), StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> add(line, containers));
        return containers;
    }

    private static void add(String line, Map<String, ContainerId> containers) {
        String[] fields = line.split(" +", PATH_FIELD + 1);
        if (fields.length <= PATH_FIELD
                || !fields[PATH_FIELD].startsWith("@/")
                || !fields[PATH_FIELD].endsWith(SUFFIX)) {
            return;
        }
        String path =
                fields[PATH_FIELD].substring(1, fields[PATH_FIELD].length() - SUFFIX.length());
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            containers.put(
                    "socket:[" + fields[INODE_FIELD] + "]",
                    new ContainerId(
                            RuntimeKind.LXC, path.substring(slash + 1), path.substring(0, slash)));
        }
    }
}
