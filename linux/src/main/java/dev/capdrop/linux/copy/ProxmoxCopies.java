package dev.capdrop.linux.copy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.core.container.ProxmoxSection;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.TrialFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Throw-away copies of a container of Proxmox VE, made by its own pct(1).
///
/// The first copy is a full clone, never runs and becomes a template where it can; all others are
/// clones of that one, linked where the storage has such. So the container's disk is read once, and
/// all that is compared begins alike.
///
/// pct clones a container that runs only from one of its snapshots, and a snapshot writes to the
/// container's configuration and freezes it for a moment: that is for its administrator to do.
/// While the first copy is made Proxmox VE itself holds the container's `lock: disk`.
///
/// Before pct is told to make a copy its VMID is written down in the state directory with a mark,
/// and the copy's description has that mark from its first instant on. What a killed run has left
/// is destroyed only where both fit: never by a number alone.
@SuppressWarnings("exports")
public final class ProxmoxCopies implements Copies {
    private static final String PREFIX = "pve.";
    private static final Pattern RECORD =
            Pattern.compile("pve\\.([1-9][0-9]{2,8})\\.([0-9a-f]{12})");

    /// Behind the `#` that begins a line of the description.
    private static final String MARK = "capdrop trial ";

    private static final Pattern MARKED = Pattern.compile("(?m)^#" + MARK + "[0-9a-f]{12}$");

    /// Far from the numbers that Proxmox VE suggests, so that a clone takes none of these from an
    /// administrator who is about to use it.
    private static final int FIRST = 900_000_000;

    private static final int NUMBERS = 99_999_999;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMinutes(3);
    private static final Duration CLONING = Duration.ofHours(12);

    /// How long what is left of the room is taken to be so: to ask is work for the host.
    private static final Duration FRESH = Duration.ofSeconds(15);

    /// How often a copy is asked to go that Proxmox VE is still at work on.
    private static final int ATTEMPTS = 30;

    private static final String PATH =
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Original original;
    private final Node node;
    private final String snapshot;
    private final TrialFolder folder;
    private final ProxmoxCopyConfig config;
    private final List<String> left = new ArrayList<>();
    private final RoomWatch room;
    private final Map<ContainerId, String> copies = new ConcurrentHashMap<>();
    private @Nullable ContainerId seed;
    private boolean linked;
    private long roomAt;
    private String lacking = "";
    private volatile boolean ending;

    /// What copies are made of.
    ///
    /// @param id the container
    /// @param text its configuration
    /// @param lastCapability the number of the last capability that the kernel knows
    public record Original(ContainerId id, ConfigurationText text, int lastCapability) {}

    /// How pct(1) is run.
    @FunctionalInterface
    public interface Pct {
        /// Runs it with these arguments.
        HostProgram.Outcome run(List<String> arguments, Duration limit) throws IOException;
    }

    /// The node that makes them.
    ///
    /// @param pct makes and destroys them
    /// @param runtime starts and stops
    /// @param store where their configurations are
    public record Node(Pct pct, ContainerRuntime runtime, ConfigStore store) {}

    /// Whether this is the configuration of one of these, so that nobody need see it beside the
    /// others.
    public static boolean isCopy(String conf) {
        return MARKED.matcher(main(conf)).find();
    }

    /// Without what its snapshots say of themselves.
    private static String main(String conf) {
        int section = conf.indexOf("\n[");
        return section < 0 ? conf : conf.substring(0, section);
    }

    /// Begins. No copy is made yet.
    ///
    /// @param wanted what copies are to be like
    /// @throws IOException one sentence when no copy of it can be made
    public static Copies of(Original original, Node node, CopyWishes wanted) throws IOException {
        if (wanted.keep()) {
            throw new IOException(
                    "--keep-copies: a copy of a container of Proxmox VE is a container of its own, and all of them would fill the storage; leave it out");
        }
        TrialFolder folder = TrialFolder.of(wanted.stateDirectory(), original.id);
        boolean made = false;
        try {
            Copies copies = new ProxmoxCopies(original, node, folder, wanted);
            made = true;
            return copies;
        } finally {
            if (!made) {
                folder.close();
            }
        }
    }

