package dev.capdrop.core.plan;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.capability.Knowledge;
import dev.capdrop.core.capability.Scope;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the drop for a request and says what comes of it.
///
/// The search is exact: it tries every subset of the capabilities that could heal a failed unit, so
/// its result is the cheapest of those that heal the most without costing a running unit.
public final class Planner {
    /// At most this many capabilities are tried in combination; a container that names more in the
    /// conditions of failed units was made to keep us busy.
    private static final int MAX_CANDIDATES = 12;

    private static final int COST_INERT = 10;
    private static final int COST_CAUTION = 15;
    private static final int COST_NEARLY_INERT = 100;
    private static final int COST_HONOURED = 1000;

    private final WhatIf whatIf;
    private final Snapshot snapshot;
    private final Init init;
    private final Systemd systemd;
    private final Request request;
    private final CapabilitySet base;
    private final Losses losses;

    private Planner(WhatIf whatIf, Init init, Systemd systemd, Request request) {
        this.whatIf = whatIf;
        this.snapshot = whatIf.snapshot();
        this.init = init;
        this.systemd = systemd;
        this.request = request;
        this.base = nextBounding(snapshot, init);
        this.losses = new Losses(systemd, request.allowSkip());
    }

    /// The plan for this container. Where nothing is known of its units, because it is stopped or
    /// has no systemd that answers, the plan is the drop that was named and forecasts nothing.
    ///
    /// @throws IllegalArgumentException when nothing is known of its units and no drop was named,
    ///   or its configuration does not allow the edit; the message says why
    public static Plan plan(Snapshot snapshot, Request request) {
        Init init = snapshot.init();
        Systemd systemd = snapshot.systemd();
        if (init == null || systemd == null) {
            return BlindPlan.of(snapshot, request);
        }
        return new Planner(WhatIf.over(snapshot), init, systemd, request).plan();
    }

    private Plan plan() {
        InertDrop found = found();
        CapabilitySet drop = request.drop().union(found.drop());
        CapabilitySet news = drop.intersect(base);
        CapabilitySet bounding = base.minus(drop);
        Forecast forecast = whatIf.forecast(bounding);
        return new Plan(
                request.goal(),
                news,
                bounding,
                reasons(news),
                found.kept(),
                forecast,
                conflicts(drop, forecast),
                Waiting.sentences(snapshot, init, systemd, base),
                unseen(),
                "",
                edit(snapshot, news));
    }

    /// What a container whose units are known would drop for the goal, beside what the request
    /// names.
    static InertDrop search(Snapshot snapshot, Request request) {
        Init init = snapshot.init();
        Systemd systemd = snapshot.systemd();
        if (init == null || systemd == null) {
            throw new IllegalArgumentException(
                    "'" + snapshot.container().target() + "': nothing is known of its units");
        }
        return new Planner(WhatIf.over(snapshot), init, systemd, request).found();
    }

    private InertDrop found() {
        return switch (request.goal()) {
            case NONE -> InertDrop.NONE;
            case HEALTHY -> new InertDrop(search(), List.of());
            case INERT -> InertDrop.of(whatIf, request, base.minus(request.drop()), losses);
        };
    }

    private List<String> unseen() {
        Programs programs = snapshot.programs();
        return request.goal() != Goal.INERT || programs == null || programs.searched()
                ? List.of()
                : List.of(
                        "file capabilities were looked for on the search path and on what units"
                                + " execute; a program elsewhere whose file capabilities are"
                                + " effective no longer executes without them");
    }

    /// PID 1's bounding set at the next boot, with what the request drops by name gone.
    ///
    /// @throws IllegalArgumentException when the container does not run
    public static CapabilitySet nextBounding(Snapshot snapshot, Request request) {
        Init init = snapshot.init();
        if (init == null) {
            throw new IllegalArgumentException(
                    "'" + snapshot.container().target() + "' does not run");
        }
        return nextBounding(snapshot, init).minus(request.drop());
    }

    /// The bounding set that the next start has without any edit of ours: what the configuration
    /// says, whenever it was written. The running set does not tell, for a reboot from inside keeps
    /// the configuration that the container was started with. The host's own set limits a
    /// privileged container only: a new user namespace begins with a full one
    /// (kernel/user_namespace.c, `set_cred_user_ns`).
    public static CapabilitySet nextBounding(Snapshot snapshot, Init init) {
        EffectiveCapabilities configured = configured(snapshot);
        if (configured == null || !configured.loads()) {
            return init.bounding();
        }
        CapabilitySet bounding = configured.bounding(snapshot.host().lastCapability());
        return init.unprivileged() ? bounding : bounding.intersect(snapshot.host().bounding());
    }

    /// What the configuration of the snapshot comes to, or null when it is not known.
    public static @Nullable EffectiveCapabilities configured(Snapshot snapshot) {
        ConfigurationText text = snapshot.configuration();
        return text == null
                ? null
                : snapshot.container()
                        .format()
                        .resolve(text.path(), text.asSource(), snapshot.host().lastCapability());
    }

