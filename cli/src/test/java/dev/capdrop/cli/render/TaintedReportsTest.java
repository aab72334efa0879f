package dev.capdrop.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Kernel;
import dev.capdrop.cli.ci.JunitReport;
import dev.capdrop.cli.ci.SarifReport;
import dev.capdrop.cli.ci.Tested;
import dev.capdrop.cli.page.PageContainer;
import dev.capdrop.cli.page.ReportPage;
import dev.capdrop.cli.render.NotationText.Decoded;
import dev.capdrop.cli.render.StatusText.Reported;
import dev.capdrop.cli.render.Taint.Manner;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.host.HostFinding;
import dev.capdrop.core.host.Prospect;
import dev.capdrop.core.host.Prospect.Ability;
import dev.capdrop.core.scan.Findings;
import dev.capdrop.core.scan.RawPath;
import dev.capdrop.core.shared.SharedPlan;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.status.ContainerStatus;
import dev.capdrop.core.status.Drift;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The same as [TaintedSnapshotTest] for what no recording has: what changes came to, what others
/// changed, processes, configurations, whole hosts. Each report is written with everything in it.
final class TaintedReportsTest {
    private static final int LAST = 40;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @ParameterizedTest
    @EnumSource
    void noStringOfAReportComesOutRaw(Manner manner) throws IOException {
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII)) {
            Terminal terminal = terminal(charset);
            writeTexts(terminal, manner);
            terminal.talk("%s", Taint.evil("x", "talk", manner));
            terminal.complain("%s", Taint.evil("x", "complain", manner));
            terminal.ask(Text.of("%s", Taint.evil("x", "ask", manner)));
            terminal.requireWritten();
        }
        writeDocuments(manner);
        Set<String> places = new TreeSet<>(Harmless.places(Harmless.text(bytes.toByteArray())));
        assertThat(places)
                .contains("talk", "complain", "ask")
                .contains(
                        "StatusText$Reported.target", "Drift$Blocks.owner", "JournalEntry.outcome")
                .contains(
                        "Verification$Mismatch.unit",
                        "Verification.problem",
                        "AllPlanned$Skipped.reason")
                .contains(
                        "SharedPlan$MemberOutlook.loses",
                        "SharedPlan$Veto.why",
                        "EffectiveCapabilities$LoadError.reason")
                .contains("HostProcess.command", "ConfigText$Sections.snapshots.key")
                .contains("ProxmoxGuest.hostname", "Checked.problem", "NotationText$Decoded.file");
    }

    private void writeTexts(Terminal terminal, Manner manner) {
        new StatusText(terminal).write(List.of(status(manner)));
        new AllText(terminal).write(Taint.full(AllTextTest.planned(), manner));
        new AllText(terminal).write(done(manner), Subject::word);
        new SharedPlanText(terminal)
                .write(
                        shared(manner),
                        words(manner),
                        Taint.evil("n", "node", manner),
                        unread(manner));
        new ResultText(terminal, 0, "x").write(result(manner));
        new OutdatedText(terminal).write(List.of(Taint.full(PsTextTest.INIT, manner)));
        new PsText(terminal, LAST, true).write(List.of(Taint.full(PsTextTest.INIT, manner)));
        new ConfigText(terminal).write(sections(manner), LAST);
        Checked checked = Taint.full(CheckTableTest.ofGuest(), manner);
        new CheckTable(terminal).write(List.of(checked));
        new CheckText(terminal).write(List.of(checked));
        new FleetTable(terminal)
                .write(List.of(FleetTable.Row.of(unread(manner).getFirst(), checked)));
        new NotationText(terminal, LAST).write(decoded(manner), true);
        new ScanText(terminal, view(), true).write(found(manner));
        new ScanText(terminal, view(), false).write(found(manner));
        new DoctorText(terminal).write(prospect(manner));
    }

    private static SharedWords words(Manner manner) {
        return SharedWords.ofProfile(Taint.evil("p", "profile", manner));
    }

    private static Prospect prospect(Manner manner) {
        HostFinding finding =
                HostFinding.lacking(HostFinding.Topic.KERNEL, "found", "means", "remedy")
                        .stopping("needs", Ability.LEARN);
        return new Prospect(List.of(Taint.full(finding, manner)));
    }

    private void writeDocuments(Manner manner) throws IOException {
        String outcome = Taint.evil("x", "outcome", manner);
        List<Object> reports =
                List.of(
                        StatusText.Report.of(List.of(status(manner))),
                        AllText.report(Taint.full(AllTextTest.planned(), manner)),
                        SharedPlanText.Report.of(
                                shared(manner), words(manner), outcome, unread(manner)),
                        RolloutReport.apply(null, done(manner), unread(manner)),
                        RolloutReport.undo(done(manner), unread(manner)),
                        JsonReports.check(List.of(Taint.full(CheckTableTest.ofGuest(), manner))),
                        PsText.Report.of(List.of(Taint.full(PsTextTest.INIT, manner))),
                        ConfigText.Report.config(sections(manner), LAST),
                        NotationText.Report.decode(List.of(decoded(manner)), LAST),
                        ScanText.Report.scan(List.of(found(manner)), view()),
                        DoctorText.Report.of(prospect(manner)));
        for (Object report : reports) {
            Json.write(bytes, report);
        }
        Made made = new Made(outcome, outcome, outcome, Instant.EPOCH);
        Json.write(bytes, made.envelop(reports.getFirst()));
        List<Tested> tested =
                List.of(Tested.of(outcome, Taint.full(CheckTableTest.ofGuest(), manner), true));
        Json.write(bytes, SarifReport.of(made, tested));
        bytes.write(JunitReport.of(made, tested));
        Checked guest = Taint.full(CheckTableTest.ofGuest(), manner);
        List<PageContainer> page = List.of(PageContainer.of(outcome, guest));
        bytes.write(ReportPage.of(outcome, Instant.EPOCH, page, null));
    }

    private Terminal terminal(Charset charset) {
        Terminal.Style style = new Terminal.Style(false, 80);
        return new Terminal(new DataStream(bytes), style, bytes, style, charset);
    }

    private static Reported status(Manner manner) {
        List<Drift> drifts = new ArrayList<>();
        for (Class<?> each : Drift.class.getPermittedSubclasses()) {
            drifts.add((Drift) Taint.least(each));
        }
        ContainerStatus status = StatusTextTest.drifted().status();
        assertThat(status).isNotNull();
        ContainerStatus every =
                new ContainerStatus(
                        status.subject(),
                        status.changes(),
                        status.drop(),
                        status.snapshots(),
                        status.live(),
                        status.undo(),
                        drifts);
        return Taint.full(new Reported("t", "c", every, "", List.of("u"), List.of()), manner);
    }

    private static SharedPlan shared(Manner manner) {
        return Taint.full(SharedPlanTextTest.plan(), manner);
    }

    private static Result result(Manner manner) {
        return Taint.full(Taint.least(Result.class), manner);
    }

    private static Rollout done(Manner manner) {
        Rollout done = AllTextTest.done();
        List<Rollout.Turn> turns = new ArrayList<>(done.turns());
        turns.add(new Rollout.Changed(Taint.least(Result.class)));
        return Taint.full(new Rollout(turns, done.notBegun(), done.stop(), List.of("p")), manner);
    }

    private static List<String> unread(Manner manner) {
        return List.of(Taint.evil("x", "unread", manner));
    }

    private static ConfigText.Sections sections(Manner manner) {
        EffectiveCapabilities least = Taint.least(EffectiveCapabilities.class);
        ConfigText.Sections sections =
                new ConfigText.Sections(ConfigFormat.LXC, "/f", least, least, Map.of("s", least));
        return Taint.full(sections, manner);
    }

    private static Decoded decoded(Manner manner) {
        return Taint.full(NotationTextTest.one("CapBnd: 1ff").getFirst(), manner);
    }

    private static Findings found(Manner manner) {
        byte[] path = Taint.evil("/a", "path", manner).getBytes(StandardCharsets.UTF_8);
        Findings.FoundFile file =
                new Findings.FoundFile(
                        RawPath.of(path), null, new Findings.FoundFile.Status(0104755, 0, 5));
        String why = Taint.evil("x", "why", manner);
        return new Findings(List.of(file), List.of(new Findings.Unreadable(RawPath.of(path), why)));
    }

    private static ScanText.View view() {
        return new ScanText.View(true, null, Kernel.of("6.12.0", LAST));
    }
}
