package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.Condition.Result.ERROR;
import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.condition.Condition.Result.UNDECIDED;
import static dev.capdrop.core.condition.Condition.Result.UNTESTED;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The rules for one condition and for a list of them.
///
/// Source: systemd's `condition_test` and `condition_test_list`.
public final class Conditions {
    /// The newest systemd whose types are all known here.
    private static final int NEWEST_KNOWN = 260;

    private Conditions() {}

    /// Tests one condition; UNDECIDED for a type whose facts capdrop does not have.
    public static Condition.Result test(Condition condition, Machine machine) {
        ConditionType type = ConditionType.named(condition.type());
        Condition.Result raw = type == null ? UNDECIDED : type.test(machine, condition.parameter());
        return condition.negate() ? raw.negated() : raw;
    }

    /// Tests a `ConditionCapability=` against a bounding set; UNDECIDED for any other type.
    public static Condition.Result test(Condition condition, CapabilitySet bounding) {
        if (!condition.type().equals("Capability")) {
            return UNDECIDED;
        }
        Condition.Result raw = IdentityFacts.capability(bounding, condition.parameter());
        return condition.negate() ? raw.negated() : raw;
    }

    /// Whether a systemd of this version tests such lines. An older one leaves out what it does not
    /// know, with a warning.
    ///
    /// @param version the first number of systemd's version; 0 when unknown
    /// @return null when capdrop does not know the type and systemd is newer than it
    public static @Nullable Boolean isTested(String type, int version) {
        ConditionType known = ConditionType.named(type);
        if (known != null) {
            return version == 0 || version >= known.since();
        }
        return (version > 0 && version <= NEWEST_KNOWN) ? Boolean.FALSE : null;
    }

    /// Whether the next boot of the container may find another result, from files on its disk. What
    /// the kernel and the runtime give it stays.
    public static boolean turnsByRestart(Condition condition) {
        ConditionType type = ConditionType.named(condition.type());
        String path = condition.parameter() + "/";
        boolean given = path.startsWith("/proc/") || path.startsWith("/sys/");
        boolean firstBoot =
                type == ConditionType.FIRST_BOOT
                        || (type == ConditionType.PATH_IS_MOUNT_POINT
                                && condition.parameter().equals(PathFacts.MACHINE_ID));
        return firstBoot || (type != null && type.asksFiles() && !given);
    }

    /// Returns the evidence that would settle an UNDECIDED condition.
    public static String settledBy(Condition condition) {
        ConditionType type = ConditionType.named(condition.type());
        return type == null
                ? "a newer capdrop, which knows Condition" + condition.type() + "="
                : type.settledBy(condition.parameter());
    }

    /// Returns the capability that this condition names; null when there is none.
    public static @Nullable Capability capability(Condition condition) {
        return condition.type().equals("Capability")
                ? capabilityNamed(condition.parameter())
                : null;
    }

    public static CapabilitySet asked(List<Condition.Tested> rows) {
        return rows.stream()
                .map(Condition.Tested::condition)
                .filter(condition -> !condition.negate())
                .map(Conditions::capability)
                .filter(Objects::nonNull)
                .collect(CapabilitySet.toCapabilitySet());
    }

    /// Returns the capability that the right side of a `ConditionCapability=`, prefixes taken off,
    /// names; null where systemd reports an error: a name with `CAP_` in any case, or an integer 0
    /// to 62 in C's notation (systemd's `capability_from_name`).
    public static @Nullable Capability capabilityNamed(String parameter) {
        if (parameter.regionMatches(true, 0, "CAP_", 0, 4)) {
            return Capability.named(parameter);
        }
        Long number = Numbers.unsigned(parameter);
        return number != null && number < Capability.MAX_NUMBER
                ? new Capability(number.intValue())
                : null;
    }

    /// Returns the three-valued result of a list: every non-trigger must hold, and of the triggers
    /// one. An empty list holds. An untested row whose result matters leaves the list undecided.
    ///
    /// The order does not matter here: systemd stops at the first non-trigger that does not hold,
    /// which can only shorten the walk.
    ///
    /// @return SUCCEEDED, FAILED or UNDECIDED
    public static Condition.Result list(List<Condition.Tested> rows) {
        boolean open = false;
        boolean triggers = false;
        boolean triggered = false;
        boolean triggerUndecided = false;
        for (Condition.Tested row : rows) {
            boolean unknown = row.result() == UNDECIDED || row.result() == UNTESTED;
            if (row.condition().trigger()) {
                triggers = true;
                triggered |= row.result() == SUCCEEDED;
                triggerUndecided |= unknown;
            } else if (unknown) {
                open = true;
            } else if (row.result() != SUCCEEDED) {
                return FAILED;
            }
        }
        if (triggers && !triggered && !triggerUndecided) {
            return FAILED;
        }
        return open || (triggers && !triggered) ? UNDECIDED : SUCCEEDED;
    }

