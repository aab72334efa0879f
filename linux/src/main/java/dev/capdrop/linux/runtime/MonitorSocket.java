package dev.capdrop.linux.runtime;

import dev.capdrop.core.snapshot.ContainerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// The abstract socket at which a container's monitor takes commands. It exists from before the
/// container's start until its state is STOPPED (only the post-stop hooks run later), and needs
/// neither a program nor a configuration that loads (lxc-info fails without one).
///
/// Source: liblxc's `lxc_make_abstract_socket_name` (`commands_utils.c`); unix(7) and proc(5) for
/// `/proc/net/unix`.
final class MonitorSocket {
    private static final Path TABLE = Path.of("/proc/net/unix");

    /// sun_path's 108 bytes without the first and the last, and liblxc wants one to spare.
    private static final int MAX_LENGTH = 105;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /// `__SO_ACCEPTCON`: somebody listens there.
    private static final String LISTENING = "00010000";

    private MonitorSocket() {}

    static boolean exists(ContainerId container) throws IOException {
        return listed(TABLE, name(container));
    }

    /// The socket's name in the table; liblxc hashes one that is too long.
    static String name(ContainerId container) {
        byte[] folder =
                (container.lxcPath() + "/" + container.name()).getBytes(StandardCharsets.UTF_8);
        return folder.length + "/command".length() <= MAX_LENGTH
                ? "@" + new String(folder, StandardCharsets.ISO_8859_1) + "/command"
                : "@lxc/" + HexFormat.of().toHexDigits(fnv64a(folder)) + "/command";
    }

    static boolean listed(Path table, String name) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] columns = line.split(" +", 8);
                if (columns.length == 8
                        && columns[3].equals(LISTENING)
                        && columns[7].equals(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long fnv64a(byte[] bytes) {
        long hash = FNV_OFFSET;
        for (byte b : bytes) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return hash;
    }
}
