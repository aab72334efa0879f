package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `doctor` on the machine that this runs on, held against what its own tools and files say.
@NeedsContainers
final class DoctorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path folder = Path.of("");

    private Tool tool() {
        return new Tool(Bench.shared().lxcPath(), folder.resolve("state"));
    }

    private static JsonNode document(Command.Result ran) throws IOException {
        SchemasTest.assertValid("doctor-1", ran.out());
        return JSON.readTree(ran.out());
    }

    private static List<JsonNode> of(JsonNode document, String topic) {
        List<JsonNode> findings = new ArrayList<>();
        for (JsonNode finding : document.at("/findings")) {
            if (finding.at("/topic").asText().equals(topic)) {
                findings.add(finding);
            }
        }
        assertThat(findings).as("%s", topic).isNotEmpty();
        return findings;
    }

    private static String found(JsonNode document, String topic) {
        return of(document, topic).getFirst().at("/found").asText();
    }

    private static String level(JsonNode document, String topic) {
        return of(document, topic).getFirst().at("/level").asText();
    }

    @Test
    void whatItFindsIsWhatTheHostsOwnToolsSay() throws IOException {
        JsonNode document = document(tool().run("doctor", "--json"));
        assertThat(found(document, "permissions"))
                .isEqualTo("this process is root and has root's capabilities");
        assertThat(found(document, "kernel"))
                .startsWith("Linux " + Command.of("uname", "-r").runOrFail() + " on ");
        assertThat(found(document, "lxc"))
                .startsWith(
                        "version "
                                + Command.of("lxc-info", "--version").runOrFail()
                                + ", containers in "
                                + Bench.shared().lxcPath()
                                + ": ");
        assertThat(found(document, "open-files"))
                .startsWith(Command.of("bash", "-c", "ulimit -n").runOrFail() + " may be open, ");
        Path tracepoint = Path.of("/sys/kernel/tracing/events/capability/cap_capable/format");
        assertThat(level(document, "tracing"))
                .isEqualTo(Files.exists(tracepoint) ? "ok" : "problem");
        boolean old =
                Command.of("grep", "-qE", "^[1-9][0-9]*:(.*,)?perf_event[,:]", "/proc/self/cgroup")
                                .run()
                                .exit()
                        == 0;
        assertThat(level(document, "cgroups")).isEqualTo(old ? "problem" : "ok");
        boolean machinectl = Command.of("bash", "-c", "command -v machinectl").run().exit() == 0;
        assertThat(found(document, "nspawn").startsWith("machines: ")).isEqualTo(machinectl);
        Path appArmor = Path.of("/sys/module/apparmor/parameters/enabled");
        boolean inForce = Files.exists(appArmor) && Files.readString(appArmor).startsWith("Y");
        assertThat(found(document, "apparmor").startsWith("it is in force")).isEqualTo(inForce);
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void containersAreCountedAndThoseThatRun() throws IOException {
        Bench bench = Bench.shared();
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            JsonNode document = document(tool().run("doctor", "--json"));
            String running =
                    Command.of("lxc-ls", "-P", bench.lxcPath().toString(), "--running", "-1")
                            .runOrFail();
            assertThat(found(document, "lxc"))
                    .containsPattern(
                            ": [1-9][0-9]*, of which " + running.lines().count() + " runs?$");
        }
    }

    /// What it says that cannot be done is what is refused.
    @Test
    void aChangeIsRefusedWhereItSaysSo() throws IOException {
        Files.createDirectory(folder.resolve("real"));
        Files.createSymbolicLink(folder.resolve("state"), folder.resolve("real"));
        Command.Result ran = tool().run("doctor", "--json");
        JsonNode document = document(ran);
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(document.at("/impossible").findValuesAsText("command"))
                .containsExactly("apply", "apply --live");
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            Command.Result applied = tool().run("apply", container.name(), "--yes");
            assertThat(applied.exit()).isEqualTo(2);
            assertThat(applied.err()).contains("it is a symbolic link");
            assertThat(of(document, "state").getFirst().at("/found").asText())
                    .contains("it is a symbolic link");
        }
    }

    @Test
    void aClusterFileSystemThatWasStoppedCostsItsOwnAnswerOnly() throws IOException {
        assumeThat(StandInPmxcfs.obstacle()).isEmpty();
        try (StandInPmxcfs pmxcfs = StandInPmxcfs.mountIn(folder)) {
            Tool node =
                    new Tool(
                            Bench.shared().lxcPath(),
                            folder.resolve("state"),
                            folder.resolve("pve"),
                            System.getenv("PATH"));
            Files.createDirectories(folder.resolve("backing/nodes/lab/lxc"));
            assertThat(found(document(node.run("doctor", "--json")), "proxmox"))
                    .startsWith("node lab, 0 containers in its cluster");
            pmxcfs.freeze();
            // it comes to its end while the file system is silent still, or is killed and has no
            // document
            Command.Result ran = node.run("doctor", "--json");
            JsonNode document = document(ran);
            assertThat(level(document, "proxmox")).isIn("problem", "unknown");
            assertThat(level(document, "kernel")).isEqualTo("ok");
            assertThat(ran.exit()).isNotZero();
        }
    }
}
