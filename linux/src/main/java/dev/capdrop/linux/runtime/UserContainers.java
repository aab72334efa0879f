package dev.capdrop.linux.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Where the users of a host keep containers of their own: `~/.local/share/lxc`, or what
/// `~/.config/lxc/lxc.conf` says (lxc.conf(5)). Users are those of `/etc/passwd`, root among them.
record UserContainers(Path passwd) {
    private static final int HOME = 5;

    /// One user's LXC.
    ///
    /// @param lxcPath where the containers have their folders
    /// @param defaults the file that new ones are made from; it may be absent
    record OfUser(String lxcPath, Path defaults) {}

    List<OfUser> all() throws IOException {
        List<OfUser> all = new ArrayList<>();
        for (Path home : homes()) {
            Path settings = home.resolve(".config/lxc");
            String usual = home.resolve(".local/share/lxc").toString();
            String lxcPath = LxcContainers.lxcPath(settings.resolve("lxc.conf"), usual);
            all.add(
                    new OfUser(
                            isFolder(lxcPath) ? lxcPath : usual, settings.resolve("default.conf")));
        }
        return all;
    }

    private Set<Path> homes() throws IOException {
        Set<Path> homes = new LinkedHashSet<>();
        for (String line : LxcContainers.lines(passwd)) {
            String[] fields = line.split(":", -1);
            if (fields.length > HOME && isFolder(fields[HOME])) {
                homes.add(Path.of(fields[HOME]).normalize());
            }
        }
        return homes;
    }

    private static boolean isFolder(String path) {
        try {
            return path.startsWith("/") && Files.isDirectory(Path.of(path));
        } catch (InvalidPathException impossible) {
            return false;
        }
    }
}
