package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the package brings for systemd, put into a host where the package puts it: units, and the
/// programs that they start.
final class OwnUnits {
    static final String CAPDROP = "/usr/bin/capdrop";
    private static final Path PACKAGE = Clone.root().resolve("package");

    private OwnUnits() {}

    static void install(MachineHost host) throws IOException {
        try (DirectoryStream<Path> units = Files.newDirectoryStream(PACKAGE, "*.{service,timer}")) {
            for (Path unit : units) {
                Files.copy(unit, host.file("/usr/lib/systemd/system/" + unit.getFileName()));
                relax(host, unit.getFileName().toString());
            }
        }
        Files.createDirectories(host.file("/usr/lib/capdrop"));
        for (String program : List.of("daily-check", "tell")) {
            Files.copy(PACKAGE.resolve(program), host.file("/usr/lib/capdrop/" + program));
        }
        if (Program.isNative()) {
            Files.copy(Path.of(Program.line().getFirst()), host.file(CAPDROP));
        } else {
            program(host, CAPDROP, "exec " + String.join(" ", Program.line()) + " \"$@\"");
        }
        host.runOrFail("systemctl", "daemon-reload");
    }

    /// Puts a program of the shell into a host.
    static void program(MachineHost host, String path, String text) throws IOException {
        Files.writeString(host.file(path), "#!/bin/sh\n" + text + "\n");
        host.runOrFail("chmod", "755", path);
    }

    /// A JVM makes code while it runs, and its classes may lie in a folder for all, which is not so
    /// of the package's program.
    private static void relax(MachineHost host, String unit) throws IOException {
        if (!Program.isNative() && unit.endsWith(".service")) {
            Files.writeString(
                    Files.createDirectories(host.file("/etc/systemd/system/" + unit + ".d"))
                            .resolve("jvm.conf"),
                    "[Service]\nMemoryDenyWriteExecute=no\nPrivateTmp=no\n");
        }
    }
}
