package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.CapabilityState.Flag;
import dev.capdrop.capability.Credentials;
import dev.capdrop.capability.ExecutedFile;
import dev.capdrop.capability.Execve;
import dev.capdrop.capability.Execve.Outcome;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.Kernel;
import dev.capdrop.capability.Securebits;
import dev.capdrop.capability.ThreadCalls;
import dev.capdrop.capability.ThreadIds;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.capability.UserNamespace;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sequences of calls by which a thread changes its credentials, each carried out by the model and
/// by the real capsh(1): the kernel refuses the same ones, and the same sets remain.
@NeedsContainers
final class TransformationsTest {
    /// By name: the mode, and what setcap(8) is told; null for no attribute.
    private static final Map<String, FileSetup> FILES =
            Map.of(
                    "plain", new FileSetup("0755", null, 0),
                    "suid", new FileSetup("4755", null, 0),
                    "forced", new FileSetup("0755", "cap_setuid,cap_setgid=ep", 0),
                    "offered", new FileSetup("0755", "cap_setuid,cap_setgid=ei", 0),
                    "optional", new FileSetup("0755", "cap_setuid,cap_setgid=p", 0),
                    "empty", new FileSetup("0755", "=", 0),
                    "foreign", new FileSetup("0755", "all=ep", 500));

    private static Path folder = Path.of("");
    private static Kernel kernel = new Kernel(0, Kernel.IdChange.FROM_REAL);

    private record FileSetup(String mode, @Nullable String capabilities, long rootId) {
        void make(Path file) throws IOException {
            Files.copy(Path.of("/sbin/capsh"), file);
            Command.of("chmod", mode, file.toString()).runOrFail();
            if (capabilities != null) {
                String[] owner = rootId == 0 ? new String[0] : new String[] {"-n", "" + rootId};
                List<String> line = new ArrayList<>(List.of("setcap"));
                line.addAll(List.of(owner));
                line.addAll(List.of(capabilities, file.toString()));
                Command.of(line.toArray(String[]::new)).runOrFail();
            }
        }

        ExecutedFile modelled() {
            return new ExecutedFile(
                    capabilities == null
                            ? null
                            : FileCapabilities.of(
                                    CapabilityState.parse(capabilities, kernel.lastCapability()),
                                    rootId),
                    0,
                    0,
                    mode.startsWith("4"),
                    false,
                    ExecutedFile.Mount.TRUSTED);
        }
    }

    /// A row of the table.
    record Row(String title, List<String[]> steps, boolean refused) {
        static Row parse(String line) {
            String[] cells = line.split("\t", -1);
            List<String[]> steps = new ArrayList<>();
            for (String step : cells[1].split("; ")) {
                if (!step.isEmpty()) {
                    steps.add(step.split(" ", 2));
                }
            }
            return new Row(cells[0], steps, cells[2].equals("refused"));
        }

        @Override
        public String toString() {
            return title;
        }
    }

    @BeforeAll
    static void makeTheFiles() throws IOException {
        folder = Files.createTempDirectory(Path.of("/var/lib"), "capdrop-capsh-");
        Command.of("chmod", "0755", folder.toString()).runOrFail();
        for (Map.Entry<String, FileSetup> file : FILES.entrySet()) {
            file.getValue().make(folder.resolve(file.getKey()));
        }
        kernel =
                Kernel.of(
                        SnapshotReader.host().kernelRelease(),
                        SnapshotReader.host().lastCapability());
    }

    @AfterAll
    static void remove() {
        Command.of("rm", "-r", folder.toString()).runOrFail();
    }

