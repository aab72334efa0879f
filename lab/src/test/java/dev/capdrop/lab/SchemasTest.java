package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.SAXException;

/// What the tool writes, held against schemas: JSON against our own, SARIF and JUnit's XML against
/// those of others.
final class SchemasTest {
    private static final Path OURS = Path.of("../docs/reference/schema");
    private static final Path OTHERS = Path.of("src/test/resources/schemas");
    private static final Path RECORDINGS = Path.of("../bench/recordings");
    private static final Path EXAMPLE = Path.of("../examples/trixie-degraded.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path folder = Path.of("");

    /// Recordings of several releases, one that is none, and one whose names are an attack.
    private List<String> recordings() throws IOException {
        List<String> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(RECORDINGS)) {
            for (Path file : all.filter(one -> one.toString().endsWith(".gz")).sorted().toList()) {
                Path plain = folder.resolve(file.getFileName().toString().replace(".gz", ""));
                try (var in = new GZIPInputStream(Files.newInputStream(file))) {
                    Files.write(plain, in.readAllBytes());
                }
                files.add(plain.toString());
            }
        }
        assertThat(files).hasSizeGreaterThan(5);
        files.add("../pom.xml");
        String hostile = Files.readString(EXAMPLE).replace("sys-kernel-debug", HOSTILE);
        files.add(
                Files.writeString(folder.resolve("h\"><b>\u202e{0}[x](y).json"), hostile)
                        .toString());
        return files;
    }

    /// As JSON would have it in a string.
    private static final String HOSTILE =
            "<script>&amp;]]>\\\"'{0}[a](b)\\u202e\\u0000\\u001b\\ud800\\ufffe";

    private static String of(List<String> recordings, String... words) {
        List<String> line = new ArrayList<>(List.of(words));
        line.add("--from");
        line.addAll(recordings);
        Command.Result ran = Tool.runApartFromContainers(line.toArray(String[]::new));
        assertThat(ran.err()).doesNotContain("mistake in capdrop");
        return ran.out();
    }

    @Test
    void whatCheckWritesForCiIsWhatCiReads() throws IOException, SAXException {
        List<String> recordings = recordings();
        String sarif = of(recordings, "check", "--format", "sarif");
        assertThat(errors(sarifSchema(), sarif)).isEmpty();
        JsonNode run = JSON.readTree(sarif).at("/runs/0");
        assertThat(run.at("/results").size()).isGreaterThan(20);
        assertThat(run.at("/invocations/0/executionSuccessful").asBoolean(true)).isFalse();
        assertThat(run.at("/results"))
                .extracting(result -> result.at("/message/text").asText())
                .anyMatch(text -> text.contains("{{0}}\\[a\\](b)<U+202E>\\\\x00"));

        String junit = of(recordings, "check", "--format", "junit");
        validator()
                .validate(
                        new StreamSource(
                                new ByteArrayInputStream(junit.getBytes(StandardCharsets.UTF_8))));
        assertThat(junit).contains("&lt;script&gt;").doesNotContain("<script>");

        assertThat(
                        errors(
                                sarifSchema(),
                                of(List.of(EXAMPLE.toString()), "check", "--format", "sarif")))
                .isEmpty();
    }

    private static javax.xml.validation.Validator validator() throws SAXException {
        return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(OTHERS.resolve("junit-10.xsd").toFile())
                .newValidator();
    }

    private static Schema sarifSchema() throws IOException {
        return schema(
                JSON.readTree(OTHERS.resolve("sarif-schema-2.1.0.json").toFile()),
                SpecificationVersion.DRAFT_4);
    }

    @Test
    void ofRecordingsEachDocumentHasExactlyTheFieldsOfItsSchema() throws IOException {
        List<String> recordings = recordings();
        assertValid("check-1", of(recordings, "check", "--json"));
        for (String recording : recordings.subList(0, recordings.size() - 2)) {
            List<String> one = List.of(recording);
            assertValid("plan-1", of(one, "plan", "--json"));
            assertValid("plan-1", of(one, "plan", "--json", "--goal", "inert"));
            assertValid("explain-1", of(one, "explain", "--json", "systemd-journald.service"));
        }
        assertValid(
                "explain-1", Tool.runApartFromContainers("explain", "sys_time", "--json").out());
        assertValid("decode-1", Tool.runApartFromContainers("decode", "0x3", "--json").out());
        assertValid(
                "decode-1",
                Tool.runApartFromContainers("decode", "cap_chown=ep", "CapBnd: 1ff", "--json")
                        .out());
        assertValid(
                "scan-1",
                Tool.runApartFromContainers(
                                "scan", "/usr/bin", "--setuid", "--bounding", "0", "--json")
                        .out());
    }

    @Test
    void thePlanOfARemedyHasExactlyTheFieldsOfItsSchema() throws IOException {
        Path packed =
                Path.of("../cli/src/test/resources/dev/capdrop/cli/apparmor")
                        .resolve("trixie-plain.json.gz");
        Path plain = folder.resolve("trixie-plain.json");
        try (var in = new GZIPInputStream(Files.newInputStream(packed))) {
            Files.write(plain, in.readAllBytes());
        }
        for (String file : List.of(plain.toString(), EXAMPLE.toString())) {
            String plan = of(List.of(file), "plan", "--json", "--remedy", "nesting");
            assertThat(plan).contains("\"id\" : \"nesting\"");
            assertValid("plan-1", plan);
        }
    }

    /// Holds a document against our own schema of this name.
    static void assertValid(String name, String document) throws IOException {
        JsonNode strict = JSON.readTree(OURS.resolve(name + ".json").toFile());
        close(strict);
        assertThat(document).as("%s", name).isNotEmpty();
        assertThat(errors(schema(strict, SpecificationVersion.DRAFT_2020_12), document))
                .as("%s", name)
                .isEmpty();
    }

    /// A schema that takes no field that it does not name: fields may be added, but not without it.
    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path("properties").isObject()) {
            object.put("additionalProperties", false);
        }
        schema.forEach(SchemasTest::close);
    }

    private static Schema schema(JsonNode schema, SpecificationVersion version) {
        return SchemaRegistry.withDefaultDialect(version).getSchema(schema);
    }

    private static Set<String> errors(Schema schema, String document) throws IOException {
        Set<String> errors = new TreeSet<>();
        for (Error error : schema.validate(JSON.readTree(document))) {
            errors.add(error.getInstanceLocation() + ": " + error.getMessage());
        }
        return errors;
    }
}
