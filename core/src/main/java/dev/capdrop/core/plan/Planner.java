package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.execution.Missing;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.forecast.EngineEffect.Fate;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Healing.Ailments.Ailment;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Plan.Conflict.Constraint.Kind;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.Systemd.UnfinishedBoot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Finds the drop for a request and says what comes of it: [GoalSearch] adds the goal's drop to
/// what the request names; what the whole costs or leaves unhealed becomes conflicts ([Losses],
/// `Proof`); the forecast shown is that of the whole. It ends, as each search goes through a list
/// made before.
public final class Planner {
    private final Forecaster forecaster;
    private final Snapshot.Observed seen;
    private final Snapshot snapshot;
    private final Request request;
    private final CapabilitySet base;
    private final Losses losses;
    private final Need need;

    private Planner(Forecaster forecaster, Snapshot.Observed seen, Request request) {
        this.forecaster = forecaster;
        this.seen = seen;
        this.snapshot = seen.snapshot();
        this.request = request;
        this.base = NextStart.of(snapshot).bounding();
        this.losses = new Losses(seen, request.allowSkip());
        this.need = new Need(seen);
    }

    public sealed interface Result<P> {
        /// Returns the plan, for a caller that knows there is one.
        ///
        /// @throws IllegalStateException when there is none
        default P orElseThrow() {
            return switch (this) {
                case Planned<P>(P plan) -> plan;
                case Refused<P>(Refusal why) -> throw new IllegalStateException(why.toString());
            };
        }
    }

    public record Planned<P>(P plan) implements Result<P> {}

    public record Refused<P>(Refusal why) implements Result<P> {}

    /// Returns the plan for a container. Where nothing is known of its units, because it has no
    /// systemd that answers or whose boot can be forecast, or not all of them were read, the plan
    /// is the drop that was named and forecasts nothing.
    public static Result<Plan> plan(Snapshot snapshot, Request request) {
        return plan(snapshot, request, TimeLimit.NONE);
    }

    public static Result<Plan> plan(Snapshot snapshot, Request request, TimeLimit time) {
        return snapshot.view() instanceof Snapshot.Observed seen
                ? plan(Forecaster.over(seen, time), request)
                : withoutUnits(snapshot, request);
    }

    public static Result<Plan> plan(Forecaster forecaster, Request request) {
        Snapshot.Observed seen = forecaster.seen();
        return seen.snapshot().lacks(Snapshot.Unread.Part.UNITS)
                ? withoutUnits(seen.snapshot(), request)
                : new Planner(forecaster, seen, request).plan();
    }

    /// Returns the plan that lets a container nest, or says why nothing calls for it.
    public static Result<Plan> nesting(Snapshot snapshot, TimeLimit time) {
        return NestingPlan.of(snapshot, time);
    }

    /// The units that work and that this drop costs; none where nothing is known of its units.
    public static List<String> costs(Snapshot snapshot, CapabilitySet drop) {
        if (!(snapshot.view() instanceof Snapshot.Observed seen)) {
            return List.of();
        }
        Request request = new Request(Goal.NONE, drop, CapabilitySet.EMPTY, Set.of());
        Planner planner = new Planner(Forecaster.over(seen, TimeLimit.NONE), seen, request);
        return planner.costs().stream().flatMap(cost -> cost.loses().stream()).toList();
    }

    /// The capabilities without which a container of an engine inside would not start, or nobody
    /// knows whether it would, with the sentence that says so. A boot of a copy does not show it:
    /// most of them are started long after, or by hand.
    public static SortedMap<Capability, String> refusedByEngines(
            Snapshot snapshot, CapabilitySet of, Set<String> givenUp) {
        SortedMap<Capability, String> refused = new TreeMap<>();
        if (snapshot.view() instanceof Snapshot.Observed seen) {
            Forecaster forecaster = Forecaster.over(seen, TimeLimit.NONE);
            for (Capability capability : of) {
                forecaster.engines(seen.init().bounding().without(capability)).stream()
                        .filter(effect -> effect.isLost() || effect.fate() == Fate.UNKNOWN)
                        .filter(effect -> !givenUp.contains(effect.name()))
                        .findFirst()
                        .ifPresent(effect -> refused.put(capability, effect.sentence()));
            }
        }
        return refused;
    }

    private Result<Plan> plan() {
        GoalSearch search = new GoalSearch(forecaster, request);
        Refusal refusal = search.refusal();
        if (refusal != null) {
            return new Refused<>(refusal);
        }
        GoalSearch.Found found = search.found(request.keep());
        List<Conflict> conflicts = new ArrayList<>(costs());
        conflicts.addAll(search.unhealed(found.drop(), request.keep()));
        CapabilitySet drop = request.drop().union(found.drop());
        CapabilitySet news = drop.intersect(base);
        CapabilitySet bounding = base.minus(drop);
        Plan.Weighing weighing = new Plan.Weighing(reasons(news), found.kept(), null, covered());
        Plan.Remarks remarks =
                new Plan.Remarks(
                        Pending.sentences(seen, base.minus(news.minus(seen.init().bounding()))),
                        unseen(bounding),
                        forecaster.afterwards(bounding),
                        "");
        Forecast forecast = forecaster.forecast(bounding);
        Goal goal = request.goal();
        return withEdit(
                snapshot,
                new Plan(goal, news, bounding, weighing, forecast, conflicts, remarks, null));
    }

