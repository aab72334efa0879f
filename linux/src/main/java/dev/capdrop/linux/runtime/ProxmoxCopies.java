package dev.capdrop.linux.runtime;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.runtime.Copier.Copy;
import dev.capdrop.linux.runtime.HostRuntime.Original.LeftCopy;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.ClusterFileSystem;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Throw-away copies of a container of Proxmox VE, made by its own pct(1).
///
/// The first copy is a full clone. Where clones of a template share its disk it becomes one, and
/// all others are linked clones of it; elsewhere they are full clones of it. `pct template` of a
/// root that is a folder, on a storage without linked clones, makes that immutable, in all its
/// clones, too, and `pct destroy` then leaves it and ends with 0 (pve-storage's `create_base` and
/// `free_image` in src/PVE/Storage/Plugin.pm): whether a copy is gone is seen on the storage.
///
/// pct clones a container that runs only from a snapshot, which its administrator makes, for it
/// writes to the configuration. A copy says which it is by a mark in its description, there from
/// its first instant on, with which its record's name ends.
final class ProxmoxCopies {
    private static final Pattern RECORD =
            Pattern.compile("pve\\.([1-9][0-9]{2,8})\\.([0-9a-f]{12})");

    /// The words behind the `#` that begins a line of the description.
    private static final String MARK = "capdrop trial ";

    /// The types of storage with linked clones, of any volume (`volume_has_feature`, `clone`).
    private static final Set<String> LINKING = Set.of("lvmthin", "rbd", "zfspool");

    private static final Pattern VOLUME = Pattern.compile("rootfs|mp[0-9]+");
    private static final Pattern MARKED = Pattern.compile("(?m)^#" + MARK + "[0-9a-f]{12}$");

    /// Numbers far from those that Proxmox VE suggests to an administrator.
    private static final int FIRST = 900_000_000;

    private static final int NUMBERS = 99_999_999;
    private static final String TASK = "task UPID:";
    private static final String CLONE = ":vzclone:";
    private static final String PCT_CLONE = "pct\0clone\0";
    private static final Duration STEP = Duration.ofMinutes(3);
    private static final Duration CLONING = Duration.ofHours(12);

    /// The words of mount(8) for a raw disk that is still attached: the loop device of a container
    /// that has just been stopped stays for a moment (`run_with_loopdev` in src/PVE/LXC.pm).
    private static final String BUSY = "already mounted or mount point busy";

    private static final Deadline.Patience RELEASE =
            Deadline.Patience.atLeast(Duration.ofSeconds(30));

    /// The time for which a known room is not asked for again: that is work for the host.
    private static final Duration FRESH = Duration.ofSeconds(15);

    @FunctionalInterface
    interface Program {
        HostProgram.Outcome run(List<String> arguments, Duration limit) throws IOException;
    }

    record Node(Program pct, Program pvesm, ContainerRuntime runtime, ConfigStore store) {
        /// Returns the answer of pvesm(1); empty where it fails or is not there.
        private String asked(String... words) {
            HostProgram.Outcome outcome = Errand.orNull(() -> pvesm.run(List.of(words), STEP));
            return outcome != null && outcome.succeeded() ? outcome.output() : "";
        }

        /// Returns its name, type, state, and KiB in all, used and available; empty when unknown.
        private List<String> storage(String name) {
            return asked("status", "--storage", name)
                    .lines()
                    .map(line -> List.of(line.strip().split("\\s+")))
                    .filter(columns -> columns.size() > 5 && columns.getFirst().equals(name))
                    .findFirst()
                    .orElse(List.of());
        }

        private boolean links(String volume) {
            List<String> storage = storage(volume.replaceFirst(":.*", ""));
            String type = storage.isEmpty() ? "" : storage.get(1);
            return LINKING.contains(type) || (type.equals("btrfs") && volume.endsWith(".raw"));
        }

        /// Lifts its original's protection, and its start with the host.
        private void release(ContainerId copy, String conf) throws IOException {
            ProxmoxConfig.Section main = ProxmoxConfig.parse(conf).main();
            List<String> words = new ArrayList<>(List.of("set", copy.name()));
            for (String option : List.of("protection", "onboot")) {
                if (main.flag(option)) {
                    words.addAll(List.of("--" + option, "0"));
                }
            }
            if (words.size() > 2) {
                pct.run(words, STEP);
            }
        }
    }