    static List<Row> rows() throws IOException {
        try (InputStream in =
                TransformationsTest.class.getResourceAsStream("transformations.tsv")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Row::parse)
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theModelAndCapshAgree(Row row) throws IOException {
        Credentials modelled = modelled(row);
        List<String> words = words(row.steps().iterator());
        words.addAll(0, List.of("env", "-C", folder.toString(), "capsh"));
        Command.Result real = Command.of(words.toArray(String[]::new)).run();
        assertThat(real.exit() == 0).as("%s", real).isEqualTo(!row.refused());
        assertThat(modelled == null).as("%s", modelled).isEqualTo(row.refused());
        if (modelled != null) {
            int last = kernel.lastCapability();
            assertThat(real.out())
                    .contains(
                            "Current: "
                                    + modelled.capabilities().state().format(last)
                                    + "\nCurrent IAB: "
                                    + modelled.capabilities().iab(last).format()
                                    + "\n");
        }
    }

    /// capsh's arguments, without its fix-ups, so that each is one call; at the end it shows the
    /// sets.
    private static List<String> words(Iterator<String[]> steps) {
        List<String> words = new ArrayList<>(List.of("--strict"));
        while (steps.hasNext()) {
            String[] step = steps.next();
            switch (step[0]) {
                case "again" -> words.addAll(List.of("==", "--strict"));
                case "run" -> {
                    String rest = String.join("' '", words(steps));
                    words.addAll(List.of("--", "-c", "exec ./" + step[1] + " '" + rest + "'"));
                    return words;
                }
                case "no-ambient" -> words.add("--noamb");
                case "no-new-privs" -> words.add("--no-new-privs");
                default -> words.add("--" + option(step[0]) + "=" + step[1]);
            }
        }
        words.add("--current");
        return words;
    }

    private static String option(String word) {
        return switch (word) {
            case "user" -> "uid";
            case "inherit" -> "inh";
            case "ambient" -> "addamb";
            case "lower" -> "delamb";
            case "securebits" -> "secbits";
            case "keep", "caps", "drop" -> word;
            default -> throw new AssertionError("no step is called " + word);
        };
    }

    /// What the model makes of it; null where it is refused on the way.
    private static @Nullable Credentials modelled(Row row) throws IOException {
        ThreadStatus self = ThreadStatus.parse(Files.readString(Path.of("/proc/self/status")));
        Credentials start =
                Credentials.of(ThreadIds.of(0, 0), self.capabilities(), UserNamespace.INITIAL);
        Credentials thread = executed(start, ExecutedFile.PLAIN);
        for (String[] step : row.steps()) {
            thread = thread == null ? null : step(thread, step);
        }
        return thread;
    }

    private static @Nullable Credentials step(Credentials thread, String[] step) {
        CapabilityState state = thread.capabilities().state();
        int last = kernel.lastCapability();
        return switch (step[0]) {
            case "keep" -> ThreadCalls.keepCaps(thread, step[1].equals("1"));
            case "user" -> ThreadCalls.setuid(thread, Long.parseLong(step[1]));
            case "caps" -> ThreadCalls.capset(thread, CapabilityState.parse(step[1], last));
            case "inherit" ->
                    ThreadCalls.capset(thread, state.with(Flag.INHERITABLE, list(step[1])));
            case "drop" -> ThreadCalls.dropBounding(thread, list(step[1]));
            case "ambient" -> ThreadCalls.raiseAmbient(thread, list(step[1]));
            case "lower" -> ThreadCalls.lowerAmbient(thread, list(step[1]));
            case "no-ambient" -> ThreadCalls.lowerAmbient(thread, CapabilitySet.upTo(last));
            case "securebits" ->
                    ThreadCalls.setSecurebits(thread, new Securebits(Integer.decode(step[1])));
            case "no-new-privs" -> thread.withNoNewPrivs();
            case "again" -> executed(thread, ExecutedFile.PLAIN);
            case "run" -> run(thread, step[1]);
            default -> throw new AssertionError("no step is called " + step[0]);
        };
    }

    private static @Nullable Credentials run(Credentials thread, String file) {
        Credentials shell = executed(thread, ExecutedFile.PLAIN);
        FileSetup setup = FILES.get(file);
        assertThat(setup).as(file).isNotNull();
        return shell == null ? null : executed(shell, setup.modelled());
    }

    private static @Nullable Credentials executed(Credentials thread, ExecutedFile file) {
        return switch (Execve.of(thread, file, kernel).outcome()) {
            case Outcome.Executed executed -> executed.after();
            case Outcome.Refused _ -> null;
        };
    }

    private static CapabilitySet list(String names) {
        return names.equals("all")
                ? CapabilitySet.upTo(kernel.lastCapability())
                : CapabilitySet.of(Arrays.stream(names.split(",")).map(Capability::of).toList());
    }
}
