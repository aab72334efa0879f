package dev.capdrop.linux.proc;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The sockets on which liblxc's monitors take commands, by inode (`/proc/net/unix`).
final class CommandSockets {
    private static final String SUFFIX = "/command";
    private static final int INODE_FIELD = 6;
    private static final int PATH_FIELD = 7;
    private final Map<String, ContainerId> byInode = new HashMap<>();

    static CommandSockets read(Path netUnix) throws IOException {
        CommandSockets sockets = new CommandSockets();
        new String(Files.readAllBytes(netUnix), StandardCharsets.UTF_8)
                .lines()
                .forEach(sockets::add);
        return sockets;
    }

    private void add(String line) {
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
            byInode.put(
                    "socket:[" + fields[INODE_FIELD] + "]",
                    new ContainerId(
                            RuntimeKind.LXC, path.substring(slash + 1), path.substring(0, slash)));
        }
    }

    /// Returns the container whose socket a link of `/proc/PID/fd` is; null when it is none.
    @Nullable ContainerId container(String link) {
        return byInode.get(link);
    }
}
