package dev.capdrop.core.forecast;

import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import module java.base;

/// Units of the boot that are ordered after each other in a circle. systemd takes one of them out
/// of the boot, but none that the default target requires; which one, hangs on the random order of
/// its hash tables (src/core/transaction.c, `transaction_verify_order_one`).
///
/// The circles are the strongly connected parts of the graph (Tarjan, 1972), found without
/// recursion: a container may have thousands of units in a chain.
final class OrderingCycles {
    private final Map<String, List<String>> after = new HashMap<>();
    private final Map<String, Integer> index = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final Set<String> onPath = new HashSet<>();
    private final Set<String> inCircles = new HashSet<>();

    private OrderingCycles() {}

    static Set<String> of(Systemd systemd, BootSet bootSet) {
        OrderingCycles cycles = new OrderingCycles();
        for (UnitState unit : systemd.units()) {
            if (unit.detail().isRead() && bootSet.pullsIn(unit)) {
                cycles.after.put(unit.name(), unit.detail().dependencies().of(Dependency.AFTER));
            }
        }
        for (String name : cycles.after.keySet()) {
            if (!cycles.index.containsKey(name)) {
                cycles.visit(name);
            }
        }
        cycles.inCircles.removeAll(
                systemd.reached(
                        List.of(systemd.manager().defaultTarget()),
                        List.of(Dependency.REQUIRES, Dependency.BINDS_TO)));
        return cycles.inCircles;
    }

    private static final class Step {
        private final String name;
        private final List<String> next;
        private int done;

        Step(String name, List<String> next) {
            this.name = name;
            this.next = next;
        }
    }

    private void visit(String start) {
        Deque<Step> steps = new ArrayDeque<>();
        steps.push(enter(start));
        while (!steps.isEmpty()) {
            Step step = steps.peek();
            if (step.done == step.next.size()) {
                steps.pop();
                leave(step.name);
                if (!steps.isEmpty()) {
                    lower(steps.peek().name, lowestOf(step.name));
                }
                continue;
            }
            String other = step.next.get(step.done++);
            if (!index.containsKey(other)) {
                steps.push(enter(other));
            } else if (onPath.contains(other)) {
                lower(step.name, indexOf(other));
            }
        }
    }

    private Step enter(String name) {
        index.put(name, index.size());
        lowest.put(name, indexOf(name));
        path.push(name);
        onPath.add(name);
        List<String> known = new ArrayList<>(after.getOrDefault(name, List.of()));
        known.removeIf(other -> !after.containsKey(other));
        return new Step(name, known);
    }

    private void leave(String name) {
        if (lowestOf(name) != indexOf(name)) {
            return;
        }
        boolean alone = name.equals(path.peek());
        String last;
        do {
            last = path.pop();
            onPath.remove(last);
            if (!alone) {
                inCircles.add(last);
            }
        } while (!last.equals(name));
    }

    private void lower(String name, int value) {
        lowest.merge(name, value, Math::min);
    }

    private int indexOf(String name) {
        return index.getOrDefault(name, 0);
    }

    private int lowestOf(String name) {
        return lowest.getOrDefault(name, 0);
    }
}