    /// Returns the rows that keep a list from holding: its first non-trigger that does not, at
    /// which systemd stops, or else all its triggers. Empty where the list holds or is undecided.
    public static List<Condition.Tested> refusing(List<Condition.Tested> rows) {
        if (list(rows) != FAILED) {
            return List.of();
        }
        for (Condition.Tested row : rows) {
            boolean refuses = row.result() == FAILED || row.result() == ERROR;
            if (!row.condition().trigger() && refuses) {
                return List.of(row);
            }
        }
        return rows.stream().filter(row -> row.condition().trigger()).toList();
    }

    /// Derives the rows' results from the list's: on `systemctl daemon-reload` systemd forgets the
    /// former and keeps the latter (`ConditionResult`).
    ///
    /// In a list that held, all non-triggers held. In a failed list of triggers only, none held.
    /// Any other failure is put down to the rows that fail now; else to the only row, or to those
    /// that only systemd can test.
    ///
    /// @param rows the rows as systemd tells them; returned as they are where it tested any
    public static List<Condition.Tested> recall(
            List<Condition.Tested> rows, boolean held, Machine machine) {
        if (rows.stream().anyMatch(row -> row.result() != UNTESTED)) {
            return rows;
        }
        return held ? recallHeld(rows, machine) : recallFailed(rows, machine);
    }

    private static List<Condition.Tested> recallHeld(List<Condition.Tested> rows, Machine machine) {
        long triggers = rows.stream().filter(row -> row.condition().trigger()).count();
        return rows.stream()
                .map(row ->
                        !row.condition().trigger() || triggers == 1
                                ? new Condition.Tested(row.condition(), SUCCEEDED)
                                : capability(row.condition()) == null ? row : tested(row, machine))
                .toList();
    }

    private static List<Condition.Tested> recallFailed(
            List<Condition.Tested> rows, Machine machine) {
        if (rows.stream().allMatch(row -> row.condition().trigger())) {
            return rows.stream().map(row -> new Condition.Tested(row.condition(), FAILED)).toList();
        }
        List<Condition.Tested> now = new ArrayList<>();
        int holding = 0;
        int fixed = 0;
        for (Condition.Tested row : rows) {
            Condition.Tested tested = tested(row, machine);
            boolean changes = capability(row.condition()) == null;
            fixed += changes ? 0 : 1;
            holding += changes && tested.result() == SUCCEEDED ? 1 : 0;
            now.add(tested);
        }
        boolean blameUntestable = holding == 0 || rows.size() - fixed == 1;
        if (list(now) == FAILED || !blameUntestable) {
            return now.stream().map(row -> onlyFailures(row)).toList();
        }
        return now.stream().map(row -> blamed(row)).toList();
    }

    private static Condition.Tested tested(Condition.Tested row, Machine machine) {
        return new Condition.Tested(row.condition(), test(row.condition(), machine));
    }

    private static Condition.Tested onlyFailures(Condition.Tested row) {
        boolean told = row.result() == FAILED || capability(row.condition()) != null;
        return told ? row : new Condition.Tested(row.condition(), UNTESTED);
    }

    private static Condition.Tested blamed(Condition.Tested row) {
        return capability(row.condition()) == null
                ? new Condition.Tested(row.condition(), FAILED)
                : row;
    }

    /// The lists of capabilities in systemd's files.
    ///
    /// Source: src/core/load-fragment.c, `config_parse_capability_set`;
    /// src/shared/capability-util.c.
    public static final class CapabilityLists {
        public static final CapabilitySet ALL = CapabilitySet.upTo(Capability.MAX_NUMBER);

        private CapabilityLists() {}

        /// Merges such lines as systemd does: the first one replaces the initial set, further ones
        /// add, and those behind a `~` take away.
        ///
        /// @param values the right sides, in order
        /// @param initial the set before the first line
        public static CapabilitySet merged(List<String> values, CapabilitySet initial) {
            CapabilitySet set = initial;
            for (String value : values) {
                boolean inverted = value.startsWith("~");
                CapabilitySet named = named(value);
                if (named.isEmpty() || set.equals(initial)) {
                    set = inverted ? ALL.minus(named) : named;
                } else {
                    set = inverted ? set.minus(named) : set.union(named);
                }
            }
            return set;
        }

        /// Returns the capabilities that one line names, without words that systemd does not know.
        public static CapabilitySet named(String value) {
            return Words.split(value.startsWith("~") ? value.substring(1) : value).stream()
                    .map(Conditions::capabilityNamed)
                    .filter(Objects::nonNull)
                    .collect(CapabilitySet.toCapabilitySet());
        }
    }
}
