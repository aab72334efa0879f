package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.shared.SharedPlan;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.verification.Verification;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The restarts that bring shared lines into force, one container after the other, and all of them
/// back where one got worse.
///
/// Beside the entry of the lines, each container that is restarted has one of its own in the
/// journal, with the same edit, so that what became of it is known after a crash. [Dropping],
/// [RollingBack] and [Undoing] carry it as they carry the change of one container; the lines are
/// taken out by the first that goes back, and no longer there for the others.
///
/// @param ports through which the containers are reached; its store has the lines
/// @param change the transaction around the lines
/// @param restart how the containers may be restarted
/// @param turns who says which of them may be
public record SharedRestart(Ports ports, SharedChange change, Restart restart, Turns turns) {
    private static final String FROM_NEXT_START =
            "written; in force in each container from its next start on";

    /// How often one is started that should run and does not.
    private static final int RESCUES = 2;

    /// What is asked before each restart.
    public interface Turns {
        /// Why a container must not be restarted now; empty when it may.
        ///
        /// @param now the container as it is
        String obstacle(Snapshot now) throws IOException;

        /// Whether no other is to be begun, for somebody has interrupted.
        boolean stopped();

        /// Whether the runtime still has it.
        boolean exists(ContainerId container) throws IOException;
    }

    /// What came of it.
    ///
    /// @param entry the journal's last word on the lines
    /// @param results what became of each that was restarted
    /// @param problems what nobody could bring to its end, one sentence each
    public record Outcome(JournalEntry entry, List<Result> results, List<String> problems) {
        public Outcome {
            results = List.copyOf(results);
            problems = List.copyOf(problems);
        }

        /// Whether all was done that was asked for, and nothing got worse.
        public boolean complete() {
            return problems.isEmpty()
                    && entry.phase().ended()
                    && entry.phase() != Phase.ROLLED_BACK
                    && entry.phase() != Phase.ABANDONED
                    && results.stream().noneMatch(Result::failed);
        }
    }

    /// Writes what was planned, and restarts these one after the other.
    ///
    /// @param before the lines as they were
    public Outcome apply(Snapshot before, SharedPlan plan, List<ContainerId> containers)
            throws IOException {
        ports.progress().step("writing " + plan.edit().path());
        JournalEntry written = change.begin(before, plan);
        try {
            change.write(written);
        } catch (IOException failed) {
            withdraw(written, failed);
            throw failed;
        }
        return restart.wanted() && !containers.isEmpty()
                ? forward(change.ended(written, Phase.RESTARTING, ""), containers)
                : new Outcome(
                        change.ended(written, Phase.APPLIED, FROM_NEXT_START),
                        List.of(),
                        List.of());
    }

