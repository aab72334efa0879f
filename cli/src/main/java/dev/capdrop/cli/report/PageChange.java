package dev.capdrop.cli.report;

import dev.capdrop.capability.CapabilitySet;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A change of a container since the last report; `good`, `bad`, or `quiet` for neither.
record PageChange(String target, String kind, String text) {
    static List<PageChange> between(List<Brief> before, List<Brief> now) {
        List<PageChange> changes = new ArrayList<>();
        Set<Brief> left = new LinkedHashSet<>(before);
        for (Brief brief : now) {
            Brief old = match(left, brief, now);
            if (old == null) {
                changes.add(new PageChange(brief.target(), "quiet", "is new"));
            } else {
                left.remove(old);
                compare(changes, old, brief);
            }
        }
        left.forEach(brief -> changes.add(new PageChange(brief.target(), "quiet", "is gone")));
        return changes;
    }

    /// Finds the old container by its target if that is unique, else by its recording, too.
    private static @Nullable Brief match(Set<Brief> left, Brief brief, List<Brief> now) {
        List<Brief> same =
                left.stream().filter(old -> old.target().equals(brief.target())).toList();
        boolean only = now.stream().filter(o -> o.target().equals(brief.target())).count() == 1;
        if (same.size() == 1 && only) {
            return same.getFirst();
        }
        return same.stream()
                .filter(old -> old.file().equals(brief.file()))
                .findFirst()
                .orElse(null);
    }

    private static void compare(List<PageChange> changes, Brief old, Brief now) {
        String target = now.target();
        if (!old.state().equals(now.state()) && !old.state().isEmpty()) {
            String kind =
                    switch (now.state()) {
                        case "running" -> "good";
                        case "degraded", "not read", "maintenance" -> "bad";
                        default -> "quiet";
                    };
            changes.add(new PageChange(target, kind, "was " + old.state() + ", is " + now.state()));
        }
        for (String finding : minus(now.findings(), old.findings())) {
            changes.add(new PageChange(target, "bad", "has a new finding: " + finding));
        }
        for (String finding : minus(old.findings(), now.findings())) {
            changes.add(new PageChange(target, "good", "has no longer: " + finding));
        }
        CapabilitySet held = set(old);
        CapabilitySet holds = set(now);
        if (held != null && holds != null) {
            add(changes, target, "quiet", "now holds ", holds.minus(held));
            add(changes, target, "good", "no longer holds ", held.minus(holds));
        }
    }

    private static void add(
            List<PageChange> changes, String target, String kind, String words, CapabilitySet set) {
        if (!set.isEmpty()) {
            changes.add(new PageChange(target, kind, words + set));
        }
    }

    private static Set<String> minus(Set<String> all, Set<String> without) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(without);
        return rest;
    }

    private static @Nullable CapabilitySet set(Brief brief) {
        return brief.bounding().matches("[0-9a-f]{16}")
                ? CapabilitySet.parseHex(brief.bounding())
                : null;
    }
}
