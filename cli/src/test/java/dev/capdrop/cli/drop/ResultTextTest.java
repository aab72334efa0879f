package dev.capdrop.cli.drop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.change.LiveStep.LiveReport;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Mismatch;
import dev.capdrop.core.verification.Verification.Verdict;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How a change ended, in words for every case.
final class ResultTextTest {
    private static final Instant AT = Instant.parse("2026-11-25T13:40:12.345Z");
    private static final ContainerId WEB = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");
    private static final CapabilitySet DROP = CapabilitySet.of("sys_rawio");

    private static final Mismatch FAILED =
            new Mismatch("moody.service", Outcome.INACTIVE, Outcome.FAILED, true, true, "");

    private static JournalEntry entry(Phase phase, String outcome) {
        HostMachine host = new HostMachine("", "6.12", 40, CapabilitySet.upTo(40), null, "");
        return new JournalEntry(
                "id",
                "lxc:web",
                AT,
                phase,
                new JournalEntry.Asked(DROP, Set.of()),
                new ConfigEdit(WEB.configPath(), "", "", DROP, CapabilitySet.EMPTY, false),
                Snapshot.of(AT, WEB, host),
                outcome);
    }

    private static Verification verification(Verdict verdict, String problem, Mismatch... wrong) {
        return new Verification(verdict, "degraded", 100, 99, List.of(wrong), problem);
    }

    private static List<String> text(Result result) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, 120);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        new ResultText(terminal, 0, "web").write(result);
        assertThatCode(terminal::requireWritten).doesNotThrowAnyException();
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @ParameterizedTest
    @CsvSource({
        "BETTER, better",
        "SAME, same",
        "AS_BEFORE, as before the change",
        "WORSE_AS_FORECAST, 'worse, as forecast'"
    })
    void everyVerdictHasWordsOfItsOwn(Verdict verdict, String words) {
        assertThat(
                        text(
                                new Result(
                                        entry(Phase.APPLIED, ""),
                                        verification(verdict, ""),
                                        null,
                                        null)))
                .containsExactly(
                        "forecast 100 units, 99 as forecast",
                        "verdict: " + words + ", the container is degraded");
    }

    @Test
    void whatIsNotVerifiedIsNotCalledWorseAndSaysWhoLooksAgain() {
        Verification silent = verification(Verdict.UNREAD, "D-Bus did not answer");
        assertThat(text(new Result(entry(Phase.UNVERIFIED, ""), silent, null, null)))
                .containsExactly(
                        "not verified: D-Bus did not answer",
                        "verdict: not known, it could not be read, the container is degraded",
                        "the drop stays; 'capdrop check web' looks again,",
                        "'capdrop undo web' takes it back");
    }

    @Test
    void ofALiveStepIsSaidWhatIsGoneWhatWasClearedAndWhoKeepsTheOldSet() {
        LiveReport report =
                new LiveReport(
                        DROP,
                        Duration.ofNanos(140_000),
                        List.of("a.mount"),
                        List.of("b.mount"),
                        "D-Bus is dead",
                        List.of("cron.service", "web.service"));
        Result live =
                new Result(
                        entry(Phase.APPLIED, ""), verification(Verdict.BETTER, ""), null, report);
        assertThat(text(live))
                .containsExactly(
                        "live: sys_rawio is gone from PID 1, which stood still for 0.2 ms, nothing was restarted",
                        "failures cleared: a.mount",
                        "failures not cleared: b.mount (D-Bus is dead); inside the container 'systemctl reset-failed' with these names does it",
                        "2 units still have the old set until restarted: cron.service, web.service ('capdrop ps --outdated web')",
                        "verdict: better, the container is degraded");
    }

    @Test
    void ofProcessesThatCouldNotBeReadItIsSaid() {
        LiveReport report =
                new LiveReport(DROP, Duration.ofNanos(140_000), List.of(), List.of(), "", null);
        Verification unread = verification(Verdict.UNREAD, "D-Bus did not answer within 15 s");
        assertThat(text(new Result(entry(Phase.UNVERIFIED, ""), unread, null, report)))
                .containsExactly(
                        "live: sys_rawio is gone from PID 1, which stood still for 0.2 ms, nothing was restarted",
                        "which units still have the old set could not be read: 'capdrop ps --outdated web'",
                        "not verified: D-Bus did not answer within 15 s",
                        "verdict: not known, it could not be read, the container is degraded",
                        "the drop stays; 'capdrop apply web' looks again, and restarts nothing,",
                        "'capdrop undo web' takes it back");
    }

    @Test
    void aLiveStepThatFailedSaysThatTheFileIsWrittenAndWhatToDo() {
        Verification failed = verification(Verdict.NOT_LIVE, "PID 1 still holds sys_rawio");
        assertThat(text(new Result(entry(Phase.WAITING_FOR_RESTART, ""), failed, null, null)))
                .containsExactly(
                        "written, not live: PID 1 still holds sys_rawio",
                        "verdict: unchanged, the live step failed, the container is degraded",
                        "'capdrop apply web' restarts it; 'capdrop undo web' takes the line back");
    }

    @Test
    void whatFailsWithTheOldConfigurationTooIsNoReasonNotToApplyAgain() {
        Verification worse = verification(Verdict.WORSE, "", FAILED);
        Verification back = verification(Verdict.AS_BEFORE, "", FAILED);
        assertThat(text(new Result(entry(Phase.ROLLED_BACK, "back"), worse, back, null)))
                .endsWith(
                        "  moody.service is the same with the old configuration: the restart alone"
                                + " brought it, not the drop",
                        "so the drop was not the reason; 'capdrop apply web' may be tried again");
        Verification well = verification(Verdict.AS_BEFORE, "");
        assertThat(text(new Result(entry(Phase.ROLLED_BACK, "back"), worse, well, null)))
                .noneMatch(line -> line.contains("may be tried again"));
    }
}