    /// The edit that drops these; null when the configuration is not known.
    ///
    /// @throws IllegalArgumentException when the configuration does not allow it
    static @Nullable ConfigEdit edit(Snapshot snapshot, CapabilitySet drop) {
        ConfigurationText text = snapshot.configuration();
        return text == null
                ? null
                : snapshot.container()
                        .format()
                        .drop(text.path(), text.asSource(), drop, snapshot.host().lastCapability());
    }

    private CapabilitySet search() {
        List<Capability> candidates = candidates().members();
        if (candidates.size() > MAX_CANDIDATES) {
            throw new IllegalArgumentException(
                    "failed units name "
                            + candidates.size()
                            + " capabilities that could be dropped, more than this program tries in"
                            + " combination; name some with --drop or --keep");
        }
        CapabilitySet best = CapabilitySet.EMPTY;
        int bestHealed = 0;
        int bestCost = 0;
        for (int subset = 1; subset < 1 << candidates.size(); subset++) {
            CapabilitySet drop = pick(candidates, subset);
            int cost = cost(drop);
            Forecast forecast = whatIf.forecast(base.minus(drop).minus(request.drop()));
            int healed = forecast.healed(true).size();
            boolean better =
                    healed > bestHealed || (healed == bestHealed && healed > 0 && cost < bestCost);
            if (better && losses.certain(forecast).isEmpty()) {
                best = drop;
                bestHealed = healed;
                bestCost = cost;
            }
        }
        return best;
    }

    private CapabilitySet candidates() {
        CapabilitySet candidates = CapabilitySet.EMPTY;
        for (UnitState unit : systemd.units()) {
            if (unit.failed()) {
                candidates = candidates.union(Diagnosis.inertConditions(unit, init));
            }
        }
        return candidates.intersect(base).minus(request.keep()).minus(request.drop());
    }

    private static CapabilitySet pick(List<Capability> candidates, int subset) {
        CapabilitySet picked = CapabilitySet.EMPTY;
        for (int i = 0; i < candidates.size(); i++) {
            picked = (subset & 1 << i) == 0 ? picked : picked.with(candidates.get(i));
        }
        return picked;
    }

    private static int cost(CapabilitySet drop) {
        int cost = 0;
        for (Capability capability : drop) {
            Knowledge known = capability.knowledge();
            Scope scope = known == null ? Scope.HONOURED : known.scope();
            cost +=
                    switch (scope) {
                        case INERT ->
                                known == null || known.caution().isEmpty()
                                        ? COST_INERT
                                        : COST_CAUTION;
                        case NEARLY_INERT -> COST_NEARLY_INERT;
                        case PARTLY, HONOURED -> COST_HONOURED;
                    };
        }
        return cost;
    }

    private List<Reason> reasons(CapabilitySet drop) {
        List<Reason> reasons = new ArrayList<>();
        for (Capability capability : drop) {
            List<String> units = new ArrayList<>();
            for (UnitState unit : systemd.units()) {
                if (unit.failed() && Diagnosis.inertConditions(unit, init).contains(capability)) {
                    units.add(unit.name());
                }
            }
            Knowledge known = capability.knowledge();
            boolean named = request.drop().contains(capability);
            reasons.add(new Reason(capability, units, named, known == null ? "" : text(known)));
        }
        return reasons;
    }

    /// A caution is of use only where nobody has looked whether it applies.
    private String text(Knowledge known) {
        String refusal = Worth.refusal(known.capability(), snapshot);
        if (refusal.isEmpty()) {
            return "permits to " + known.permits();
        }
        boolean looked = request.goal() == Goal.INERT || known.caution().isEmpty();
        return "not usable here: " + refusal + (looked ? "" : "; beware: " + known.caution());
    }

    private List<Conflict> conflicts(CapabilitySet drop, Forecast forecast) {
        List<Conflict> conflicts = new ArrayList<>();
        List<String> lost = losses.certain(forecast);
        if (!lost.isEmpty()) {
            conflicts.add(new Conflict(drop, forecast.healed(true), lost, true));
        }
        if (request.goal() == Goal.HEALTHY) {
            conflicts.addAll(unhealed(drop, forecast));
        }
        return conflicts;
    }

    /// The failed units that a further drop would heal, and what stands against it.
    private List<Conflict> unhealed(CapabilitySet drop, Forecast forecast) {
        List<String> healed = forecast.healed(false);
        List<Conflict> conflicts = new ArrayList<>();
        for (UnitState unit : systemd.units()) {
            boolean stays = unit.failed() && !healed.contains(unit.name());
            CapabilitySet would =
                    stays ? Diagnosis.inertConditions(unit, init) : CapabilitySet.EMPTY;
            if (!would.isEmpty()) {
                List<String> loses = losses.certain(whatIf.forecast(base.minus(drop).minus(would)));
                if (!loses.isEmpty() || request.keep().containsAll(would)) {
                    conflicts.add(new Conflict(would, List.of(unit.name()), loses, false));
                }
            }
        }
        return conflicts;
    }
}
