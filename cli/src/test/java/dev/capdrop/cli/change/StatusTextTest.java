package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.Statuses.Reported;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.verification.ContainerStatus;
import dev.capdrop.core.verification.ContainerStatus.Drift;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatusTextTest {
    private static final CapabilitySet DROP = CapabilitySet.of("sys_module", "sys_rawio");
    private static final ContainerId WEB = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");

    private static JournalEntry entry(Phase phase) {
        Instant at = Instant.parse("2026-11-25T13:40:12.345Z");
        return new JournalEntry(
                "20261125T134012.345Z-web",
                "lxc:web",
                at,
                phase,
                new JournalEntry.Asked(DROP, Set.of()),
                new ConfigEdit(WEB.configPath(), "", "", DROP, CapabilitySet.EMPTY, false),
                Snapshot.of(
                        at, WEB, new HostMachine("", "6.12", 40, CapabilitySet.upTo(40), null, "")),
                "");
    }

    private static Drift lost(Drift.Cause cause, boolean runningLacks) {
        return new Drift.Lost(
                DROP,
                WEB.configPath(),
                cause,
                runningLacks,
                List.of(),
                List.of("sys-kernel-debug.mount"));
    }

    static Reported drifted() {
        List<Drift> every =
                List.of(
                        new Drift.Interrupted(entry(Phase.RESTARTING), Drift.Trace.THERE),
                        new Drift.Interrupted(entry(Phase.UNDOING), Drift.Trace.GONE),
                        new Drift.Waiting(entry(Phase.WAITING_FOR_RESTART)),
                        new Drift.Unverified(entry(Phase.WAITING_FOR_RESTART)),
                        lost(new Drift.Cause.Rewritten(), true),
                        lost(new Drift.Cause.Overruled(), false),
                        lost(new Drift.Cause.RolledBack("before"), false),
                        lost(new Drift.Cause.MadeAnew(), false),
                        new Drift.Unloadable(
                                new LoadError(WEB.configPath(), 3, "lxc.cap.keep = x", "why")),
                        new Drift.StillHolds(DROP),
                        new Drift.StillLacks(DROP),
                        new Drift.Gone(),
                        new Drift.Elsewhere("pve2", DROP, List.of()));
        return reported(every);
    }

    private static Reported reported(List<Drift> drifts) {
        ContainerStatus status =
                new ContainerStatus(
                        WEB,
                        List.of(entry(Phase.APPLIED)),
                        DROP,
                        drifts.isEmpty() ? List.of() : List.of("before"),
                        CapabilitySet.EMPTY,
                        null,
                        drifts);
        return new Reported("lxc:web", "lxc:web", status, "", List.of(), List.of());
    }

    private static List<String> text(Reported... all) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, 80);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        new StatusText(terminal).write(List.of(all));
        assertThatCode(terminal::requireWritten).doesNotThrowAnyException();
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aContainerAsItWasLeftIsTwoLines() {
        assertThat(text(reported(List.of())))
                .containsExactly(
                        "lxc:web  as it was left",
                        "  2026-11-25 13:40 UTC  drops sys_module sys_rawio");
    }

    @Test
    void whatPid1GaveUpWhileItRanIsToldWithWhoKeepsIt() {
        ContainerStatus live =
                new ContainerStatus(
                        WEB, List.of(entry(Phase.APPLIED)), DROP, List.of(), DROP, null, List.of());
        Reported kept =
                new Reported("lxc:web", "lxc:web", live, "", List.of("a.service"), List.of());
        assertThat(String.join(" ", text(kept)).replaceAll("\\s+", " "))
                .contains("live: PID 1 gave up sys_module sys_rawio while it ran; only a restart")
                .contains("1 unit still has the old set until restarted: a.service")
                .contains("capdrop ps --outdated lxc:web");
        assertThat(text(new Reported("lxc:web", "lxc:web", live, "", List.of(), List.of())))
                .contains("  no process holds more than PID 1");
    }

    @Test
    void ofADropThatIsNotVerifiedTheReasonIsSaidAndWhoLooksAgain() {
        DriftText text = new DriftText(WEB, "lxc:web");
        JournalEntry unread =
                entry(Phase.RESTARTING).with(Phase.UNVERIFIED, "not verified: no answer");
        Drift unverified = new Drift.Unverified(unread);
        assertThat(text.sentence(unverified))
                .isEqualTo("a drop of sys_module sys_rawio is in force, not verified: no answer");
        assertThat(text.commands(unverified))
                .containsExactly("capdrop check lxc:web", "capdrop apply lxc:web");
    }

    @Test
    void ofAnInterruptedUndoIsSaidWhatIsInTheFileAndNeverThatNothingIsInForce() {
        for (Phase phase : List.of(Phase.TAKING_BACK, Phase.UNDOING, Phase.ROLLING_BACK)) {
            JournalEntry open = entry(phase);
            assertThat(said(new Drift.Interrupted(open, Drift.Trace.THERE)))
                    .contains("the configuration drops sys_module sys_rawio now")
                    .doesNotContain("in force");
            assertThat(said(new Drift.Interrupted(open, Drift.Trace.GONE)))
                    .contains("nothing of the change is in the configuration now")
                    .doesNotContain("in force");
        }
        JournalEntry reasoned = entry(Phase.ROLLING_BACK).with(Phase.ROLLING_BACK, "pct hangs");
        assertThat(said(new Drift.Interrupted(reasoned, Drift.Trace.THERE)))
                .contains("a rollback was interrupted, which had been begun because: pct hangs");
    }

    private static String said(Drift only) {
        ContainerStatus status =
                new ContainerStatus(
                        WEB,
                        List.of(),
                        CapabilitySet.EMPTY,
                        List.of(),
                        CapabilitySet.EMPTY,
                        null,
                        List.of(only));
        return String.join(
                        "\n",
                        text(new Reported("lxc:web", "lxc:web", status, "", List.of(), List.of())))
                .replaceAll("\n +", " ");
    }

    @Test
    void theCommandThatPutsItBackAcceptsTheLossesThatWereAcceptedThen() {
        List<String> units = List.of("ntp.service", "dev-a\\x2db.mount");
        DriftText text = new DriftText(WEB, "lxc:web");
        Drift lost =
                new Drift.Lost(
                        DROP,
                        WEB.configPath(),
                        new Drift.Cause.Rewritten(),
                        false,
                        units,
                        List.of());
        String again =
                "capdrop apply lxc:web --goal none --drop sys_module,sys_rawio"
                        + " --allow-skip ntp.service --allow-skip 'dev-a\\x2db.mount'";
        assertThat(text.commands(lost)).startsWith(again);
        assertThat(text.commands(new Drift.Elsewhere("pve2", DROP, units)))
                .containsExactly("ssh pve2 '" + again.replace("'", "'\\''") + "'");
    }

    @Test
    void aLostDropComesWithTheCommandThatPutsItBack() {
        Drift lost = lost(new Drift.Cause.Rewritten(), true);
        assertThat(text(reported(List.of(lost))))
                .containsExactly(
                        "lxc:web  drifted",
                        "  2026-11-25 13:40 UTC  drops sys_module sys_rawio",
                        "  a rollback would lose it: to the snapshots before",
                        "  lost: its configuration no longer drops sys_module sys_rawio: nothing of the",
                        "    change is in '/var/lib/lxc/web/config' any more; its PID 1 is without them",
                        "    until the next start: degraded again then",
                        "    capdrop apply lxc:web --goal none --drop sys_module,sys_rawio",
                        "    capdrop undo lxc:web");
    }

    @Test
    void everyDriftStaysWithinEightyColumns() {
        assertThat(text(drifted())).allMatch(line -> line.length() <= 80);
    }

    @Test
    void whatCannotBeToldIsSaid() {
        assertThat(
                        text(
                                new Reported(
                                        "lxc:web",
                                        "lxc:web",
                                        null,
                                        "the disk\u001b[2J fails",
                                        List.of(),
                                        List.of())))
                .containsExactly("lxc:web  not known: the disk\\x1b[2J fails");
    }
}
