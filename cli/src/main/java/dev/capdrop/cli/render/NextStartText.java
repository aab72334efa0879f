package dev.capdrop.cli.render;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities.CapabilityLine;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import java.util.ArrayList;
import java.util.List;

/// Puts the next start into words, the same in every command.
final class NextStartText {
    private NextStartText() {}

    /// Returns what somebody should look at before it comes; empty where there is nothing.
    static String sentence(StartReview next) {
        List<String> parts = new ArrayList<>();
        if (next.inVain().stream().anyMatch(StartReview.VainStart::again)) {
            parts.add(
                    "%s: %s at the next start"
                            .formatted(
                                    noLongerDrops(next.blamed()),
                                    next.fails() ? "degraded again" : "may be degraded again"));
        }
        if (!next.losses().isEmpty()) {
            boolean certain = next.losses().stream().anyMatch(StartReview.Loss::certain);
            parts.add(
                    "its configuration drops %s, which its PID 1 still holds: the next start %s what works now"
                            .formatted(next.leaves(), certain ? "loses" : "may lose"));
        }
        if (!next.confinement().isEmpty()) {
            parts.add(sentence(next.confinement()));
        }
        return String.join("; ", parts);
    }

    private static String sentence(StartReview.Confinement confinement) {
        List<String> parts = new ArrayList<>();
        if (!confinement.fail().isEmpty()) {
            parts.add(units(confinement.fail()) + " will fail");
        }
        if (!confinement.units().isEmpty()) {
            parts.add(units(confinement.units()) + " may fail");
        }
        return "AppArmor confines it without nesting, so that %s (226/NAMESPACE, 243/CREDENTIALS, mounts with 32), whatever is dropped; '%s' in its configuration allows it"
                .formatted(String.join(" and ", parts), confinement.remedy());
    }

    private static String units(List<String> names) {
        return names.size() + (names.size() == 1 ? " unit" : " units");
    }

    static String noLongerDrops(CapabilitySet set) {
        return "its configuration no longer drops " + set;
    }

    /// Writes the effect on each unit, and the lines of the configuration that take what is lost.
    static void write(Terminal terminal, Checked checked) {
        StartReview next = checked.nextStart();
        for (StartReview.VainStart start : next.inVain()) {
            terminal.paragraph(2, Text.foreign(start.unit()));
            terminal.paragraph(6, Text.foreign(sentence(start)));
        }
        next.losses().forEach(loss -> terminal.paragraph(2, 6, Text.foreign(loss.why())));
        if (!next.confinement().isEmpty()) {
            List<String> units = new ArrayList<>(next.confinement().fail());
            units.addAll(next.confinement().units());
            terminal.paragraph(2, 4, Text.foreign(sentence(next)));
            terminal.paragraph(6, Text.join(" ", units));
        }
        if (next.losses().isEmpty() || checked.configured() == null) {
            return;
        }
        for (CapabilityLine line : checked.configured().lines()) {
            if (!line.set().intersect(next.leaves()).isEmpty()) {
                String place = line.place() + ": " + line.text().strip();
                terminal.line("      %s", Text.foreign(place).faint());
            }
        }
    }

    /// Returns the effect on one unit, to follow its name.
    static String sentence(StartReview.VainStart start) {
        return (start.again()
                        ? "is skipped now and will be started again, because "
                        : "will be started, because ")
                + CauseText.upperNames(start.capabilities())
                + " will be in the bounding set: "
                + switch (start.evidence()) {
                    case KERNEL -> "the kernel refuses what it is for";
                    case JOURNAL -> "it had failed so before capdrop's change";
                    case NONE ->
                            "no process in a user namespace can use it; whether the unit fails, no file tells";
                };
    }

    /// Whether the configuration alone is to be changed: PID 1 is without the drop already.
    static boolean withoutRestart(StartReview next, Plan plan) {
        return !plan.drop().isEmpty() && !plan.heals() && next.returns().containsAll(plan.drop());
    }
}
