package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.capdrop.capability.Capability;
import dev.capdrop.capability.Demand;
import dev.capdrop.cli.change.ChangeSamples;
import dev.capdrop.cli.check.CheckSamples;
import dev.capdrop.cli.check.Checked;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.explain.ExplainSamples;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.scan.ScanSamples;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The recorded container that the repository ships, held against tables and documents.
final class RecordedExampleTest {
    private static final Checked CHECKED =
            new Checked(
                    "lxc:web",
                    "lxc:web",
                    null,
                    RecordedExample.SNAPSHOT,
                    NextStart.of(RecordedExample.SNAPSHOT).configured(),
                    "",
                    Checked.Reasoning.of(
                            Diagnosis.of(RecordedExample.SNAPSHOT), RecordedExample.PLAN),
                    Checked.OurChange.NONE);

    @Test
    void everyUnitThatAsksForACapabilityIsInTheTable() {
        Systemd systemd = RecordedExample.systemd();
        int asking = 0;
        for (UnitState unit : systemd.units()) {
            String instance = UnitName.instance(unit.name());
            String shipped = instance == null ? unit.name() : UnitName.template(unit.name());
            for (Condition.Tested row : unit.conditions()) {
                Capability capability = Conditions.capability(row.condition());
                if (capability != null) {
                    asking++;
                    assertThat(Demand.of(capability))
                            .filteredOn(d -> d.setting() == Demand.Setting.CONDITION)
                            .extracting(Demand::unit)
                            .contains(shipped);
                }
            }
        }
        assertThat(asking).isGreaterThan(5);
    }

    @Test
    void everyFieldOfTheJsonIsDocumented() throws IOException {
        String reference = Files.readString(Path.of("..", "docs", "reference", "json.md"));
        List<Object> trees = new ArrayList<>(ChangeSamples.trees());
        trees.add(CheckSamples.tree(CHECKED));
        trees.add(JsonReports.plan("lxc:web", RecordedExample.PLAN));
        trees.addAll(ExplainSamples.trees(RecordedExample.SNAPSHOT));
        trees.addAll(ScanSamples.trees());
        Set<String> fields = fields(trees);
        assertThat(fields).contains("containers", "findings", "effects");
        assertThat(fields)
                .allSatisfy(field ->
                        assertThat(reference).containsPattern("[`.]" + field + "(\\[\\])?`"));
    }

    private static Set<String> fields(List<Object> reports) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Json.write(bytes, reports);
        Set<String> fields = new TreeSet<>();
        try (JsonParser parser = new JsonFactory().createParser(bytes.toByteArray())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    fields.add(parser.currentName());
                }
            }
        }
        return fields;
    }
}