    private UseHistory.@Nullable Covered covered() {
        UseHistory learnt = request.goal() == Goal.LEAST ? LeastDrop.learnt(snapshot) : null;
        return learnt == null ? null : learnt.covered();
    }

    private List<String> unseen(CapabilitySet bounding) {
        List<String> unseen = unread(snapshot);
        for (UnitState unit : StartReview.VainStarts.of(seen, bounding).undecided()) {
            unseen.add(
                    "%s also asks for a capability that is worth nothing in it; no file tells whether it works all the same, so that this is the least to drop"
                            .formatted(unit.name()));
        }
        unseen.addAll(restingOnRecord(bounding));
        if (request.goal() == Goal.LEAST) {
            CapabilitySet gone = seen.init().bounding().minus(bounding);
            unseen.addAll(LeastDrop.gaps(seen.systemd(), gone));
        }
        Programs programs = snapshot.programs();
        if ((request.goal() == Goal.INERT || request.goal() == Goal.LEAST)
                && programs != null
                && !programs.searched()) {
            unseen.add(
                    "file capabilities were looked for on the search path and on what units execute; a program elsewhere whose file capabilities are effective no longer executes without them");
        }
        return unseen;
    }

    static List<String> unread(Snapshot snapshot) {
        List<String> unread = new ArrayList<>(snapshot.problems());
        UnfinishedBoot boot = UnfinishedBoot.of(snapshot);
        if (boot != null) {
            unread.add(
                    "its boot has not ended: %s; its units may yet come to something else"
                            .formatted(boot.sentence()));
        }
        return unread;
    }

    private List<String> restingOnRecord(CapabilitySet bounding) {
        if (snapshot.learnt() == null) {
            return List.of();
        }
        Missing missing = Missing.of(seen, bounding);
        Shortfalls shortfalls = new Shortfalls(snapshot);
        CapabilitySet capabilities = CapabilitySet.EMPTY;
        int units = 0;
        for (UnitState unit : seen.systemd().units()) {
            CapabilitySet rests = shortfalls.restingOnRecord(unit, missing);
            if (!rests.isEmpty() && Outcome.of(unit).isUp()) {
                units++;
                capabilities = capabilities.union(rests);
            }
        }
        return units == 0
                ? List.of()
                : List.of(
                        "that %d %s without %s rests on what was learnt: in the whole boots of each that were watched none was seen to ask for one of them, but for what systemd's own programs go on without; what they do on another day was not seen"
                                .formatted(
                                        units,
                                        units == 1 ? "unit starts" : "units start",
                                        capabilities));
    }

    static Result<Plan> withEdit(Snapshot snapshot, Plan plan) {
        ConfigurationText text = snapshot.configuration();
        int last = snapshot.host().lastCapability();
        return text == null
                ? new Planned<>(plan)
                : withEdit(
                        snapshot.subject()
                                .format()
                                .drop(text.path(), text.asSource(), plan.drop(), last),
                        plan);
    }

    static Result<Plan> withEdit(Editing editing, Plan plan) {
        return switch (editing) {
            case Editing.ConfigEdit edit -> new Planned<>(plan.with(edit));
            case Editing.Uneditable why -> new Refused<>(new Refusal.NotEditable(why));
        };
    }

    private List<Plan.Reason> reasons(CapabilitySet drop) {
        List<Ailment> ailments = new Healing.Ailments(seen, base).all();
        return drop.stream().map(capability -> reason(capability, drop, ailments)).toList();
    }

    private Plan.Reason reason(Capability capability, CapabilitySet drop, List<Ailment> ailments) {
        List<String> units =
                ailments.stream()
                        .filter(it -> it.asked().contains(capability) && it.isHealedBy(drop))
                        .map(Ailment::unit)
                        .toList();
        boolean named = request.drop().contains(capability);
        return new Plan.Reason(capability, units, named, text(capability));
    }

    private String text(Capability capability) {
        Knowledge known = capability.knowledge();
        String refusal = snapshot.refusal(capability);
        String caution = need.caution(capability);
        String beware = caution.isEmpty() ? "" : "; beware: " + caution;
        if (refusal.isEmpty()) {
            String use = request.goal() == Goal.LEAST ? "not seen in use; " : "";
            return known == null ? use : use + "permits to " + known.permits() + beware;
        }
        return "not usable here: " + refusal + beware;
    }

    private List<Conflict> costs() {
        if (request.drop().isEmpty()) {
            return List.of();
        }
        Trials trials = new Trials(forecaster, base, losses::certain);
        Map<CapabilitySet, List<String>> units = new LinkedHashMap<>();
        for (String unit : trials.lost(request.drop())) {
            CapabilitySet blamed = trials.blamed(request.drop(), Set.of(unit));
            units.computeIfAbsent(blamed, _ -> new ArrayList<>()).add(unit);
        }
        List<Conflict> conflicts = new ArrayList<>();
        units.forEach((blamed, lost) -> {
            List<Conflict.Constraint> constraints = new ArrayList<>(Kind.DROP.of(blamed.names()));
            constraints.addAll(Kind.WORK.of(lost));
            conflicts.add(new Conflict(blamed, constraints));
        });
        return conflicts;
    }

