package dev.capdrop.lab.boots;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.container.NspawnCommand;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// A boot to be made: its name and what is dropped for it.
record Trial(String name, CapabilitySet drop) {
    /// How often an image is booted without any drop: what differs between these boots is no drop's
    /// doing.
    private static final int BASELINES = 3;

    private static final int SMALLEST_MIX = 2;
    private static final int LARGEST_MIX = 12;

    /// By which the mixes are drawn.
    private static final long SEED = 14;

    private static final CapabilitySet ALL = CapabilitySet.upTo(40);

    /// What Docker gives a container.
    private static final CapabilitySet DOCKER =
            CapabilitySet.of(
                    "chown",
                    "dac_override",
                    "fsetid",
                    "fowner",
                    "mknod",
                    "net_raw",
                    "setgid",
                    "setuid",
                    "setfcap",
                    "setpcap",
                    "net_bind_service",
                    "sys_chroot",
                    "kill",
                    "audit_write");

    /// The name of a baseline, from 1.
    static String baseline(int number) {
        return "baseline-" + number;
    }

    /// The drop of these capabilities.
    static Trial dropping(CapabilitySet drop) {
        return new Trial("drop-" + drop, drop);
    }

    /// The drop that the plan for a goal advises for what a snapshot shows.
    static Trial advised(Goal goal, Snapshot baseline) {
        Request request = new Request(goal, CapabilitySet.EMPTY, CapabilitySet.EMPTY, Set.of());
        return new Trial(
                "set-" + goal.word(), Planner.plan(baseline, request).orElseThrow().drop());
    }

    /// The trials of a stage that follow from nothing but the names of the capabilities.
    static List<Trial> of(Stage stage) {
        return switch (stage) {
            case BASELINES -> baselines();
            case SETS -> sets();
            case MIXES -> mixes();
            case HONOURED -> singles(false);
            case INERT -> singles(true);
        };
    }

    private static List<Trial> baselines() {
        List<Trial> trials = new ArrayList<>();
        for (int i = 1; i <= BASELINES; i++) {
            trials.add(new Trial(baseline(i), CapabilitySet.EMPTY));
        }
        return trials;
    }

    private static List<Trial> sets() {
        CapabilitySet inert = CapabilitySet.EMPTY;
        for (Trial trial : singles(true)) {
            inert = inert.union(trial.drop());
        }
        return List.of(
                new Trial("set-none", CapabilitySet.EMPTY),
                new Trial("set-all-inert", inert),
                new Trial("set-docker", ALL.minus(DOCKER)),
                new Trial("set-nspawn", ALL.minus(NspawnCommand.DEFAULT)));
    }

    /// One set of each size, drawn by lot, but the same at each run. Without sys_admin no container
    /// boots, which would tell nothing of the others in the set.
    private static List<Trial> mixes() {
        List<Capability> lot = new ArrayList<>();
        ALL.minus(CapabilitySet.of("sys_admin")).forEach(lot::add);
        Random random = new Random(SEED);
        List<Trial> trials = new ArrayList<>();
        for (int size = SMALLEST_MIX; size <= LARGEST_MIX; size++) {
            Collections.shuffle(lot, random);
            CapabilitySet drop = CapabilitySet.EMPTY;
            for (Capability capability : lot.subList(0, size)) {
                drop = drop.with(capability);
            }
            trials.add(new Trial("mix-" + size, drop));
        }
        return trials;
    }

    private static List<Trial> singles(boolean inert) {
        List<Trial> trials = new ArrayList<>();
        for (Capability capability : ALL) {
            Knowledge known = capability.knowledge();
            if (inert == (known != null && known.scope() == Scope.INERT)) {
                trials.add(dropping(CapabilitySet.EMPTY.with(capability)));
            }
        }
        return trials;
    }
}
