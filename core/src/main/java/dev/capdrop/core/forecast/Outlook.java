package dev.capdrop.core.forecast;

import static dev.capdrop.core.condition.Condition.Result.UNDECIDED;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.snapshot.UnitState.ActiveState;
import module java.base;

/// The conditions of a unit as the next boot will find them: the rows that a bounding set or a
/// restart turns are tested again, the rest keep systemd's own result.
///
/// @param bounding PID 1's bounding set at that boot
/// @param nextBoot what a restart alone turns
/// @param netIsReadOnly whether that boot finds /proc/sys/net read-only because of the bounding set
public record Outlook(
        CapabilitySet bounding, Map<Condition, Condition.Result> nextBoot, boolean netIsReadOnly) {
    List<Condition.Tested> rows(List<Condition.Tested> observed) {
        List<Condition.Tested> turned = null;
        for (int i = 0; i < observed.size(); i++) {
            Condition.Tested row = observed.get(i);
            Condition.Result result = result(row);
            if (result != row.result()) {
                turned = turned == null ? new ArrayList<>(observed) : turned;
                turned.set(i, new Condition.Tested(row.condition(), result));
            }
        }
        return turned == null ? observed : turned;
    }

    public Condition.Result list(List<Condition.Tested> observed) {
        return observed.isEmpty() ? Condition.Result.SUCCEEDED : Conditions.list(rows(observed));
    }

    String refusal(List<Condition.Tested> observed) {
        List<String> triggers = new ArrayList<>();
        for (Condition.Tested row : rows(observed)) {
            if (row.condition().trigger()) {
                triggers.add(row.condition().format());
            } else if (!row.result().holds() && row.result() != Condition.Result.UNTESTED) {
                return row.condition().format() + " does not hold";
            }
        }
        return triggers.size() == 1
                ? triggers.getFirst() + " does not hold"
                : "none of " + String.join(", ", triggers) + " holds";
    }

    String undecided(List<Condition.Tested> observed) {
        return ofUndecided(observed, Condition::format, ", ");
    }

    String undecidedAssertions(List<Condition.Tested> observed) {
        return ofUndecided(observed, Condition::formatAssertion, ", ");
    }

    String settledBy(List<Condition.Tested> observed) {
        return ofUndecided(observed, Conditions::settledBy, " and ");
    }

    private String ofUndecided(
            List<Condition.Tested> observed, Function<Condition, String> text, String between) {
        return rows(observed).stream()
                .filter(row ->
                        row.result() == Condition.Result.UNTESTED || row.result() == UNDECIDED)
                .map(row -> text.apply(row.condition()))
                .distinct()
                .collect(Collectors.joining(between));
    }

    private Condition.Result result(Condition.Tested row) {
        Condition.Result byBounding = Conditions.test(row.condition(), bounding);
        if (byBounding != UNDECIDED) {
            return byBounding;
        }
        if (netIsReadOnly && RuntimeMounts.decides(row.condition())) {
            return RuntimeMounts.readOnly(row.condition());
        }
        Condition.Result byRestart = nextBoot.getOrDefault(row.condition(), UNDECIDED);
        return byRestart == UNDECIDED ? row.result() : byRestart;
    }

    /// The mounts of the runtime for a container that holds a capability, not for one without it.
    ///
    /// With `lxc.mount.auto = proc:mixed`, as LXC ships it, liblxc makes all of /proc/sys
    /// read-only, and /proc/sys/net writable again only where net_admin is kept (liblxc,
    /// src/lxc/conf.c, `lxc_mount_auto_mounts`).
    public static final class RuntimeMounts {
        private static final String NET = "/proc/sys/net";
        private static final String NET_UNIT = "proc-sys-net.mount";
        private static final String WRITABLE = "PathIsReadWrite";

        static final CapabilitySet DECIDING = CapabilitySet.of("net_admin");

        private RuntimeMounts() {}

        /// Whether this is such a mount: its unit tells what the runtime has mounted, and has no
        /// work of its own to lose.
        public static boolean isNamed(String unit) {
            return unit.equals(NET_UNIT);
        }

        static boolean isGone(UnitState unit, CapabilitySet dropped) {
            return isNamed(unit.name()) && !dropped.intersect(DECIDING).isEmpty();
        }

        /// Whether the next boot finds /proc/sys/net read-only, which this one found writable.
        public static boolean netIsReadOnly(Systemd systemd, CapabilitySet dropped) {
            UnitState unit = systemd.unit(NET_UNIT);
            return unit != null && unit.active() == ActiveState.ACTIVE && isGone(unit, dropped);
        }

        static boolean decides(Condition condition) {
            String path = condition.parameter() + "/";
            return condition.type().equals(WRITABLE) && path.startsWith(NET + "/");
        }

        static Condition.Result readOnly(Condition condition) {
            return condition.negate() ? Condition.Result.SUCCEEDED : Condition.Result.FAILED;
        }
    }
}
