package dev.capdrop.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How these tests start capdrop: from the jars of this build, with an AOT cache made of them, as
/// its launcher does, which halves what a start costs.
///
/// Classes in folders, as an editor has them, cannot be cached; they are started as they are.
final class QuickStart {
    private static final String PROGRAM = "dev.capdrop.cli.Capdrop";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private QuickStart() {}

    /// A JVM that runs capdrop; its arguments follow.
    static List<String> line() {
        return Prepared.START.line(PROGRAM, "");
    }

    /// A JVM that runs a class of these tests with capdrop's classes.
    static List<String> line(Class<?> program) {
        return Prepared.START.line(
                program.getName(), File.pathSeparator + System.getProperty("java.class.path"));
    }

    /// @param options of the JVM
    private record Start(String classPath, List<String> options) {
        /// @param more for the end of the class path
        private List<String> line(String program, String more) {
            List<String> line = new ArrayList<>(java());
            line.addAll(options);
            line.addAll(List.of("-cp", classPath + more, program));
            return line;
        }
    }

    /// A JVM as capdrop's launcher starts it, up to its class path.
    static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:CompileThresholdScaling=4",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx512m",
                "-Xlog:disable",
                "-Xlog:all=error:stderr",
                "--enable-native-access=ALL-UNNAMED");
    }

    private static Start prepared() throws IOException {
        String classPath = System.getProperty("java.class.path");
        List<Path> jars = jars(classPath);
        if (jars.isEmpty()) {
            return new Start(classPath, List.of());
        }
        String packed = String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
        // A JVM complains of a cache that another version made, or for another class path.
        String name = "capdrop-%s-%08x.aot".formatted(Runtime.version(), packed.hashCode());
        Path cache = Clone.root().resolve("lab/target").resolve(name);
        try (FileChannel channel =
                        FileChannel.open(
                                cache.resolveSibling(name + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!isNewer(cache, jars) && !made(cache, packed)) {
                return new Start(packed, List.of());
            }
        }
        return new Start(packed, List.of("-XX:AOTCache=" + cache));
    }

    /// The jars of a class path that has capdrop packed; none where it is in folders.
    private static List<Path> jars(String classPath) {
        List<Path> jars = new ArrayList<>();
        boolean packed = false;
        for (String entry : classPath.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path)) {
                jars.add(path);
                packed |= path.getFileName().toString().startsWith("capdrop-cli-");
            }
        }
        return packed ? jars : List.of();
    }

    private static boolean isNewer(Path cache, List<Path> jars) throws IOException {
        if (!Files.exists(cache)) {
            return false;
        }
        FileTime made = Files.getLastModifiedTime(cache);
        for (Path jar : jars) {
            if (Files.getLastModifiedTime(jar).compareTo(made) >= 0) {
                return false;
            }
        }
        return true;
    }

    /// Without machine code and without a record of which methods were compiled: see
    /// `scripts/train`. A machine that is too busy for it, or cannot, only starts capdrop more
    /// slowly.
    private static boolean made(Path cache, String classPath) throws IOException {
        Path fresh = cache.resolveSibling(cache.getFileName() + ".unfinished");
        List<String> options =
                List.of(
                        "-XX:AOTCacheOutput=" + fresh,
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-AOTRecordTraining",
                        "-XX:-AOTAdapterCaching",
                        "-XX:-AOTStubCaching");
        List<String> line = new ArrayList<>(new Start(classPath, options).line(PROGRAM, ""));
        line.addAll(
                List.of(
                        "check",
                        "--from",
                        Clone.root().resolve("examples/trixie-degraded.json").toString()));
        String said;
        try {
            said = Command.of(line.toArray(String[]::new)).within(LIMIT).run().toString();
        } catch (AssertionError tooSlow) {
            System.err.println("lab: no AOT cache was made in time: " + tooSlow.getMessage());
            return false;
        }
        if (!Files.exists(fresh)) {
            System.err.println("lab: no AOT cache was made: " + said);
            return false;
        }
        Files.move(fresh, cache, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private static final class Prepared {
        static final Start START = preparedOrFail();

        private static Start preparedOrFail() {
            try {
                return prepared();
            } catch (IOException failed) {
                throw new UncheckedIOException("cannot prepare capdrop's start", failed);
            }
        }
    }
}
