package dev.capdrop.cli.drop;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.NearNames;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.OptionValues;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitName;
import module java.base;
import picocli.CommandLine.TypeConversionException;

/// The options that say what a plan is for.
public final class PlanOptions implements CommandModel.OptionGroup {
    private static final String NESTING = new Remedy.Nesting(List.of()).id();

    public Goal goal = Goal.HEALTHY;
    public CapabilitySet drop = CapabilitySet.EMPTY;
    public CapabilitySet keep = CapabilitySet.EMPTY;
    public List<String> allowSkip = List.of();

    /// Whether the remedy `nesting` was named, which takes the place of a drop.
    boolean nesting;

    /// Whether the plan is told with what the drop does not touch.
    public boolean verbose;

    @Override
    public void addTo(CommandModel model) {
        addGoals(model.of("plan options"))
                .option("--remedy", "REMEDY")
                .as(PlanOptions::remedyOf, null, word -> nesting = word != null)
                .flag("-v,--verbose", on -> verbose = on);
    }

    /// Adds the options of each plan, by the words of the section that is in use.
    public CommandModel addGoals(CommandModel model) {
        return model.option("--goal", "GOAL")
                .as(PlanOptions::goalOf, goal, chosen -> goal = chosen)
                .option("--drop", "CAP,...")
                .as(OptionValues::capabilities, drop, set -> drop = set)
                .option("--keep", "CAP,...")
                .as(OptionValues::capabilities, keep, set -> keep = set)
                .option("--allow-skip", "UNIT")
                .each(CommandModel.Several.ONE_EACH, String.class, units -> allowSkip = units);
    }

    /// Refuses options that exclude each other.
    public void require(Map<String, Boolean> otherwise, boolean live) {
        for (String several : List.of("--all", "--host")) {
            if (goal == Goal.LEAST && otherwise.getOrDefault(several, false)) {
                throw new UsageException(
                        "--goal least is for one container: it cannot be given with " + several);
            }
        }
        if (goal == Goal.NEW && !otherwise.getOrDefault("--host", false)) {
            throw new UsageException(
                    "--goal new is for containers that are made from now on: it can be given only with --host");
        }
        Map<String, Boolean> options = new TreeMap<>(otherwise);
        options.put("--live", live);
        options.put("--goal", goal != Goal.HEALTHY);
        options.put("--drop", !drop.isEmpty());
        options.put("--keep", !keep.isEmpty());
        options.put("--allow-skip", !allowSkip.isEmpty());
        options.values().removeIf(given -> !given);
        if (nesting && !options.isEmpty()) {
            throw new UsageException(
                    "--remedy nesting is for one container and drops nothing: it cannot be given with "
                            + String.join(", ", options.keySet()));
        }
    }

    Plan plan(Snapshot before, TimeLimit time) {
        return RefusedException.plan(
                nesting
                        ? Planner.nesting(before, time)
                        : Planner.plan(before, request(before), time));
    }

    public Request request() {
        return request(
                allowSkip.stream()
                        .map(word -> word.indexOf(':') < 0 ? UnitName.withType(word) : word)
                        .toList());
    }

    /// Whether the word names a container of an engine inside, as `docker:web`.
    private static boolean isOfEngine(String word, Snapshot snapshot) {
        Engines engines = snapshot.engines();
        if (engines == null || word.indexOf(':') < 0) {
            return false;
        }
        Set<String> titles = engines.titles();
        boolean ofSome = titles.stream().anyMatch(title -> title.startsWith(prefix(word)));
        if (ofSome && !titles.contains(word)) {
            throw new UsageException(
                    "--allow-skip: '%s' has no container '%s'%s"
                            .formatted(
                                    snapshot.subject().target(),
                                    word,
                                    NearNames.question(word, titles)));
        }
        return ofSome;
    }

    private static String prefix(String word) {
        return word.substring(0, word.indexOf(':') + 1);
    }

    private Request request(List<String> lost) {
        if (goal == Goal.NONE && drop.isEmpty()) {
            throw new UsageException(
                    "--goal none drops exactly what --drop names, and --drop names nothing");
        }
        CapabilitySet both = drop.intersect(keep);
        if (!both.isEmpty()) {
            throw new UsageException("'" + both + "' stands in both --drop and --keep");
        }
        return new Request(goal, drop, keep, new LinkedHashSet<>(lost));
    }

    /// Returns the request for this container; `--allow-skip` has to name units that it has.
    public Request request(Snapshot snapshot) {
        if (!(snapshot.view() instanceof Snapshot.Observed seen)) {
            return request();
        }
        Systemd systemd = seen.systemd();
        List<String> lost = new ArrayList<>();
        for (String word : allowSkip) {
            if (isOfEngine(word, snapshot)) {
                lost.add(word);
                continue;
            }
            String unit = UnitName.withType(word);
            UnitState named = systemd.called(unit);
            if (named == null) {
                List<String> units = systemd.units().stream().map(UnitState::name).toList();
                throw new UsageException(
                        "--allow-skip: '%s' has no unit '%s'%s"
                                .formatted(
                                        snapshot.subject().target(),
                                        unit,
                                        NearNames.question(unit, units)));
            }
            lost.add(named.name());
        }
        return request(lost);
    }

    public static Goal goalOf(String text) {
        for (Goal goal : Goal.values()) {
            if (goal.word().equals(text)) {
                return goal;
            }
        }
        throw new TypeConversionException(
                "'%s' is no goal, expected one of %s"
                        .formatted(
                                text,
                                Arrays.stream(Goal.values())
                                        .map(Goal::word)
                                        .collect(Collectors.joining(", "))));
    }

    /// Reads the word of a remedy that edits a configuration.
    private static String remedyOf(String text) {
        if (!text.equals(NESTING)) {
            throw new TypeConversionException(
                    "'%s' is no remedy that edits a configuration, expected one of %s"
                            .formatted(text, NESTING));
        }
        return text;
    }
}
