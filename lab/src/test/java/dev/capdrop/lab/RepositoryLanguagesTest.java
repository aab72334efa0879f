package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusExpansion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `plan` prints for repositories, read by the tools that it is for: by Terraform's own parser
/// (terraform-config-inspect), by Ansible, by Python's YAML and by bash.
final class RepositoryLanguagesTest {
    private static final Path EXAMPLE = Path.of("../examples/trixie-degraded.json");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DROP = "lxc.cap.drop = sys_module sys_rawio\n";

    /// Each language has something in it that would end its string, or begin an expression.
    private static final String HOSTILE =
            "lxc.environment = A=\"\\{{ 7*7 }}${uuid()}%{if true}'$(id)`id`é\tb\n";

    @TempDir Path folder = Path.of("");

    private String planned(JsonNode recording, String language, String... more) throws IOException {
        Path file = folder.resolve("recording.json");
        Files.writeString(file, JSON.writeValueAsString(recording));
        List<String> words =
                new ArrayList<>(List.of("plan", "--from", file.toString(), "--format", language));
        words.addAll(List.of(more));
        Command.Result ran = Tool.runApartFromContainers(words.toArray(String[]::new));
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.out()).matches("[\\n -~]*");
        return ran.out();
    }

    private static ObjectNode recording(String runtime, String name, String path)
            throws IOException {
        ObjectNode recording = (ObjectNode) JSON.readTree(EXAMPLE.toFile());
        recording
                .putObject("container")
                .put("runtime", runtime)
                .put("name", name)
                .put("lxcPath", path);
        return recording;
    }

    private static JsonNode ofIncus() throws IOException {
        ObjectNode recording = recording("incus", "web", "/var/lib/incus/containers");
        ObjectNode configuration = recording.putObject("configuration");
        configuration.put("path", "/var/lib/incus/containers/web/raw.lxc");
        String expanded =
                new IncusExpansion(
                                IncusDaemon.INCUS,
                                false,
                                false,
                                List.of("u 0 100000 65536", "g 0 100000 65536"),
                                0,
                                false,
                                "",
                                "")
                        .format();
        configuration
                .putObject("files")
                .put("/var/lib/incus/containers/web/raw.lxc", HOSTILE)
                .put("/var/lib/incus/containers/web/expanded_config", expanded);
        return recording;
    }

    @Test
    void terraformReadsTheWholeValue() throws IOException {
        String lines = planned(ofIncus(), "terraform");
        Files.writeString(
                folder.resolve("main.tf"),
                lines.replace("config = {", "variable \"config\" {\n  default = {") + "}\n");
        Command.Result read =
                Command.of("terraform-config-inspect", "--json", folder.toString()).run();
        assertThat(read.exit()).as(read.toString()).isZero();
        assertThat(JSON.readTree(read.out()).at("/variables/config/default/raw.lxc").asText())
                .as(lines)
                .isEqualTo(HOSTILE + DROP);
    }

    @Test
    void incusGetsTheWholeValueByYamlAndByItsCommand() throws IOException {
        String lines = planned(ofIncus(), "incus");
        Path yaml = Files.writeString(folder.resolve("lines.yaml"), lines);
        String read =
                Command.of(
                                "/usr/bin/python3",
                                "-c",
                                "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))",
                                yaml.toString())
                        .runOrFail();
        assertThat(JSON.readTree(read).at("/config/raw.lxc").asText()).isEqualTo(HOSTILE + DROP);
        String command =
                lines.lines().filter(line -> line.startsWith("# incus ")).toList().getFirst();
        Command.Result ran =
                Command.of(
                                "bash",
                                "-c",
                                "incus() { printf '%s|' \"$@\"; }; " + command.substring(2))
                        .run();
        assertThat(ran.out()).isEqualTo("config|set|web|raw.lxc=" + HOSTILE + DROP + "|");
    }

    /// The plain task, in the place of the collection's, which scripts/test-ansible runs on nodes.
    @Test
    void ansibleChangesTheLineOnceAndTakesNoNameForATemplate() throws IOException {
        String name = "a\"b\\{{ lookup('pipe', 'touch marker') }}%{x}'";
        Path directory = Files.createDirectory(folder.resolve(name));
        Path config = directory.resolve("config");
        String before = "lxc.uts.name = web\nlxc.tty.max = 4\n";
        Files.writeString(config, before);
        ObjectNode recording = recording("lxc", name, folder.toString());
        ObjectNode files = (ObjectNode) recording.at("/configuration/files");
        files.put(config.toString(), before);
        ((ObjectNode) recording.at("/configuration")).put("path", config.toString());

        String lines = planned(recording, "ansible");
        assertThat(lines).contains("target: !unsafe \"lxc:a\\\"b");
        String plain =
                lines.substring(lines.indexOf("# - name"))
                        .lines()
                        .map(line -> "    " + line.substring(2) + "\n")
                        .reduce("", String::concat);
        Path playbook =
                Files.writeString(
                        folder.resolve("playbook.yml"),
                        "- hosts: localhost\n  gather_facts: false\n  tasks:\n" + plain);
        assertThat(play(playbook)).contains("changed=1");
        assertThat(config).hasContent(before + DROP);
        assertThat(play(playbook)).contains("changed=0");
        assertThat(config).hasContent(before + DROP);
        assertThat(folder.resolve("marker")).doesNotExist();
    }

    private String play(Path playbook) {
        return Command.of(
                        "env",
                        "-C",
                        folder.toString(),
                        "LC_ALL=C.UTF-8",
                        "ANSIBLE_HOME=" + folder.resolve("home"),
                        "ANSIBLE_LOCAL_TEMP=" + folder.resolve("tmp"),
                        "ANSIBLE_LOCALHOST_WARNING=False",
                        "ansible-playbook",
                        "-i",
                        "localhost,",
                        "-c",
                        "local",
                        "-e",
                        "ansible_python_interpreter=/usr/bin/python3",
                        playbook.toString())
                .runOrFail();
    }
}