    private ProxmoxCopies(Original original, Node node, TrialFolder folder, CopyWishes wanted)
            throws IOException {
        this.original = original;
        this.node = node;
        this.folder = folder;
        this.snapshot = wanted.snapshot();
        for (TrialFolder abandoned : TrialFolder.abandoned(wanted.stateDirectory())) {
            try (abandoned) {
                removeAll(abandoned);
            }
        }
        removeAll(folder);
        this.config =
                new ProxmoxCopyConfig(
                        original.text, original.lastCapability, snapshot, wanted.network());
        if (snapshot.isEmpty() && node.runtime.running(original.id)) {
            throw new IOException(
                    "it runs, and Proxmox VE clones a container that runs from a snapshot only: 'pct snapshot %s NAME', then '--snapshot NAME' here, or try it while it is stopped"
                            .formatted(original.id.name()));
        }
        this.room = new RoomWatch(this::lacking, this::killAll);
        room.requireRoom();
    }

    @Override
    public List<String> differences() {
        return config.differences();
    }

    @Override
    public List<String> complaints() {
        return List.copyOf(left);
    }

    @Override
    public String keptIn() {
        return "";
    }

    /// What is wrong with the room in the storage; empty also where nobody tells.
    private synchronized String lacking() throws IOException {
        long now = System.nanoTime();
        if (roomAt == 0 || now - roomAt > FRESH.toNanos()) {
            String storage = config.volume().replaceFirst(":.*", "");
            Long free = free(storage);
            lacking =
                    free == null
                            ? ""
                            : RoomWatch.lacking(storage, free, "it is a storage of Proxmox VE");
            roomAt = now;
        }
        return lacking;
    }

    /// Source: pvesm(1), `status`: name, type, status, and KiB in all, used and available.
    private static @Nullable Long free(String storage) throws IOException {
        HostProgram program;
        try {
            program = HostProgram.onPath("pvesm", "libpve-storage-perl");
        } catch (IOException notInstalled) {
            return null;
        }
        HostProgram.Outcome outcome = program.run(List.of("status", "--storage", storage), STEP);
        Matcher line =
                Pattern.compile(
                                "(?m)^"
                                        + Pattern.quote(storage)
                                        + "(?:\\s+\\S+){4}\\s+([0-9]{1,15})\\b")
                        .matcher(outcome.output());
        return outcome.succeeded() && line.find() ? Long.valueOf(line.group(1)) << 10 : null;
    }

    /// {@inheritDoc}
    ///
    /// Where copies are to end it is only a number: it cannot be started, and is removed like any.
    @Override
    public ContainerId make(CapabilitySet dropped) throws IOException {
        ContainerId from = seed();
        ContainerId copy = recorded();
        try {
            if (!ending) {
                cloneSeed(from, copy);
                configure(copy, dropped);
            }
        } catch (IOException failed) {
            if (!ending) {
                throw failed;
            }
        }
        return copy;
    }

    /// The copy that never runs.
    private synchronized ContainerId seed() throws IOException {
        ContainerId made = seed;
        if (made == null) {
            made = recorded();
            seed = made;
            if (!ending) {
                try {
                    makeSeed(made);
                } catch (IOException failed) {
                    if (!ending) {
                        throw failed;
                    }
                }
            }
        }
        return made;
    }

    private void makeSeed(ContainerId made) throws IOException {
        List<String> whole = new ArrayList<>(List.of("--full", "1"));
        if (!snapshot.isEmpty()) {
            whole.addAll(List.of("--snapname", snapshot));
        }
        clone(original.id, made, whole);
        linked = node.pct.run(List.of("template", made.name()), STEP).succeeded();
    }

    private void cloneSeed(ContainerId from, ContainerId copy) throws IOException {
        room.requireRoom();
        room.requireNotOver();
        if (isLinked()) {
            try {
                clone(from, copy, List.of());
                return;
            } catch (IOException notOnThisStorage) {
                // a full clone says what is wrong, where it is something else
                unlink();
            }
        }
        clone(from, copy, List.of("--full", "1"));
    }

    private synchronized boolean isLinked() {
        return linked;
    }

    private synchronized void unlink() {
        linked = false;
    }

