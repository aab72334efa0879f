package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.unit.UnitFile;
import module java.base;

/// The privilege of a container without a user namespace of its own: its root is the host's.
public final class HostPrivilege {
    /// Lines of LXC and of Proxmox VE that give a container something of the host's.
    private static final Pattern LENT =
            Pattern.compile(
                    "(?m)^\\s*(dev\\d+\\s*:|mp\\d+\\s*:\\s*/|hookscript\\s*:|features\\s*:.*mount="
                            + "|lxc\\.(cgroup2?\\.devices\\.allow|mount\\.entry|mount\\.fstab|hook\\.|cap\\.|net\\.\\d+\\.type\\s*[=:]\\s*(phys|none)))");

    private HostPrivilege() {}

    /// Whether nothing in the configuration or the record of a container of LXC or Proxmox VE
    /// speaks for its privilege; its units' needs are not looked at.
    public static boolean mayBeUnneeded(Snapshot snapshot) {
        UseHistory learnt = snapshot.learnt();
        RuntimeKind kind = snapshot.subject().kind();
        return (kind == RuntimeKind.LXC || kind == RuntimeKind.PROXMOX)
                && snapshot.privileged()
                && snapshot.running()
                && learnt != null
                && learnt.covered().boots() >= UseHistory.ENOUGH_BOOTS
                && learnt.covered().lossy() == 0
                && !isLent(snapshot);
    }

    /// Whether nothing at all speaks for it: beside that, it mounts nothing that only the host may,
    /// and no working unit is known to need a capability that user namespaces hardly ever honour.
    ///
    /// @param forecaster over a whole reading, which asked what each unit is
    /// @throws dev.capdrop.core.snapshot.TimeLimit.OverdueException when its time is over
    public static boolean isUnneeded(Forecaster forecaster) {
        Snapshot snapshot = forecaster.seen().snapshot();
        if (!mayBeUnneeded(snapshot) || mountsForTheHost(snapshot)) {
            return false;
        }
        CapabilitySet left = snapshot.bounding().only(HostPrivilege::isHonouredInUserNamespaces);
        return forecaster.forecast(left).boots()
                && StartReview.of(forecaster, left, Set.of(), Set.of()).losses().isEmpty();
    }

    private static boolean isLent(Snapshot snapshot) {
        ConfigurationText text = snapshot.configuration();
        return text == null || LENT.matcher(text.files().getOrDefault(text.path(), "")).find();
    }

    /// Whether it mounts or serves a disk or a share; nobody misses systemd's mounts below /sys and
    /// /dev.
    private static boolean mountsForTheHost(Snapshot snapshot) {
        return snapshot.units().stream()
                .filter(unit -> !unit.name().startsWith("sys-") && !unit.name().startsWith("dev-"))
                .filter(unit -> Outcome.of(unit).isUp())
                .anyMatch(unit -> UnitFile.kernelRefuses(unit.name(), unit.detail().settings()));
    }

    private static boolean isHonouredInUserNamespaces(Capability capability) {
        Knowledge known = capability.knowledge();
        return known != null && (known.scope() == Scope.PARTLY || known.scope() == Scope.HONOURED);
    }
}
