package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.EffectiveCapabilities.CapabilityLine;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.record.SnapshotJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckTextTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final ContainerId WEB = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");
    private static final Subject ROOT = new Subject.RootDirectory("/srv/rootfs");
    private static final Systemd FILES = files(List.of());

    private static Systemd files(List<UnitState> units) {
        return new Systemd(
                new Systemd.Manager("", "257", 0, 0, 0, ""),
                Systemd.Source.FILES,
                units,
                Map.of(),
                Set.of(),
                Set.of(),
                Map.of(),
                List.of());
    }

    static Snapshot snapshot(Subject id, int pid, @Nullable Systemd systemd) {
        return Snapshot.of(Instant.EPOCH, id, new HostMachine("", "6.12", 40, ALL, null, ""))
                .with(new Init(pid, Instant.EPOCH, true, ALL, false))
                .with(systemd);
    }

    private static Effect effect(Outcome before, Outcome after) {
        return new Effect(
                GeneralRule.CONDITIONS,
                "u.service",
                before,
                after,
                Effect.TurnedBy.DROP,
                Why.of("why"),
                0);
    }

    private static Undecided undecided(Outcome before, boolean byDrop) {
        return new Undecided(
                GeneralRule.LOOPS,
                "o.service",
                before,
                byDrop,
                CapabilitySet.EMPTY,
                Why.of("why"),
                "by");
    }

    static Plan plan(List<Effect> effects, List<Undecided> undecided) {
        return plan(CapabilitySet.of("sys_rawio"), CapabilitySet.EMPTY, effects, undecided);
    }

    private static Plan plan(
            CapabilitySet drop,
            CapabilitySet bounding,
            List<Effect> effects,
            List<Undecided> undecided) {
        return new Plan(
                Goal.HEALTHY,
                drop,
                bounding,
                new Plan.Weighing(List.of(), List.of(), null, null),
                new Forecast(effects, undecided, List.of(), List.of(), Why.NONE),
                List.of(),
                Plan.Remarks.NONE,
                null);
    }

    private static Checked checked(Snapshot snapshot, @Nullable Plan plan) {
        String target = snapshot.subject().target();
        Diagnosis none = new Diagnosis(List.of(), List.of(), List.of(), "");
        return new Checked(
                target,
                target,
                null,
                snapshot,
                null,
                "",
                Checked.Reasoning.of(none, plan),
                Checked.OurChange.NONE);
    }

    private static List<String> text(Checked checked) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal terminal = CheckTableTest.terminal(bytes);
        new CheckText(terminal).write(List.of(checked));
        terminal.requireWritten();
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void whatIsOpenIsNotPromised() throws IOException {
        Plan plan =
                plan(
                        List.of(
                                effect(Outcome.FAILED, Outcome.SKIPPED),
                                effect(Outcome.FAILED, Outcome.NOT_STARTED),
                                effect(Outcome.INACTIVE, Outcome.SKIPPED),
                                effect(Outcome.ACTIVE, Outcome.ACTIVE)),
                        List.of(
                                undecided(Outcome.FAILED, true),
                                undecided(Outcome.FAILED, false),
                                undecided(Outcome.ACTIVE, true)));
        assertThat(text(checked(snapshot(WEB, 1, null), plan)))
                .containsExactly(
                        "lxc:web  running, units unknown",
                        "  fix: capdrop apply lxc:web   drops sys_rawio: 1 failed unit will be"
                                + " skipped, 1",
                        "       failed unit will no longer fail, 1 failed unit may no longer fail,"
                                + " 1 more",
                        "       change, 1 active ones stay as they are");
        assertThat(plan.forecast().healed()).hasSize(2);
    }

    @Test
    void aRestartIsSaidToDropOnlyWhatTheConfigurationDrops() throws IOException {
        List<Effect> healed = List.of(effect(Outcome.FAILED, Outcome.NOT_STARTED));
        Plan same = plan(CapabilitySet.EMPTY, ALL, healed, List.of());
        assertThat(text(checked(snapshot(WEB, 1, null), same)))
                .containsExactly(
                        "lxc:web  running, units unknown",
                        "  fix: restart it, with nothing dropped: 1 failed unit will no longer"
                                + " fail, 0",
                        "       active ones stay as they are");
        CapabilitySet less = ALL.minus(CapabilitySet.of("sys_rawio"));
        Plan dropped = plan(CapabilitySet.EMPTY, less, healed, List.of());
        assertThat(text(checked(snapshot(WEB, 1, null), dropped)))
                .containsExactly(
                        "lxc:web  running, units unknown",
                        "  fix: restart it: its configuration already drops sys_rawio");
    }

    /// Recordings of failures that others made: in the first a unit restarts for ever.
    @ParameterizedTest
    @ValueSource(strings = {"u12", "bwu1", "tru1"})
    void theHeadCountsWhatIsListedBelowIt(String recording) throws IOException {
        Snapshot snapshot;
        String name = "/dev/capdrop/cli/blind/" + recording + ".json.gz";
        try (InputStream in = CheckTextTest.class.getResourceAsStream(name)) {
            snapshot =
                    SnapshotJson.read(new GZIPInputStream(Objects.requireNonNull(in)), name)
                            .snapshot();
        }
        Diagnosis diagnosis = Diagnosis.of(snapshot);
        Checked checked =
                new Checked(
                        "lxc:web",
                        "web",
                        null,
                        snapshot,
                        null,
                        "",
                        Checked.Reasoning.of(diagnosis, null),
                        Checked.OurChange.NONE);
        int more = diagnosis.unsettled().size();
        assertThat(text(checked).getFirst())
                .endsWith(
                        diagnosis.findings().size()
                                + " failed"
                                + (more == 0 ? "" : ", " + more + " more not up"));
    }

    @Test
    void whatNothingExplainsComesLastAndTogether() throws IOException {
        Cause inert = new Cause.InertCapability(CapabilitySet.of("sys_rawio"), false, false);
        Cause one = new Cause.Unknown(new UnitDetail.Exit("exit-code", 1, 1, 0));
        Diagnosis diagnosis =
                new Diagnosis(
                        List.of(
                                new Finding(
                                        "a.service",
                                        one,
                                        List.of(),
                                        List.of(),
                                        null,
                                        List.of(),
                                        List.of()),
                                new Finding(
                                        "b.mount", inert, List.of(), List.of(), null, List.of(),
                                        List.of()),
                                new Finding(
                                        "c\u001b.service",
                                        one,
                                        List.of(),
                                        List.of(),
                                        null,
                                        List.of(),
                                        List.of())),
                        List.of(),
                        List.of(),
                        "");
        Snapshot snapshot = snapshot(WEB, 1, null);
        Checked checked =
                new Checked(
                        "lxc:web",
                        "web",
                        null,
                        snapshot,
                        null,
                        "",
                        Checked.Reasoning.of(diagnosis, null),
                        Checked.OurChange.NONE);
        assertThat(text(checked))
                .containsExactly(
                        "lxc:web  running, units unknown",
                        "  b.mount",
                        "      starts because CAP_SYS_RAWIO is in the bounding set, but no process"
                                + " in a",
                        "      user namespace can use it",
                        "  a.service c\\x1b.service",
                        "      failed, and nothing explains it (result 'exit-code', exit status"
                                + " 1):",
                        "      neither how its commands ended, nor what its files name, nor the",
                        "      container's configuration, nor the host's quotas, nor its journal");
    }

    @Test
    void aCauseComesWithItsLineItsVictimsAndTheFixBeforeAnyAlternative() throws IOException {
        Trouble.NamedFile gone =
                new Trouble.NamedFile("WorkingDirectory", "/srv/\u001bx", Standing.MISSING, "");
        Finding first =
                new Finding(
                        "a.service",
                        new Cause.Path(gone),
                        List.of(
                                new Setting(
                                        "/e/a.service",
                                        4,
                                        "Service",
                                        "WorkingDirectory",
                                        "/srv/x")),
                        List.of(new Remedy.Mend("make it"), new Remedy.Mend("do without")),
                        new UnitDetail.Exit("exit-code", 1, 200, 0),
                        List.of("a line\u001b[31m"),
                        List.of("b.service", "c.service"));
        Finding second =
                new Finding(
                        "b.service",
                        new Cause.BroughtDown("a.service"),
                        List.of(),
                        List.of(new Remedy.Mend("mend a.service")),
                        null,
                        List.of(),
                        List.of());
        Diagnosis diagnosis =
                new Diagnosis(List.of(first, second), List.of(), List.of(), "a.service");
        Snapshot snapshot = snapshot(WEB, 1, null);
        assertThat(
                        text(
                                new Checked(
                                        "lxc:web",
                                        "web",
                                        null,
                                        snapshot,
                                        null,
                                        "",
                                        Checked.Reasoning.of(diagnosis, null),
                                        Checked.OurChange.NONE)))
                .containsExactly(
                        "lxc:web  running, units unknown",
                        "  the boot ended in emergency mode because of a.service",
                        "  a.service",
                        "      /srv/\\x1bx does not exist, which WorkingDirectory= names",
                        "      /e/a.service:4: WorkingDirectory=/srv/x",
                        "      > a line\\x1b[31m",
                        "      and 2 units are not up because of it: b.service, c.service",
                        "      fix: make it",
                        "      or: do without");
    }

    @Test
    void aRootDirectoryHasNoContainerToApplyTo() throws IOException {
        Plan plan = plan(List.of(effect(Outcome.FAILED, Outcome.SKIPPED)), List.of());
        assertThat(text(checked(snapshot(ROOT, 0, FILES), plan)))
                .containsExactly(
                        "root:/srv/rootfs  not running; by its files, at its next boot no unit is"
                                + " known",
                        "    to fail",
                        "  fix: lxc.cap.drop = sys_rawio   in the configuration of its container:"
                                + " 1",
                        "       failed unit will be skipped, 0 active ones stay as they are");
    }

    @Test
    void aUnitWhoseFilesCannotAllBeReadIsAFinding() {
        UnitState fifo =
                new UnitState(
                        "f.service", "unread", "inactive", "dead", List.of(), UnitDetail.UNREAD);
        assertThat(checked(snapshot(ROOT, 0, files(List.of(fifo))), null).hasFindings()).isTrue();
        assertThat(checked(snapshot(ROOT, 0, FILES), null).hasFindings()).isFalse();
    }

    @Test
    void aRootDirectoryWithoutSystemdWasNotRead() throws IOException {
        Checked nothing = checked(snapshot(ROOT, 0, null), null);
        assertThat(nothing.unanswered()).isTrue();
        assertThat(text(nothing)).containsExactly("root:/srv/rootfs  could not be read");
        assertThat(checked(snapshot(WEB, 0, null), null).unanswered()).isFalse();
    }

    private static String nextStart(
            StartReview next, @Nullable Plan plan, @Nullable EffectiveCapabilities configured)
            throws IOException {
        Snapshot snapshot =
                snapshot(
                        new ContainerId(RuntimeKind.LXC, "c1", "/var/lib/lxc"),
                        1,
                        systemd("running"));
        return String.join(
                        " ",
                        text(
                                new Checked(
                                        "lxc:c1",
                                        "c1",
                                        null,
                                        snapshot,
                                        configured,
                                        "",
                                        new Checked.Reasoning(
                                                Diagnosis.of(snapshot),
                                                plan,
                                                next,
                                                true,
                                                PolicyReview.NONE,
                                                List.of()),
                                        Checked.OurChange.NONE)))
                .replaceAll("\\s+", " ");
    }

    static Systemd systemd(String state) {
        return new Systemd(
                new Systemd.Manager(state, "257", 0, 0, 0, ""),
                Systemd.Source.DBUS,
                List.of(),
                Map.of(),
                Set.of(),
                Set.of(),
                Map.of(),
                List.of());
    }

    @Test
    void aConfigurationThatLostItsDropIsNamedWithWhatItCostsAtTheNextStart() throws IOException {
        CapabilitySet rawio = CapabilitySet.of("sys_rawio");
        StartReview next =
                new StartReview(
                        rawio,
                        CapabilitySet.EMPTY,
                        List.of(
                                new StartReview.VainStart(
                                        "sys-kernel-debug.mount",
                                        rawio,
                                        true,
                                        StartReview.VainStart.Evidence.KERNEL)),
                        List.of(),
                        StartReview.Confinement.NONE);
        assertThat(nextStart(next, plan(List.of(), List.of()), null))
                .isEqualTo(
                        "lxc:c1 running, but its configuration no longer drops sys_rawio: degraded"
                                + " again at the next start sys-kernel-debug.mount is skipped now"
                                + " and will be started again, because CAP_SYS_RAWIO will be in the"
                                + " bounding set: the kernel refuses what it is for fix: capdrop"
                                + " apply c1 drops sys_rawio in its configuration, without a"
                                + " restart");
    }

    @Test
    void aConfigurationThatTakesWhatAUnitNeedsIsNamedWithItsLine() throws IOException {
        CapabilitySet netAdmin = CapabilitySet.of("net_admin");
        StartReview next =
                new StartReview(
                        CapabilitySet.EMPTY,
                        netAdmin,
                        List.of(),
                        List.of(
                                new StartReview.Loss(
                                        "firewall.service",
                                        true,
                                        "firewall.service would be skipped: it wants it")),
                        StartReview.Confinement.NONE);
        CapabilityLine line =
                new CapabilityLine(
                        "/c1/config", 2, "lxc.cap.drop = net_admin", List.of("net_admin"), false);
        assertThat(
                        nextStart(
                                next,
                                null,
                                new EffectiveCapabilities(
                                        EffectiveCapabilities.Mode.DROP,
                                        netAdmin,
                                        List.of(line),
                                        null,
                                        List.of(),
                                        List.of())))
                .isEqualTo(
                        "lxc:c1 running, but its configuration drops net_admin, which its PID 1"
                                + " still holds: the next start loses what works now"
                                + " firewall.service would be skipped: it wants it"
                                + " /c1/config:2: lxc.cap.drop = net_admin");
    }

    @Test
    void ofAContainerThatNeverBootedNothingSaysThatTheKernelHasRefused() {
        Cause mount = new Cause.InertCapability(CapabilitySet.of("sys_rawio"), false, true);
        assertThat(CauseText.sentence(mount))
                .isEqualTo(
                        "will be started because CAP_SYS_RAWIO will be in the bounding set, but no"
                                + " process in a user namespace can use it; the kernel will refuse"
                                + " what the unit is for");
        assertThat(CauseText.sentence(new Cause.ForecastFailure())).startsWith("will fail: ");
    }
}
