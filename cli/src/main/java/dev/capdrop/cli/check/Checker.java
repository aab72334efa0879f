package dev.capdrop.cli.check;

import dev.capdrop.cli.check.Checked.OurChange;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.OptionValues;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.RefusedException;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.linux.runtime.HostContainers;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Checks containers, several at a time.
public final class Checker {
    private final Host host;
    private final Patience limit;
    private final boolean settles;

    Checker(Host host, Patience limit, boolean settles) {
        this.host = host.lookingOnly();
        this.limit = limit;
        this.settles = settles;
    }

    public static Checked check(Snapshot snapshot, TimeLimit time) {
        String command = ShellWord.quoted(snapshot.subject().target());
        return check(snapshot, command, null, OurChange.NONE, Experience.NONE, time);
    }

    /// Checks a recorded snapshot; that it cannot be read is a result, too.
    public static Checked check(Path file, TimeLimit time) {
        try {
            return check(Targets.recorded(file), time);
        } catch (IOException | UsageException e) {
            return unread(file, reason(e));
        }
    }

    public static Checked unread(Path file, String why) {
        return unread(file.toString(), "--from " + ShellWord.quoted(file.toString()), null, why);
    }

    /// Checks recordings, and keeps of each what `shown` makes of file and result.
    public static <T> List<T> recorded(
            List<Path> files, Patience limit, BiFunction<String, Checked, T> shown) {
        return Helpers.ask(
                files,
                limit,
                (file, time) -> shown.apply(file.toString(), check(file, time)),
                (file, why) -> shown.apply(file.toString(), unread(file, why)));
    }

    /// Checks all containers of a host but the excluded, and a silent runtime as unread. A change
    /// that waits is left to a check that somebody reads.
    ///
    /// @param shown what is kept of each, by its folder of LXC's, and of what was found
    public static <T> List<T> ofHost(
            Host host, Patience limit, Exclusion exclusion, BiFunction<String, Checked, T> shown)
            throws IOException {
        host.requireRootOrRecording();
        HostContainers.Listing listing = host.containers().reachable();
        List<HostContainer> containers = exclusion.leave(listing.containers());
        List<Checked> all = new Checker(host, limit, false).checkAll(containers);
        List<T> kept = new ArrayList<>();
        silent(listing).forEach(one -> kept.add(shown.apply("", one)));
        for (int i = 0; i < all.size(); i++) {
            kept.add(shown.apply(containers.get(i).id().lxcPath(), all.get(i)));
        }
        return kept;
    }

    /// Checks these containers; one that cannot be read does not keep the others from being read.
    public List<Checked> checkAll(List<HostContainer> containers) throws IOException {
        return Helpers.ask(
                containers,
                limit,
                this::check,
                (one, why) -> unread(one.id().target(), host.command(one.id()), one.guest(), why));
    }

    /// A runtime that cannot be asked, among the containers of the others.
    public static List<Checked> silent(HostContainers.Listing listing) {
        return listing.silent().entrySet().stream()
                .map(one -> unread(one.getKey().prefix(), "", null, one.getValue()))
                .toList();
    }

    private Checked check(HostContainer one, TimeLimit time) {
        ContainerId container = one.id();
        String command = host.command(container);
        Snapshot snapshot;
        try {
            Snapshot first = host.readForCheck(container);
            // what the remark needs of the units is no reason for a check to fail
            snapshot =
                    StartReview.HostPrivilege.mayBeUnneeded(first)
                            ? Errand.or(first, () -> host.withLearnt(host.reader().read(container)))
                            : first;
        } catch (IOException e) {
            return unread(container.target(), command, one.guest(), reason(e));
        }
        Experience experience = Experience.NONE;
        OurChange change;
        try {
            List<JournalEntry> entries = Changes.entries(host.journal(), container);
            JournalEntry pending = Changes.pending(entries);
            Result verified = verified(pending, snapshot);
            change =
                    new OurChange(
                            verified == null ? pending : null,
                            verified,
                            "",
                            pending == null ? "" : host.journal().holder(container.target()),
                            Changes.sinceDrop(host, snapshot));
            experience = new Experience(entries);
        } catch (IOException e) {
            change = new OurChange(null, null, reason(e), "", List.of());
        }
        return check(snapshot, command, one.guest(), change, experience, time);
    }

