package dev.capdrop.core.verification;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides whether a change can have made a unit other than forecast.
///
/// @param drop empty when nothing was dropped
/// @param acquitted the units that have worked with the drop in force
record Blame(CapabilitySet drop, boolean nesting, Systemd before, Set<String> acquitted) {
    /// The exit status of that name (systemd.exec(5), "Process Exit Codes").
    private static final int KEYRING = 237;

    private static final Capability SETUID = Capability.of("setuid");

    private static final String ACQUITTED =
            "failed in this boot, and not by what was dropped: it works since it was started again";

    /// Whether the change can be the cause: not when nothing was changed, another kind of condition
    /// failed, the unit's files were changed before the restart, it has worked since, or the kernel
    /// removed its keyring just then; `unit` is null when systemd no longer knows it.
    boolean canFallOnDrop(String name, @Nullable UnitState unit) {
        UnitState old = before.unit(name);
        boolean edited = old != null && old.detail().files().needDaemonReload();
        boolean changed = nesting || !drop.isEmpty();
        if (!changed || edited || acquitted.contains(name) || missedItsKeyring(unit)) {
            return false;
        }
        return nesting
                || unit == null
                || Outcome.of(unit) != Outcome.SKIPPED
                || unit.conditions().stream()
                        .anyMatch(row ->
                                row.result() == Condition.Result.FAILED
                                        && row.condition().type().equals("Capability"));
    }

    /// Returns a sentence fragment about the unit; `otherwise` where it was not acquitted.
    String why(String name, String otherwise) {
        return acquitted.contains(name) ? ACQUITTED : otherwise;
    }

    /// Whether the start failed of ENOKEY: the kernel removes a root user's keyring, which
    /// containers of one uid map share, after the user's last process; of all capabilities only
    /// setuid matters to that step (systemd's `setup_keyring`).
    private boolean missedItsKeyring(@Nullable UnitState unit) {
        UnitDetail.Exit exit = unit == null ? null : unit.detail().exit();
        return exit != null
                && exit.status() == KEYRING
                && exit.code() == UnitDetail.Exit.EXITED
                && !drop.contains(SETUID);
    }
}
