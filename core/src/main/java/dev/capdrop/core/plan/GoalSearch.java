package dev.capdrop.core.plan;

import static java.util.Objects.requireNonNull;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.Lazy;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Ailments.Ailment;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.TimeLimit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The drop of one container for a goal, beside what the request names. All goals ask the same
/// [Trials] what a drop costs: [Healing] is exact over the few capabilities that failed units ask
/// for; `inert` and `least` go through all capabilities once.
final class GoalSearch {
    private final Goal goal;
    private final Observed seen;
    private final Need need;
    private final CapabilitySet rest;
    private final Trials trials;
    private final List<Ailment> ailments;
    private final @Nullable UseHistory learnt;
    private final TimeLimit time;
    private final Lazy<Healing> healing;

    public GoalSearch(Forecaster forecaster, Request request) {
        this.seen = forecaster.seen();
        this.goal = request.goal();
        this.need = new Need(seen);
        this.rest = NextStart.of(seen.snapshot()).bounding().minus(request.drop());
        UseHistory known = goal == Goal.LEAST ? LeastDrop.learnt(seen.snapshot()) : null;
        this.learnt = known;
        Losses losses = new Losses(seen, request.allowSkip());
        this.trials =
                new Trials(
                        forecaster,
                        rest,
                        switch (goal) {
                            case NONE -> losses::certain;
                            case HEALTHY, NEW -> losses::possible;
                            case INERT, LEAST ->
                                    known == null
                                            ? losses::orUndecided
                                            : forecast -> losses.unwatched(forecast, known);
                        });
        this.time = forecaster.time();
        boolean heals = goal == Goal.HEALTHY || goal == Goal.NEW;
        this.ailments = heals ? new Ailments(seen, rest).all() : List.of();
        this.healing = new Lazy<>(() -> new Healing(ailments, time));
    }

    /// Returns why there is nothing to search with, or null; only then may anything else be asked.
    public @Nullable Refusal refusal() {
        return switch (goal) {
            case NONE -> null;
            case HEALTHY, NEW -> Healing.tooMuch(ailments);
            case INERT -> need.refusal();
            case LEAST -> {
                Refusal unknown = LeastDrop.refusal(seen.snapshot());
                yield unknown == null ? need.refusal() : unknown;
            }
        };
    }

    /// The result of a search; `kept`: what goals `inert` and `least` looked at and do not drop.
    record Found(CapabilitySet drop, List<Kept> kept) {}

    Found found(CapabilitySet keep) {
        return switch (goal) {
            case NONE -> new Found(CapabilitySet.EMPTY, List.of());
            case HEALTHY, NEW -> new Found(healing.get().cheapest(keep, trials, need), List.of());
            case INERT -> trials.free(rest.only(Need::isInQuestion), it -> need.forIt(it, keep));
            case LEAST -> LeastDrop.of(need, seen.systemd(), requireNonNull(learnt), keep, trials);
        };
    }

    List<Conflict> unhealed(CapabilitySet found, CapabilitySet keep) {
        Map<Boolean, List<Ailment>> healed = byHealing(found);
        Proof proof =
                new Proof(trials, healing.get(), time, healed.getOrDefault(true, List.of()), keep);
        return healed.getOrDefault(false, List.of()).stream().map(proof::of).toList();
    }

    private Map<Boolean, List<Ailment>> byHealing(CapabilitySet drop) {
        return ailments.stream().collect(Collectors.partitioningBy(a -> a.isHealedBy(drop)));
    }

    /// Returns the units that fail for want of a capability, or start in vain, and that this drop
    /// heals, or those that it does not.
    public List<String> ailing(CapabilitySet drop, boolean healed) {
        return byHealing(drop).getOrDefault(healed, List.of()).stream().map(Ailment::unit).toList();
    }

    Trials trials() {
        return trials;
    }

    /// Returns who besides a unit would miss it, one sentence fragment; empty where nobody is known
    /// to.
    public String missing(Capability capability) {
        return need.isMissed(capability) ? need.caution(capability) : "";
    }
}