    private void clone(ContainerId from, ContainerId to, List<String> how) throws IOException {
        List<String> words = new ArrayList<>(List.of("clone", from.name(), to.name()));
        words.addAll(List.of("--description", MARK + copies.get(to)));
        words.addAll(how);
        HostProgram.Outcome outcome = node.pct.run(words, CLONING);
        if (!outcome.succeeded()) {
            throw new IOException(
                    "Proxmox VE makes no copy of 'pve:%s': %s"
                            .formatted(from.name(), said(outcome)));
        }
    }

    private static String said(HostProgram.Outcome outcome) {
        String last = outcome.lastLines();
        if (!outcome.inTime()) {
            return "pct did not end" + (last.isEmpty() ? "" : ", it said: " + last);
        }
        return last.isEmpty() ? "pct gave no reason (status " + outcome.status() + ")" : last;
    }

    private void configure(ContainerId copy, CapabilitySet dropped) throws IOException {
        String clone = node.store.read(copy.configPath());
        if (!isMarked(clone, copies.get(copy))) {
            throw new IOException("'" + copy.configPath() + "' is not the copy that was made");
        }
        String text = config.of(copy.configPath(), clone, dropped);
        node.store.replace(copy.configPath(), clone, text);
    }

    private static boolean isMarked(String conf, @Nullable String mark) {
        return mark != null && main(conf).lines().anyMatch(("#" + MARK + mark)::equals);
    }

    /// A number that is written down before anything has it. Proxmox VE refuses one that is taken.
    private ContainerId recorded() throws IOException {
        String vmid = Integer.toString(FIRST + new SecureRandom().nextInt(NUMBERS));
        String mark = OverlayCopies.random();
        ContainerId copy = id(vmid);
        Files.createDirectory(folder.path().resolve(recordName(copy, mark)));
        copies.put(copy, mark);
        return copy;
    }

    private ContainerId id(String vmid) {
        Path conf = Path.of(original.id.configPath()).resolveSibling(vmid + ".conf");
        return ContainerId.proxmox(vmid, original.id.lxcPath(), conf.toString());
    }

    private static String recordName(ContainerId copy, String mark) {
        return PREFIX + copy.name() + "." + mark;
    }

    @Override
    public void start(ContainerId copy, Duration timeout) throws IOException {
        room.requireRoom();
        if (ending) {
            throw new IOException("the trial has ended, so that no copy is made or started");
        }
        room.requireNotOver();
        room.begin();
        node.runtime.start(copy, timeout);
    }

    @Override
    public void letRun(ContainerId copy, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (node.runtime.running(copy) && System.nanoTime() < end) {
            LockSupport.parkNanos(Math.min(SECOND.toNanos() / 10, end - System.nanoTime()));
        }
    }

    @Override
    public Answer run(ContainerId copy, String command, Duration timeout) throws IOException {
        List<String> words = new ArrayList<>(List.of("exec", copy.name(), "--", "/usr/bin/env"));
        words.addAll(List.of(PATH, "/bin/sh", "-c", command));
        HostProgram.Outcome outcome = node.pct.run(words, timeout);
        return new Answer(outcome.inTime(), outcome.status());
    }

    @Override
    public boolean shutDown(ContainerId copy, Duration timeout) throws IOException {
        try {
            node.runtime.stop(copy, timeout, false);
            return true;
        } catch (IOException refused) {
            if (node.runtime.running(copy)) {
                return false;
            }
            throw refused;
        }
    }

    @Override
    public void remove(ContainerId copy) throws IOException {
        end(copy);
        // one that was killed for want of room must not count as one that failed
        room.requireNotOver();
    }

    private void end(ContainerId copy) throws IOException {
        String mark = copies.get(copy);
        if (mark != null) {
            destroy(copy, mark);
            Files.deleteIfExists(folder.path().resolve(recordName(copy, mark)));
            copies.remove(copy);
        }
    }

    /// Destroys a container that says itself that it is the copy with this mark. Proxmox VE may
    /// still be at work on it, for a run that was killed.
    private void destroy(ContainerId copy, String mark) throws IOException {
        String why = "";
        for (int attempt = 0; attempt < ATTEMPTS && isThere(copy, mark); attempt++) {
            if (attempt > 0) {
                LockSupport.parkNanos(SECOND.toNanos());
            }
            why = attempt(copy);
        }
        if (isThere(copy, mark)) {
            throw new IOException(why);
        }
    }

