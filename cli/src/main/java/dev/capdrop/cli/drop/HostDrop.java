package dev.capdrop.cli.drop;

import static java.util.Objects.requireNonNull;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.Environment.OpenFiles;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.core.change.ConfigStore.SharedConfigStore;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.change.SharedChange;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.container.SharedLines.SharedFile;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.SharedDrop;
import dev.capdrop.core.plan.SharedDrop.Member;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.plan.SharedPlan.Unloadable;
import dev.capdrop.core.plan.SharedProfile;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.verification.ContainerStatus;
import dev.capdrop.core.verification.ContainerStatus.Drift;
import dev.capdrop.linux.incus.IncusProfiles;
import dev.capdrop.linux.runtime.HostConfigurations;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// One drop for all containers that share lines: reads for a plan, and wires the change.
public record HostDrop(Host host, Subject.Lines id) {
    /// A plan, and a sentence for each thing that could not be looked into.
    public record Planned(SharedPlan plan, String node, List<String> unread) {}

    /// Returns the plan for the containers of this host; a boot may take as long as `timeout`.
    public Planned plan(Request request, Exclusion exclusion, Duration timeout, Heartbeat heartbeat)
            throws IOException {
        int last = host.lastCapability();
        Host.Files.Source source = host.files().source();
        Now now = now(source.files());
        HostConfigurations found = now.found();
        Set<HostContainer> excluded = exclusion.among(found.containers());
        CapabilitySet known = host.facts().known(last);
        SharedDrop drop =
                new SharedDrop(
                        now.lines(),
                        source.files(),
                        found.all(),
                        last,
                        host.node(),
                        "capdrop undo " + arguments());
        List<Candidate> candidates = new ArrayList<>();
        for (HostContainer one : found.containers()) {
            // a clone of a template is made anew
            if (one.guest() == null || !one.guest().template() || request.goal() == Goal.NEW) {
                HostConfiguration its = found.of(one);
                boolean reached = drop.reaches(its, known);
                candidates.add(new Candidate(one, its, reached, excluded.contains(one)));
            }
        }
        heartbeat.watch("reading the containers of this host");
        List<Looked> looked =
                Helpers.ask(
                        candidates,
                        Proposal.limit(timeout),
                        (one, _) -> look(one, timeout),
                        (one, why) -> Looked.inVain(one, why));
        heartbeat.watch("");
        SharedPlan plan = joint(drop, looked, request, known);
        List<String> unread = new ArrayList<>(found.unread());
        unread.addAll(source.problems().get());
        return new Planned(plan, host.node(), unread);
    }

    /// Plans for all of them, in what the reading of each has left of its time.
    private static SharedPlan joint(
            SharedDrop drop, List<Looked> looked, Request request, CapabilitySet known)
            throws IOException {
        List<Member> members = looked.stream().map(Looked::member).toList();
        List<Duration> read =
                looked.stream()
                        .filter(one -> one.member.snapshot() != null)
                        .map(Looked::left)
                        .toList();
        Patience limit =
                read.isEmpty()
                        ? Helpers.LIMIT
                        : Patience.atLeast(read.stream().reduce(Duration.ZERO, Duration::plus));
        try {
            return RefusedException.plan(
                    Helpers.one(
                            "all containers",
                            limit,
                            (_, time) -> drop.plan(members, request, known, time)));
        } catch (TimeLimit.OverdueException overdue) {
            throw new IOException(
                    "the %s containers were read, but %s together; leave the largest out with --exclude"
                            .formatted(read.size(), overdue.getMessage()),
                    overdue);
        }
    }

    private record Candidate(
            HostContainer container,
            HostConfiguration configuration,
            boolean reached,
            boolean excluded) {}

    /// The result of a look at one container, and how much of its time is left to reason in.
    private record Looked(Member member, Duration left) {
        static Looked inVain(Candidate one, String why) {
            return new Looked(
                    new Member(one.configuration, null, one.excluded, why), Duration.ZERO);
        }
    }

    private Looked look(Candidate one, Duration timeout) {
        long end = System.nanoTime() + Proposal.limit(timeout).time().toNanos();
        Member member = member(one, timeout);
        long most = Helpers.LIMIT.time().toNanos();
        long left = Math.clamp(end - System.nanoTime(), 0, most);
        return new Looked(member, Duration.ofNanos(left));
    }

