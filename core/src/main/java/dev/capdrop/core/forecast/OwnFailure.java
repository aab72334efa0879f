package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitName.UnitType;

/// Services that failed by what their own program did, for a reason that no unit file tells and
/// that need not be there at the next boot: another one took the port first, what it waited for
/// came late.
///
/// One of systemd's own is among them: 237 for want of room for a keyring, of which all containers
/// with one id map share 200 (keyrings(7), `/proc/sys/kernel/keys/maxkeys`). While the unit held
/// all that it may there is no other cause, and the next boot may find room.
///
/// Source: systemd.service(5), "SERVICE_RESULT"; systemd.exec(5), "Process Exit Codes": systemd
/// itself fails with what lies from 200 to 245.
public final class OwnFailure {
    private static final int FIRST_OF_SYSTEMD = 200;
    private static final int LAST_OF_SYSTEMD = 245;
    private static final int KEYRING = 237;
    private static final CapabilitySet OF_KEYRING = CapabilitySet.of("setuid", "setgid");

    private OwnFailure() {}

    /// Whether the unit, which has failed, may end otherwise at the next boot although less is
    /// allowed to it.
    public static boolean is(UnitState unit, Observed seen) {
        UnitDetail.Exit exit = unit.detail().exit();
        return exit != null
                && unit.type() == UnitType.SERVICE
                && (exit.status() < FIRST_OF_SYSTEMD
                        || exit.status() > LAST_OF_SYSTEMD
                        || (exit.status() == KEYRING
                                && seen.init().bounding().containsAll(OF_KEYRING)))
                && Diagnosis.inertConditions(unit, seen).isEmpty();
    }
}