    /// Incus may have saved a profile although it could not tell all instances of it. What was
    /// found to be another's text by now is left as it is.
    private void withdraw(JournalEntry written, IOException failed) {
        try {
            if (!(failed instanceof ConfigChangedException) && change.holds(written)) {
                change.takeBack(written);
            }
            change.ended(written, Phase.ABANDONED, "not written: " + sentence(failed));
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    /// Takes up an entry that was left half-way.
    ///
    /// @param containers those that share the lines now
    public Outcome resume(JournalEntry entry, List<ContainerId> containers) throws IOException {
        return switch (entry.phase()) {
            case WRITING -> {
                JournalEntry settled = change.settle(entry);
                yield settled.phase() == Phase.APPLIED && restart.wanted()
                        ? forward(change.ended(entry, Phase.RESTARTING, ""), containers)
                        : new Outcome(settled, List.of(), List.of());
            }
            case RESTARTING, WAITING_FOR_RESTART, UNVERIFIED -> forward(entry, containers);
            case ROLLING_BACK -> back(entry, new Round(), entry.outcome());
            case UNDOING -> undo(entry, containers);
            case DROPPING_LIVE, APPLIED, ROLLED_BACK, UNDONE, ABANDONED ->
                    new Outcome(entry, List.of(), List.of());
        };
    }

    /// What has been done so far.
    ///
    /// @param results what became of each that was restarted, by its target
    /// @param touched the entries of those that had their turn
    /// @param problems what could not be done, one sentence each
    private record Round(
            Map<String, Result> results, List<JournalEntry> touched, List<String> problems) {
        Round() {
            this(new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
        }

        /// @return what got worse; empty where nothing did
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

        /// Whether of one of them nobody knows yet what came of it.
        boolean isOpen() {
            return results.values().stream()
                    .anyMatch(result -> result.entry().phase() == Phase.UNVERIFIED);
        }

        Outcome ended(JournalEntry shared) {
            return new Outcome(shared, List.copyOf(results.values()), problems);
        }

        /// The restarted ones, as a clause; empty where there are none.
        String restarted(String before) {
            return results.isEmpty() ? "" : before + String.join(", ", results.keySet());
        }
    }

    private Outcome forward(JournalEntry shared, List<ContainerId> containers) throws IOException {
        Round round = new Round();
        String worse;
        try {
            worse = takenUp(shared, round);
            for (ContainerId one : containers) {
                if (!worse.isEmpty() || round.isOpen() || turns.stopped()) {
                    break;
                }
                worse = round.results.containsKey(one.target()) ? "" : turn(shared, one, round);
            }
        } catch (IOException failed) {
            worse = sentence(failed);
        }
        if (!worse.isEmpty()) {
            return back(shared, round, worse);
        }
        rescue(round);
        if (round.isOpen() || turns.stopped()) {
            return round.ended(shared);
        }
        String restarted = round.restarted("written, and restarted: ");
        return round.ended(
                change.ended(
                        shared, Phase.APPLIED, restarted.isEmpty() ? FROM_NEXT_START : restarted));
    }

    /// Goes on with those whose turn was interrupted.
    ///
    /// @return what got worse; empty where nothing did
    private String takenUp(JournalEntry shared, Round round) throws IOException {
        List<JournalEntry> members = members(shared);
        for (JournalEntry member : members) {
            if (member.phase() == Phase.ROLLED_BACK || member.phase() == Phase.ROLLING_BACK) {
                return about(member.before().container(), member.outcome());
            }
        }
        if (!change.holds(shared)) {
            return "our names are not in '" + change.path() + "' any more";
        }
        String worse = "";
        for (JournalEntry left : members) {
            if (worse.isEmpty() && !closed(left)) {
                round.touched.add(left);
                worse = round.took(new Change(ports).resume(left, restart));
            }
        }
        return worse;
    }

    private String turn(JournalEntry shared, ContainerId one, Round round) throws IOException {
        if (!ports.runtime().running(one)) {
            return "";
        }
        Snapshot now = ports.snapshots().read(one);
        CapabilitySet held = held(shared, now);
        if (held.isEmpty()) {
            return "";
        }
        String obstacle = turns.obstacle(now);
        if (!obstacle.isEmpty()) {
            return about(one, obstacle);
        }
        JournalEntry entry = begin(shared, now, held);
        round.touched.add(entry);
        return round.took(new Dropping(new Transaction(ports, entry, restart)).restart());
    }

    private JournalEntry begin(JournalEntry shared, Snapshot now, CapabilitySet drop)
            throws IOException {
        Instant at = ports.clock().instant();
        return JournalEntry.begin(
                ports.journal(),
                at.isBefore(shared.at()) ? shared.at() : at,
                now,
                drop,
                shared.edit());
    }

    /// What a container holds of the drop, and its next start does not give it.
    private static CapabilitySet held(JournalEntry shared, Snapshot now) {
        Init init = now.init();
        return init == null || !now.running()
                ? CapabilitySet.EMPTY
                : init.bounding().minus(NextStart.of(now).bounding()).intersect(shared.drop());
    }

    /// What of the drop a container is without, and its next start gives it.
    private static CapabilitySet lacking(JournalEntry shared, Snapshot now) {
        Init init = now.init();
        return init == null || !now.running()
                ? CapabilitySet.EMPTY
                : NextStart.of(now).bounding().minus(init.bounding()).intersect(shared.drop());
    }

    /// What a container that is gone had begun is closed.
    private boolean closed(JournalEntry member) throws IOException {
        if (!member.phase().ended() && !turns.exists(member.before().container())) {
            ports.journal().write(member.with(Phase.ABANDONED, "the container is gone"));
            return true;
        }
        return member.phase().ended();
    }

    /// Takes the lines out, and restarts those again that were restarted with them. Whatever fails
    /// of it, the next container has its turn, and what ran before runs in the end.
    private Outcome back(JournalEntry shared, Round round, String reason) throws IOException {
        JournalEntry back = shared.with(Phase.ROLLING_BACK, reason);
        ports.progress().step("all of them go back: " + reason);
        boolean out = false;
        try {
            ports.journal().write(back);
            change.takeBack(back);
            out = true;
        } catch (IOException failed) {
            round.problems.add(
                    "'%s' could not be put back: %s".formatted(change.path(), sentence(failed)));
        }
        for (JournalEntry member : members(shared)) {
            if (out && isToGoBack(member)) {
                round.touched.add(member);
                goBack(member, round);
            }
        }
        rescue(round);
        return round.ended(
                out
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
            round.results.put(
                    member.target(),
                    new RollingBack(new Transaction(ports, member, restart))
                            .back(first == null ? null : first.verification()));
        } catch (IOException failed) {
            round.problems.add(about(member.before().container(), sentence(failed)));
        }
    }

    private static boolean isToGoBack(JournalEntry member) {
        return switch (member.phase()) {
            case WRITING, RESTARTING, WAITING_FOR_RESTART, UNVERIFIED, APPLIED, ROLLING_BACK ->
                    true;
            case DROPPING_LIVE, ROLLED_BACK, UNDOING, UNDONE, ABANDONED -> false;
        };
    }

    /// Takes the lines out, and restarts what they had been in force in. Where one does not come
    /// up, the others have their turn all the same.
    ///
    /// @param containers those that share the lines now
    public Outcome undo(JournalEntry entry, List<ContainerId> containers) throws IOException {
        JournalEntry undoing = change.ended(entry, Phase.UNDOING, "");
        String done = change.takeBack(undoing);
        Round round = new Round();
        Map<String, JournalEntry> known = new LinkedHashMap<>();
        Map<String, ContainerId> all = new LinkedHashMap<>();
        for (JournalEntry member : members(undoing)) {
            known.put(member.target(), member);
            if (!closed(member)) {
                all.put(member.target(), member.before().container());
            }
        }
        containers.forEach(one -> all.put(one.target(), one));
        List<String> later = new ArrayList<>();
        for (ContainerId one : all.values()) {
            try {
                if (!turns.stopped() && undoOne(undoing, one, known.get(one.target()), round)) {
                    later.add(one.target());
                }
            } catch (IOException failed) {
                round.problems.add(about(one, sentence(failed)));
            }
        }
        rescue(round);
        if (turns.stopped()) {
            return round.ended(undoing);
        }
        String waiting =
                later.isEmpty() ? "" : "; waits for a restart: " + String.join(", ", later);
        return round.ended(
                change.ended(
                        undoing, Phase.UNDONE, done + round.restarted("; restarted: ") + waiting));
    }

    /// @param known the entry of its restart; null where there is none
    /// @return whether it waits for a restart
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
            String obstacle = turns.obstacle(now);
            if (!obstacle.isEmpty()) {
                throw new IOException(obstacle);
            }
            if (member == null || member.phase() != Phase.APPLIED) {
                member = begin(shared, now, back).with(Phase.APPLIED, "");
            }
        }
        round.touched.add(member);
        round.results.put(
                one.target(), new Undoing(new Transaction(ports, member, restart)).undo());
        return false;
    }

    /// Starts what ran before its turn and does not now, and closes what nobody goes on with.
    private void rescue(Round round) {
        Map<String, JournalEntry> each = new LinkedHashMap<>();
        round.touched.forEach(member -> each.put(member.target(), member));
        for (JournalEntry member : each.values()) {
            Result result = round.results.get(member.target());
            String problem = member.before().running() ? rescued(member, result) : "";
            if (!problem.isEmpty()) {
                round.problems.add(problem);
            }
        }
    }

    private String rescued(JournalEntry member, @Nullable Result result) {
        ContainerId id = member.before().container();
        String why = "";
        for (int attempt = 0; attempt < RESCUES; attempt++) {
            try {
                if (!turns.exists(id)) {
                    return "";
                }
                ports.runtime().awaitEarlier(id, restart.timeout(), ports.progress());
                if (ports.runtime().running(id)) {
                    if (!goesDown(member, result, ports.snapshots().read(id))) {
                        return "";
                    }
                    ports.progress().step("waiting until " + id.name() + " is down");
                    ports.runtime().stop(id, restart.timeout(), restart.force());
                }
                ports.progress().step("starting " + id.name());
                ports.runtime().start(id, restart.timeout());
                return "";
            } catch (IOException failed) {
                why = sentence(failed);
            }
        }
        return "'%s' ran before, and has to be looked after: %s".formatted(id.target(), why);
    }

    /// Whether a shutdown that was asked of it may have begun and not ended. Of one that has just
    /// booted and does not answer yet nobody says so.
    private static boolean goesDown(JournalEntry member, @Nullable Result result, Snapshot now) {
        boolean unverified = result != null && result.entry().phase() == Phase.UNVERIFIED;
        return now.systemd() == null
                ? member.before().systemd() != null && !unverified
                : Transaction.shutsDown(now);
    }

    /// The entries of the containers that a change of shared lines restarted, of each the last.
    private List<JournalEntry> members(JournalEntry shared) throws IOException {
        List<JournalEntry> members = new ArrayList<>();
        for (String target : ports.journal().targets()) {
            JournalEntry last = null;
            for (JournalEntry entry :
                    target.equals(shared.target())
                            ? List.<JournalEntry>of()
                            : ports.journal().entries(target)) {
                last = entry.belongsTo(shared) ? entry : last;
            }
            if (last != null) {
                members.add(last);
            }
        }
        return members;
    }

    private static String about(ContainerId container, String sentence) {
        return "'" + container.target() + "': " + sentence;
    }

    private static String sentence(IOException failed) {
        String message = failed.getMessage();
        return message == null ? failed.getClass().getSimpleName() : message;
    }
}