    private static List<String> volumes(String conf) {
        Map<String, String> properties = ProxmoxConfig.parse(conf).main().properties();
        return properties.keySet().stream()
                .filter(key -> VOLUME.matcher(key).matches())
                .map(key -> ProxmoxCopyConfig.volume(properties.getOrDefault(key, "")))
                .sorted()
                .toList();
    }

    /// Whether this is the configuration of one of these.
    static boolean isCopy(String conf) {
        return MARKED.matcher(main(conf)).find();
    }

    /// Cuts off what its snapshots say of themselves.
    private static String main(String conf) {
        int section = conf.indexOf("\n[");
        return section < 0 ? conf : conf.substring(0, section);
    }

    /// Begins; throws one sentence when no copy of it can be made.
    static Copies of(HostRuntime.Original original, Node node) throws IOException {
        if (original.keep()) {
            throw new IOException(
                    "--keep-copies: a copy of a container of Proxmox VE is a container of its own, and all of them would fill the storage; leave it out");
        }
        Guests guests = new Guests(original.id(), node);
        return TrialCopies.of(
                original,
                guests,
                _ -> {
                    ProxmoxCopyConfig config =
                            new ProxmoxCopyConfig(
                                    original.text(),
                                    original.lastCapability(),
                                    original.snapshot(),
                                    original.network());
                    if (original.snapshot().isEmpty() && node.runtime.running(original.id())) {
                        throw new IOException(
                                "it runs, and Proxmox VE clones a container that runs from a snapshot only: 'pct snapshot %s NAME', then '--snapshot NAME' here, or try it while it is stopped"
                                        .formatted(original.id().name()));
                    }
                    Path pve = Path.of(original.id().configPath()).resolve("../..").normalize();
                    return new Clones(guests, config, original.snapshot(), backupJobs(pve));
                });
    }

    /// Ends and removes the copies that a killed trial has left, as far as that can be at once.
    ///
    /// @param any the id of any container of this node
    static List<LeftCopy> removeLeft(TrialFolder left, Node node, ContainerId any)
            throws IOException {
        return TrialCopies.removeLeft(new Guests(any, node), left);
    }

