package dev.capdrop.cli.check;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.NextStartText;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import module java.base;

/// The causes, facts and forecasts apart.
///
/// @param inert the capabilities that units were started for in vain
/// @param others the other units by cause; those that only went down with another one are left out
record Causes(
        String problem,
        CapabilitySet inert,
        Map<String, Integer> vain,
        Map<String, Integer> others,
        List<String> next,
        boolean forecast) {
    static final String NOT_LOADED = "its configuration does not load";

    private static final int MOST = 2;
    private static final String NEXT = "at the next start: ";

    static Causes of(Checked checked) {
        CapabilitySet inert = CapabilitySet.EMPTY;
        Map<String, Integer> vain = new LinkedHashMap<>();
        Map<String, Integer> others = new LinkedHashMap<>();
        for (Finding finding : CheckTotals.first(checked.diagnosis())) {
            CapabilitySet started = finding.cause().inert();
            inert = inert.union(started);
            (started.isEmpty() ? others : vain)
                    .merge(CauseText.words(finding.cause()).words(), 1, Integer::sum);
        }
        String unread = checked.snapshot() == null ? checked.problem() : "";
        return new Causes(
                checked.wouldNotStart() ? NOT_LOADED : unread,
                inert,
                vain,
                others,
                NextStartText.words(checked.nextStart()),
                checked.isForecast());
    }

    /// Returns what containers have in common of which the same is to be said.
    Object key() {
        return List.of(problem, inert, Set.copyOf(others.keySet()), next, forecast);
    }

    /// Returns the same without telling several others apart.
    Causes coarse() {
        if (others.size() < 2) {
            return this;
        }
        int sum = others.values().stream().mapToInt(Integer::intValue).sum();
        return new Causes(problem, inert, vain, Map.of("several causes", sum), next, forecast);
    }

    Causes with(Causes more) {
        return new Causes(
                problem, inert, sum(vain, more.vain), sum(others, more.others), next, forecast);
    }

    private static Map<String, Integer> sum(Map<String, Integer> one, Map<String, Integer> other) {
        Map<String, Integer> sum = new LinkedHashMap<>(one);
        other.forEach((words, number) -> sum.merge(words, number, Integer::sum));
        return sum;
    }

    Map<String, Integer> units() {
        return sum(vain, others);
    }

    private static String counted(Map.Entry<String, Integer> cause) {
        int number = cause.getValue();
        return number == 1 ? cause.getKey() : number + " units: " + cause.getKey();
    }

    String text() {
        if (!problem.isEmpty()) {
            return problem;
        }
        List<String> now = new ArrayList<>();
        if (!inert.isEmpty()) {
            now.add(CauseText.words(new Cause.InertCapability(inert, false, false)).words());
        }
        others.entrySet().stream().limit(MOST).map(Causes::counted).forEach(now::add);
        if (others.size() > MOST) {
            now.add("and " + (others.size() - MOST) + " more causes");
        }
        if (forecast) {
            now.addAll(next);
        } else if (!next.isEmpty()) {
            now.add(NEXT + String.join("; ", next));
        }
        String all = String.join("; ", now);
        return forecast && !all.isEmpty() ? NEXT + all : all;
    }
}
