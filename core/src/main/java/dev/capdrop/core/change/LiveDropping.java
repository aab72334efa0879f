package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.change.LiveStep.LiveForecast;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.verification.Judgement.LiveComparison;
import dev.capdrop.core.verification.Verification;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The way forward without a restart: the running PID 1 gives the capabilities up, and systemd
/// forgets the failures of the units that it skips from now on. The file is written by then; each
/// part may be done again, and none be taken back without a restart.
record LiveDropping(Transaction change) {
    Result resume() throws IOException {
        if (!change.runs()) {
            return change.end(
                    Phase.APPLIED,
                    "written; the container has been stopped meanwhile and stays stopped");
        }
        EditedFile file = change.file();
        return file.overwritten()
                ? change.end(Phase.ABANDONED, file.lost("since it was written"))
                : taken();
    }

    Result taken() throws IOException {
        Init then = change.before().init();
        CapabilitySet drop = change.entry().drop();
        change.step("taking " + drop + " from the running PID 1");
        Duration stoodStill = null;
        String failure = "";
        try {
            if (then == null) {
                throw new IOException("no PID 1 was known before");
            }
            stoodStill = change.ports().live().drop(change.container(), then, drop);
        } catch (IOException e) {
            failure = sentence(e);
        }
        return read(stoodStill, failure);
    }

    /// Reads what PID 1 holds, which decides, whatever the step said of itself.
    Result read(@Nullable Duration stoodStill, String failure) throws IOException {
        Snapshot first = change.read();
        if (!first.running()) {
            return change.end(Phase.APPLIED, "written; the container has been stopped meanwhile");
        }
        if (change.entry().restartedSince(first)) {
            change.step("it has been restarted since");
            return new Dropping(change).resumeVerification();
        }
        CapabilitySet held = first.held().intersect(change.entry().drop());
        if (!held.isEmpty()) {
            return notTaken(first, held, failure);
        }
        Snapshot now = whole(first);
        List<String> skipped = LiveForecast.of(change.before(), change.entry().drop()).skipped(now);
        Forgotten forgotten = forget(skipped);
        Snapshot after = skipped.isEmpty() ? now : whole(change.read());
        LiveStep.LiveReport report =
                new LiveStep.LiveReport(
                        change.entry().drop(),
                        stoodStill,
                        skipped.stream().filter(unit -> !forgotten.left.contains(unit)).toList(),
                        forgotten.left,
                        forgotten.why,
                        outdated());
        Verification verification = LiveComparison.of(change.entry(), report.cleared(), after);
        boolean open = verification.verdict().mayBeSettled();
        Result ended =
                open
                        ? change.end(
                                Phase.UNVERIFIED,
                                "taken from the running PID 1, not verified: "
                                        + verification.sentence(),
                                verification)
                        : change.applied(
                                report.sentence() + "; " + verification.state(), verification);
        return new Result(ended.entry(), verification, null, report);
    }

    /// Asks a systemd that did not answer to the end once more, with the time of a boot: without
    /// its answers nothing can be cleared or said of services.
    private Snapshot whole(Snapshot now) throws IOException {
        if (!now.running() || !(now.lacks(Unread.Part.SYSTEMD) || now.lacks(Unread.Part.UNITS))) {
            return now;
        }
        change.step("its systemd has not answered to the end; it is asked once more");
        return change.readSettled();
    }

    private Result notTaken(Snapshot now, CapabilitySet held, String failure) throws IOException {
        CapabilitySet gone = change.entry().drop().minus(held);
        String problem =
                "the live step failed, PID 1 still holds "
                        + held
                        + (failure.isEmpty() ? "" : ": " + failure)
                        + (gone.isEmpty() ? "" : "; it is without " + gone + " already");
        return change.await(
                "written; it waits for a restart: " + problem,
                Verification.of(Verification.Verdict.NOT_LIVE, now.state(), problem));
    }

    /// The units that systemd still calls failed, and why; empty where there are none.
    private record Forgotten(List<String> left, String why) {}

    private Forgotten forget(List<String> units) {
        if (units.isEmpty()) {
            return new Forgotten(List.of(), "");
        }
        change.step("clearing the failures of " + String.join(", ", units));
        try {
            List<String> left = change.ports().live().forget(change.container(), units);
            return new Forgotten(left, left.isEmpty() ? "" : "systemd refused it");
        } catch (IOException e) {
            return new Forgotten(units, sentence(e));
        }
    }

    private @Nullable List<String> outdated() {
        try {
            return change.ports().live().outdated(change.container());
        } catch (IOException unread) {
            return null;
        }
    }

    private static String sentence(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
