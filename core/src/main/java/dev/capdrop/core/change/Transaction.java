package dev.capdrop.core.change;

import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.verification.Verification;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A change under way. Each phase is journalled before its step, so that whoever finds an entry
/// that has not ended knows what may have happened, and the file tells whether it did.
record Transaction(Change.Ports ports, JournalEntry entry, Change.Restart restart) {
    /// The most starts of a container that has to run.
    static final int ATTEMPTS = 2;

    static Transaction begin(
            Change.Ports ports, Snapshot before, Plan plan, ConfigEdit edit, Change.Restart restart)
            throws IOException {
        JournalEntry.Asked asked = new JournalEntry.Asked(plan.drop(), Set.of());
        JournalEntry entry =
                JournalEntry.begin(ports.journal(), ports.clock().instant(), before, asked, edit);
        return new Transaction(ports, entry, restart);
    }

    /// Returns the transaction one phase further, journalled.
    Transaction advance(JournalEntry.Phase phase, String sentence) throws IOException {
        Transaction next = new Transaction(ports, entry.with(phase, sentence), restart);
        ports.journal().write(next.entry);
        return next;
    }

    Result end(JournalEntry.Phase phase, String sentence) throws IOException {
        return end(phase, sentence, null);
    }

    Result end(JournalEntry.Phase phase, String sentence, @Nullable Verification verification)
            throws IOException {
        return new Result(advance(phase, sentence).entry, verification, null, null);
    }

    /// Ends it well, unless another program has rewritten the file meanwhile.
    Result applied(String sentence, Verification verification) throws IOException {
        EditedFile file = file();
        return file.overwritten()
                ? end(
                        JournalEntry.Phase.ABANDONED,
                        sentence + "; but " + file.lost("since it was written"),
                        verification)
                : end(JournalEntry.Phase.APPLIED, sentence, verification);
    }

    /// Ends it for now: somebody else's restart brings the rest.
    Result await(String sentence, @Nullable Verification verification) throws IOException {
        return end(JournalEntry.Phase.WAITING_FOR_RESTART, sentence, verification);
    }

    Snapshot before() {
        return entry.before();
    }

    ContainerId container() {
        return entry.before().container();
    }

    EditedFile file() {
        return new EditedFile(ports.store(), entry);
    }

    /// Returns the transaction with the edit written, perhaps made anew of what the file holds now.
    Transaction written() throws IOException {
        if (!entry.edit().changes()) {
            return this;
        }
        try {
            Change.Progress progress = release() ? _ -> {} : ports.progress();
            step("writing " + entry.edit().path());
            JournalEntry written = file().write(ports.journal(), progress);
            return new Transaction(ports, written, restart);
        } catch (IOException failed) {
            abandonIfUnwritten(failed);
            throw failed;
        }
    }

    /// Abandons an entry unless a failed write may have put the new file in place all the same.
    private void abandonIfUnwritten(IOException failed) {
        try {
            if (failed instanceof ConfigStore.ChangedException || file().unwritten()) {
                end(JournalEntry.Phase.ABANDONED, "not written");
            }
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    boolean takeBack() throws IOException {
        release();
        return file().takeBack(ports.progress());
    }

    private boolean release() throws IOException {
        return ports.runtime().release(container(), ports.progress());
    }

    boolean runs() throws IOException {
        return ports.runtime().running(container());
    }

    Snapshot read() throws IOException {
        return ports.snapshots().read(container());
    }

    void awaitEarlier() throws IOException {
        ports.runtime().awaitEarlier(container(), restart.timeout(), ports.progress());
    }

    /// Stops the container if it runs, and starts it, also where this program fails in between.
    ///
    /// @throws Change.BrokenOffException when it has failed
    void reboot() throws IOException {
        try {
            stopAndStart();
        } catch (RuntimeException | Error failed) {
            throw new Change.BrokenOffException(failed, broughtUp());
        }
    }

    /// Starts a container that has to run after a failure, and returns how it is now, one clause.
    private String broughtUp() {
        String why = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                awaitEarlier();
                if (runs()) {
                    return "the container runs";
                }
                ports.runtime().start(container(), restart.timeout());
                return "the container was down then, and has been started again";
            } catch (IOException | RuntimeException | Error failed) {
                why = failed instanceof IOException ? failed.getMessage() : failed.toString();
            }
        }
        return "the container may be down, and has to be looked after: " + why;
    }

    private void stopAndStart() throws IOException {
        String name = container().name();
        if (runs()) {
            step("shutting " + name + " down");
            ports.runtime().stop(container(), restart.timeout(), restart.force());
        }
        step("starting " + name);
        if (!ports.runtime().start(container(), restart.timeout())) {
            step(name + " has been started by somebody else");
        }
    }

    /// Reads the container once its boot has come as far as the one before the change.
    Snapshot readBooted() throws IOException {
        step("waiting until its boot has ended");
        return readSettled();
    }

    Snapshot readSettled() throws IOException {
        return ports.snapshots()
                .readSettled(
                        container(),
                        new SnapshotSource.BootWait(
                                restart.timeout(), before().unfinished(), ports.progress()));
    }

    /// Whether PID 1 may have begun to stop everything; its D-Bus is among the first to go.
    static boolean shutsDown(Snapshot running) {
        return !running.observed() || running.state().equals("stopping");
    }

    void step(String sentence) {
        ports.progress().step(sentence);
    }
}
