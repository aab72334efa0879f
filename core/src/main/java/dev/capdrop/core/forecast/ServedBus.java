package dev.capdrop.core.forecast;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Whoever serves the system bus, and which of them fails or may fail by now: every service that
/// has a name on the bus asks that.
final class ServedBus {
    private final Predicate<String> isShaky;
    private final Map<String, Integer> order = new HashMap<>();
    private final TreeMap<Integer, String> shaky = new TreeMap<>();

    /// @param serving by name, in the order in which they are asked
    ServedBus(List<String> serving, Predicate<String> isShaky) {
        this.isShaky = isShaky;
        for (String name : serving) {
            order.putIfAbsent(name, order.size());
            update(name);
        }
    }

    /// The first that fails or may fail; null when none does.
    @Nullable String shaky() {
        return shaky.isEmpty() ? null : shaky.firstEntry().getValue();
    }

    /// Takes note of another outcome of this unit.
    ///
    /// @return whether the bus has become shaky by it, or is no longer so
    boolean update(String name) {
        Integer position = order.get(name);
        if (position == null) {
            return false;
        }
        boolean before = shaky.isEmpty();
        if (isShaky.test(name)) {
            shaky.put(position, name);
        } else {
            shaky.remove(position);
        }
        return shaky.isEmpty() != before;
    }
}
