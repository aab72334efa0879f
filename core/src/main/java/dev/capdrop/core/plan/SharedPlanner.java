package dev.capdrop.core.plan;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Finds the drop that is right for all containers of a host at once.
///
/// Each container says what it would drop for itself. Of these the capabilities are taken one by
/// one, as long as no container loses a unit by them; where one was refused, the containers are
/// asked again what they would drop without it, until nothing new is refused.
final class SharedPlanner {
    private final List<Snapshot> sum;
    private final Request request;
    private final List<Veto> vetoes = new ArrayList<>();

    /// What each container of the sum keeps, whatever the others do.
    private final List<List<Kept>> kept = new ArrayList<>();

    /// @param sum the containers that the drop reaches and whose units are known
    SharedPlanner(List<Snapshot> sum, Request request) {
        this.sum = sum;
        this.request = request;
        sum.forEach(one -> kept.add(Planner.search(one, request).kept()));
    }

    List<Veto> vetoes() {
        return vetoes;
    }

    /// What to drop, the capabilities that the request names among it.
    CapabilitySet drop() {
        CapabilitySet refused = CapabilitySet.EMPTY;
        while (true) {
            CapabilitySet wanted = wanted(refused).minus(request.drop());
            CapabilitySet drop = request.drop();
            CapabilitySet before = refused;
            for (Capability capability : wanted) {
                List<Veto> against = against(capability, drop);
                if (against.isEmpty()) {
                    drop = drop.with(capability);
                } else {
                    vetoes.addAll(against);
                    refused = refused.with(capability);
                }
            }
            if (refused.equals(before)) {
                return drop;
            }
        }
    }

    private CapabilitySet wanted(CapabilitySet refused) {
        CapabilitySet wanted = CapabilitySet.EMPTY;
        for (Snapshot one : sum) {
            wanted = wanted.union(Planner.search(one, without(refused)).drop());
        }
        return wanted;
    }

    private Request without(CapabilitySet refused) {
        return new Request(
                request.goal(),
                request.drop(),
                request.keep().union(refused).minus(request.drop()),
                request.allowSkip());
    }

    /// The containers that would lose something by one capability more.
    private List<Veto> against(Capability capability, CapabilitySet drop) {
        List<Veto> against = new ArrayList<>();
        for (int i = 0; i < sum.size(); i++) {
            Snapshot one = sum.get(i);
            String target = one.container().target();
            List<String> lost = new ArrayList<>(losses(one, drop.with(capability), request));
            lost.removeAll(losses(one, drop, request));
            if (!lost.isEmpty()) {
                against.add(new Veto(capability, target, lost, ""));
                continue;
            }
            for (Kept keeps : kept.get(i)) {
                if (keeps.capability().equals(capability)) {
                    against.add(new Veto(capability, target, List.of(), keeps.why()));
                }
            }
        }
        return against;
    }

    /// The units that a container loses by a drop.
    static List<String> losses(Snapshot snapshot, CapabilitySet drop, Request request) {
        if (snapshot.systemd() == null || snapshot.init() == null) {
            return List.of();
        }
        return new Losses(snapshot.systemd(), request.allowSkip())
                .certain(forecast(snapshot, drop));
    }

    /// What the next start makes of a container's units with this drop.
    static Forecast forecast(Snapshot snapshot, CapabilitySet drop) {
        Request named = new Request(Goal.NONE, drop, CapabilitySet.EMPTY, Set.of());
        return WhatIf.over(snapshot).forecast(Planner.nextBounding(snapshot, named));
    }
}
