package dev.capdrop.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The smallest root directory whose systemd starts something, `a.service` to `f.service`, and what
/// its owner puts there to do harm. A name without a slash in front stands in
/// `/etc/systemd/system`.
///
/// @param directory where it is
record HostileRoot(Path directory) {
    /// Of whose name systemd's version is read.
    static final String LIBRARY = "/usr/lib/systemd/libsystemd-shared-257.so";

    private static final String UNITS = "/usr/lib/systemd/system/";

    static HostileRoot make(Path directory) throws IOException {
        HostileRoot root = new HostileRoot(directory);
        root.file("/usr/lib/systemd/systemd", "");
        root.file(LIBRARY, "");
        root.link("/sbin/init", "/usr/lib/systemd/systemd");
        root.file("/usr/lib/systemd/system-generators/systemd-fstab-generator", "#!/bin/true\n");
        Command.of("chmod", "-R", "755", directory.toString()).runOrFail();
        root.file(UNITS + "sysinit.target", "[Unit]\n");
        StringBuilder wants = new StringBuilder("[Unit]\nWants=");
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            root.file(UNITS + name + ".service", "[Service]\nExecStart=/usr/bin/" + name + "\n");
            wants.append(name).append(".service ");
        }
        root.file(UNITS + "default.target", wants + "\n");
        return root;
    }

    /// Where it stands on the host.
    Path unit(String name) {
        String path = name.startsWith("/") ? name : "/etc/systemd/system/" + name;
        return Path.of(directory + path);
    }

    private Path place(String name) throws IOException {
        Path place = unit(name);
        Files.createDirectories(place.getParent());
        return place;
    }

    void file(String name, String text) throws IOException {
        Files.writeString(place(name), text);
    }

    void link(String name, String target) throws IOException {
        Files.createSymbolicLink(place(name), Path.of(target));
    }

    void directory(String name) throws IOException {
        Files.createDirectories(place(name));
    }

    /// Puts so many names of one file into each of these folders: with this ending, that of `0`
    /// where there is one. In memory only: a file on a disk takes some ten thousand.
    void crowd(List<String> folders, String ending, int names) throws IOException {
        String links =
                """
                chdir shift or die;
                for (1 .. $ARGV[1] - 1) { link "0$ARGV[0]", "$_$ARGV[0]" or die }
                """;
        for (String name : folders) {
            Path first = place(name + "/0" + ending);
            if (!Files.exists(first)) {
                Files.createFile(first);
            }
            String folder = unit(name).toString();
            Command.of("perl", "-e", links, folder, ending, Integer.toString(names)).runOrFail();
        }
    }

    void fifo(String name) throws IOException {
        Command.of("mkfifo", place(name).toString()).runOrFail();
    }

    /// A terminal, which would become the controlling one.
    void device(String name) throws IOException {
        Command.of("mknod", place(name).toString(), "c", "5", "0").runOrFail();
    }

    void sparse(String name, long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(place(name).toFile(), "rw")) {
            file.setLength(bytes);
        }
    }

    /// A file whose name is these bytes, one a character.
    void raw(String name, String text) throws IOException {
        StringBuilder octal = new StringBuilder();
        for (byte b : (unit("").resolve("x").getParent() + "/" + name).getBytes(ISO_8859_1)) {
            octal.append(String.format("\\%03o", b & 0xff));
        }
        String script =
                "f=$(printf \"$1x\"); f=${f%x}; mkdir -p \"${f%/*}\"; printf '%s' \"$2\" >\"$f\"";
        Command.of("bash", "-c", script, "bash", octal.toString(), text).runOrFail();
    }
}
