package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.Taint.Manner;
import dev.capdrop.cli.change.ChangeSamples;
import dev.capdrop.cli.check.CheckSamples;
import dev.capdrop.cli.drop.ResultText;
import dev.capdrop.cli.explain.ExplainSamples;
import dev.capdrop.cli.render.Harmless;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.cli.render.Text;
import dev.capdrop.cli.report.PageSample;
import dev.capdrop.cli.scan.ScanSamples;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.host.HostReview.HostFinding;
import dev.capdrop.core.host.HostReview.Prospect;
import dev.capdrop.core.host.HostReview.Prospect.Ability;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The same as [TaintedSnapshotTest] for what no recording has: what changes came to, what others
/// changed, processes, configurations, whole hosts. Each report is written with everything in it.
final class TaintedReportsTest {
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
                        "Statuses$Reported.target",
                        "ContainerStatus$Drift$Blocks.owner",
                        "JournalEntry.outcome")
                .contains(
                        "Verification$Mismatch.unit",
                        "Verification.problem",
                        "AllText$AllPlanned$Skipped.reason")
                .contains(
                        "SharedPlan$MemberOutlook.loses",
                        "SharedPlan$Veto.why",
                        "EffectiveCapabilities$LoadError.reason")
                .contains("HostProcess.command", "ConfigText$Sections.snapshots.key")
                .contains("ProxmoxGuest.hostname", "Checked.problem", "NotationText$Decoded.file");
    }

    private static void writeTexts(Terminal terminal, Manner manner) {
        ChangeSamples.write(terminal, manner);
        CheckSamples.write(terminal, manner);
        ExplainSamples.write(terminal, manner);
        ScanSamples.write(terminal, manner);
        new ResultText(terminal, 0, "x").write(Taint.full(Taint.least(Result.class), manner));
        new DoctorText(terminal).write(prospect(manner));
    }

    private static Prospect prospect(Manner manner) {
        HostFinding finding =
                new HostFinding(
                        "topic",
                        "title",
                        HostFinding.Level.LACKING,
                        "found",
                        "means",
                        "remedy",
                        Set.of(Ability.LEARN),
                        "needs");
        return new Prospect(List.of(Taint.full(finding, manner)));
    }

    private void writeDocuments(Manner manner) throws IOException {
        String outcome = Taint.evil("x", "outcome", manner);
        Json.Made made = new Json.Made(outcome, outcome, outcome, Instant.EPOCH);
        List<Object> trees = new ArrayList<>(ChangeSamples.trees(manner));
        trees.addAll(CheckSamples.trees(made, manner));
        trees.addAll(ExplainSamples.trees(manner));
        trees.addAll(ScanSamples.trees(manner));
        trees.add(DoctorText.report(prospect(manner)));
        for (Object tree : trees) {
            Json.write(bytes, tree);
        }
        made.write(new DataStream(bytes), trees.getFirst());
        bytes.write(CheckSamples.junit(made, manner));
        bytes.write(PageSample.of(outcome, CheckSamples.guest(manner)));
    }

    private Terminal terminal(Charset charset) {
        Terminal.Style style = new Terminal.Style(false, 80);
        return new Terminal(new DataStream(bytes), style, bytes, style, charset);
    }
}
