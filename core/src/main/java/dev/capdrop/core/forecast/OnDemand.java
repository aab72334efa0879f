package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.execution.ListenAddress;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.execution.Shortfalls.Shortfall;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName;
import module java.base;

/// Services that no boot pulls in, but that a timer, a path, a socket or a call on the bus starts,
/// what these pull in, and slices of them: whether that happens before anybody looks, no file says.
///
/// Source: systemd.timer(5), systemd.path(5), systemd.socket(5); systemd.service(5), "BusName=".
record OnDemand(BootFacts facts, Candidate.Question question, Draft draft) {
    private static final String LOGIND = "systemd-logind.service";
    private static final String USER_MANAGER = "user@.service";
    private static final CapabilitySet HANDING_OVER = CapabilitySet.of("chown", "fowner");
    private static final String WHEN = "started on demand only";
    private static final String NEXT_START = "its next start";
    private static final Why SKIPPED = Why.of(WHEN + ", and skipped then: ");

    boolean mayStart(UnitState unit) {
        return unit.detail().isRead()
                && unit.type() == UnitName.UnitType.SERVICE
                && facts.waiting().services().contains(unit.name());
    }

    /// What no boot starts, and somebody may who asks for it; the slices by their sockets.
    record Waiting(Set<String> services, Map<String, UnitState> slices) {}

    /// Finds what something of the boot may start, and what that pulls in.
    static Waiting waiting(Systemd systemd, BootSet bootSet, Shortfalls shortfalls) {
        List<String> started = new ArrayList<>();
        for (UnitState unit : systemd.units()) {
            if (systemd.busActivated().contains(unit.name())
                    || shortfalls.execution(unit).has("BusName")
                    || unit.detail().dependencies().of(Dependency.TRIGGERED_BY).stream()
                            .map(systemd::unit)
                            .anyMatch(it -> it != null && it.loaded() && bootSet.pullsIn(it))) {
                started.add(unit.name());
            }
        }
        return new Waiting(
                systemd.reached(started, Dependency.pulling()),
                slices(systemd, bootSet, shortfalls));
    }

    void addSlices() {
        facts.waiting()
                .slices()
                .forEach((socket, slice) ->
                        leaveUndecided(slice, Why.of("there once somebody connects to " + socket)));
    }

    /// Finds the slices in which a socket of the boot starts a unit for each that connects to a
    /// port of the internet's: one is there from the first of these on (systemd.socket(5),
    /// "Accept="; systemd.slice(5); src/core/unit.c, `unit_set_default_slice`). At a vsock(7) only
    /// who runs the virtual machine knocks, to which a container is nothing.
    private static Map<String, UnitState> slices(
            Systemd systemd, BootSet bootSet, Shortfalls shortfalls) {
        Map<String, UnitState> slices = new TreeMap<>();
        for (UnitState socket : systemd.units()) {
            if (socket.type() == UnitName.UnitType.SOCKET
                    && socket.loaded()
                    && bootSet.pullsIn(socket)
                    && shortfalls.execution(socket).has("Accept")
                    && !ListenAddress.internet(shortfalls.execution(socket)).isEmpty()) {
                String prefix = UnitName.escape(UnitName.withoutType(socket.name()));
                String name = "system-" + prefix + ".slice";
                UnitState slice = systemd.unit(name);
                if (slice == null || !bootSet.pullsIn(slice)) {
                    slices.put(socket.name(), slice == null ? absent(name) : slice);
                }
            }
        }
        return slices;
    }

    /// Leaves undecided, under the name of their template, the managers that logind has started for
    /// users who log in, or whom a script becomes by su(1): each is handed its control group, and
    /// fails without that. What there is of them in a boot, no file says (user@.service(5);
    /// pam_systemd(8); [GeneralRule#DELEGATED_GROUP]).
    void addUserManagers() {
        UnitState logind = facts.systemd().unit(LOGIND);
        CapabilitySet taken = HANDING_OVER.intersect(question.missing().honoured());
        if (logind != null && facts.bootSet().pullsIn(logind) && !taken.isEmpty()) {
            Why why =
                    Why.of(
                                    "there once another user than root logs in, and fails then:"
                                            + " handing its control group over takes ")
                            .then(taken);
            boolean ran =
                    facts.systemd().units().stream()
                            .anyMatch(unit -> UnitName.template(unit.name()).equals(USER_MANAGER));
            leaveUndecided(absent(USER_MANAGER), ran, taken, why);
        }
    }

    private static UnitState absent(String name) {
        return new UnitState(name, "loaded", "inactive", "dead", List.of(), UnitDetail.empty());
    }

    void add(UnitState unit) {
        Outlook next = question.next();
        Condition.Result allowed = next.list(unit.conditions());
        if (allowed == Condition.Result.FAILED || allowed == Condition.Result.ERROR) {
            leaveUndecided(unit, SKIPPED.then(next.refusal(unit.conditions())));
            return;
        }
        long boots = facts.shortfalls().bootsWithout(unit);
        boolean rests = boots >= 0 && hasRested(unit, boots);
        Why when =
                Why.of(
                        rests && boots > 0
                                ? WHEN + ", as in none of " + boots + " watched boots"
                                : WHEN);
        switch (facts.shortfalls().of(unit, question.missing())) {
            case Shortfall.None _ -> leaveUndecided(unit, Why.of(WHEN));
            case Shortfall.Skip skip -> leaveUndecided(unit, SKIPPED.then(skip.why()));
            case Shortfall.Failure failure -> {
                draft.failsAtItsStart(unit);
                Why then = when.then(", and fails then: ").then(failure.why());
                leaveUndecided(unit, !rests, failure.capabilities(), then);
                if (facts.systemd().source() == Systemd.Source.FILES) {
                    draft.doubt(unit);
                }
            }
            case Shortfall.Undecided open -> {
                Why why = when.then(rests && boots > 0 ? "; " : ", and ").then(open.why());
                if (rests) {
                    leaveUndecided(unit, false, open.capabilities(), why);
                } else {
                    draft.leaveUndecided(
                            unit,
                            new Shortfall.Undecided(
                                    GeneralRule.ON_DEMAND, open.capabilities(), why),
                            true);
                }
            }
        }
    }

    /// Whether nothing has started it in the boot that was seen. What the next boot makes of it
    /// hangs on whether something starts it there, with the drop or without.
    private boolean hasRested(UnitState unit, long boots) {
        boolean seen = boots > 0 || facts.systemd().source() != Systemd.Source.FILES;
        return seen && Outcome.of(unit) == Outcome.NOT_STARTED;
    }

    private void leaveUndecided(UnitState unit, Why why) {
        leaveUndecided(unit, false, CapabilitySet.EMPTY, why);
    }

    /// @param missed what it may miss when it is started after all
    private void leaveUndecided(UnitState unit, boolean byDrop, CapabilitySet missed, Why why) {
        draft.leaveUndecided(GeneralRule.ON_DEMAND, unit, byDrop, missed, why, NEXT_START);
    }
}
