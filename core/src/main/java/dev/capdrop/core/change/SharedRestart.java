package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Change.Restart;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.change.SharedChange.SharedMembers;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.verification.Verification;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The restarts that bring shared lines into force, one container after the other, and all of them
/// back where one got worse.
///
/// From before the lines are written each container that is to be restarted has an entry of its own
/// in the journal, with the same edit, [Phase#WRITING] until its turn comes, so that a crash leaves
/// no doubt. [Dropping], [RollingBack] and [Undoing] carry it as the change of one container; the
/// first that goes back takes the lines out.
///
/// @param ports its store has the lines
public record SharedRestart(Change.Ports ports, SharedChange change, Restart restart, Turns turns) {
    static final String NOT_RESTARTED =
            "not restarted; what is in force is so from its next start on";

    private static final String STAYS_STOPPED =
            "the old lines are back; it was stopped meanwhile, and stays so";

    public interface Turns {
        /// Returns why its runtime would not restart a container now; empty when it would.
        String unrestartable(ContainerId container) throws IOException;

        /// Returns why a container must not restart now, by its boot and units; else empty.
        String obstacle(Snapshot now) throws IOException;

        /// Whether somebody has interrupted, so that no other turn is to be begun.
        boolean stopped();

        boolean exists(ContainerId container) throws IOException;
    }

    public Rollout apply(Snapshot before, SharedPlan plan, List<ContainerId> containers)
            throws IOException {
        ports.progress().step("writing " + plan.edit().path());
        JournalEntry written = change.begin(before, plan);
        boolean restarts = restart.wanted() && !containers.isEmpty();
        boolean tried = false;
        try {
            for (ContainerId one : restarts ? containers : List.<ContainerId>of()) {
                begin(written, Snapshot.of(written.at(), one, before.host()), written.drop());
            }
            tried = true;
            change.write(written);
        } catch (IOException failed) {
            withdraw(written, failed, tried && !(failed instanceof ConfigStore.ChangedException));
            throw failed;
        }
        return restarts
                ? forward(change.ended(written, Phase.RESTARTING, ""), containers)
                : Rollout.of(change.endWritten(written));
    }

