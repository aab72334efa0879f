package dev.capdrop.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How these tests start capdrop: as the native program that `LAB_PROGRAM` names, which `verify`
/// builds from these sources; where nothing is named, on a JVM with this build's classes.
final class Program {
    private static final @Nullable String NATIVE = System.getenv("LAB_PROGRAM");

    private Program() {}

    /// A program and its first words; those of a command line follow.
    static List<String> line() {
        return NATIVE == null ? onJvm() : List.of(checked(NATIVE));
    }

    /// Whether it is the native program.
    static boolean isNative() {
        return NATIVE != null;
    }

    /// The same on a JVM, with this build's classes.
    static List<String> onJvm() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.capdrop.cli.Capdrop");
    }

    private static String checked(String program) {
        if (!Files.isExecutable(Path.of(program))) {
            throw new AssertionError("LAB_PROGRAM names '" + program + "', which cannot be run");
        }
        return program;
    }
}
