package dev.capdrop.core.boot;

import dev.capdrop.core.snapshot.ActiveState;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.SettingTrait;
import dev.capdrop.core.unit.UnitName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The mounts that hold the credentials of services, there as long as the service is active.
///
/// In systemd 252 each service that asks for credentials has one, whether it gets any or not; in
/// 257 a service that gets none has none, and the unit files do not tell which gets any.
///
/// Source: systemd.exec(5), "LoadCredential="; the mounts of Debian 12 and 13 after a boot.
final class CredentialMounts {
    private static final int LAST_WITH_EMPTY_ONES = 253;

    private CredentialMounts() {}

    static List<UnitState> of(
            Collection<LoadedUnit> units, Map<String, Outcome> outcomes, int systemdVersion) {
        List<UnitState> mounts = new ArrayList<>();
        for (LoadedUnit unit :
                systemdVersion > LAST_WITH_EMPTY_ONES ? List.<LoadedUnit>of() : units) {
            Outcome outcome = outcomes.getOrDefault(unit.name(), Outcome.NOT_STARTED);
            if (asks(unit) && stays(unit, outcome)) {
                String mount = UnitName.escapePath("/run/credentials/" + unit.name()) + ".mount";
                mounts.add(GivenMounts.mounted(mount, ActiveState.after(outcome).word()));
            }
        }
        return mounts;
    }

    private static boolean asks(LoadedUnit unit) {
        return unit.settings().stream()
                .anyMatch(
                        s -> s.section().equals("Service") && SettingTrait.CREDENTIAL.has(s.key()));
    }

    private static boolean stays(LoadedUnit unit, Outcome outcome) {
        return outcome == Outcome.ACTIVE
                || outcome == Outcome.UNDECIDED
                || (outcome == Outcome.STARTED && !OwnProgram.ends(unit));
    }
}