    /// Looks at a candidate. Of one that the file does not reach nothing needs to be known.
    private Member member(Candidate one, Duration timeout) {
        Snapshot snapshot = null;
        String problem = "";
        try {
            snapshot = one.reached ? read(one.container.id(), timeout) : null;
        } catch (IOException unreadable) {
            problem = Mistakes.sentence(unreadable);
        }
        return new Member(one.configuration, snapshot, one.excluded, problem);
    }

    /// Returns the configurations that load without the file, and do not when it says this.
    public List<Unloadable> broken(String text) throws IOException {
        ConfigSource source = host.files().source().files();
        Now now = now(source);
        return Unloadable.brokenBy(
                now.lines(), text, now.found().all(), source, host.lastCapability());
    }

    public List<HostContainer> sharers() throws IOException {
        return now(host.files().source().files()).found().containers();
    }

    /// Reads a container. Those that do not run share one pass over /proc, which tells that.
    private Snapshot read(ContainerId id, Duration timeout) throws IOException {
        Snapshot first = host.readForCheck(id);
        return Changes.limited(
                host, first.running() ? host.readSettled(id, BootWait.of(timeout)) : first);
    }

    /// Returns the containers that run without something that their next start brings back.
    public List<String> lacking(CapabilitySet dropped) throws IOException {
        return running((next, held) -> !next.minus(held).intersect(dropped).isEmpty());
    }

    /// Returns the containers that hold something that their next start does not give them.
    public List<String> holding(CapabilitySet dropped) throws IOException {
        return running((next, held) -> !held.minus(next).intersect(dropped).isEmpty());
    }

    /// Returns the containers for which `test` holds of the next start's bounding set and PID 1's.
    private List<String> running(BiPredicate<CapabilitySet, CapabilitySet> test)
            throws IOException {
        ConfigSource source = host.files().source().files();
        Now lines = now(source);
        HostConfigurations found = lines.found();
        List<String> owners = new ArrayList<>();
        for (HostContainer one : found.containers()) {
            Snapshot now = host.reader().readFromOutside(one.id());
            int last = now.host().lastCapability();
            if (now.running()
                    && lines.lines().reaches(found.of(one), source, last)
                    && test.test(NextStart.of(now).bounding(), now.held())) {
                owners.add(found.of(one).owner());
            }
        }
        return owners;
    }

    /// Returns what was changed in the lines, by their journal, and where reality has gone since.
    ContainerStatus status(List<JournalEntry> entries) throws IOException {
        String text = store().read(lines().path());
        ContainerStatus status = ContainerStatus.of(entries, before(text));
        List<Drift> drifts = new ArrayList<>();
        for (Unloadable one : broken(text)) {
            drifts.add(new Drift.Blocks(one.configuration().owner(), one.error()));
        }
        List<String> holding = holding(status.drop());
        if (!holding.isEmpty()) {
            drifts.add(new Drift.Awaited(holding, status.drop()));
        }
        return status.with(drifts);
    }

    /// Returns the refusals since we dropped something from all that share the lines; else nothing.
    List<SinceDropText> sinceDrop(Snapshot now) throws IOException {
        Experience.SinceDrop since =
                new Experience(Changes.entries(host.journal(), id())).sinceDrop(now);
        return since.refused().isEmpty() || !gone("").isEmpty() || !isReached(now.container())
                ? List.of()
                : List.of(new SinceDropText(since, arguments(), now.container()));
    }

    private boolean isReached(ContainerId container) throws IOException {
        ConfigSource source = host.files().source().files();
        Now lines = now(source);
        HostConfigurations found = lines.found();
        for (HostContainer one : found.containers()) {
            if (one.is(container)) {
                return lines.lines().reaches(found.of(one), source, host.lastCapability());
            }
        }
        return false;
    }

    public boolean isThere() throws IOException {
        return !store().read(lines().path()).isEmpty();
    }

    /// Returns the lines as they are, which stand for the container in the journal.
    public Snapshot before(String text) throws IOException {
        Map<String, String> files = Map.of(lines().path(), text);
        String folder = lines().folder();
        List<String> members = folder.isEmpty() ? null : host.files().source().files().list(folder);
        return Snapshot.of(host.facts().clock().instant(), id(), host.facts().kernel())
                .with(
                        new ConfigurationText(
                                lines().path(),
                                files,
                                members == null ? Map.of() : Map.of(folder, members),
                                0,
                                Map.of()));
    }

