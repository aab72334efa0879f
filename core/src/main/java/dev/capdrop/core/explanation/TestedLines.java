package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.ConditionLine;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the line of the unit's files that each row stands on.
final class TestedLines {
    private final Observed seen;
    private final Map<Key, Deque<Setting>> written = new HashMap<>();
    private final Map<Key, Deque<Setting>> withSpecifier = new HashMap<>();
    private final Set<Setting> used = Collections.newSetFromMap(new IdentityHashMap<>());

    TestedLines(Observed seen, UnitDetail detail) {
        this.seen = seen;
        detail.settings().forEach(this::add);
    }

    private record Key(String key, boolean trigger, boolean negate, String parameter) {
        static Key of(Setting setting, ConditionLine line, String parameter) {
            return new Key(setting.key(), line.trigger(), line.negate(), parameter);
        }

        static Key of(String prefix, Condition condition, String parameter) {
            return new Key(
                    prefix + condition.type(), condition.trigger(), condition.negate(), parameter);
        }
    }

    private void add(Setting setting) {
        ConditionLine line = ConditionLine.of(setting);
        put(written, Key.of(setting, line, line.text()), setting);
        if (setting.value().contains("%")) {
            put(withSpecifier, Key.of(setting, line, ""), setting);
        }
    }

    private static void put(Map<Key, Deque<Setting>> lines, Key key, Setting setting) {
        lines.computeIfAbsent(key, _ -> new ArrayDeque<>()).add(setting);
    }

    List<UnitExplanation.TestedLine> of(
            String prefix, List<Condition.Tested> rows, List<Condition.Tested> deciding) {
        List<UnitExplanation.TestedLine> lines = new ArrayList<>();
        Set<Condition.Tested> decided = new HashSet<>(deciding);
        for (Condition.Tested row : rows) {
            lines.add(
                    new UnitExplanation.TestedLine(
                            row,
                            decided.contains(row),
                            take(prefix, row.condition()),
                            standing(row.condition())));
        }
        return lines;
    }

    private @Nullable Setting take(String prefix, Condition condition) {
        Setting same = next(written, Key.of(prefix, condition, condition.parameter()));
        // the file has a specifier where systemd's answer has its value
        return same != null ? same : next(withSpecifier, Key.of(prefix, condition, ""));
    }

    private @Nullable Setting next(Map<Key, Deque<Setting>> lines, Key key) {
        Deque<Setting> left = lines.get(key);
        if (left == null) {
            return null;
        }
        Setting line = left.poll();
        while (line != null && !used.add(line)) {
            line = left.poll();
        }
        return line;
    }

    private UnitExplanation.TestedLine.@Nullable Standing standing(Condition condition) {
        Capability capability = Conditions.capability(condition);
        return capability == null
                ? null
                : new UnitExplanation.TestedLine.Standing(
                        capability,
                        seen.init().bounding().contains(capability),
                        seen.snapshot().honours(capability),
                        seen.snapshot().isInert(capability));
    }
}
