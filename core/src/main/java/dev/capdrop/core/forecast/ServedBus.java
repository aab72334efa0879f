package dev.capdrop.core.forecast;

import module java.base;

import org.jspecify.annotations.Nullable;

/// Whoever serves the system bus, and which of them fails or may fail by now: every service that
/// has a name on the bus asks that.
final class ServedBus {
    private final Predicate<String> mayFail;
    private final Map<String, Integer> order = new HashMap<>();
    private final TreeMap<Integer, String> failing = new TreeMap<>();

    ServedBus(List<String> serving, Predicate<String> mayFail) {
        this.mayFail = mayFail;
        for (String name : serving) {
            order.putIfAbsent(name, order.size());
            update(name);
        }
    }

    @Nullable String mayFail() {
        return failing.isEmpty() ? null : failing.firstEntry().getValue();
    }

    boolean update(String name) {
        Integer position = order.get(name);
        if (position == null) {
            return false;
        }
        boolean before = failing.isEmpty();
        if (mayFail.test(name)) {
            failing.put(position, name);
        } else {
            failing.remove(position);
        }
        return failing.isEmpty() != before;
    }
}