    public Rollout apply(SharedPlan plan) throws IOException {
        OpenFiles.requireEnough();
        return Rollout.of(change().apply(before(plan.edit().before()), plan));
    }

    public SharedChange change() {
        return new SharedChange(lines(), store(), host.journal(), host.facts().clock());
    }

    /// Returns their newest change that is in force or was interrupted; else null.
    public @Nullable JournalEntry last() throws IOException {
        return Claims.last(Changes.entries(host.journal(), id()));
    }

    /// Returns one sentence: what an interrupted change of the lines has left, and what to do.
    public String pending(JournalEntry entry) {
        return PendingText.sentence(entry, arguments(), wayBack(entry))
                + Errand.or("", () -> Changes.leftDown(host, entry));
    }

    /// Returns a clause that says how far a way back has come; empty where there is none.
    private String wayBack(JournalEntry entry) {
        boolean back =
                entry.phase() == JournalEntry.Phase.UNDOING
                        || entry.phase() == JournalEntry.Phase.ROLLING_BACK;
        return Errand.or(
                "",
                () ->
                        !back
                                ? ""
                                : change().holds(entry)
                                        ? "our names are still in '" + entry.edit().path() + "'"
                                        : "our names are out of '"
                                                + entry.edit().path()
                                                + "'"
                                                + open(entry));
    }

    private String open(JournalEntry entry) throws IOException {
        List<ContainerId> open = new SharedChange.SharedMembers(host.journal(), entry).underWay();
        return open.isEmpty() ? "" : ", and not all is restarted: " + Changes.names(open);
    }

    private record Now(SharedLines lines, HostConfigurations found) {}

    /// The lines, whoever shares them now.
    private SharedLines lines() {
        return switch (id) {
            case Subject.HostFile file -> SharedFile.in(folder(file));
            case Subject.Profile(IncusProfile profile) -> new SharedProfile(profile, "", Map.of());
        };
    }

    private static String folder(Subject.HostFile file) {
        Path path = Path.of(file.configPath()).toAbsolutePath().normalize();
        return requireNonNull(path.getParent()).toString();
    }

    private Now now(ConfigSource source) throws IOException {
        return switch (id) {
            case Subject.HostFile file ->
                    new Now(
                            SharedFile.in(folder(file)).withTwoLists(host.facts().twoLists()),
                            host.files().configurations(source));
            case Subject.Profile(IncusProfile profile) -> users(profile);
        };
    }

    private Now users(IncusProfile profile) throws IOException {
        IncusProfiles.Users users;
        try {
            users = host.files().profiles().users(profile);
        } catch (NoSuchFileException missing) {
            throw new Mistakes.UsageException(String.valueOf(missing.getReason()), missing);
        }
        Map<HostContainer, HostConfiguration> own = new LinkedHashMap<>();
        new TreeMap<>(users.here())
                .forEach((path, one) ->
                        own.put(
                                new HostContainer(one, null),
                                new HostConfiguration(one.target(), path, one.format(), null)));
        return new Now(
                users.lines(),
                new HostConfigurations(own, List.copyOf(own.values()), users.others()));
    }

    public SharedConfigStore store() {
        return restarts() ? host.files().profiles().store() : host.files().shared();
    }

    /// Returns the words behind a command's name that mean the lines.
    public String arguments() {
        return words(id) + host.options().arguments();
    }

    static String words(Subject.Lines lines) {
        return switch (lines) {
            case Subject.HostFile file when folder(file).equals(SharedFile.DEFAULT_DIRECTORY) ->
                    "--host";
            case Subject.HostFile file -> "--host --userns-dir " + ShellWord.quoted(folder(file));
            case Subject.Profile(IncusProfile profile) ->
                    "--profile " + ShellWord.quoted(profile.word());
        };
    }

    /// Whether those that share them are restarted for a change of them.
    public boolean restarts() {
        return id instanceof Subject.Profile;
    }

    /// Returns why there is nothing left to take a change of them back from; else empty.
    public String gone(String text) throws IOException {
        if (!(id instanceof Subject.Profile(IncusProfile profile))) {
            return "";
        }
        try {
            host.files().profiles().users(profile);
            return "";
        } catch (NoSuchFileException missing) {
            List<String> same = host.files().profiles().saying(profile, text);
            return missing.getReason()
                    + (same.isEmpty()
                            ? ""
                            : "; the profile '%s' has the very lines: if it was renamed, take the drop out of it by hand"
                                    .formatted(String.join("', '", same)));
        }
    }
}
