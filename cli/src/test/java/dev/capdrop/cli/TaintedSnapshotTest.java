package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.Taint.Manner;
import dev.capdrop.cli.Taint.Tainted;
import dev.capdrop.cli.render.Harmless;
import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.snapshot.EngineContainer.Anew;
import dev.capdrop.core.snapshot.EngineContainer.Asks;
import dev.capdrop.core.snapshot.EngineContainer.Unknown;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.core.snapshot.Engines.UnreadStore;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.record.SnapshotJson;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever stands in whichever string of a snapshot: no command that reads one writes what a
/// terminal obeys, nor a line that somebody forged.
///
/// Each place is tainted by itself, so that what is concluded from the others stays as it was and
/// is said; and all are at once.
final class TaintedSnapshotTest {
    /// A failed mount, a skipped service, a service with programs, what starts one, and a target.
    private static final List<String> UNITS =
            List.of(
                    "sys-kernel-debug.mount",
                    "systemd-logind.service",
                    "systemd-modules-load.service",
                    "systemd-journald-audit.socket",
                    "apt-daily.timer",
                    "multi-user.target");

    private static final ProgramFile PING =
            new ProgramFile(
                    "/usr/bin/ping",
                    ProgramFile.Reading.READ,
                    "0100000200200000000000000000000000000000",
                    false,
                    false,
                    0);

    /// How many units a snapshot keeps beside them, which are enough to conclude something.
    private static final int OTHERS = 20;

    /// Hex digits.
    private static final Set<String> NARROW = Set.of("Programs$ProgramFile.capabilities");

    private final Set<String> places = Taint.places(Snapshot.class);
    private final Set<String> untainted = new TreeSet<>(places);
    private final Set<String> refused = new TreeSet<>();
    private final List<String> files = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final List<String> documents = new ArrayList<>();

    @TempDir Path folder = Path.of("");

    @Test
    void noStringOfASnapshotComesOutRaw() throws IOException, InterruptedException {
        Snapshot example = example();
        for (Manner manner : Manner.values()) {
            add(Taint.all(example, manner), manner);
            add(Taint.all(of(new Subject.RootDirectory("/srv/r"), example), manner), manner);
            for (String place : places) {
                add(Taint.at(place, example, manner), manner);
            }
        }
        // a recording of these is refused
        untainted.removeIf(place ->
                place.startsWith("IncusFile$IncusProfile.")
                        || place.startsWith("Subject$HostFile."));
        assertThat(untainted).as("in no snapshot here").isEmpty();
        assertThat(refused).as("refused by its record").isEqualTo(NARROW);
        texts.addAll(List.of("check", "--from"));
        texts.addAll(files);
        documents.addAll(List.of("check", "--json", "--from"));
        documents.addAll(files);
        String shown = Harmless.text(output("text", texts));
        byte[] written = output("json", documents);
        assertThat(Harmless.places(shown + Harmless.text(written)))
                .contains(
                        "UnitState.name",
                        "Programs$ProgramFile.path",
                        "Snapshot$Gaps.problems",
                        "UnitFile$Setting.value");
        assertThat(roots(written)).isGreaterThan(files.size());
    }

    private static Snapshot example() throws IOException {
        byte[] json = Files.readAllBytes(Path.of("..", "examples", "trixie-degraded.json"));
        Snapshot whole = SnapshotJson.read(json, "example").snapshot();
        Systemd systemd = whole.systemd();
        assertThat(systemd).isNotNull();
        List<UnitState> units = new ArrayList<>();
        for (UnitState unit : systemd.units()) {
            if (units.size() < OTHERS || UNITS.contains(unit.name())) {
                units.add(unit);
            }
        }
        return of(whole.subject(), whole)
                .with(systemd.with(units))
                .with(new Programs(List.of(PING), true, List.of("docker")))
                .with(engines());
    }

    private static Engines engines() {
        CapabilitySet some = CapabilitySet.of("sys_module");
        return new Engines(
                List.of(
                        inside("web", new Anew(false, false, false, CapabilitySet.EMPTY, some)),
                        inside("shop", new Unknown("it is no JSON"))),
                List.of(new UnreadStore(Engine.PODMAN, "/var/lib/containers", "it is a FIFO")));
    }

    private static EngineContainer inside(String name, Asks asks) {
        return new EngineContainer(
                Engine.DOCKER, name, name, "/var/lib/docker/" + name, true, true, asks);
    }

    private static Snapshot of(Subject subject, Snapshot snapshot) {
        return Snapshot.of(snapshot.takenAt(), subject, snapshot.host())
                .with(snapshot.configuration())
                .with(snapshot.init())
                .with(snapshot.systemd())
                .with(snapshot.isolation())
                .with(snapshot.programs())
                .with(snapshot.engines())
                .withProblems(snapshot.problems());
    }

    private void add(Tainted<Snapshot> one, Manner manner) throws IOException {
        untainted.removeAll(one.tainted());
        refused.addAll(one.refused());
        String file = folder.resolve(files.size() + ".json").toString();
        Files.write(Path.of(file), SnapshotJson.write(one.value()));
        files.add(file);
        look(texts, file, "check");
        look(texts, file, "plan");
        look(texts, file, "explain");
        look(documents, file, "check", "--json");
        boolean renamed = one.tainted().contains("UnitState.name");
        for (String unit : manner == Manner.INSIDE ? UNITS : UNITS.subList(0, 2)) {
            look(texts, file, "explain", renamed ? renamed(unit, manner) : unit);
        }
        if (manner == Manner.INSIDE) {
            look(texts, file, "plan", "--goal", "inert");
            look(texts, file, "plan", "--goal", "none", "--drop", "sys_admin,net_raw,chown");
            look(documents, file, "plan", "--json", "--goal", "inert");
            look(documents, file, "explain", "--json");
            look(documents, file, "explain", "--json", UNITS.getFirst());
        }
    }

    /// As a command line can say it.
    private static String renamed(String unit, Manner manner) {
        return Taint.evil(unit, "UnitState.name", manner).replace("\0", "");
    }

    private static void look(List<String> lines, String file, String... words) {
        lines.addAll(List.of(words));
        lines.addAll(List.of("--from", file, ";"));
    }

    /// All that many command lines write to their standard output, after a look at what they say on
    /// the other.
    private byte[] output(String name, List<String> lines)
            throws IOException, InterruptedException {
        Path out = folder.resolve(name + ".out");
        Path err = folder.resolve(name + ".err");
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
        line.add("--enable-native-access=ALL-UNNAMED");
        line.addAll(List.of("-cp", classPath(), ManyCommands.class.getName()));
        line.addAll(lines);
        Process process =
                new ProcessBuilder(line)
                        .redirectError(err.toFile())
                        .redirectOutput(out.toFile())
                        .start();
        assertThat(process.waitFor()).as("exit status of the last").isLessThan(3);
        Harmless.text(Files.readAllBytes(err));
        return Files.readAllBytes(out);
    }

    /// Surefire runs a module's tests with all modules on the module path.
    private static String classPath() {
        String modules = System.getProperty("jdk.module.path");
        String classes =
                Path.of("target", "test-classes").toAbsolutePath()
                        + File.pathSeparator
                        + System.getProperty("java.class.path");
        return modules == null ? classes : modules + File.pathSeparator + classes;
    }

    /// How many documents it is, each of them whole.
    private static int roots(byte[] json) throws IOException {
        int roots = 0;
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                roots += token.isStructEnd() && parser.getParsingContext().inRoot() ? 1 : 0;
            }
        }
        return roots;
    }
}
