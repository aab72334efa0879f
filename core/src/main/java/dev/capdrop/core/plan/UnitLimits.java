package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitName;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The services of a container, and to what each can be limited inside of it. Steps of systemd
/// between fork(2) and execve(2) count as the unit's own use, so that a limit is never too small;
/// the bounding set is dropped last (src/core/exec-invoke.c, `capability_bounding_set_drop`).
///
/// @param unwatched the services that run and of which no whole boot was seen as they are now
/// @param elsewhere the services that start what lives in other units, whose use the record shows
///   there though it inherits this limit
public record UnitLimits(
        UseHistory.Covered covered,
        List<UnitLimit> limits,
        List<String> unwatched,
        List<String> elsewhere) {
    /// Before Linux 6.14 the compiler inlines the check of prctl(2), so that no probe sees it.
    private static final Capability SETPCAP = Capability.of("setpcap");

    /// Returns why the limits of a container's services cannot be told; null when they can.
    public static @Nullable Refusal refusal(Snapshot snapshot) {
        Refusal unknown = LeastDrop.refusal(snapshot);
        if (unknown != null) {
            return unknown;
        }
        return snapshot.view() instanceof Snapshot.Observed seen
                ? new Need(seen).refusal()
                : new Refusal.UnitsUnread(snapshot.subject().target(), snapshot.problems());
    }

    /// Returns the limits of a container's units.
    ///
    /// @throws IllegalStateException when there is a [#refusal]
    public static UnitLimits of(Snapshot snapshot) {
        UseHistory learnt = LeastDrop.learnt(snapshot);
        if (learnt == null || !(snapshot.view() instanceof Snapshot.Observed seen)) {
            throw new IllegalStateException("too little is known of the container");
        }
        List<UnitLimit> limits = new ArrayList<>();
        List<String> unwatched = new ArrayList<>();
        List<String> elsewhere = new ArrayList<>();
        for (UnitState unit : seen.systemd().units()) {
            UnitHistory history = learnt.unit(unit.name());
            if (unit.type() != UnitName.UnitType.SERVICE || !hasRun(unit)) {
                continue;
            }
            if (startsOthers(unit)) {
                elsewhere.add(unit.name());
            } else if (history == null || history.boots() == 0 || history.upgraded()) {
                unwatched.add(unit.name());
            } else {
                limits.add(limit(seen, unit, learnt, history));
            }
        }
        return new UnitLimits(learnt.covered(), limits, unwatched, elsewhere);
    }

    private static boolean hasRun(UnitState unit) {
        Outcome outcome = Outcome.afterBoot(unit);
        return unit.loaded()
                && (outcome.isUp() || outcome == Outcome.INACTIVE)
                && !Execution.of(unit).values("ExecStart").isEmpty();
    }

    private static boolean startsOthers(UnitState unit) {
        Execution execution = Execution.of(unit);
        String name =
                UnitName.isInstance(unit.name()) ? UnitName.template(unit.name()) : unit.name();
        return KnownProgram.is(KnownProgram.Fact.SESSIONS, name)
                || !execution.value("PAMName").isEmpty()
                || execution.has("Delegate");
    }

    private static UnitLimit limit(
            Snapshot.Observed seen, UnitState unit, UseHistory learnt, UnitHistory history) {
        Execution execution = Execution.of(unit);
        CapabilitySet held = execution.bounding().intersect(seen.init().bounding());
        CapabilitySet used = history.used().intersect(held);
        List<Kept> unseen =
                held.minus(used).stream()
                        .map(it -> unseen(seen.snapshot(), unit, execution, it))
                        .filter(Objects::nonNull)
                        .toList();
        boolean idle = Outcome.isRunning(unit) && history.worked() == null;
        return new UnitLimit(
                unit.name(), held, used, unseen, history.boots(), learnt.covered().isThin(), idle);
    }

    private static @Nullable Kept unseen(
            Snapshot snapshot, UnitState unit, Execution execution, Capability capability) {
        List<String> who = List.of(unit.name());
        if (execution.ambient().contains(capability)) {
            return new Kept(capability, Kept.By.UNIT, who, "its AmbientCapabilities= gives it");
        }
        if (capability.equals(SETPCAP)) {
            String why = "programs take it to drop others, and not every kernel tells of that";
            return new Kept(capability, Kept.By.SYSTEMD, List.of(), why);
        }
        Programs programs = snapshot.programs();
        return programs == null || execution.has("NoNewPrivileges") || execution.has("DynamicUser")
                ? null
                : programs.files().stream()
                        .filter(file ->
                                Shortfalls.granted(file, snapshot.isolation()).contains(capability))
                        .findFirst()
                        .map(file ->
                                new Kept(capability, Kept.By.FILE, who, file.path() + " has it"))
                        .orElse(null);
    }

    public List<UnitLimit> smaller() {
        return limits.stream().filter(limit -> !limit.smallAlready()).toList();
    }

    /// The smallest `CapabilityBoundingSet=` that the record of a service and its unit file
    /// justify. Source: systemd.exec(5): lines add up, and an empty one takes back what stands
    /// before it.
    ///
    /// @param held what its unit file leaves of the container's set
    /// @param unseen what of the rest it may use without being seen
    /// @param thin whether the record says little of what was not seen
    /// @param idle whether it runs on and was seen at its start alone, never at work
    public record UnitLimit(
            String unit,
            CapabilitySet held,
            CapabilitySet used,
            List<Kept> unseen,
            long boots,
            boolean thin,
            boolean idle) {
        public CapabilitySet needed() {
            return used.union(CapabilitySet.of(unseen.stream().map(Kept::capability).toList()));
        }

        public boolean smallAlready() {
            return held.minus(needed()).isEmpty();
        }

        public String path() {
            return "/etc/systemd/system/" + unit + ".d/50-capdrop.conf";
        }

        public List<String> lines() {
            String names =
                    needed().names().stream()
                            .map(name -> "CAP_" + name.toUpperCase(Locale.ROOT))
                            .collect(Collectors.joining(" "));
            String key = "CapabilityBoundingSet=";
            return names.isEmpty()
                    ? List.of("[Service]", key)
                    : List.of("[Service]", key, key + names);
        }
    }
}
