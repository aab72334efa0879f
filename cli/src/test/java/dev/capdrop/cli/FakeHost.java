package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.Environment;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Host.HostOptions;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.ConfigStore.SharedConfigStore;
import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.observe.UseHistory.Learnt;
import dev.capdrop.core.plan.SharedProfile;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusExpansion;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.incus.IncusConfig.Profiles;
import dev.capdrop.linux.incus.IncusProfiles;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.runtime.HostConfigurations;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.session.TerminalSize;
import dev.capdrop.linux.snapshot.HostReader;
import dev.capdrop.linux.store.UseStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A host in memory: containers, their configurations, a journal and a time. Command lines run on
/// it as the program runs them.
public final class FakeHost {
    static final String SHARED_FOLDER = "/usr/share/lxc/config/userns.conf.d/";
    public static final String SHARED = SHARED_FOLDER + "capdrop.conf";
    private static final String USERNS = "/usr/share/lxc/config/userns.conf";

    public final List<FakeContainer> containers = new ArrayList<>();

    /// Throw-away copies that are there.
    public final List<FakeContainer> copies = new CopyOnWriteArrayList<>();

    public int copiesMade;

    /// The probe in copies, and the capability that it needs.
    public String probe = "";

    public String probeNeeds = "";

    /// A copy that was made so often does not come up.
    public int brokenCopy;

    /// The number of the copy that one of its units is not up in, by chance.
    public int flakyCopy;

    /// The number of the copy that cannot even be made.
    public int impossibleCopy;

    /// What is done once this many copies were made.
    Runnable atCopy = () -> {};

    /// The raw.lxc of the profiles of Incus by their words; empty where one has none.
    public final Map<String, String> profiles = new TreeMap<>();

    /// What is not looked into of those that use a profile.
    public final List<String> otherUsers = new ArrayList<>();

    /// What is done once a profile was read for a write.
    public Runnable atProfileRead = () -> {};

    /// What is done once a profile was written.
    public Runnable atProfileWritten = () -> {};

    /// What ends the program before it writes such an entry, as kill -9 would.
    public Predicate<JournalEntry> killedAt = entry -> false;

    /// What is done once somebody has answered.
    public Runnable atAnswer = () -> {};

    final List<HostProcess> processes = new ArrayList<>();
    public final Map<String, String> files =
            new TreeMap<>(Map.of(USERNS, "lxc.include = /usr/share/lxc/config/userns.conf.d\n"));
    public final MemoryJournal journal = new MemoryJournal();
    public boolean root = true;
    public boolean interactive;
    public TerminalSize window = TerminalSize.NONE;
    public String answers = "";
    public Instant now = Instant.parse("2026-01-01T12:00:00Z");
    public CapabilitySet known = CapabilitySet.upTo(FakeContainer.LAST);
    public String unwatchable = "";
    public String unwritable = "";
    public CapabilitySet unseen = CapabilitySet.EMPTY;
    public String identity = "the first";

    /// What units are made of while they are watched, and what they are made of later.
    public final Map<String, String> made = new HashMap<>();

    public final Map<String, String> origins = new HashMap<>();
    public final List<Tally> tallies = new ArrayList<>();
    public final Map<ContainerId, UseHistory> learnt = new HashMap<>();
    public final List<Long> added = new ArrayList<>();
    public boolean watchesBoot;

    /// How many checks a watch loses.
    public long lost;

    /// How many seconds of a watch are told of while it goes on.
    public int pictures;

    Coverage.End watchEnd = Coverage.End.TIME;
    @Nullable String unreachable;

    /// What is on other hosts.
    String elsewhere = "";

    /// What a word for a container of LXC means instead.
    public String meant = "";

    /// Runtimes that do not say what containers they have.
    final Set<RuntimeKind> ill = EnumSet.noneOf(RuntimeKind.class);

    /// The snapshot that has the lines of any container, as runtimes say.
    String snapshotWith = "";

    /// Why runtimes list nothing; empty where they do.
    public String silence = "";

    public @Nullable String notInstalled;
    public @Nullable String writeFailure;

    /// Why the write of a profile fails that is made all the same.
    public @Nullable String failureOnceWritten;

    @Nullable String defaultsRefused;
    HostSurvey survey = Surveys.fine();

    /// At which step of its ports this program fails itself; 0 for never.
    public int breaksAt;

    /// How it fails then.
    public Supplier<Throwable> breaks = () -> new NoClassDefFoundError("dev/capdrop/Gone");