    private static Checked unread(
            String target, String command, @Nullable ProxmoxGuest guest, String why) {
        return new Checked(
                target,
                command,
                guest,
                null,
                null,
                why,
                Checked.Reasoning.of(Diagnosis.NONE, null),
                OurChange.NONE);
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /// Settles a change that waits for a restart, where what became of it can be told.
    private @Nullable Result verified(@Nullable JournalEntry pending, Snapshot now)
            throws IOException {
        if (!settles
                || pending == null
                || !waits(pending)
                || !Changes.waiting(host, pending).decided(now)) {
            return null;
        }
        try (Journal.Lock _ = host.journal().lock(pending.target())) {
            JournalEntry still = Changes.pending(host.journal(), now.container());
            return still != null && waits(still)
                    ? Changes.waiting(host, still).verify(host.reader().read(now.container()))
                    : null;
        }
    }

    private static boolean waits(JournalEntry entry) {
        return entry.endsWithStart() || entry.phase() == JournalEntry.Phase.UNVERIFIED;
    }

    private static Checked check(
            Snapshot read,
            String command,
            @Nullable ProxmoxGuest guest,
            OurChange change,
            Experience experience,
            TimeLimit time) {
        Snapshot snapshot = experience.limited(read);
        Diagnosis diagnosis = Diagnosis.of(snapshot);
        Plan plan = null;
        String problem = "";
        boolean judged = true;
        boolean unneeded = false;
        StartReview nextStart = StartReview.SAME;
        try {
            if (snapshot.view() instanceof Snapshot.Observed seen) {
                Forecaster forecaster = Forecaster.over(seen, time);
                nextStart = experience.nextStart(forecaster);
                unneeded = StartReview.HostPrivilege.isUnneeded(forecaster);
                if (Checked.toHeal(nextStart, diagnosis.findings())) {
                    switch (Planner.plan(forecaster, Planner.Request.HEALTHY)) {
                        case Planner.Planned(Plan found) -> plan = found;
                        case Planner.Refused(Planner.Refusal why) ->
                                problem = "no plan can be made: " + RefusedException.sentence(why);
                    }
                }
            }
        } catch (TimeLimit.OverdueException e) {
            problem = Helpers.unjudged(snapshot, e);
            judged = false;
        }
        return new Checked(
                snapshot.subject().target(),
                command,
                guest,
                snapshot,
                NextStart.of(snapshot).configured(),
                problem,
                new Checked.Reasoning(
                        diagnosis,
                        plan,
                        nextStart,
                        judged,
                        PolicyReview.NONE,
                        ConfigRemark.all(snapshot, unneeded)),
                change);
    }

    /// The options to look at many containers: recordings, and how long each may take.
    public static final class LookOptions implements CommandModel.OptionGroup {
        public List<Path> from = List.of();
        public Patience timeout = Helpers.LIMIT;
        private final String label;

        public LookOptions(String label) {
            this.label = label;
        }

        @Override
        public void addTo(CommandModel model) {
            model.of("look")
                    .option("--from", label)
                    .each(CommandModel.Several.ALL_THAT_FOLLOW, Path.class, files -> from = files)
                    .option("--timeout", "DURATION")
                    .as(
                            OptionValues::duration,
                            timeout.time(),
                            time -> timeout = Patience.exactly(time));
        }
    }

    /// Returns the exit code of one container among many, where all findings count.
    public static ExitCode exitCode(Checked checked) {
        return FailOn.exitCode(checked, false, Set.of());
    }
}
