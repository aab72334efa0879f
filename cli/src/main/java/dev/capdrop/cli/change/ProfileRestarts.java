package dev.capdrop.cli.change;

import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.cli.command.Environment.OpenFiles;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Interruption;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Change.Ports;
import dev.capdrop.core.change.Change.Progress;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.change.SharedChange.SharedMembers;
import dev.capdrop.core.change.SharedRestart;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The restarts for a change of shared lines: of whom, and that an interruption begins no other.
final class ProfileRestarts implements SharedRestart.Turns {
    private final Host host;
    private final HostDrop drop;
    private final Exclusion exclusion;
    private final RestartOptions restart;
    private final Terminal terminal;
    private final AtomicBoolean interrupted = new AtomicBoolean();

    private Function<Snapshot, String> agreed = _ -> "";

    ProfileRestarts(
            Host host,
            HostDrop drop,
            Exclusion exclusion,
            RestartOptions restart,
            Terminal terminal) {
        this.host = host;
        this.drop = drop;
        this.exclusion = exclusion;
        this.restart = restart;
        this.terminal = terminal;
    }

    static List<SharedPlan.MemberOutlook> planned(SharedPlan plan) {
        return plan.members().stream()
                .filter(one -> !one.excluded() && one.running())
                .filter(one -> !one.drop().isEmpty() && !one.waits().isEmpty())
                .toList();
    }

    /// Returns the reason that keeps one of the containers from being restarted; else null.
    Decision.@Nullable LeftOut refusal(SharedPlan plan) throws IOException {
        return obstacles().refusal(plan, sharers());
    }

    private RestartObstacles obstacles() {
        return new RestartObstacles(host);
    }

    private Map<String, HostContainer> sharers() throws IOException {
        Map<String, HostContainer> sharers = new HashMap<>();
        drop.sharers().forEach(one -> sharers.put(one.id().target(), one));
        return sharers;
    }

    /// Returns a sentence where somebody has begun to use the lines and was not looked at.
    String changed(SharedPlan plan) throws IOException {
        Set<String> known = new HashSet<>();
        plan.members().forEach(one -> known.add(one.target()));
        for (String target : sharers().keySet()) {
            if (!known.contains(target)) {
                return "'" + target + "' uses the profile since the plan was made; plan again";
            }
        }
        return "";
    }

    Rollout apply(HostDrop.Planned planned, Progress progress) throws IOException {
        SharedPlan plan = planned.plan();
        agreed = RestartObstacles.asPlanned(plan);
        Map<String, HostContainer> sharers = sharers();
        List<ContainerId> ids = new ArrayList<>();
        for (SharedPlan.MemberOutlook one : planned(plan)) {
            HostContainer found = sharers.get(one.target());
            if (found != null) {
                ids.add(found.id());
            }
        }
        return locked(
                ids, () -> restarts(progress).apply(drop.before(plan.edit().before()), plan, ids));
    }

    /// Goes on with what was left half-way, after [#toResume] and [#again].
    ///
    /// @param allowSkip the running units whose loss is accepted now, beside those of the change
    Rollout resume(
            JournalEntry entry,
            List<ContainerId> ids,
            List<ContainerId> again,
            Set<String> allowSkip,
            Progress progress)
            throws IOException {
        Set<String> allowed = new HashSet<>(allowSkip);
        allowed.addAll(entry.asked().allowSkip());
        agreed = RestartObstacles.allowing(allowed);
        List<ContainerId> all = new ArrayList<>(ids);
        all.addAll(again);
        return locked(all, () -> restarts(progress).resume(entry, ids));
    }

    /// Returns those whose restart is under way, and the planned ones that may be restarted now.
    List<ContainerId> toResume(JournalEntry entry) throws IOException {
        SharedMembers members = members(entry);
        Set<ContainerId> ids = new LinkedHashSet<>(members.underWay());
        if (members.goesBack()) {
            ids.addAll(members.toGoBack());
        } else if (!restart.noRestart) {
            List<ContainerId> included = included();
            members.planned().stream().filter(included::contains).forEach(ids::add);
        }
        return List.copyOf(ids);
    }

    private SharedMembers members(JournalEntry entry) {
        return new SharedMembers(host.journal(), entry);
    }

    /// Returns the containers beside them that are restarted once more where one gets worse.
    List<ContainerId> again(JournalEntry entry, List<ContainerId> ids) throws IOException {
        return members(entry).toGoBack().stream().filter(one -> !ids.contains(one)).toList();
    }

    /// Returns those that share the lines now, and, excluded or not, those under way.
    List<ContainerId> toUndo(JournalEntry entry) throws IOException {
        Set<ContainerId> ids = new LinkedHashSet<>(included());
        for (ContainerId open : members(entry).underWay()) {
            if (ids.add(open)) {
                terminal.talk(
                        "the restart of '%s' is under way, so it is brought to its end whether it is excluded or not",
                        open.target());
            }
        }
        return List.copyOf(ids);
    }

    /// Closes the journal of restarts for lines that are gone; a sentence on each left half-way.
    List<String> close(JournalEntry entry, String outcome, Progress progress) throws IOException {
        List<ContainerId> ids = members(entry).underWay();
        return locked(ids, () -> restarts(progress).close(entry, outcome));
    }

    Rollout undo(JournalEntry entry, List<ContainerId> ids, Progress progress) throws IOException {
        return locked(ids, () -> restarts(progress).undo(entry, ids));
    }

    /// Returns the containers that share the lines now, but for the excluded, by name.
    List<ContainerId> included() throws IOException {
        return exclusion.leave(drop.sharers()).stream()
                .map(HostContainer::id)
                .sorted(Comparator.comparing(ContainerId::target))
                .toList();
    }

    private SharedRestart restarts(Progress progress) {
        Ports ports =
                new Ports(
                        drop.store(),
                        host.runtimes().of(RuntimeKind.INCUS),
                        host.journal(),
                        host.reader(),
                        host.inside().starter(),
                        host.inside().live(),
                        host.facts().clock(),
                        progress);
        return new SharedRestart(ports, drop.change(), restart.restart(), this);
    }

    /// Locks all; the first interruption lets what is under way come to its end.
    private <T> T locked(List<ContainerId> ids, Errand<T> step) throws IOException {
        OpenFiles.requireEnough();
        List<Journal.Lock> locks = new ArrayList<>();
        try (Interruption _ = Interruption.tells(this::interrupt)) {
            for (ContainerId one : ids) {
                locks.add(host.journal().lock(one.target()));
            }
            return step.take();
        } finally {
            for (Journal.Lock lock : locks) {
                lock.close();
            }
        }
    }

    private void interrupt() {
        interrupted.set(true);
        terminal.talk(
                "interrupted: what is under way is brought to its end, and no other is begun; a second interruption leaves it half-way");
    }

    @Override
    public String unrestartable(ContainerId container) throws IOException {
        return obstacles().unrestartable(container);
    }

    @Override
    public String obstacle(Snapshot now) {
        String booting = RestartObstacles.booting(now);
        return booting.isEmpty() ? agreed.apply(now) : booting;
    }

    @Override
    public boolean stopped() {
        return interrupted.get();
    }

    @Override
    public boolean exists(ContainerId container) throws IOException {
        if (host.containers().again(container) != null) {
            return true;
        }
        // who does not answer does not say that it is gone
        host.runtime(container).requireInstalled();
        return false;
    }
}