    /// The steps that its ports have taken.
    public int steps;

    /// Whether kill -9 has ended the program: it does nothing any more.
    private volatile boolean dead;

    /// The containers whose record was asked for.
    final Set<ContainerId> askedForLearnt = new HashSet<>();

    /// Ends the program as kill -9 does.
    public Killed kill() {
        dead = true;
        return new Killed();
    }

    /// A step of a port, before it is taken or right after.
    synchronized void step() {
        if (dead) {
            throw new Killed();
        }
        steps++;
        if (steps == breaksAt) {
            switch (breaks.get()) {
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                case Throwable other -> throw new IllegalStateException(other);
            }
        }
    }

    /// What a command line came to.
    public record Ran(int exit, String out, String err) {
        /// What was said, without the program's name before it and on one line each.
        public List<String> said() {
            return err.lines().map(line -> line.replaceFirst("^capdrop: ", "")).toList();
        }
    }

    /// The ports of this host.
    public Host host() {
        return new HostOptions(environment(streams())).host();
    }

    /// A running container of plain LXC.
    public FakeContainer lxc(String name) {
        return lxc(name, "/var/lib/lxc");
    }

    /// The same in another folder.
    public FakeContainer lxc(String name, String folder) {
        FakeContainer one =
                new FakeContainer(
                        new ContainerId(RuntimeKind.LXC, name, folder),
                        "lxc.include = " + USERNS + "\nlxc.uts.name = " + name + "\n",
                        files);
        containers.add(one);
        return one;
    }

    /// A running container of Proxmox VE, with these tags.
    public FakeContainer guest(String vmid, String... tags) {
        FakeContainer one =
                new FakeContainer(
                        ContainerId.proxmox(vmid, "/var/lib/lxc", "/etc/pve/lxc/" + vmid + ".conf"),
                        "arch: amd64\nhostname: web\nostype: debian\nunprivileged: 1\n",
                        files);
        one.guest =
                new ProxmoxGuest(
                        vmid,
                        new ProxmoxGuest.Place("pve1", true),
                        "web",
                        List.of(tags),
                        false,
                        null,
                        Integer.parseInt(vmid),
                        false);
        containers.add(one);
        return one;
    }

    /// A running container of Incus.
    ///
    /// @param name `NAME` or `PROJECT/NAME`
    public FakeContainer incus(String name, String... itsProfiles) {
        int slash = name.indexOf('/');
        String project = slash < 0 ? IncusFile.DEFAULT_PROJECT : name.substring(0, slash);
        IncusFile file = new IncusFile("/var/lib/incus", project, name.substring(slash + 1));
        FakeContainer one = new FakeContainer(ContainerId.incus(file), "", files);
        one.profiles.addAll(List.of(itsProfiles));
        one.expanded = () -> expanded(one);
        containers.add(one);
        return one;
    }

    private String expanded(FakeContainer one) {
        String profile = one.config.isEmpty() ? lastWithLines(one.profiles) : "";
        return new IncusExpansion(
                        IncusDaemon.INCUS,
                        false,
                        false,
                        List.of("u 0 100000 65536", "g 0 100000 65536"),
                        0,
                        false,
                        profile,
                        profiles.getOrDefault(profile, ""))
                .format();
    }

    private String lastWithLines(List<String> some) {
        for (String one : some.reversed()) {
            if (!profiles.getOrDefault(one, "").isEmpty()) {
                return one;
            }
        }
        return "";
    }

    public boolean has(ContainerId id) {
        return containers.stream().anyMatch(one -> one.id.equals(id));
    }

    FakeContainer container(ContainerId id) {
        for (List<FakeContainer> some : List.of(containers, copies)) {
            for (FakeContainer one : some) {
                if (one.id.equals(id)) {
                    return one;
                }
            }
        }
        throw new IllegalArgumentException("no " + id);
    }

