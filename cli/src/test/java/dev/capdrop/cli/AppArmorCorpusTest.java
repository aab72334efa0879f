package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Unprivileged containers of Debian 11, 12 and 13 as they were on a host with AppArmor, configfs
/// and audit (Debian's user-mode Linux 6.12, lxc 6.0.4), before and after `apply --remedy nesting`:
/// what is said of each failure, and what the forecast of the one was worth in the other.
final class AppArmorCorpusTest {
    private static Snapshot recorded(String name) {
        String file = "apparmor/" + name + ".json.gz";
        try (InputStream in =
                Objects.requireNonNull(AppArmorCorpusTest.class.getResourceAsStream(file), file)) {
            return SnapshotJson.read(new GZIPInputStream(in), file).snapshot();
        } catch (IOException e) {
            throw new AssertionError(file, e);
        }
    }

    private static Finding finding(String name, String unit) {
        return Diagnosis.of(recorded(name)).findings().stream()
                .filter(one -> one.unit().equals(unit))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is said of " + unit));
    }

    private static String first(Finding finding) {
        return finding.remedies().isEmpty() ? "" : finding.remedies().getFirst().id();
    }

    private static Set<String> failed(Snapshot snapshot) {
        Systemd systemd = Objects.requireNonNull(snapshot.systemd());
        return systemd.units().stream()
                .filter(UnitState::failed)
                .map(UnitState::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @CsvSource({
        "trixie-plain, systemd-sysctl.service, CREDENTIALS, 243",
        "trixie-plain, systemd-tmpfiles-setup.service, CREDENTIALS, 243",
        "trixie-plain, console-getty.service, CREDENTIALS, 243",
        "trixie-plain, dev-mqueue.mount, MOUNT_NAMESPACE, 32",
        "bookworm-plain, systemd-logind.service, MOUNT_NAMESPACE, 226",
        "bullseye-plain, systemd-logind.service, MOUNT_NAMESPACE, 226"
    })
    void whatAppArmorRefusesIsHealedByNestingFirst(
            String name, String unit, Cause.FailureClass type, int status) {
        Finding finding = finding(name, unit);
        assertThat(finding.cause().failureClass()).isEqualTo(type);
        assertThat(Objects.requireNonNull(finding.exit()).status()).isEqualTo(status);
        assertThat(finding.remedies())
                .containsExactly(new Remedy.Nesting(List.of("lxc.apparmor.allow_nesting = 1")));
    }

    /// The pair that people report of Debian 11, and configfs of all three.
    @ParameterizedTest
    @CsvSource({
        "bullseye-plain, sys-kernel-config.mount",
        "bullseye-plain, systemd-journald-audit.socket",
        "bullseye-nested, sys-kernel-config.mount",
        "bullseye-nested, systemd-journald-audit.socket",
        "bookworm-plain, sys-kernel-config.mount",
        "bookworm-nested, sys-kernel-config.mount",
        "trixie-plain, sys-kernel-config.mount",
        "trixie-nested, sys-kernel-config.mount"
    })
    void whatAnInertCapabilityStartsIsHealedByItsDropWithAndWithoutNesting(
            String name, String unit) {
        Finding finding = finding(name, unit);
        assertThat(finding.cause().failureClass()).isEqualTo(Cause.FailureClass.INERT_CAPABILITY);
        assertThat(first(finding)).isEqualTo("drop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bullseye-nested", "bookworm-nested", "trixie-nested"})
    void withNestingNothingIsLeftThatCallsForIt(String name) {
        Snapshot nested = recorded(name);
        assertThat(Diagnosis.of(nested).findings())
                .isNotEmpty()
                .allMatch(one -> first(one).equals("drop"));
        Plan again = Planner.nesting(nested, TimeLimit.NONE).orElseThrow();
        assertThat(again.widens()).isFalse();
        assertThat(Objects.requireNonNull(again.widening()).refusal())
                .isEqualTo("its configuration allows nesting already");
    }

    @Test
    void aServiceThatTakesOthersWithItHasThemBelowIt() {
        assertThat(finding("bullseye-plain", "systemd-logind.service").victims())
                .containsExactly("modprobe@drm.service");
        assertThat(finding("trixie-plain", "systemd-journald.service").victims())
                .containsExactly("systemd-journald-dev-log.socket", "systemd-journald.socket");
    }

    /// A drop is proposed for inert capabilities and for nothing that AppArmor refuses.
    @ParameterizedTest
    @ValueSource(strings = {"bullseye", "bookworm", "trixie"})
    void noDropIsOfferedForWhatAppArmorRefuses(String suite) {
        Snapshot plain = recorded(suite + "-plain");
        assertThat(Diagnosis.of(plain).refusedByAppArmor())
                .isNotEmpty()
                .allMatch(one -> one.remedies().stream().noneMatch(Remedy.Drop.class::isInstance));
        Set<String> asked = new TreeSet<>();
        Planner.plan(plain, Request.HEALTHY)
                .orElseThrow()
                .weighing()
                .reasons()
                .forEach(reason -> asked.addAll(reason.units()));
        Diagnosis.of(plain).refusedByAppArmor().forEach(one -> asked.remove(one.unit()));
        assertThat(asked).contains("sys-kernel-config.mount");
    }

    /// The two recordings of a release are the boots around one change.
    @ParameterizedTest
    @ValueSource(strings = {"bullseye", "bookworm", "trixie"})
    void theForecastOfNestingIsWhatCame(String suite) {
        Snapshot plain = recorded(suite + "-plain");
        Snapshot nested = recorded(suite + "-nested");
        Plan plan = Planner.nesting(plain, TimeLimit.NONE).orElseThrow();
        assertThat(plan.widens()).isTrue();
        Set<String> failed = failed(nested);
        assertThat(plan.forecast().effects())
                .filteredOn(effect -> effect.turnedBy() == Effect.TurnedBy.NESTING)
                .isNotEmpty()
                .allMatch(effect -> effect.after() == Outcome.STARTED)
                .noneMatch(effect -> failed.contains(effect.unit()));
        assertThat(plan.forecast().effects())
                .filteredOn(effect -> effect.after() == Outcome.FAILED)
                .extracting(Effect::unit)
                .containsExactlyInAnyOrderElementsOf(failed);
    }

    @Test
    void theEditIsOneLineWhereTheProfileIsMadeAlready() {
        Plan plan = Planner.nesting(recorded("trixie-plain"), TimeLimit.NONE).orElseThrow();
        assertThat(List.of(Objects.requireNonNull(plan.edit())))
                .extracting(
                        edit -> edit.after().substring(edit.before().length()),
                        edit -> edit.nesting())
                .containsExactly(tuple("lxc.apparmor.allow_nesting = 1\n", true));
    }
}
