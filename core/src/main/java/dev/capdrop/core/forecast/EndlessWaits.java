package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Units that wait for what may never come to be ready, or failed for good.
///
/// Such a wait ends as soon as nothing that is waited for is being started. So where a boot was
/// watched, and few units are left that may fail, only those count of which a start may take long,
/// again and again: not what fails while its process is set up, not what has started once that is
/// there, and not what nothing starts.
///
/// Source: systemd.service(5), "Type=" (of `dbus` and `forking`), "Restart=", "RestartMode=",
/// "TimeoutStartSec=", "PIDFile="; src/core/job.c, `job_is_runnable`.
final class EndlessWaits {
    static final String JOURNALD = "systemd-journald.service";
    private static final CapabilitySet OF_FILES =
            CapabilitySet.of("chown", "dac_override", "fowner", "setgid", "setuid");
    private static final String FOR_EVER = ", whose start systemd waits for without a limit";
    private static final String AGAIN_AND_AGAIN = ", which may be started again and again";

    private final LinkIndex links;
    private final Draft draft;
    private final Shortfalls shortfalls;
    private final ServedBus bus;
    private final Set<String> waiting = new HashSet<>();
    private final Map<String, String> hanging = new HashMap<>();

    EndlessWaits(BootFacts facts, Draft draft, ServedBus bus) {
        this.links = facts.links();
        this.shortfalls = facts.shortfalls();
        this.draft = draft;
        this.bus = bus;
    }

    void add(String unit) {
        waiting.add(unit);
    }

    /// Leaves undecided, where journald fails at its set-up, what fails so and is started again,
    /// and what comes after that. Without net_admin the queue of a datagram socket stays at the
    /// kernel's ten messages, so that it is full soon, and whoever logs waits for ten seconds: a
    /// service that tells of its failure fails six times a minute, is never given up, and systemd
    /// may wait for it without an end.
    ///
    /// Source: systemd's src/core/main.c, `bump_unix_max_dgram_qlen`; src/basic/log.c,
    /// `create_log_socket`; systemd.unit(5), "StartLimitIntervalSec=".
    void leaveUndecidedWithoutJournal() {
        if (!draft.failsByDrop(JOURNALD)) {
            return;
        }
        Deque<String> next = new ArrayDeque<>();
        for (UnitState unit : links.units()) {
            if (draft.failsByDrop(unit.name()) && links.isRestarted(unit.name())) {
                next.add(unit.name());
            }
        }
        Set<String> behind = new HashSet<>(next);
        while (!next.isEmpty()) {
            String name = next.remove();
            leaveUndecided(name);
            for (Ties.Tie tie : links.hangingOn(name)) {
                String other = links.units().get(tie.position()).name();
                if (tie.is(Dependency.AFTER) && behind.add(other)) {
                    next.add(other);
                }
            }
        }
    }

    private void leaveUndecided(String name) {
        UnitState unit = links.unit(name);
        Forecast.Effect effect = draft.effect(name);
        if (unit != null && effect != null && effect.rule() != GeneralRule.SIMPLY_THERE) {
            draft.put(unit, Ruling.undecided(GeneralRule.NO_JOURNAL, true));
        }
    }

    /// Returns what a unit is ordered after and that may never come to be ready or failed for good:
    /// a service that waits for a bus that does not answer, and is started again each time it has
    /// waited too long; one that forks, should its PID file never appear, when another one is being
    /// started again whenever that one is not; and what waits for such a one. Null when there is
    /// none.
    @Nullable String awaited(String waiter, Ties ties) {
        for (String name : ties.of(Dependency.AFTER)) {
            if (waiting.contains(name)) {
                return name;
            }
            if (draft.undecided(name) == null) {
                continue;
            }
            if (mayHang(name) && execution(name).isWaitedForEndlessly()) {
                return name + FOR_EVER;
            }
            if (!links.isRestarted(name) || isOverSoon(name)) {
                continue;
            }
            if (links.isOnBus(name) && bus.mayFail() != null && mayKeepWaiting(name, waiter)) {
                return name + ", which is started again as long as its bus does not answer";
            }
            if (mayHang(name)) {
                hanging.put(waiter, name);
                if (loopsBeside(name, after(waiter))) {
                    return name + AGAIN_AND_AGAIN;
                }
            }
        }
        String before = hanging.get(waiter);
        return before != null
                        && draft.undecided(before) != null
                        && mayHang(before)
                        && loopsBeside(before, ties.of(Dependency.AFTER))
                ? before + AGAIN_AND_AGAIN
                : null;
    }

    /// Whether a service that fails for want of its bus is being started whenever the others that
    /// are waited for are not. Where a boot was watched, one that pauses between does not, alone.
    private boolean mayKeepWaiting(String name, String waiter) {
        Execution execution = execution(name);
        return !shortfalls.isWatched()
                || execution.isRestartedWithoutPause()
                || execution.isWaitedForEndlessly()
                || loopsBeside(name, after(waiter));
    }

    private Execution execution(String name) {
        UnitState unit = links.unit(name);
        return unit == null ? new Execution(List.of()) : shortfalls.execution(unit);
    }

    private List<String> after(String name) {
        UnitState unit = links.unit(name);
        return unit == null ? List.of() : unit.detail().dependencies().of(Dependency.AFTER);
    }

    private boolean loopsBeside(String name, List<String> others) {
        return others.stream().anyMatch(other -> mayLoopBeside(name, other));
    }

    /// Without `PIDFile=` its start is over with its first process, else with its last one, too
    /// (src/core/service.c, `service_notify_cgroup_empty_event`): who may hang lives on, and could
    /// not write that file. Where no unit names one, the snapshot may be too old to tell.
    private boolean mayHang(String name) {
        CapabilitySet missed = draft.mayBeMissedBy(name);
        return draft.mayFail(name)
                && execution(name).value("Type").equals("forking")
                && (missed.isEmpty() || !missed.intersect(OF_FILES).isEmpty())
                && (execution(name).has("PIDFile") || !links.namesPidFiles());
    }

    private boolean mayLoopBeside(String name, String other) {
        return !other.equals(name)
                && links.isRestarted(other)
                && (draft.undecided(other) != null || draft.mayFail(other))
                && !isOverSoon(other)
                && !isNeverStarted(other);
    }

    private boolean isOverSoon(String name) {
        Execution execution = execution(name);
        return shortfalls.isWatched()
                && !execution.isRestartedDirectly()
                && (draft.failsByDrop(name) || !execution.mayHangAgainAndAgain());
    }

    private boolean isNeverStarted(String name) {
        Forecast.Undecided open = draft.undecided(name);
        return shortfalls.isWatched()
                && open != null
                && !open.byDrop()
                && open.before() == Outcome.NOT_STARTED;
    }
}
