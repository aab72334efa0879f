package dev.capdrop.core.change;

import static dev.capdrop.core.change.SharedRestart.about;
import static dev.capdrop.core.change.SharedRestart.guarded;
import static dev.capdrop.core.change.SharedRestart.sentence;

import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Starts what ran before its restart for shared lines and does not now.
record Rescue(Change.Ports ports, Change.Restart restart, SharedRestart.Turns turns) {
    private static final String INTERRUPTED =
            "its restart was interrupted and is not compared with anything";

    private static final String MAY_GO_DOWN =
            "; its systemd does not answer, so that it may be shutting down: look at it";

    /// Starts those whose turn may have left them down, which one that was compared with its boot
    /// was not; returns what could not be started, one sentence each.
    List<String> all(Collection<JournalEntry> members, Map<String, Change.Result> results) {
        List<String> problems = new ArrayList<>();
        for (JournalEntry member : members) {
            if (member.before().running() && isUnsure(member, results.get(member.target()))) {
                String problem = one(member);
                if (!problem.isEmpty()) {
                    problems.add(problem);
                }
            }
        }
        return problems;
    }

    private static boolean isUnsure(JournalEntry member, Change.@Nullable Result result) {
        if (member.phase() == JournalEntry.Phase.ROLLED_BACK) {
            return result == null || result.rollback() == null;
        }
        boolean closed =
                member.phase() == JournalEntry.Phase.APPLIED
                        && result != null
                        && result.verification() == null
                        && result.entry().outcome().equals(SharedRestart.NOT_RESTARTED);
        return closed || member.phase().restarts();
    }

    /// Starts one, and returns why it does not run; empty where it does, or is gone.
    String one(JournalEntry member) {
        return started(member, now -> restart.wanted() && mayGoDown(member, now));
    }

    /// Starts one for lines that are gone, and returns what is to be said of it. Nobody was asked
    /// whether a running one may be stopped, so only one that shuts down by its systemd's word is.
    String leftHalfWay(JournalEntry member) {
        ContainerId id = member.before().container();
        String problem =
                member.before().running()
                        ? started(member, now -> now.observed() && Transaction.shutsDown(now))
                        : "";
        return problem.isEmpty()
                ? about(id, runsSilent(id) ? INTERRUPTED + MAY_GO_DOWN : INTERRUPTED)
                : problem;
    }

    private boolean runsSilent(ContainerId id) {
        try {
            return ports.runtime().running(id) && !ports.snapshots().read(id).observed();
        } catch (IOException unread) {
            return true;
        }
    }

    /// Whether a shutdown asked of it may go on; of a systemd that never answered nobody says so.
    private static boolean mayGoDown(JournalEntry member, Snapshot now) {
        return now.observed() ? Transaction.shutsDown(now) : member.before().observed();
    }

    private String started(JournalEntry member, Predicate<Snapshot> goesDown) {
        ContainerId id = member.before().container();
        String why = "";
        for (int attempt = 0; attempt < Transaction.ATTEMPTS; attempt++) {
            try {
                return guarded(() -> {
                    startIfDown(id, goesDown);
                    return "";
                });
            } catch (IOException failed) {
                why = sentence(failed);
            }
        }
        return "'%s' ran before, and has to be looked after: %s".formatted(id.target(), why);
    }

    private void startIfDown(ContainerId id, Predicate<Snapshot> goesDown) throws IOException {
        if (!turns.exists(id)) {
            return;
        }
        ports.runtime().awaitEarlier(id, restart.timeout(), ports.progress());
        if (ports.runtime().running(id)) {
            if (!goesDown.test(ports.snapshots().read(id))) {
                return;
            }
            ports.progress().step("waiting until " + id.name() + " is down");
            ports.runtime().stop(id, restart.timeout(), restart.force());
        }
        ports.progress().step("starting " + id.name());
        ports.runtime().start(id, restart.timeout());
    }
}
