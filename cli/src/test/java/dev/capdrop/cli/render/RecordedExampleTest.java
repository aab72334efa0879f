package dev.capdrop.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.capdrop.capability.Capability;
import dev.capdrop.capability.Demand;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.explanation.UnitExplanation;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.record.SnapshotJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the reports say of the recorded container that the repository ships; it is read and judged
/// once for all of them.
@TestInstance(Lifecycle.PER_CLASS)
class RecordedExampleTest {
    private static final int COLUMNS = 80;

    private final Snapshot snapshot = read();
    private final Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
    private final Checked checked =
            new Checked(
                    "lxc:web",
                    "lxc:web",
                    null,
                    snapshot,
                    NextStart.of(snapshot).configured(),
                    "",
                    Checked.Reasoning.of(Diagnosis.of(snapshot), plan),
                    Checked.OurChange.NONE);

    private static Snapshot read() {
        try {
            byte[] json = Files.readAllBytes(Path.of("..", "examples", "trixie-degraded.json"));
            return SnapshotJson.read(json, "example").snapshot();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> text(Consumer<Terminal> writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, COLUMNS);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        writer.accept(terminal);
        assertThatCode(terminal::requireWritten).doesNotThrowAnyException();
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void checkNamesUnitCapabilityFileAndLine() {
        List<String> lines = text(terminal -> new CheckText(terminal).write(List.of(checked)));
        assertThat(lines.getFirst()).isEqualTo("lxc:web  degraded  2 failed");
        assertThat(lines)
                .contains(
                        "  sys-kernel-debug.mount",
                        "      /usr/lib/systemd/system/sys-kernel-debug.mount:16:"
                                + " ConditionCapability=CAP_SYS_RAWIO",
                        "  systemd-modules-load.service",
                        "      /usr/lib/systemd/system/systemd-modules-load.service:16:"
                                + " ConditionCapability=CAP_SYS_MODULE");
        assertThat(lines).anyMatch(line -> line.startsWith("  fix: capdrop apply lxc:web   drops"));
    }

    @Test
    void proseStaysWithinEightyColumns() {
        List<String> lines = new ArrayList<>(text(t -> new CheckText(t).write(List.of(checked))));
        lines.addAll(text(t -> new PlanText(t, true).write("lxc:web", plan)));
        assertThat(lines)
                .filteredOn(line -> !line.contains("/") && !line.contains("instead: "))
                .isNotEmpty()
                .allMatch(line -> line.length() <= COLUMNS);
    }

    @Test
    void whatSystemdSaysOfAnExitIsEscaped() {
        UnitDetail honest = unit("sys-kernel-debug.mount").detail();
        assertThat(honest).isNotNull();
        UnitDetail evil =
                new UnitDetail(
                        honest.aliases(),
                        new UnitDetail.Files(
                                honest.files().fragment(),
                                honest.files().dropIns(),
                                honest.files().state(),
                                false,
                                false),
                        new UnitDetail.Activation(true, 1, 1, 1),
                        List.of(),
                        honest.dependencies(),
                        new UnitDetail.Exit("x\u001b[31mRED\u0007" + (char) 0x202e, 0, 0),
                        List.of(),
                        null);
        UnitState failed =
                new UnitState("evil.service", "loaded", "failed", "failed", List.of(), evil);
        Systemd said = snapshot.systemd();
        assertThat(said).isNotNull();
        Snapshot hostile =
                Snapshot.of(snapshot.takenAt(), snapshot.container(), snapshot.host())
                        .with(snapshot.init())
                        .with(
                                new Systemd(
                                        new Systemd.Manager(
                                                "deg\u001braded",
                                                "257",
                                                0,
                                                1,
                                                2,
                                                "multi-user.target"),
                                        Systemd.Source.DBUS,
                                        List.of(failed),
                                        Map.of(),
                                        Set.of(),
                                        Set.of(),
                                        Map.of(),
                                        List.of()))
                        .withProblems(List.of("problem\u0007"));
        Checked hostileCheck =
                new Checked(
                        "lxc:w\u001beb",
                        "lxc:w\u001beb",
                        null,
                        hostile,
                        null,
                        "",
                        Checked.Reasoning.of(Diagnosis.of(hostile), null),
                        Checked.OurChange.NONE);
        assertThat(text(terminal -> new CheckText(terminal).write(List.of(hostileCheck))))
                .anyMatch(line -> line.contains("x\\x1b[31mRED\\x07<U+202E>"))
                .allMatch(line -> line.codePoints().allMatch(p -> p >= ' ' && p < 0x7f));
    }

    private UnitState unit(String name) {
        Systemd systemd = snapshot.systemd();
        UnitState unit = systemd == null ? null : systemd.unit(name);
        if (unit == null) {
            throw new AssertionError("the example has no " + name);
        }
        return unit;
    }

    @Test
    void noUnitThatWouldBeLostIsLeftOut() {
        List<String> lost =
                IntStream.range(0, 100)
                        .mapToObj(n -> "a-service-of-ours-" + n + ".service")
                        .toList();
        List<Conflict.Constraint> constraints = new ArrayList<>();
        constraints.add(new Conflict.Constraint.Drop(Capability.of("sys_rawio")));
        lost.forEach(unit -> constraints.add(new Conflict.Constraint.Work(unit)));
        Conflict conflict = new Conflict(plan.drop(), constraints);
        Plan costly =
                new Plan(
                        plan.goal(),
                        plan.drop(),
                        plan.bounding(),
                        new Plan.Weighing(plan.weighing().reasons(), plan.weighing().kept()),
                        plan.forecast(),
                        List.of(conflict),
                        new Plan.Remarks(List.of(), List.of(), plan.remarks().blind()),
                        plan.edit());
        String shown = String.join(" ", text(t -> new PlanText(t, false).write("lxc:web", costly)));
        assertThat(lost).allMatch(shown::contains);
    }

    @Test
    void planEndsWithTheDiff() {
        List<String> lines = text(t -> new PlanText(t, false).write("lxc:web", plan));
        assertThat(lines.getFirst())
                .isEqualTo(
                        "lxc:web  drop sys_module sys_rawio: 2 failed units will be skipped, nothing is");
        assertThat(lines.get(1)).isEqualTo("    lost; degraded -> running expected");
        assertThat(lines.getLast()).isEqualTo("+lxc.cap.drop = sys_module sys_rawio");
        assertThat(lines).hasSizeLessThanOrEqualTo(24);
    }

    @Test
    void everyUnitThatAsksForACapabilityIsInTheTable() {
        Systemd systemd = snapshot.systemd();
        assertThat(systemd).isNotNull();
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

    @ParameterizedTest
    @MethodSource("numbers")
    void aCapabilityIsExplainedWithinEightyColumns(int number) {
        Capability capability = new Capability(number);
        List<String> lines = text(t -> new CapabilityText(t).write(capability, 40));
        assertThat(lines).allMatch(line -> line.length() <= COLUMNS);
        Knowledge known = capability.knowledge();
        String all = String.join(" ", lines).replaceAll(" +", " ");
        if (known == null) {
            assertThat(all).contains("no name for this number");
        } else {
            assertThat(all)
                    .contains(capability.upperName(), known.since(), known.missed(), known.risk());
            known.honouredAt().forEach(site -> assertThat(all).contains(site.file()));
        }
    }

    @Test
    void everyUnitIsExplainedWithinEightyColumns() {
        Systemd systemd = snapshot.systemd();
        assertThat(systemd).isNotNull();
        for (UnitState unit : systemd.units()) {
            UnitExplanation explanation = UnitExplanation.of(snapshot, unit.name());
            assertThat(explanation).as(unit.name()).isNotNull();
            List<String> lines = text(t -> new UnitText(t, 40, "web").write("web", explanation));
            assertThat(lines.getFirst()).startsWith(unit.name() + "@web");
            assertThat(lines)
                    .filteredOn(line -> !line.contains("/") && !line.contains("@web"))
                    .allMatch(line -> line.length() <= COLUMNS);
        }
    }

    @Test
    void aFailedUnitIsExplainedByItsCondition() {
        UnitExplanation mount = UnitExplanation.of(snapshot, "sys-kernel-debug.mount");
        assertThat(mount).isNotNull();
        assertThat(text(t -> new UnitText(t, 40, "web").write("lxc:web", mount)))
                .containsSequence(
                        "  holds     ConditionCapability=CAP_SYS_RAWIO   <- decides",
                        "            /usr/lib/systemd/system/sys-kernel-debug.mount:16",
                        "            CAP_SYS_RAWIO is in the bounding set, but the kernel never honours",
                        "            it in this container");
    }

    @Test
    void eachDropIsSaidWithTheRuleThatDecides() {
        UnitExplanation mount = UnitExplanation.of(snapshot, "sys-kernel-debug.mount");
        assertThat(mount).isNotNull();
        assertThat(text(t -> new UnitText(t, 40, "web").write("lxc:web", mount)))
                .containsSequence(
                        "  sys_rawio: skipped, ConditionCapability=CAP_SYS_RAWIO does not hold",
                        "    by rule conditions (every version booted, systemd 247 on): systemd.unit(5),");
        assertThat(ExplainReports.unit("lxc:web", mount, null).toString())
                .contains("rule=conditions, source=systemd.unit(5), ", "evidence=recorded boots");
    }

    @Test
    void theContainerIsExplainedWithinEightyColumns() {
        ContainerExplanation container = ContainerExplanation.of(snapshot);
        List<String> lines = text(t -> new ContainerText(t, snapshot).write(container));
        assertThat(lines)
                .filteredOn(line -> !line.contains("/"))
                .allMatch(l -> l.length() <= COLUMNS);
        assertThat(lines)
                .contains("  sys_rawio, never honoured")
                .anyMatch(line ->
                        line.startsWith("      ConditionCapability= ")
                                && line.contains("sys-kernel-debug.mount"));
    }

    static IntStream numbers() {
        return IntStream.rangeClosed(0, Capability.MAX_NUMBER);
    }

    @Test
    void everyFieldOfTheJsonIsDocumented() throws IOException {
        String reference = Files.readString(Path.of("..", "docs", "reference", "json.md"));
        Set<String> fields = fields(JsonReports.check(List.of(checked, CheckTableTest.ofGuest())));
        fields.addAll(fields(JsonReports.plan("lxc:web", plan)));
        Result result = Taint.least(Result.class);
        Rollout rollout = Rollout.of(List.of(new Rollout.Changed(result)));
        fields.addAll(fields(RolloutReport.apply(null, AllTextTest.done(), List.of())));
        fields.addAll(fields(RolloutReport.undo(rollout, List.of())));
        fields.addAll(fields(AllText.report(AllTextTest.planned())));
        fields.addAll(fields(ExplainReports.capability(Capability.of("sys_rawio"))));
        for (String name : List.of("sys-kernel-debug.mount", "systemd-logind.service")) {
            UnitExplanation unit = UnitExplanation.of(snapshot, name);
            assertThat(unit).isNotNull();
            fields.addAll(fields(ExplainReports.unit("lxc:web", unit, null)));
        }
        fields.addAll(
                fields(ExplainReports.container(snapshot, ContainerExplanation.of(snapshot))));
        fields.addAll(fields(PsText.Report.of(List.of(PsTextTest.INIT))));
        fields.addAll(fields(NotationText.Report.decode(NotationTextTest.one("CapBnd: 1ff"), 40)));
        fields.addAll(fields(ScanTextTest.report()));
        fields.addAll(
                fields(
                        SharedPlanText.Report.of(
                                SharedPlanTextTest.plan(), SharedWords.ofHost(), "n", List.of())));
        fields.addAll(fields(StatusText.Report.of(List.of(StatusTextTest.drifted()))));
        assertThat(fields).contains("containers", "findings", "effects");
        assertThat(fields)
                .allSatisfy(field ->
                        assertThat(reference).containsPattern("[`.]" + field + "(\\[\\])?`"));
    }

    private static Set<String> fields(Object report) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Json.write(bytes, report);
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
