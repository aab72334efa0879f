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
    private static final String UNITS = "/usr/lib/systemd/system/";

    static HostileRoot make(Path directory) throws IOException {
        HostileRoot root = new HostileRoot(directory);
        root.file("/usr/lib/systemd/systemd", "");
        root.file("/usr/lib/systemd/libsystemd-shared-257.so", "");
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

    /// Puts so many empty files into each of these folders.
    void fill(List<String> folders, int files) throws IOException {
        for (String name : folders) {
            String folder = Files.createDirectories(unit(name)).toString();
            Command.of(
                            "bash",
                            "-c",
                            "cd \"$1\" && seq \"$2\" | xargs touch",
                            "bash",
                            folder,
                            "" + files)
                    .runOrFail();
        }
    }

    /// Puts so many names of one empty file into each of these folders, which must be in memory: a
    /// file on a disk takes some ten thousand.
    void crowd(List<String> folders, int names) throws IOException {
        for (String name : folders) {
            Path folder = Files.createDirectories(unit(name));
            Path file = Files.createFile(folder.resolve("0"));
            for (int i = 1; i < names; i++) {
                Files.createLink(folder.resolve(Integer.toString(i)), file);
            }
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