    /// Returns one sentence of each backup job that takes all guests of a node, its throw-away
    /// copies as well: it leaves guests out by number or pool only (`jobs.cfg`;
    /// `get_included_guests` in pve-manager's PVE/VZDump.pm).
    private static List<String> backupJobs(Path pve) throws IOException {
        List<ClusterFileSystem.Section> jobs = new ClusterFileSystem(pve).sections("jobs.cfg");
        try {
            String node =
                    jobs.isEmpty()
                            ? ""
                            : Files.readSymbolicLink(pve.resolve("local")).getFileName().toString();
            return jobs.stream()
                    .filter(job -> takesAll(job, node))
                    .map(job ->
                            "a backup job takes all guests of this node (%s): one that begins before the trial has ended saves its copies too, or ends with errors because they are gone"
                                    .formatted(job.setting("schedule", "no schedule")))
                    .distinct()
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private static boolean takesAll(ClusterFileSystem.Section job, String node) {
        return job.type().equals("vzdump")
                && job.setting("all", "0").equals("1")
                && !job.setting("enabled", "1").equals("0")
                && job.setting("node", node).equals(node);
    }

    private static String mark(Path record) {
        Matcher name = RECORD.matcher(String.valueOf(record.getFileName()));
        if (!name.matches()) {
            throw new IllegalArgumentException("no record: " + record);
        }
        return name.group(2);
    }

    private static boolean isMarked(String conf, String mark) {
        return main(conf).lines().anyMatch(("#" + MARK + mark)::equals);
    }

    /// The containers of a node, as far as they are copies.
    ///
    /// @param ended whether no more are to be made
    private record Guests(ContainerId original, Node node, AtomicBoolean ended) implements Copier {
        /// A file in a copy's record with a line for each of its disks, from before its removal
        /// until they are gone.
        private static final String DISKS = "disks";

        Guests(ContainerId original, Node node) {
            this(original, node, new AtomicBoolean());
        }

        record Disk(String volume, Path path) {}

        @Override
        public ContainerRuntime runtime() {
            return node.runtime;
        }

        @Override
        public Copy fresh(Path folder) {
            String vmid = Integer.toString(FIRST + new SecureRandom().nextInt(NUMBERS));
            String record = "pve." + vmid + "." + TrialCopies.random();
            return new Copy(id(vmid), folder.resolve(record));
        }

        private ContainerId id(String vmid) {
            Path conf = Path.of(original.configPath()).resolveSibling(vmid + ".conf");
            return ContainerId.proxmox(vmid, original.lxcPath(), conf.toString());
        }

        /// The templates last, for others may be linked to them.
        @Override
        public List<Copy> recorded(Path folder, List<String> names) {
            return names.stream()
                    .map(RECORD::matcher)
                    .filter(Matcher::matches)
                    .map(name -> new Copy(id(name.group(1)), folder.resolve(name.group())))
                    .sorted(Comparator.comparing(one -> isTemplate(one.id())))
                    .toList();
        }

        @Override
        public boolean isGone(Copy copy) throws IOException {
            String conf = conf(copy.id());
            return conf == null
                    ? leftOf(copy).isEmpty()
                    : !(isMarked(conf, mark(copy.record())) || isEmpty(conf));
        }

        @Override
        public void delete(Copy made, boolean keep) throws IOException {
            ContainerId copy = made.id();
            String conf = conf(copy);
            if (conf == null) {
                leftOf(made).forEach(disk -> node.asked("free", disk.volume()));
                requireRemoved(made);
                return;
            }
            boolean locked = ProxmoxConfig.parse(conf).main().property("lock") != null;
            if (isEmpty(conf)
                    || (locked && HostProgram.ProcessCommands.HERE.anyTitled(TASK, CLONE))) {
                throw new IOException("Proxmox VE is at work on it (lock: create)");
            }
            if (locked) {
                node.pct.run(List.of("unlock", copy.name()), STEP);
            }
            kill(copy);
            node.release(copy, conf);
            Files.write(
                    made.record().resolve(DISKS),
                    volumes(conf).stream().flatMap(this::disk).toList());
            HostProgram.Outcome outcome =
                    node.pct.run(
                            List.of("destroy", copy.name(), "--purge", "1", "--force", "1"), STEP);
            if (!outcome.succeeded()) {
                throw new IOException(outcome.failure("pct"));
            }
            requireRemoved(made);
        }

        private Stream<String> disk(String volume) {
            String path = node.asked("path", volume).strip();
            return path.startsWith("/") && path.indexOf('\n') < 0
                    ? Stream.of(volume + " " + path)
                    : Stream.of();
        }

        private static List<Disk> leftOf(Copy copy) throws IOException {
            Path record = copy.record().resolve(DISKS);
            List<Disk> left;
            try {
                left =
                        Files.readAllLines(record).stream()
                                .map(line -> line.split(" ", 2))
                                .map(parts -> new Disk(parts[0], Path.of(parts[1])))
                                .filter(disk -> Files.exists(disk.path(), NOFOLLOW_LINKS))
                                .toList();
            } catch (NoSuchFileException none) {
                return List.of();
            }
            if (left.isEmpty()) {
                Files.delete(record);
            }
            return left;
        }

        private static void requireRemoved(Copy copy) throws IOException {
            for (Disk disk : leftOf(copy)) {
                throw new IOException(
                        "Proxmox VE has destroyed it and left its disk '%s'; 'chattr -i %s' and 'pvesm free %s' remove that"
                                .formatted(disk.path(), disk.path(), disk.volume()));
            }
        }

        @Override
        public void kill(ContainerId copy) throws IOException {
            if (node.runtime.running(copy)) {
                node.pct.run(List.of("stop", copy.name()), STEP);
            }
        }

        /// A clone's task removes what it has made when it is told to end. Before it stands there
        /// pct has made the clone's configuration already.
        @Override
        public void interrupt() {
            ended.set(true);
            Deadline end = Deadline.in(STEP);
            while (ours(TASK, CLONE).isEmpty() && !ours("", PCT_CLONE).isEmpty() && !end.passed()) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
            ours(TASK, CLONE).forEach(ProcessHandle::destroy);
        }

        private static List<ProcessHandle> ours(String begin, String part) {
            try (Stream<ProcessHandle> ours = ProcessHandle.current().descendants()) {
                return ours.filter(process ->
                                HostProgram.ProcessCommands.HERE.titled(process.pid(), begin, part))
                        .toList();
            }
        }

        @Override
        public Copies.Answer run(ContainerId copy, String command, Duration timeout)
                throws IOException {
            List<String> words =
                    new ArrayList<>(List.of("exec", copy.name(), "--", "/usr/bin/env"));
            words.addAll(List.of(CopyRules.PATH, "/bin/sh", "-c", command));
            HostProgram.Outcome outcome = node.pct.run(words, timeout);
            return new Copies.Answer(outcome.inTime(), outcome.status());
        }

        /// A copy that is about to be made has no description yet.
        private static boolean isEmpty(String conf) {
            return conf.isBlank() || conf.strip().equals("lock: create");
        }

        private static @Nullable String conf(ContainerId copy) throws IOException {
            try {
                return Files.readString(Path.of(copy.configPath()), StandardCharsets.ISO_8859_1);
            } catch (NoSuchFileException gone) {
                return null;
            }
        }

        private static boolean isTemplate(ContainerId copy) {
            String conf = Errand.orNull(() -> conf(copy));
            return conf != null && ProxmoxConfig.parse(conf).main().flag("template");
        }
    }

    private static final class Clones implements Copier.Making {
        private final ContainerId original;
        private final Node node;
        private final AtomicBoolean ended;
        private final Object cloning = new Object();
        private final ProxmoxCopyConfig config;
        private final String snapshot;
        private final List<String> backups;
        private volatile boolean linked;
        private long roomAt;
        private String lacking = "";

        private Clones(
                Guests guests, ProxmoxCopyConfig config, String snapshot, List<String> backups) {
            this.original = guests.original;
            this.node = guests.node;
            this.ended = guests.ended;
            this.config = config;
            this.snapshot = snapshot;
            this.backups = backups;
        }

        @Override
        public List<String> complaints() {
            return backups;
        }

        @Override
        public List<String> differences() {
            return config.differences();
        }

        /// Empty also where nobody tells.
        @Override
        public synchronized String lacking() throws IOException {
            long now = System.nanoTime();
            if (roomAt == 0 || now - roomAt > FRESH.toNanos()) {
                String storage = config.volume().replaceFirst(":.*", "");
                List<String> said = node.storage(storage);
                lacking =
                        said.isEmpty() || !said.get(5).matches("[0-9]{1,15}")
                                ? ""
                                : RoomWatch.lacking(
                                        storage,
                                        Long.parseLong(said.get(5)) << 10,
                                        "it is a storage of Proxmox VE");
                roomAt = now;
            }
            return lacking;
        }

        @Override
        public void make(@Nullable ContainerId seed, Copy made, CapabilitySet dropped)
                throws IOException {
            ContainerId copy = made.id();
            if (seed == null) {
                List<String> whole = new ArrayList<>(List.of("--full", "1"));
                if (!snapshot.isEmpty()) {
                    whole.addAll(List.of("--snapname", snapshot));
                }
                clone(original, copy, made.record(), whole);
                String conf = node.store.read(copy.configPath());
                node.release(copy, conf);
                linked =
                        volumes(conf).stream().allMatch(node::links)
                                && node.pct.run(List.of("template", copy.name()), STEP).succeeded();
                return;
            }
            // Proxmox VE locks what is cloned, and refuses a second clone meanwhile
            synchronized (cloning) {
                if (ended.get()) {
                    throw new IOException("the trial has ended, so that no copy is made");
                }
                cloneSeed(seed, copy, made.record());
            }
            String clone = node.store.read(copy.configPath());
            if (!isMarked(clone, mark(made.record()))) {
                throw new IOException("'" + copy.configPath() + "' is not the copy that was made");
            }
            String text = config.of(copy.configPath(), clone, dropped);
            node.store.replace(copy.configPath(), clone, text);
        }

        @Override
        public void start(Copy copy, Duration timeout) throws IOException {
            node.runtime.start(copy.id(), timeout);
        }

        private void cloneSeed(ContainerId seed, ContainerId copy, Path record) throws IOException {
            if (linked) {
                try {
                    clone(seed, copy, record, List.of());
                    return;
                } catch (IOException notOnThisStorage) {
                    // a full clone says what is wrong, where it is something else
                    linked = false;
                }
            }
            clone(seed, copy, record, List.of("--full", "1"));
        }

        private void clone(ContainerId from, ContainerId to, Path record, List<String> how)
                throws IOException {
            List<String> words = new ArrayList<>(List.of("clone", from.name(), to.name()));
            words.addAll(List.of("--description", MARK + mark(record)));
            words.addAll(how);
            Deadline end = RELEASE.begin();
            HostProgram.Outcome outcome = node.pct.run(words, CLONING);
            while (outcome.output().contains(BUSY) && !outcome.succeeded() && !end.passed()) {
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                outcome = node.pct.run(words, CLONING);
            }
            if (!outcome.succeeded()) {
                throw new IOException(
                        "Proxmox VE makes no copy of 'pve:%s': %s"
                                .formatted(from.name(), outcome.failure("pct")));
            }
        }
    }
}