    private boolean isThere(ContainerId copy, String mark) throws IOException {
        String conf = conf(copy);
        return conf != null && (isMarked(conf, mark) || isEmpty(conf));
    }

    /// One that is about to be made has no description yet.
    private static boolean isEmpty(String conf) {
        return conf.isBlank() || conf.strip().equals("lock: create");
    }

    /// @return why it is still there, as far as pct says
    private String attempt(ContainerId copy) throws IOException {
        String conf = conf(copy);
        if (conf == null) {
            return "";
        }
        ProxmoxSection main = ProxmoxConfig.parse(conf).main();
        if (isEmpty(conf) || (main.property("lock") != null && isCloning())) {
            return "Proxmox VE is at work on it (lock: create)";
        }
        if (main.property("lock") != null) {
            node.pct.run(List.of("unlock", copy.name()), STEP);
        }
        if (node.runtime.running(copy)) {
            node.pct.run(List.of("stop", copy.name()), STEP);
        }
        HostProgram.Outcome outcome =
                node.pct.run(List.of("destroy", copy.name(), "--purge", "1", "--force", "1"), STEP);
        return said(outcome);
    }

    private static boolean isCloning() throws IOException {
        return HostProgram.titled("task UPID:", ":vzclone:");
    }

    private @Nullable String conf(ContainerId copy) throws IOException {
        try {
            return Files.readString(Path.of(copy.configPath()), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    private void killAll() {
        for (ContainerId copy : copies.keySet()) {
            try {
                kill(copy);
            } catch (IOException stays) {
                // whoever closes them says so
            }
        }
    }

    private void kill(ContainerId copy) throws IOException {
        if (node.runtime.running(copy)) {
            node.pct.run(List.of("stop", copy.name()), STEP);
        }
    }

    /// {@inheritDoc}
    ///
    /// A clone that is being made can take long; its task removes what it has made when it is told
    /// to end.
    @Override
    public void endAll() throws IOException {
        ending = true;
        try (Stream<ProcessHandle> ours = ProcessHandle.current().descendants()) {
            ours.filter(task -> HostProgram.isTitled(task.pid(), "task UPID:", ":vzclone:"))
                    .forEach(ProcessHandle::destroy);
        }
        IOException first = null;
        for (ContainerId copy : copies.keySet()) {
            try {
                kill(copy);
            } catch (IOException stays) {
                first = first == null ? stays : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /// Removes the copies that a killed run has recorded here, as far as that can be: the templates
    /// last, for others may be linked to them.
    private void removeAll(TrialFolder abandoned) throws IOException {
        List<Matcher> records = new ArrayList<>();
        for (String name : abandoned.copies()) {
            Matcher record = RECORD.matcher(name);
            if (record.matches()) {
                records.add(record);
            }
        }
        records.sort(Comparator.comparing(record -> isTemplate(id(record.group(1)))));
        for (Matcher record : records) {
            try {
                destroy(id(record.group(1)), record.group(2));
                Files.deleteIfExists(abandoned.path().resolve(record.group()));
            } catch (IOException refused) {
                left.add(
                        "a copy that an earlier trial left stays (pve:%s): %s"
                                .formatted(record.group(1), refused.getMessage()));
            }
        }
    }

    private boolean isTemplate(ContainerId copy) {
        try {
            String conf = conf(copy);
            return conf != null && ProxmoxConfig.parse(conf).main().flag("template");
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        ending = true;
        try (folder;
                room) {
            IOException first = null;
            List<ContainerId> all = new ArrayList<>(copies.keySet());
            all.sort(Comparator.comparing(copy -> copy.equals(seed)));
            for (ContainerId copy : all) {
                try {
                    end(copy);
                } catch (IOException stays) {
                    first = first == null ? stays : first;
                }
            }
            if (first != null) {
                throw new IOException(
                        "copies stay, and the next trial removes them: " + first.getMessage(),
                        first);
            }
        }
    }
}
