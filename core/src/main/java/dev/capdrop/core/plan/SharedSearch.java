package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Finds the drop that is right for all containers of a host at once. Each says what it would drop;
/// where one would lose something by the sum, the capability to blame is refused and all are asked
/// again, until nobody loses anything.
final class SharedSearch {
    private final CapabilitySet keep;
    private final List<String> targets = new ArrayList<>();
    private final List<GoalSearch> members = new ArrayList<>();
    private final List<SharedPlan.Veto> vetoes = new ArrayList<>();
    private CapabilitySet drop = CapabilitySet.EMPTY;

    SharedSearch(List<SharedDrop.Member> sum, Planner.Request request, TimeLimit time) {
        keep = request.keep();
        for (SharedDrop.Member member : sum) {
            Snapshot known = member.withUnits();
            if (known != null) {
                targets.add(member.target());
                members.add(new GoalSearch(Forecaster.over(known, time), request));
            }
        }
    }

    /// Returns why what a container would drop cannot be found; null when it can.
    @Nullable Refusal refusal() {
        for (int i = 0; i < members.size(); i++) {
            Refusal why = members.get(i).refusal();
            if (why != null) {
                return new Refusal.OfMember(targets.get(i), why);
            }
        }
        return null;
    }

    CapabilitySet drop() {
        return drop;
    }

    /// Returns capabilities that are not dropped, although some want it, because of which
    /// container.
    List<SharedPlan.Veto> vetoes() {
        return vetoes;
    }

    void run() {
        CapabilitySet refused = CapabilitySet.EMPTY;
        boolean agreed = false;
        while (!agreed) {
            List<GoalSearch.Found> found = new ArrayList<>();
            drop = CapabilitySet.EMPTY;
            for (int i = 0; i < members.size(); i++) {
                found.add(members.get(i).found(keep.union(refused)));
                drop = drop.union(found.getLast().drop());
            }
            List<SharedPlan.Veto> against = against(found);
            vetoes.addAll(against);
            for (SharedPlan.Veto veto : against) {
                refused = refused.with(veto.capability());
            }
            agreed = against.isEmpty();
        }
    }

    List<SharedPlan.Newborn> newborn(CapabilitySet of) {
        List<SharedPlan.Newborn> newborn = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            GoalSearch made = members.get(i);
            newborn.add(
                    new SharedPlan.Newborn(
                            targets.get(i), made.ailing(of, true), made.ailing(of, false)));
        }
        return newborn;
    }

    private List<SharedPlan.Veto> against(List<GoalSearch.Found> found) {
        List<SharedPlan.Veto> against = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            List<SharedPlan.Veto> missed = missed(i, found);
            against.addAll(missed.isEmpty() ? lost(i, found) : missed);
        }
        return against;
    }

    /// Returns the capabilities that this container keeps as a program or its runtime needs them.
    private List<SharedPlan.Veto> missed(int member, List<GoalSearch.Found> found) {
        List<SharedPlan.Veto> missed = new ArrayList<>();
        for (Capability capability : drop.minus(found.get(member).drop())) {
            String why = members.get(member).missing(capability);
            for (Plan.Kept kept : found.get(member).kept()) {
                why = kept.capability().equals(capability) ? kept.why() : why;
            }
            if (!why.isEmpty()) {
                missed.add(
                        new SharedPlan.Veto(
                                capability,
                                targets.get(member),
                                List.of(),
                                why,
                                wantedBy(capability, found)));
            }
        }
        return missed;
    }

    /// Vetoes, of several capabilities that together cost a unit, the one that the fewest want.
    private List<SharedPlan.Veto> lost(int member, List<GoalSearch.Found> found) {
        Trials trials = members.get(member).trials();
        Set<String> lost = trials.lost(drop);
        if (lost.isEmpty()) {
            return List.of();
        }
        CapabilitySet blamed = trials.blamed(drop, lost);
        Capability refused =
                blamed.members().stream()
                        .min(Comparator.comparingInt(c -> wantedBy(c, found).size()))
                        .orElseThrow();
        List<String> loses = List.copyOf(trials.lost(blamed));
        return List.of(
                new SharedPlan.Veto(
                        refused, targets.get(member), loses, "", wantedBy(refused, found)));
    }

    private List<String> wantedBy(Capability capability, List<GoalSearch.Found> found) {
        List<String> wanting = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            if (found.get(i).drop().contains(capability)) {
                wanting.add(targets.get(i));
            }
        }
        return wanting;
    }
}