    /// Withdraws a write that failed; Incus may have saved a profile all the same; `ours`: whether
    /// our names may be of this write; another's text stays as it is.
    private void withdraw(JournalEntry written, IOException failed, boolean ours) {
        try {
            if (ours && change.holds(written)) {
                change.takeBack(written);
            }
            members(written).closePlanned(NOT_RESTARTED);
            change.ended(written, Phase.ABANDONED, "not written: " + sentence(failed));
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    /// Closes the restarts for lines that are gone, and starts what ran before its own; returns
    /// what had to be done beside, and what could not be, one sentence each.
    public List<String> close(JournalEntry shared, String outcome) throws IOException {
        List<String> problems = new ArrayList<>();
        for (JournalEntry member : members(shared).all()) {
            if (member.phase().ended()) {
                continue;
            }
            String said = outcome;
            if (!SharedMembers.isPlanned(member)) {
                said = rescue().leftHalfWay(member);
                problems.add(said);
            }
            ports.journal().write(member.with(Phase.ABANDONED, said));
        }
        return problems;
    }

    /// Takes up an entry that was left half-way; `containers`: those that may be restarted now, if
    /// their turn was still to come.
    public Rollout resume(JournalEntry entry, List<ContainerId> containers) throws IOException {
        if (entry.phase() == Phase.ROLLING_BACK) {
            return back(entry, new Round(), entry.outcome());
        }
        if (entry.phase() == Phase.UNDOING) {
            return undo(entry, List.of());
        }
        if (entry.phase() != Phase.WRITING) {
            return forward(entry, containers);
        }
        if (!members(entry).planned().isEmpty() && change.holds(entry)) {
            return forward(change.ended(entry, Phase.RESTARTING, ""), containers);
        }
        members(entry).closePlanned(NOT_RESTARTED);
        return Rollout.of(change.settle(entry));
    }

    /// The state so far: results by target, and targets that run and must not be restarted now.
    private static final class Round {
        private final Map<String, Result> results = new LinkedHashMap<>();
        private final List<JournalEntry> touched = new ArrayList<>();
        private final Set<String> leftAlone = new LinkedHashSet<>();
        private final List<String> problems = new ArrayList<>();

        /// Takes a result, and returns what got worse; empty where nothing did.
        String took(Result result) {
            JournalEntry entry = result.entry();
            results.put(entry.target(), result);
            if (!result.rolledBack() && entry.phase() != Phase.ABANDONED) {
                return "";
            }
            Verification verification = result.verification();
            return about(
                    entry.before().container(),
                    verification == null ? entry.outcome() : verification.sentence());
        }

        boolean isUnverified() {
            return results.values().stream()
                    .anyMatch(result -> result.entry().phase() == Phase.UNVERIFIED);
        }

        Rollout ended(JournalEntry shared) {
            List<Rollout.Turn> turns = new ArrayList<>(Rollout.of(shared).turns());
            results.values().forEach(result -> turns.add(new Rollout.Changed(result)));
            return new Rollout(turns, List.of(), null, List.copyOf(problems));
        }

        /// Whether nobody knows what the last turn has left; else a failure has touched none.
        boolean isInTurn() {
            return !touched.isEmpty() && !results.containsKey(touched.getLast().target());
        }

        /// Returns the restarted ones, as a clause; empty where there are none.
        String restarted(String before) {
            List<String> restarted =
                    results.entrySet().stream()
                            .filter(one -> one.getValue().verification() != null)
                            .map(Map.Entry::getKey)
                            .toList();
            return restarted.isEmpty() ? "" : before + String.join(", ", restarted);
        }

        void leave(JournalEntry member) {
            touched.removeIf(one -> one.target().equals(member.target()));
        }
    }

    /// Tells why the next turn cannot be taken now: nothing has been done to that container.
    private static final class NotNow extends IOException {
        private static final long serialVersionUID = 1L;

        NotNow(String sentence) {
            super(sentence);
        }
    }

    private Rollout forward(JournalEntry shared, List<ContainerId> containers) throws IOException {
        Round round = new Round();
        String worse;
        boolean halted = false;
        try {
            worse = guarded(() -> takenUp(shared, round));
            for (JournalEntry planned : members(shared).all()) {
                if (!worse.isEmpty() || round.isUnverified() || turns.stopped()) {
                    break;
                }
                if (SharedMembers.isPlanned(planned)) {
                    worse = guarded(() -> turn(shared, planned, containers, round));
                }
            }
        } catch (IOException failed) {
            halted = !round.isInTurn();
            worse = halted ? "" : sentence(failed);
            if (halted) {
                round.problems.add(sentence(failed));
            }
        }
        if (!worse.isEmpty()) {
            return back(shared, round, worse);
        }
        rescue(shared, round);
        if (halted || round.isUnverified() || turns.stopped()) {
            return round.ended(shared);
        }
        if (!change.holds(shared)) {
            return back(shared, round, change.lost());
        }
        String restarted = round.restarted("written, and restarted: ");
        return round.ended(
                change.ended(
                        shared,
                        Phase.APPLIED,
                        restarted.isEmpty() ? SharedChange.FROM_NEXT_START : restarted));
    }

    @FunctionalInterface
    interface Step<T> {
        T run() throws IOException;
    }

    /// Runs a step; where this program itself fails, as for want of descriptors, other containers
    /// are still brought back up.
    static <T> T guarded(Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (RuntimeException | Error failed) {
            throw new IOException(Change.BrokenOffException.sentence(failed), failed);
        }
    }

    /// Goes on with those whose turn was interrupted, and returns what got worse, or nothing.
    private String takenUp(JournalEntry shared, Round round) throws IOException {
        List<JournalEntry> members = members(shared).all();
        for (JournalEntry member : members) {
            if (SharedMembers.gotWorse(member)) {
                return about(member.before().container(), member.outcome());
            }
        }
        if (!change.holds(shared)) {
            return change.lost();
        }
        String worse = "";
        for (JournalEntry left : members) {
            if (worse.isEmpty() && !SharedMembers.isPlanned(left) && !closed(left)) {
                lookAgain(left, round);
                round.touched.add(left);
                worse = round.took(left(new Change(ports).resume(left, restart)));
            }
        }
        return worse;
    }

    /// Looks at one whose turn was interrupted as at one whose turn comes, unless it runs with the
    /// lines already or may have begun to shut down.
    ///
    /// @throws NotNow when it cannot be restarted now
    private void lookAgain(JournalEntry left, Round round) throws NotNow {
        ContainerId one = left.before().container();
        boolean restarts = left.phase() == Phase.RESTARTING || left.waits();
        if (!restarts || !restart.wanted()) {
            return;
        }
        String obstacle;
        try {
            ports.runtime().awaitEarlier(one, restart.timeout(), ports.progress());
            if (!ports.runtime().running(one)) {
                return;
            }
            obstacle = turns.unrestartable(one);
            if (obstacle.isEmpty()) {
                Snapshot now = ports.snapshots().read(one);
                boolean needsNone = left.restartedSince(now) || Transaction.shutsDown(now);
                obstacle = needsNone ? "" : turns.obstacle(now);
            }
        } catch (IOException failed) {
            throw new NotNow(about(one, sentence(failed)));
        }
        if (!obstacle.isEmpty()) {
            round.leftAlone.add(one.target());
            throw new NotNow(about(one, obstacle));
        }
    }

    /// @throws NotNow when a container that runs must not be restarted now
    private void requireNoObstacle(Snapshot now) throws IOException {
        String refused = turns.unrestartable(now.container());
        String obstacle = refused.isEmpty() ? turns.obstacle(now) : refused;
        if (!obstacle.isEmpty()) {
            throw new NotNow(about(now.container(), obstacle));
        }
    }

    /// Closes what waits for another's restart: whoever goes on with the lines need not go on with
    /// it.
    private Result left(Result resumed) throws IOException {
        if (restart.wanted() || !resumed.entry().waits()) {
            return resumed;
        }
        JournalEntry closed = resumed.entry().with(Phase.APPLIED, NOT_RESTARTED);
        ports.journal().write(closed);
        return new Result(closed, null, null, null);
    }

    private String turn(
            JournalEntry shared, JournalEntry planned, List<ContainerId> containers, Round round)
            throws IOException {
        ContainerId one = planned.before().container();
        boolean may = restart.wanted() && containers.contains(one);
        Snapshot now = may ? readForTurn(shared, one) : null;
        if (now == null) {
            ports.journal().write(planned.with(Phase.ABANDONED, NOT_RESTARTED));
            return "";
        }
        JournalEntry.Asked asked = new JournalEntry.Asked(held(shared, now), Set.of());
        String id = planned.id();
        String target = planned.target();
        Instant at = planned.at();
        JournalEntry entry =
                new JournalEntry(id, target, at, Phase.WRITING, asked, planned.edit(), now, "");
        round.touched.add(entry);
        return round.took(new Dropping(new Transaction(ports, entry, restart)).restart());
    }

    /// Reads one whose turn it is; null where there is nothing to restart it for.
    ///
    /// @throws NotNow when it cannot be restarted now
    private @Nullable Snapshot readForTurn(JournalEntry shared, ContainerId one) throws NotNow {
        try {
            ports.runtime().awaitEarlier(one, restart.timeout(), ports.progress());
            if (!ports.runtime().running(one)) {
                return null;
            }
            Snapshot now = ports.snapshots().read(one);
            if (held(shared, now).isEmpty()) {
                return null;
            }
            requireNoObstacle(now);
            return now;
        } catch (NotNow passing) {
            throw passing;
        } catch (IOException failed) {
            throw new NotNow(about(one, sentence(failed)));
        }
    }

    private JournalEntry begin(JournalEntry shared, Snapshot now, CapabilitySet drop)
            throws IOException {
        Instant at = ports.clock().instant();
        Instant then = at.isBefore(shared.at()) ? shared.at() : at;
        JournalEntry.Asked asked = new JournalEntry.Asked(drop, Set.of());
        return JournalEntry.begin(ports.journal(), then, now, asked, shared.edit());
    }

    /// Returns what a container holds of the drop, and its next start does not give it.
    private static CapabilitySet held(JournalEntry shared, Snapshot now) {
        return now.held().minus(NextStart.of(now).bounding()).intersect(shared.drop());
    }

    /// Returns what of the drop a container is without, and its next start gives it.
    private static CapabilitySet lacking(JournalEntry shared, Snapshot now) {
        return now.running()
                ? NextStart.of(now).bounding().minus(now.held()).intersect(shared.drop())
                : CapabilitySet.EMPTY;
    }

    /// Closes what a container that is gone had begun, and returns whether nothing is left to do.
    private boolean closed(JournalEntry member) throws IOException {
        if (!member.phase().ended() && !turns.exists(member.before().container())) {
            ports.journal().write(member.with(Phase.ABANDONED, "the container is gone"));
            return true;
        }
        return member.phase().ended();
    }

    /// Takes the lines out, and restarts those again that were restarted with them, whatever fails.
    private Rollout back(JournalEntry shared, Round round, String reason) throws IOException {
        JournalEntry back = shared.with(Phase.ROLLING_BACK, reason);
        ports.progress().step("all of them go back: " + reason);
        boolean out = false;
        try {
            ports.journal().write(back);
            change.takeBack(shared);
            out = true;
        } catch (IOException failed) {
            round.problems.add(
                    "'%s' could not be put back: %s"
                            .formatted(change.lines().path(), sentence(failed)));
        }
        for (JournalEntry member : members(shared).all()) {
            if (out && SharedMembers.isToGoBack(member)) {
                round.touched.add(member);
                goBack(member, round);
            }
        }
        rescue(shared, round);
        if (out) {
            members(shared).closePlanned(NOT_RESTARTED);
        }
        return round.ended(
                out && members(shared).underWay().isEmpty()
                        ? change.ended(back, Phase.ROLLED_BACK, "the old lines are back; " + reason)
                        : back);
    }

    private void goBack(JournalEntry member, Round round) {
        try {
            if (!turns.exists(member.before().container())) {
                closed(member);
                return;
            }
            Result first = round.results.get(member.target());
            Verification verification = first == null ? null : first.verification();
            if (member.phase() == Phase.APPLIED
                    && !ports.runtime().running(member.before().container())) {
                JournalEntry done = member.with(Phase.ROLLED_BACK, STAYS_STOPPED);
                ports.journal().write(done);
                round.leave(member);
                round.results.put(member.target(), new Result(done, verification, null, null));
                return;
            }
            Transaction change = new Transaction(ports, member, restart);
            round.results.put(
                    member.target(), guarded(() -> new RollingBack(change).back(verification)));
        } catch (IOException failed) {
            round.problems.add(about(member.before().container(), sentence(failed)));
        }
    }

    /// Takes the lines out, and restarts what they had been in force in, whatever fails.
    public Rollout undo(JournalEntry entry, List<ContainerId> containers) throws IOException {
        JournalEntry undoing = change.ended(entry, Phase.UNDOING, "");
        String done = change.takeBack(entry);
        members(undoing).closePlanned(NOT_RESTARTED);
        Round round = new Round();
        Map<String, JournalEntry> known = new LinkedHashMap<>();
        Map<String, ContainerId> all = new LinkedHashMap<>();
        Set<String> gone = new HashSet<>();
        for (JournalEntry member : members(undoing).all()) {
            known.put(member.target(), member);
            if (!closed(member)) {
                all.put(member.target(), member.before().container());
            } else if (!member.phase().ended()) {
                gone.add(member.target());
            }
        }
        containers.forEach(one -> all.put(one.target(), one));
        all.keySet().removeAll(gone);
        List<String> later = new ArrayList<>();
        for (ContainerId one : all.values()) {
            try {
                if (!turns.stopped()
                        && guarded(() -> undoOne(undoing, one, known.get(one.target()), round))) {
                    later.add(one.target());
                }
            } catch (NotNow passing) {
                round.problems.add(sentence(passing));
                later.add(one.target());
            } catch (IOException failed) {
                round.problems.add(about(one, sentence(failed)));
            }
        }
        rescue(undoing, round);
        if (turns.stopped() || !members(undoing).underWay().isEmpty()) {
            return round.ended(undoing);
        }
        String waiting =
                later.isEmpty() ? "" : "; waits for a restart: " + String.join(", ", later);
        return round.ended(
                change.ended(
                        undoing, Phase.UNDONE, done + round.restarted("; restarted: ") + waiting));
    }

    /// Undoes one, whose restart's entry is `known`, and returns whether it waits for a restart.
    private boolean undoOne(
            JournalEntry shared, ContainerId one, @Nullable JournalEntry known, Round round)
            throws IOException {
        JournalEntry member = known;
        if (member == null || member.phase().ended()) {
            Snapshot now = ports.runtime().running(one) ? ports.snapshots().read(one) : null;
            CapabilitySet back = now == null ? CapabilitySet.EMPTY : lacking(shared, now);
            if (now == null || back.isEmpty()) {
                return false;
            }
            if (!restart.wanted()) {
                return true;
            }
            requireNoObstacle(now);
            if (member == null || member.phase() != Phase.APPLIED) {
                member = begin(shared, now, back).with(Phase.APPLIED, "");
            }
        }
        round.touched.add(member);
        round.results.put(
                one.target(), new Undoing(new Transaction(ports, member, restart)).undo());
        boolean down = !restart.wanted() && Undoing.tookDown(member);
        String problem = down ? rescue().one(member) : "";
        if (!problem.isEmpty()) {
            round.problems.add(problem);
        }
        return false;
    }

    private void rescue(JournalEntry shared, Round round) {
        Map<String, JournalEntry> each = new LinkedHashMap<>();
        round.touched.forEach(member -> each.put(member.target(), member));
        try {
            for (JournalEntry last : members(shared).all()) {
                if (each.containsKey(last.target()) || !last.phase().ended()) {
                    each.put(last.target(), last);
                }
            }
        } catch (IOException unread) {
            round.problems.add(sentence(unread));
        }
        each.keySet().removeAll(round.leftAlone);
        round.problems.addAll(rescue().all(each.values(), round.results));
    }

    private Rescue rescue() {
        return new Rescue(ports, restart, turns);
    }

    private SharedMembers members(JournalEntry shared) {
        return new SharedMembers(ports.journal(), shared);
    }

    static String about(ContainerId container, String sentence) {
        return "'" + container.target() + "': " + sentence;
    }

    static String sentence(IOException failed) {
        String message = failed.getMessage();
        return message == null ? failed.getClass().getSimpleName() : message;
    }
}