    /// A request for a plan; `allowSkip`: units whose loss is accepted.
    public record Request(
            Goal goal, CapabilitySet drop, CapabilitySet keep, Set<String> allowSkip) {
        public static final Request HEALTHY =
                new Request(Goal.HEALTHY, CapabilitySet.EMPTY, CapabilitySet.EMPTY, Set.of());

        public Request {
            allowSkip = Set.copyOf(allowSkip);
            if (!drop.intersect(keep).isEmpty()) {
                throw new IllegalArgumentException(
                        "'%s' is named both to be dropped and to be kept"
                                .formatted(drop.intersect(keep)));
            }
        }
    }

    /// Returns the plan for a container whose units are not known: exactly what was named.
    private static Result<Plan> withoutUnits(Snapshot snapshot, Request request) {
        String blind = blind(snapshot);
        if (request.drop().isEmpty()) {
            Editing.NotLoaded unloaded = unloaded(snapshot);
            if (unloaded != null) {
                return new Refused<>(new Refusal.NotEditable(unloaded));
            }
            boolean stopped =
                    !snapshot.running() && !(snapshot.subject() instanceof Subject.RootDirectory);
            return new Refused<>(new Refusal.UnitsUnknown(blind, stopped));
        }
        CapabilitySet bounding = NextStart.of(snapshot).bounding();
        CapabilitySet news = request.drop().intersect(bounding);
        Plan.Weighing weighing =
                new Plan.Weighing(namedReasons(snapshot, news), List.of(), null, null);
        Plan.Remarks remarks = new Plan.Remarks(List.of(), List.of(), List.of(), blind);
        CapabilitySet rest = bounding.minus(request.drop());
        Goal goal = request.goal();
        return withEdit(
                snapshot,
                new Plan(goal, news, rest, weighing, Forecast.NONE, List.of(), remarks, null));
    }

    private static Editing.@Nullable NotLoaded unloaded(Snapshot snapshot) {
        ConfigurationText text = snapshot.configuration();
        EffectiveCapabilities configured = NextStart.of(snapshot).configured();
        return text == null || configured == null || configured.loads()
                ? null
                : new Editing.NotLoaded(text.path(), configured.error());
    }

    private static String blind(Snapshot snapshot) {
        String why = String.join("; ", snapshot.problems());
        return "%s is known of the units of '%s'%s%s"
                .formatted(
                        snapshot.observed() ? "not enough" : "nothing",
                        snapshot.subject().target(),
                        state(snapshot),
                        why.isEmpty() ? "" : ": " + why);
    }

    private static String state(Snapshot snapshot) {
        return snapshot.subject() instanceof Subject.RootDirectory
                ? ""
                : snapshot.running() ? ", which runs" : ", which is stopped";
    }

    /// Returns reasons that claim no refusal where nobody knows whether it is unprivileged.
    private static List<Plan.Reason> namedReasons(Snapshot snapshot, CapabilitySet drop) {
        return drop.stream()
                .map(capability -> {
                    Knowledge known = capability.knowledge();
                    String text = known == null || !snapshot.unprivileged() ? "" : known.refusal();
                    return new Plan.Reason(capability, List.of(), true, text);
                })
                .toList();
    }

    /// Why there is no plan. A mistake of this program is none of these, but an exception.
    public sealed interface Refusal {
        /// Too little is known of the container's units, and the request names no drop; `what`:
        /// what is not known, and why, one sentence; `stopped`: whether more would be known if it
        /// ran.
        record UnitsUnknown(String what, boolean stopped) implements Refusal {}

        /// Nothing is known of the units whose limits were asked for.
        record UnitsUnread(String target, List<String> problems) implements Refusal {}

        /// The goal has to know what is installed in the container, and nobody has looked.
        record ProgramsUnknown(String target) implements Refusal {}

        /// The goal drops what was not seen in use, and nobody has watched the container.
        record NothingLearnt(Subject subject) implements Refusal {}

        /// The goal drops what was not seen in use, and too much of that was lost.
        record ChecksLost(Subject subject, UseHistory.Covered covered) implements Refusal {}

        /// Failed units name more capabilities than can be tried in each combination.
        record TooMuchToTry(int units, int capabilities) implements Refusal {}

        record NotEditable(Editing.Uneditable why) implements Refusal {}

        /// Some liblxc or kernel of the host does not know these, so that shared lines with them
        /// would keep containers from starting.
        record UnknownNames(CapabilitySet names) implements Refusal {}

        /// The goal counts what new containers will lack, and there is none to tell by.
        record NothingToTellBy() implements Refusal {}

        /// One of several containers that are planned for together has no plan.
        record OfMember(String target, Refusal why) implements Refusal {}
    }
}
