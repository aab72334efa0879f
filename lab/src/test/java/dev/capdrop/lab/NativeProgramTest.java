package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The native program says what capdrop says on a JVM, byte for byte, whatever it is asked.
final class NativeProgramTest {
    private static final Path RECORDINGS = Clone.root().resolve("bench/recordings");
    private static final String EXAMPLE =
            Clone.root().resolve("examples/trixie-degraded.json").toString();

    /// What another moment has otherwise: times, durations, processes, how much memory is free.
    private static final Pattern OF_THE_MOMENT =
            Pattern.compile(
                    "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+Z?|\\b[0-9.]+ ?(ms|s|seconds)\\b"
                            + "|(?i)\\b(pid|process|processes|inode|used|open,|\\w*seconds([{].*[}])?)[^0-9\\n]{0,4}[0-9.]+");

    @TempDir Path temp = Path.of("");

    @BeforeEach
    void isThere() {
        assumeTrue(
                Program.isNative(),
                "there is no native program: LAB_PROGRAM names none, as verify does on x86-64");
    }

    private record Said(int exit, String out, String err) {
        private static Said of(Command.Result result) {
            return new Said(result.exit(), settled(result.out()), settled(result.err()));
        }

        private static String settled(String text) {
            return OF_THE_MOMENT.matcher(text).replaceAll("#");
        }
    }

    private static void assertSame(List<String> setting, List<String> words) {
        assertThat(Said.of(run(Program.line(), setting, words)))
                .as(setting + " " + words)
                .isEqualTo(Said.of(run(Program.onJvm(), setting, words)));
    }

    private static Command.Result run(
            List<String> program, List<String> environment, List<String> words) {
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(environment);
        line.addAll(program);
        line.addAll(words);
        return Command.of(line.toArray(String[]::new)).run();
    }

    private static void assertSame(String... words) {
        assertSame(List.of(), List.of(words));
    }

    private String unpacked(String name) throws IOException {
        Path plain = temp.resolve(name + ".json");
        try (var in =
                new GZIPInputStream(Files.newInputStream(RECORDINGS.resolve(name + ".json.gz")))) {
            Files.write(plain, in.readAllBytes());
        }
        return plain.toString();
    }

    @Test
    void itSaysTheSameOfRecordings() throws IOException {
        String[] files = {
            EXAMPLE, unpacked("bookworm-services-unprivileged"), unpacked("trixie-privileged")
        };
        for (String format : List.of("text", "table", "json", "sarif", "junit")) {
            assertSame("check", "--format", format, "--from", files[0], files[1], files[2]);
        }
        assertSame("metrics", "--from", files[0], files[1], files[2]);
        for (String goal : List.of("healthy", "inert")) {
            assertSame("plan", "--goal", goal, "--from", files[1]);
            assertSame("plan", "--json", "--goal", goal, "--from", files[0]);
        }
        assertSame("plan", "--goal", "none", "--drop", "chown,net_raw", "--from", files[2]);
        assertSame("explain", "--from", files[0]);
        assertSame("explain", "--json", "sys-kernel-debug.mount", "--from", files[0]);
    }

    @Test
    void itWritesTheSamePage() throws IOException {
        List<String> pages = new ArrayList<>();
        for (List<String> program : List.of(Program.line(), Program.onJvm())) {
            Path page = temp.resolve("page.html");
            run(program, List.of(), List.of("report", "--from", EXAMPLE, "-o", page.toString()));
            pages.add(Said.settled(Files.readString(page)));
            Files.delete(page);
        }
        assertThat(pages.getFirst()).isEqualTo(pages.getLast()).contains("</html>");
    }

    @Test
    void itSaysTheSameOfEachCommandItself() {
        String help = run(Program.line(), List.of(), List.of("--help")).out();
        List<String> commands =
                Pattern.compile("(?m)^  ([a-z]+)  +[a-z]")
                        .matcher(help)
                        .results()
                        .map(match -> match.group(1))
                        .toList();
        assertThat(commands).contains("check", "apply", "doctor").hasSizeGreaterThan(15);
        assertSame("--help");
        assertSame("--version");
        for (String command : commands) {
            assertSame("help", command);
        }
        assertSame("explain");
        assertSame("explain", "sys_admin", "--json");
        assertSame("decode", "0x20000", "cap_net_raw+ep", "--json");
        assertSame("scan", "--setuid", "/usr/bin");
        assertSame("config", Clone.root().resolve("package/capdrop.conf").toString());
    }

    @Test
    void itRefusesTheSameWords() throws IOException {
        Path deep = Files.writeString(temp.resolve("deep.json"), "[".repeat(1_000_000));
        assertSame("frobnicate");
        assertSame("check", "--frobnicate");
        assertSame("check", "--timeout", "soon", "--from", EXAMPLE);
        assertSame("check", "--from", deep.toString());
        assertSame("check", "--from", temp.toString());
        assertSame("explain", "sys_nothing");
        assertSame("decode", "cap_nothing=ep", "\u00fc");
    }

    @Test
    void itSaysTheSameInEachLocaleAndTimeZone() {
        for (String locale : List.of("LC_ALL=C", "LC_ALL=C.UTF-8", "LC_ALL=de_DE.ISO-8859-1")) {
            assertSame(List.of(locale), List.of("check", "--from", EXAMPLE));
        }
        // a JVM can name no such file in another locale; the native program can
        assertSame("check", "--from", "/tmp/\u00fc\u2013.json");
        assertSame(List.of("TZ=Asia/Tokyo"), List.of("check", "--json", "--from", EXAMPLE));
    }

    /// But `doctor`, which says how it runs, and what is free at the moment.
    @Test
    @NeedsContainers
    void itSaysTheSameOfAContainerThatRuns() throws IOException {
        Bench bench = Bench.shared();
        Tool tool = Tool.of(bench, temp.resolve("state"));
        try (LabContainer container = bench.make(Suite.BOOKWORM, Privilege.UNPRIVILEGED)) {
            SmallBoot.of(container);
            container.boot();
            String name = container.name();
            for (String[] words :
                    new String[][] {
                        {"check", name},
                        {"check", name, "--json"},
                        {"plan", name},
                        {"plan", name, "--json", "--goal", "inert"},
                        {"status"},
                        {"explain", name},
                        {"config", name},
                        {"ps", name},
                        {"metrics"},
                        {"undo", name},
                        {"learn", name, "--show"}
                    }) {
                assertSame(List.of(), tool.withOptions(List.of(words)));
            }
            List<String> snapshot = tool.withOptions(List.of("snapshot", name));
            assertThat(parts(run(Program.line(), List.of(), snapshot)))
                    .containsExactlyInAnyOrderElementsOf(
                            parts(run(Program.onJvm(), List.of(), snapshot)));
        }
    }

    /// Returns the values of a JSON text: systemd lists a unit's dependencies in another order each
    /// time that it has loaded it.
    private static List<String> parts(Command.Result snapshot) {
        return List.of(Said.of(snapshot).out().split("[\\[\\]{},]"));
    }
}
