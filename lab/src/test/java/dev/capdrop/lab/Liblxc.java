package dev.capdrop.lab;

import dev.capdrop.capability.CapabilitySet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The installed liblxc, asked what it makes of a configuration by starting a container with it.
///
/// The container is as small as can be: an empty root directory with the host's `/usr` in it,
/// read-only, whose only process copies its own `/proc/self/status` out. One start takes about ten
/// milliseconds. `lxc-info -c` is no way to ask: it answers the same list for both keys.
///
/// @param dir a folder for the container
record Liblxc(Path dir) {
    private static final String NAME = "capdrop-lab-config";
    private static final String REFUSED = "Failed to load rcfile";

    /// Makes the root directory.
    static Liblxc in(Path dir) throws IOException {
        for (String folder : new String[] {"usr", "proc", "dev", "out"}) {
            Files.createDirectories(dir.resolve("rootfs").resolve(folder));
        }
        for (String link : new String[] {"bin", "lib", "lib64"}) {
            if (Files.exists(Path.of("/usr", link))) {
                Files.createSymbolicLink(dir.resolve("rootfs").resolve(link), Path.of("usr", link));
            }
        }
        return new Liblxc(dir);
    }

    /// The lines that every configuration asked about must hold.
    String base() {
        return "lxc.rootfs.path = dir:"
                + dir.resolve("rootfs")
                + "\nlxc.autodev = 0\nlxc.mount.auto = proc\n"
                + "lxc.mount.entry = /usr usr none bind,ro 0 0\n"
                + "lxc.init.cmd = /usr/bin/cp /proc/self/status /out/status\n";
    }

    /// The file that is asked about.
    Path file() {
        return dir.resolve("config");
    }

    /// Starts a container with this configuration, a string of bytes, from the directory `/`.
    ///
    /// @return the bounding set it ran with; null when liblxc refused to load the file
    /// @throws AssertionError when it was loaded and the container did not run all the same
    @Nullable CapabilitySet bounding(String text) {
        Path status = dir.resolve("rootfs/out/status");
        try {
            Files.deleteIfExists(status);
            Command.Result result = start(text);
            if (Files.exists(status)) {
                return bounding(status);
            }
            if (!result.err().contains(REFUSED)) {
                throw new AssertionError("loaded and did not run: " + result + "\n" + text);
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What lxc-start says to this configuration.
    Command.Result start(String text) throws IOException {
        Files.writeString(file(), text, StandardCharsets.ISO_8859_1);
        String[] line = {
            "env", "-C", "/", "lxc-start", "-F", "-n", NAME, "-P", "" + dir, "-f", "" + file()
        };
        return Command.of(line).run();
    }

    /// Removes what the container's starts left in its `/dev`, links out of the folder among it.
    void removeDevices() throws IOException {
        try (DirectoryStream<Path> devices =
                Files.newDirectoryStream(
                        dir.resolve("rootfs/dev"),
                        entry -> !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
            for (Path device : devices) {
                Files.delete(device);
            }
        }
    }

    /// The bounding set of this process, which no container exceeds.
    static CapabilitySet ofHost() throws IOException {
        return bounding(Path.of("/proc/self/status"));
    }

    private static CapabilitySet bounding(Path status) throws IOException {
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("CapBnd:")) {
                return CapabilitySet.parseHex(line.substring("CapBnd:".length()).strip());
            }
        }
        throw new IOException("no CapBnd in " + status);
    }
}
