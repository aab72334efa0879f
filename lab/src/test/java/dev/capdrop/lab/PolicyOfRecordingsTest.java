package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A policy and the remarks about a configuration, on recordings of containers that ran.
final class PolicyOfRecordingsTest {
    private static final Path RECORDINGS = Path.of("../bench/recordings");
    private static final ObjectMapper JSON = new ObjectMapper();

    /// What forums and scripts leave behind.
    private static final String LEFT_BEHIND =
            """
            lxc.apparmor.profile = unconfined
            lxc.cap.drop =
            lxc.cgroup2.devices.allow = a
            lxc.mount.auto = proc:rw sys:rw
            """;

    @TempDir Path folder = Path.of("");

    private Path recorded(String name, String more) throws IOException {
        ObjectNode recording;
        Path packed = RECORDINGS.resolve(name + ".json.gz");
        try (var in = new GZIPInputStream(Files.newInputStream(packed))) {
            recording = (ObjectNode) JSON.readTree(in);
        }
        String path = recording.at("/configuration/path").asText();
        ObjectNode files = (ObjectNode) recording.at("/configuration/files");
        files.put(path, files.get(path).asText() + more);
        return Files.writeString(folder.resolve(name + ".json"), recording.toString());
    }

    private static JsonNode checked(int exit, String... words) throws IOException {
        List<String> line = new ArrayList<>(List.of("check", "--json"));
        line.addAll(List.of(words));
        Command.Result ran = Tool.runApartFromContainers(line.toArray(String[]::new));
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(exit);
        SchemasTest.assertValid("check-1", ran.out());
        return JSON.readTree(ran.out()).at("/containers/0");
    }

    /// Returns the remarks, which leave the exit status as it is without them.
    private List<String> remarks(int exit, String recording, String more) throws IOException {
        String file = recorded(recording, more).toString();
        return checked(exit, "--from", file).at("/remarks").findValuesAsText("id");
    }

    @Test
    void whatForumsLeaveBehindIsRemarkedWhereItOpensSomething() throws IOException {
        assertThat(remarks(0, "trixie-privileged", "")).isEmpty();
        assertThat(remarks(0, "trixie-privileged", LEFT_BEHIND))
                .containsExactlyInAnyOrder(
                        "apparmor-unconfined",
                        "drop-list-emptied",
                        "all-devices",
                        "proc-writable",
                        "sys-writable");
        assertThat(remarks(1, "trixie-unprivileged", "")).isEmpty();
        // the rest is what LXC itself gives every unprivileged container
        assertThat(remarks(1, "trixie-unprivileged", LEFT_BEHIND))
                .containsExactlyInAnyOrder("apparmor-unconfined", "proc-writable");
    }

    @Test
    void aPolicyJudgesWhatWasRecorded() throws IOException {
        String file = recorded("trixie-unprivileged", "").toString();
        JsonNode found = checked(1, "--from", file);
        StringBuilder accepted = new StringBuilder();
        for (JsonNode finding : found.at("/findings")) {
            ObjectNode entry =
                    JSON.createObjectNode()
                            .put("target", found.at("/target").asText())
                            .put("unit", finding.at("/unit").asText())
                            .put("finding", finding.at("/cause").asText())
                            .put("reason", "is made anew in spring")
                            .put("until", "9999-12-31");
            accepted.append(accepted.isEmpty() ? "" : ",").append(entry);
        }
        assertThat(accepted).isNotEmpty();
        String policy = "{\"schema\": \"capdrop/policy/1\", \"accepted\": [" + accepted + "]";
        Path all = Files.writeString(folder.resolve("policy.json"), policy + "}");
        SchemasTest.assertValid("policy-1", Files.readString(all));
        assertThat(checked(0, "--from", file, "--policy", all.toString()).at("/findings"))
                .isEmpty();
        Files.writeString(all, policy.replace("9999-12-31", "2026-01-01") + "}");
        assertThat(checked(1, "--from", file, "--policy", all.toString()).at("/policy/expired"))
                .hasSameSizeAs(found.at("/findings"));
        Files.writeString(all, policy + ", \"mustNotHold\": [\"sys_module\"]}");
        assertThat(
                        checked(1, "--from", file, "--policy", all.toString())
                                .at("/policy/held/0/capability")
                                .asText())
                .isEqualTo("sys_module");
    }

    @Test
    void thePolicyOfTheExamplesIsOne() throws IOException {
        Path example = Path.of("../examples/policy.json");
        SchemasTest.assertValid("policy-1", Files.readString(example));
        String file = recorded("trixie-unprivileged", "").toString();
        checked(1, "--from", file, "--policy", example.toString());
    }
}
