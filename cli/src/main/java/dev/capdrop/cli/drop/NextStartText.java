package dev.capdrop.cli.drop;

import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import module java.base;

/// Puts the next start into words, the same in every command.
public final class NextStartText {
    private NextStartText() {}

    /// Returns what somebody should look at before it comes; empty where there is nothing.
    public static String sentence(StartReview next) {
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

    /// Returns the same in a few words each, for a table that says that they are of the next start.
    public static List<String> words(StartReview next) {
        List<String> words = new ArrayList<>();
        if (!next.inVain().isEmpty()) {
            boolean again = next.inVain().stream().anyMatch(StartReview.VainStart::again);
            words.add(
                    (next.fails() ? "starts" : "may fail")
                            + (again ? " again" : "")
                            + " for inert "
                            + next.blamed());
        }
        if (!next.confinement().isEmpty()) {
            words.add(
                    (next.confinement().fail().isEmpty() ? "perhaps " : "")
                            + "AppArmor without nesting");
        }
        if (!next.losses().isEmpty()) {
            boolean certain = next.losses().stream().anyMatch(StartReview.Loss::certain);
            words.add((certain ? "loses" : "may lose") + " what works by " + next.leaves());
        }
        return words;
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

    public static String noLongerDrops(CapabilitySet set) {
        return "its configuration no longer drops " + set;
    }

    /// Returns the effect on one unit, to follow its name.
    public static String sentence(StartReview.VainStart start) {
        return (start.again()
                        ? "is skipped now and will be started again, because "
                        : "will be started, because ")
                + upperNames(start.capabilities())
                + " will be in the bounding set: "
                + switch (start.evidence()) {
                    case KERNEL -> "the kernel refuses what it is for";
                    case JOURNAL -> "it had failed so before capdrop's change";
                    case NONE ->
                            "no process in a user namespace can use it; whether the unit fails, no file tells";
                };
    }

    /// Returns the names of capabilities as the kernel has them, with commas between.
    public static String upperNames(CapabilitySet set) {
        return set.members().stream().map(Capability::upperName).collect(Collectors.joining(", "));
    }

    /// Whether the configuration alone is to be changed: PID 1 is without the drop already.
    public static boolean withoutRestart(StartReview next, Plan plan) {
        return !plan.drop().isEmpty() && !plan.heals() && next.returns().containsAll(plan.drop());
    }

    public static Object report(StartReview next) {
        return members()
                .with("text", sentence(next))
                .with("returns", next.returns().names())
                .with("leaves", next.leaves().names())
                .list(
                        "inVain",
                        next.inVain(),
                        start ->
                                members()
                                        .with("unit", start.unit())
                                        .with("capabilities", start.capabilities().names())
                                        .with("again", start.again())
                                        .with("evidence", start.evidence().word())
                                        .with("text", sentence(start)))
                .with(
                        "confinement",
                        members()
                                .with("fail", next.confinement().fail())
                                .with("units", next.confinement().units())
                                .with("remedy", next.confinement().remedy()))
                .list(
                        "losses",
                        next.losses(),
                        loss ->
                                members()
                                        .with("unit", loss.unit())
                                        .with("certain", loss.certain())
                                        .with("text", loss.why()));
    }
}
