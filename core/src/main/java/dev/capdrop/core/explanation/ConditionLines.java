package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.execution.Worth;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.unit.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the line of the unit's files that each row stands on.
final class ConditionLines {
    private final Snapshot snapshot;
    private final Init init;
    private final List<Setting> unused = new ArrayList<>();

    ConditionLines(Snapshot snapshot, Init init, @Nullable UnitDetail detail) {
        this.snapshot = snapshot;
        this.init = init;
        if (detail != null) {
            unused.addAll(detail.settings());
        }
    }

    /// @param prefix `Condition` or `Assert`
    /// @param deciding the rows that decided
    List<ConditionLine> of(
            String prefix, List<TestedCondition> rows, List<TestedCondition> deciding) {
        List<ConditionLine> lines = new ArrayList<>();
        for (TestedCondition row : rows) {
            lines.add(
                    new ConditionLine(
                            row,
                            deciding.contains(row),
                            take(prefix, row.condition()),
                            standing(row.condition())));
        }
        return lines;
    }

    private @Nullable Setting take(String prefix, Condition condition) {
        String key = prefix + condition.type();
        Setting only = null;
        for (Setting setting : unused) {
            if (setting.key().equals(key) && sameFlags(setting.value(), condition)) {
                if (parameter(setting.value()).equals(condition.parameter())) {
                    unused.remove(setting);
                    return setting;
                }
                // a specifier stands in the file, and what it stands for in systemd's answer
                only = only == null && setting.value().contains("%") ? setting : only;
            }
        }
        unused.remove(only);
        return only;
    }

    private static boolean sameFlags(String value, Condition condition) {
        String flags = value.substring(0, value.length() - parameter(value).length());
        return flags.contains("|") == condition.trigger()
                && flags.contains("!") == condition.negate();
    }

    private static String parameter(String value) {
        return value.replaceFirst("^\\s*\\|?\\s*!?\\s*", "");
    }

    private ConditionLine.@Nullable Standing standing(Condition condition) {
        Capability capability = Conditions.capability(condition);
        return capability == null
                ? null
                : new ConditionLine.Standing(
                        capability,
                        init.bounding().contains(capability),
                        !Worth.honoured(CapabilitySet.EMPTY.with(capability), snapshot).isEmpty(),
                        Worth.isInert(capability, snapshot));
    }
}
