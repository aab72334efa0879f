package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitExit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Setting;
import dev.capdrop.core.unit.UnitName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Why a container is degraded.
///
/// @param findings one for each failed unit
/// @param masked the units that somebody masked
public record Diagnosis(List<Finding> findings, List<String> masked) {
    /// mount(8)'s exit status for a mount that the kernel refused.
    private static final int MOUNT_FAILURE = 32;

    /// systemd.exec(5), "Process Exit Codes": EXEC, USER, NAMESPACE, KEYRING, CREDENTIALS.
    private static final Set<Integer> SET_UP_FAILURES = Set.of(203, 217, 226, 237, 243);

    private static final String START_LIMIT = "start-limit-hit";

    public Diagnosis {
        findings = List.copyOf(findings);
        masked = List.copyOf(masked);
    }

    /// Diagnoses every failed unit of the snapshot; nothing for a container whose systemd is not
    /// known.
    public static Diagnosis of(Snapshot snapshot) {
        Init init = snapshot.init();
        List<Finding> findings = new ArrayList<>();
        List<String> masked = new ArrayList<>();
        if (init != null && snapshot.systemd() != null) {
            for (UnitState unit : snapshot.systemd().units()) {
                if (unit.failed()) {
                    findings.add(finding(unit, init, snapshot));
                } else if (unit.masked()) {
                    masked.add(unit.name());
                }
            }
        }
        return new Diagnosis(findings, masked);
    }

    /// The capabilities that this unit's conditions ask for and that the container holds without
    /// their being worth anything to it. A nearly inert one counts only because the unit failed.
    ///
    /// In a privileged container nothing is inert.
    public static CapabilitySet inertConditions(UnitState unit, Init init) {
        CapabilitySet inert = CapabilitySet.EMPTY;
        if (!init.unprivileged() || failedOtherwise(unit)) {
            return inert;
        }
        for (TestedCondition row : unit.conditions()) {
            Capability capability = Conditions.capability(row.condition());
            if (capability != null
                    && !row.condition().negate()
                    && row.result() == ConditionResult.SUCCEEDED
                    && init.bounding().contains(capability)
                    && isInert(capability)) {
                inert = inert.with(capability);
            }
        }
        return inert;
    }

    /// Whether the way in which the unit ended tells of another cause: systemd could not set its
    /// process up, for want of a program, a user, a namespace, a key or a credential; or it was
    /// started too often, although its last run had done well (systemd.unit(5),
    /// "StartLimitIntervalSec=").
    private static boolean failedOtherwise(UnitState unit) {
        UnitDetail detail = unit.detail();
        UnitExit exit = detail == null ? null : detail.exit();
        return exit != null
                && unit.failed()
                && (SET_UP_FAILURES.contains(exit.status())
                        || (exit.result().equals(START_LIMIT) && exit.status() == 0));
    }

    private static boolean isInert(Capability capability) {
        Knowledge known = capability.knowledge();
        return known != null
                && (known.scope() == Scope.INERT || known.scope() == Scope.NEARLY_INERT);
    }

    private static Finding finding(UnitState unit, Init init, Snapshot snapshot) {
        CapabilitySet inert = inertConditions(unit, init);
        UnitDetail detail = unit.detail();
        UnitExit exit = detail == null ? null : detail.exit();
        boolean foreseen = !init.running();
        if (inert.isEmpty()) {
            Cause cause = foreseen ? new Cause.Foreseen() : new Cause.Unknown(exit);
            return new Finding(unit.name(), cause, List.of(), List.of());
        }
        boolean refused =
                !foreseen
                        && UnitName.type(unit.name()).equals("mount")
                        && exit != null
                        && exit.status() == MOUNT_FAILURE;
        return new Finding(
                unit.name(),
                new Cause.InertCapability(inert, refused, foreseen),
                evidence(detail, inert),
                remedies(unit.name(), inert, snapshot));
    }

    private static List<Setting> evidence(@Nullable UnitDetail detail, CapabilitySet inert) {
        List<Setting> lines = new ArrayList<>();
        if (detail != null) {
            for (Setting setting : detail.settings()) {
                if (setting.key().equals("ConditionCapability")
                        && namesOneOf(setting.value(), inert)) {
                    lines.add(setting);
                }
            }
        }
        return lines;
    }

    private static boolean namesOneOf(String value, CapabilitySet wanted) {
        Capability capability =
                Conditions.capabilityNamed(value.replaceFirst("^\\|?\\s*!?\\s*", ""));
        return capability != null && wanted.contains(capability);
    }

    private static List<Remedy> remedies(String unit, CapabilitySet inert, Snapshot snapshot) {
        List<Remedy> remedies = new ArrayList<>();
        remedies.add(
                new Remedy(
                        "drop",
                        "drop "
                                + inert
                                + ": systemd then skips the unit by itself, and so does every later"
                                + " unit that asks for the same",
                        ""));
        String systemctl = systemctl(snapshot);
        if (UnitName.isValid(unit) && systemctl != null) {
            remedies.add(
                    new Remedy(
                            "mask",
                            "mask the unit inside the container: touches nothing outside, but hides this one"
                                    + " unit only, and whoever unmasks it has the failure back",
                            systemctl + " mask -- " + quoted(unit)));
        }
        return remedies;
    }

    /// The systemctl that masks for it: its own where it runs, the host's for a root directory;
    /// null where neither can.
    private static @Nullable String systemctl(Snapshot snapshot) {
        ContainerId container = snapshot.container();
        if (container.ofRoot()) {
            return "systemctl --root=" + quoted(container.name());
        }
        return snapshot.running() ? container.kind().attach(container) + " -- systemctl" : null;
    }

    /// Single quotes for a shell; unit names and LXC names hold none themselves.
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