    public Ran run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Environment.Streams streams = streams(out, err);
        dead = false;
        int exit = CommandLineTool.run(environment(streams), words);
        return new Ran(
                exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// An environment that nobody looks at what is written in.
    public Environment environment() {
        return environment(streams(new ByteArrayOutputStream(), new ByteArrayOutputStream()));
    }

    private Environment environment(Environment.Streams streams) {
        return new Environment(streams, new Facts(), this::host);
    }

    /// What nobody looks at.
    Environment.Streams streams() {
        return streams(new ByteArrayOutputStream(), new ByteArrayOutputStream());
    }

    private Environment.Streams streams(ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return new Environment.Streams(out, err, answers(), interactive, () -> window);
    }

    private InputStream answers() {
        return new ByteArrayInputStream(answers.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read() {
                atAnswer.run();
                return super.read();
            }

            @Override
            public synchronized int read(byte[] to, int from, int length) {
                atAnswer.run();
                return super.read(to, from, length);
            }
        };
    }

    private Host host(HostOptions options) {
        List<HostRuntime> all = new ArrayList<>();
        all.add(new FakeRuntime(RuntimeKind.PROXMOX, this));
        if (!profiles.isEmpty() || ill.contains(RuntimeKind.INCUS)) {
            all.add(new FakeRuntime(RuntimeKind.INCUS, this));
        }
        all.add(new FakeRuntime(RuntimeKind.LXC, this));
        return new Host(
                options,
                new Facts(),
                new HostRuntimes(all, all),
                new Reader(),
                journal,
                new Host.Inside((_, _, _, _) -> false, new Live()),
                new Files(),
                new Host.Use(new Watch(), new Store()));
    }

    private final class Watch implements UseWatch {
        @Override
        public Session of(ContainerId id, int watches) throws IOException {
            if (!container(id).running) {
                throw new IOException("'" + id.name() + "' does not run");
            }
            requireWatchable();
            return new Watching();
        }

        @Override
        public String identity(ContainerId id) {
            return container(id).running ? identity : "";
        }

        @Override
        public Map<String, String> origins(ContainerId id, Collection<String> units) {
            return origins;
        }

        @Override
        public Start ofStart(ContainerId id, boolean privileged) throws IOException {
            requireWatchable();
            return new Start() {
                private boolean begun;

                @Override
                public void begin() {
                    begun = !container(id).running;
                }

                @Override
                public Session started() {
                    if (!begun || !container(id).running) {
                        throw new IllegalStateException("not begun between its stop and its start");
                    }
                    return new Watching();
                }

                @Override
                public void close() {}
            };
        }
    }

    private void requireWatchable() throws IOException {
        if (!unwatchable.isEmpty()) {
            throw new IOException(unwatchable);
        }
    }

    private final class Store implements UseStore {
        @Override
        public @Nullable UseHistory read(ContainerId id) {
            askedForLearnt.add(id);
            return learnt.get(id);
        }

        @Override
        public List<Learnt> all(Consumer<String> unreadable) {
            List<Learnt> all = new ArrayList<>();
            learnt.forEach((id, one) -> all.add(new Learnt(id.target(), id.lxcPath(), one)));
            all.sort(Comparator.comparing(Learnt::target));
            return all;
        }

        @Override
        public void remove(Learnt gone) {
            learnt.keySet().removeIf(id -> id.target().equals(gone.target()));
        }

        @Override
        public UseHistory add(ContainerId id, String identity, Observation seen)
                throws IOException {
            if (!unwritable.isEmpty()) {
                throw new IOException(unwritable);
            }
            added.add(seen.coverage().seconds());
            UseHistory old = learnt.getOrDefault(id, UseHistory.none(identity, now));
            UseHistory all = old.plus(seen, now);
            learnt.put(id, all);
            return all;
        }
    }

    private final class Watching implements UseWatch.Session {
        private long watched;

        @Override
        public void settled() {}

        @Override
        public CapabilitySet unseen() {
            return unseen;
        }

        @Override
        public String identity() {
            return identity;
        }

        @Override
        public Observation learn(
                Duration time, BooleanSupplier enough, Consumer<Observation> taker) {
            boolean boots = watchesBoot && time.toMinutes() > 0;
            if (boots) {
                while (!enough.getAsBoolean()) {
                    Thread.onSpinWait();
                }
            }
            for (int second = 1; second <= pictures; second++) {
                taker.accept(seen(watched + second));
            }
            watched += boots ? pictures : time.toSeconds();
            return seen(watched);
        }

        private Observation seen(long seconds) {
            return new Observation(
                    now,
                    false,
                    CapabilitySet.upTo(FakeContainer.LAST),
                    tallies,
                    new Coverage(
                            seconds,
                            0,
                            lost,
                            watchEnd,
                            List.copyOf(made.keySet()),
                            unseen,
                            made,
                            Coverage.UnitResults.NONE),
                    0);
        }

        @Override
        public void close() {}
    }

    private final class Live implements LiveStep {
        @Override
        public String obstacle(ContainerId id, Init init, CapabilitySet capabilities) {
            return "";
        }

        @Override
        public Duration drop(ContainerId id, Init init, CapabilitySet capabilities) {
            step();
            container(id).giveUp(capabilities);
            step();
            return Duration.ofMillis(1);
        }

        @Override
        public List<String> forget(ContainerId id, List<String> units) {
            return List.of();
        }

        @Override
        public List<String> outdated(ContainerId id) {
            return HostProcess.outdated(processes, id);
        }
    }

    private final class Facts extends Host.Facts {
        @Override
        public boolean root() {
            return root;
        }

        @Override
        public dev.capdrop.core.snapshot.Snapshot.HostMachine kernel() {
            return FakeContainer.kernel();
        }

        @Override
        public String name() {
            return "host1";
        }

        @Override
        public CapabilitySet known(int last) {
            return known;
        }

        @Override
        public boolean twoLists() {
            return false;
        }

        @Override
        public InstantSource clock() {
            return () -> now;
        }

        @Override
        public @Nullable String defaults(Path file) throws IOException {
            if (defaultsRefused != null) {
                throw new IOException("'" + file + "': " + defaultsRefused);
            }
            return files.get(file.toString());
        }

        @Override
        public HostSurvey survey(HostOptions where) {
            return survey;
        }
    }

    private final class Reader implements HostReader {
        @Override
        public Snapshot read(ContainerId id) throws IOException {
            step();
            try {
                return container(id).snapshot(now);
            } catch (IllegalArgumentException gone) {
                // a copy may be removed while another thread reads it
                throw new IOException(gone);
            }
        }

        @Override
        public Snapshot readSettled(ContainerId id, BootWait wait) throws IOException {
            return read(id);
        }

        @Override
        public Snapshot readForCheck(ContainerId id) throws IOException {
            return read(id);
        }

        @Override
        public Snapshot readFromOutside(ContainerId id) throws IOException {
            return read(id);
        }

        @Override
        public List<HostProcess> processes() {
            return processes;
        }
    }

    private final class Files extends Host.Files implements ConfigSource {
        Files() {
            super(new HostRuntimes(List.of(), List.of()));
        }

        @Override
        public Source source() {
            return new Source(this, List::of);
        }

        @Override
        public @Nullable String read(String path) {
            for (FakeContainer one : containers) {
                if (one.id.configPath().equals(path)) {
                    return one.config;
                }
                if (one.expanded != null && IncusFile.expanded(one.id.configPath()).equals(path)) {
                    return one.expanded.get();
                }
            }
            return files.get(path);
        }

        @Override
        public @Nullable List<String> list(String directory) {
            return directory.equals(SHARED_FOLDER)
                    ? files.keySet().stream().filter(path -> path.startsWith(directory)).toList()
                    : null;
        }

        @Override
        public HostConfigurations configurations(ConfigSource source) {
            Map<HostContainer, HostConfiguration> own = new LinkedHashMap<>();
            for (FakeContainer one : containers) {
                own.put(
                        new HostContainer(one.id, one.guest),
                        new HostConfiguration(
                                one.id.target(), one.id.configPath(), one.id.format(), null));
            }
            return new HostConfigurations(own, List.copyOf(own.values()), List.of());
        }

        @Override
        public Profiles profiles() {
            return new IncusProfilesInMemory();
        }

        @Override
        public SharedConfigStore shared() {
            return new SharedConfigStore() {
                @Override
                public String read(String path) {
                    return files.getOrDefault(path, "");
                }

                @Override
                public void replace(String path, String expected, String content)
                        throws IOException {
                    if (writeFailure != null) {
                        throw new IOException(writeFailure);
                    }
                    if (!read(path).equals(expected)) {
                        throw new ConfigStore.ChangedException(path);
                    }
                    step();
                    if (content.isEmpty()) {
                        files.remove(path);
                    } else {
                        files.put(path, content);
                    }
                    step();
                }

                @Override
                public void removeEmptyFolder(String path) {}
            };
        }
    }

    private final class IncusProfilesInMemory implements Profiles, SharedConfigStore {
        @Override
        public String directory() {
            return "/var/lib/incus";
        }

        @Override
        public IncusProfiles.Users users(IncusProfile profile) throws IOException {
            String word = profile.word();
            String lines = profiles.get(word);
            if (lines == null) {
                throw new NoSuchFileException(
                        profile.raw(), null, "Incus has no profile '" + word + "'");
            }
            Map<String, SharedProfile.Use> uses = new HashMap<>();
            Map<String, ContainerId> here = new HashMap<>();
            for (FakeContainer one : containers) {
                int place = one.profiles.lastIndexOf(word);
                if (place >= 0) {
                    String path = one.id.configPath();
                    here.put(path, one.id);
                    List<String> later = one.profiles.subList(place + 1, one.profiles.size());
                    List<String> earlier = one.profiles.subList(0, place);
                    String instead =
                            !one.config.isEmpty()
                                    ? "it has its own"
                                    : lastWithLines(later).isEmpty() ? "" : "another comes later";
                    uses.put(
                            path,
                            new SharedProfile.Use(
                                    instead, lines.isEmpty() ? lastWithLines(earlier) : ""));
                }
            }
            return new IncusProfiles.Users(
                    new SharedProfile(profile, lines, uses), here, otherUsers);
        }

        @Override
        public List<String> saying(IncusProfile profile, String text) {
            return profiles.keySet().stream()
                    .filter(one -> !text.isEmpty() && text.equals(profiles.get(one)))
                    .toList();
        }

        @Override
        public SharedConfigStore store() {
            return this;
        }

        private String word(String path) throws IOException {
            IncusProfile profile = IncusProfile.of(path);
            if (profile == null || !profiles.containsKey(profile.word())) {
                throw new NoSuchFileException(path);
            }
            return profile.word();
        }

        @Override
        public String read(String path) throws IOException {
            String lines = profiles.get(word(path));
            atProfileRead.run();
            return lines == null ? "" : lines;
        }

        @Override
        public void replace(String path, String expected, String content) throws IOException {
            if (writeFailure != null) {
                throw new IOException(writeFailure);
            }
            if (!expected.equals(profiles.get(word(path)))) {
                throw new ConfigStore.ChangedException(path);
            }
            step();
            profiles.put(word(path), content);
            step();
            atProfileWritten.run();
            if (failureOnceWritten != null) {
                throw new IOException(failureOnceWritten);
            }
        }

        @Override
        public void removeEmptyFolder(String path) {}
    }

    /// Runs a command that kill -9 ends once this one has stopped.
    public void killAtStopOf(FakeContainer one, String... words) {
        one.atStop =
                () -> {
                    throw kill();
                };
        killed(words);
        one.atStop = () -> {};
        assertThat(one.running).isFalse();
    }

    /// Runs a command that kill -9 ends before the journal says this of one.
    public void killBefore(String target, Phase phase, String... words) {
        killedAt = entry -> entry.target().equals(target) && entry.phase() == phase;
        killed(words);
        killedAt = entry -> false;
    }

    /// Runs a command that kill -9 ends.
    public void killed(String... words) {
        run(words);
        if (!dead) {
            throw new AssertionError("it was not killed");
        }
        dead = false;
    }

    /// Whoever catches it can do nothing any more.
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /// A journal in memory.
    public final class MemoryJournal implements Journal {
        public final List<JournalEntry> entries = new ArrayList<>();
        public @Nullable String heldBy;

        /// The process that changes whatever is asked about; empty for none.
        public String holder = "";

        @Override
        public String newId(Instant at, String target) {
            return at + "-" + entries.size();
        }

        @Override
        public void write(JournalEntry entry) {
            if (killedAt.test(entry)) {
                throw kill();
            }
            step();
            put(entry);
            step();
        }

        private void put(JournalEntry entry) {
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).id().equals(entry.id())) {
                    entries.set(i, entry);
                    return;
                }
            }
            entries.add(entry);
        }

        @Override
        public void remove(JournalEntry entry) {
            entries.removeIf(one -> one.id().equals(entry.id()));
        }

        @Override
        public List<String> targets() {
            TreeSet<String> targets = new TreeSet<>();
            entries.forEach(entry -> targets.add(entry.target()));
            return List.copyOf(targets);
        }

        @Override
        public List<JournalEntry> entries(String target) {
            return entries.stream()
                    .filter(entry -> entry.target().equals(target))
                    .sorted(Comparator.comparing(JournalEntry::at))
                    .toList();
        }

        @Override
        public String holder(String target) {
            return holder;
        }

        @Override
        public Lock lock(String target) throws IOException {
            if (heldBy != null) {
                throw new IOException(heldBy);
            }
            return () -> {};
        }
    }
}
