package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.cli.ManyOnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
            return of(result.exit(), result.out(), result.err());
        }

        private static Said of(int exit, String out, String err) {
            return new Said(exit, settled(out), settled(err));
        }

        private static String settled(String text) {
            return OF_THE_MOMENT.matcher(text).replaceAll("#");
        }

        /// The values of a recording, in order: systemd lists a unit's dependencies in another one
        /// each time that it has loaded it.
        private Said sorted() {
            String[] parts = out.split("[\\[\\]{},]");
            Arrays.sort(parts);
            return new Said(exit, String.join("\n", parts), err);
        }
    }

    /// Each of these command lines.
    ///
    /// @return what they print
    private static String assertSame(List<List<String>> lines) {
        List<Said> onJvm = onJvm(lines);
        StringBuilder printed = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            List<String> words = lines.get(i);
            Said said = Said.of(run(Program.line(), List.of(), words));
            boolean ordered = !words.getFirst().equals("snapshot");
            assertThat(ordered ? said : said.sorted())
                    .as("%s", words)
                    .isEqualTo(ordered ? onJvm.get(i) : onJvm.get(i).sorted());
            printed.append(said.out());
        }
        return printed.toString();
    }

    private static List<Said> onJvm(List<List<String>> lines) {
        List<String> program = new ArrayList<>(Program.onJvm());
        program.set(program.size() - 1, ManyOnJvm.class.getName());
        lines.forEach(words -> {
            program.addAll(words);
            program.add(ManyOnJvm.THEN);
        });
        Command all = Command.of(program.toArray(String[]::new)).within(Duration.ofMinutes(10));
        Command.Result result = all.run();
        String[] outs = result.out().split(ManyOnJvm.END);
        String[] errs = result.err().split(ManyOnJvm.END);
        assertThat(outs).as(result.toString()).hasSize(2 * lines.size()).hasSameSizeAs(errs);
        List<Said> said = new ArrayList<>();
        for (int i = 0; i < outs.length; i += 2) {
            said.add(Said.of(Integer.parseInt(outs[i + 1]), outs[i], errs[i]));
        }
        return said;
    }

    /// A command line in an environment that a JVM looks at when it starts.
    private static void assertSame(String setting, String... words) {
        List<Said> said = new ArrayList<>();
        for (List<String> program : List.of(Program.line(), Program.onJvm())) {
            said.add(Said.of(run(program, List.of(setting), List.of(words))));
        }
        assertThat(said.getFirst()).as(setting).isEqualTo(said.getLast());
    }

    private static Command.Result run(
            List<String> program, List<String> environment, List<String> words) {
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(environment);
        line.addAll(program);
        line.addAll(words);
        return Command.of(line.toArray(String[]::new)).run();
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
        List<List<String>> lines = new ArrayList<>();
        for (String format : List.of("text", "table", "json", "sarif", "junit")) {
            lines.add(List.of("check", "--format", format, "--from", files[0], files[1], files[2]));
        }
        lines.add(List.of("metrics", "--from", files[0], files[1], files[2]));
        for (String goal : List.of("healthy", "inert")) {
            lines.add(List.of("plan", "--goal", goal, "--from", files[1]));
            lines.add(List.of("plan", "--json", "--goal", goal, "--from", files[0]));
        }
        lines.add(List.of("plan", "--goal=none", "--drop=chown,net_raw", "--from", files[2]));
        lines.add(List.of("explain", "--from", files[0]));
        lines.add(List.of("explain", "--json", "sys-kernel-debug.mount", "--from", files[0]));
        lines.add(List.of("report", "--from", files[0]));
        assertThat(assertSame(lines)).contains("</html>");
    }

    @Test
    void itSaysTheSameOfEachCommandItself() {
        String help = run(Program.line(), List.of(), List.of("--help")).out();
        List<List<String>> lines = new ArrayList<>();
        Pattern.compile("(?m)^  ([a-z]+)  +[a-z]")
                .matcher(help)
                .results()
                .forEach(match -> lines.add(List.of("help", match.group(1))));
        assertThat(lines)
                .contains(List.of("help", "check"), List.of("help", "apply"))
                .hasSizeGreaterThan(15);
        lines.add(List.of("--help"));
        lines.add(List.of("--version"));
        lines.add(List.of("explain"));
        lines.add(List.of("explain", "sys_admin", "--json"));
        lines.add(List.of("decode", "0x20000", "cap_net_raw+ep", "--json"));
        lines.add(List.of("scan", "--setuid", "/usr/bin"));
        lines.add(List.of("config", Clone.root().resolve("package/capdrop.conf").toString()));
        assertSame(lines);
    }

    @Test
    void itRefusesTheSameWords() throws IOException {
        Path deep = Files.writeString(temp.resolve("deep.json"), "[".repeat(1_000_000));
        assertSame(
                List.of(
                        List.of("frobnicate"),
                        List.of("check", "--frobnicate"),
                        List.of("check", "--timeout", "soon", "--from", EXAMPLE),
                        List.of("check", "--from", deep.toString()),
                        List.of("check", "--from", temp.toString()),
                        // a JVM can name no such file in another locale; the native program can
                        List.of("check", "--from", "/tmp/\u00fc\u2013.json"),
                        List.of("explain", "sys_nothing"),
                        List.of("decode", "cap_nothing=ep", "\u00fc")));
    }

    @Test
    void itSaysTheSameInEachLocaleAndTimeZone() {
        for (String locale : List.of("LC_ALL=C", "LC_ALL=C.UTF-8", "LC_ALL=de_DE.ISO-8859-1")) {
            assertSame(locale, "check", "--from", EXAMPLE);
        }
        assertSame("TZ=Asia/Tokyo", "check", "--json", "--from", EXAMPLE);
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
            assertSame(
                    Stream.of(
                                    List.of("check", name),
                                    List.of("check", name, "--json"),
                                    List.of("plan", name),
                                    List.of("plan", name, "--json", "--goal", "inert"),
                                    List.of("status"),
                                    List.of("explain", name),
                                    List.of("config", name),
                                    List.of("ps", name),
                                    List.of("metrics"),
                                    List.of("undo", name),
                                    List.of("learn", name, "--show"),
                                    List.of("snapshot", name))
                            .map(tool::withOptions)
                            .toList());
        }
    }
}
