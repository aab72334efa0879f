package dev.capdrop.linux.copy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.incus.IncusFile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.incus.IncusConfig;
import dev.capdrop.linux.incus.IncusCopier;
import dev.capdrop.linux.incus.IncusInstance;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.TrialFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Throw-away copies of an instance of Incus, made by Incus.
///
/// The first copy never runs, and all others are copies of it: so the original's disk is read once,
/// all that is compared begins alike, and neither a profile nor the original that is edited
/// meanwhile makes a difference.
///
/// Before Incus is told to make a copy, its name is written down in the state directory, and the
/// copy has a setting that says which record is its own. What a killed run has left is found by its
/// record and deleted only where that setting is there: never by a name alone.
@SuppressWarnings("exports")
public final class IncusCopies implements Copies {
    private static final String NAME = "capdrop-trial-";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration KILLED = Duration.ofSeconds(30);
    private static final Duration MEASURED = Duration.ofMinutes(10);

    /// How often a copy is asked to go that Incus is still at work on, or while incusd starts anew.
    private static final int ATTEMPTS = 30;

    private final Original original;
    private final Incus incus;
    private final TrialFolder folder;
    private final IncusCopyConfig config;
    private final List<String> left;
    private final RoomWatch room;
    private final Set<IncusFile> copies = ConcurrentHashMap.newKeySet();
    private final long size;
    private @Nullable IncusFile seed;
    private volatile boolean ending;

    /// What copies are made of.
    ///
    /// @param file the instance
    /// @param text its configuration
    /// @param lastCapability the number of the last capability that the kernel knows
    public record Original(IncusFile file, ConfigurationText text, int lastCapability) {}

    /// The Incus that makes them.
    ///
    /// @param server asks it
    /// @param runtime starts and stops
    /// @param id what a container is called
    public record Incus(
            IncusServer server, ContainerRuntime runtime, Function<IncusFile, ContainerId> id) {
        private IncusCopier copier() {
            return new IncusCopier(server);
        }

        private String prefix() {
            return id.apply(new IncusFile("/", IncusFile.DEFAULT_PROJECT, "x")).runtime() + ".";
        }
    }

    /// Whether an instance is one of these, so that nobody need see it beside the others.
    public static boolean isCopy(IncusInstance instance) {
        return instance.name().startsWith(NAME)
                && instance.config().containsKey(IncusCopyConfig.MARK);
    }

    /// The same of one that runs, as far as Incus can be asked.
    public static boolean isCopy(IncusServer server, IncusFile file) throws IOException {
        if (!file.instance().startsWith(NAME) || !server.present()) {
            return false;
        }
        IncusInstance instance = new IncusCopier(server).find(file);
        return instance == null || isCopy(instance);
    }

    /// Begins. No copy is made yet.
    ///
    /// @param wanted what copies are to be like
    /// @throws IOException one sentence when no copy of it can be made
    public static Copies of(Original original, Incus incus, CopyWishes wanted) throws IOException {
        if (wanted.keep()) {
            throw new IOException(
                    "--keep-copies: a copy of an instance is an instance of its own, and all of them would fill the pool; leave it out");
        }
        TrialFolder folder = TrialFolder.of(wanted.stateDirectory(), incus.id.apply(original.file));
        boolean made = false;
        try {
            Copies copies = new IncusCopies(original, incus, folder, wanted);
            made = true;
            return copies;
        } finally {
            if (!made) {
                folder.close();
            }
        }
    }

    private IncusCopies(Original original, Incus incus, TrialFolder folder, CopyWishes wanted)
            throws IOException {
        this.original = original;
        this.incus = incus;
        this.folder = folder;
        this.left = new ArrayList<>();
        for (TrialFolder abandoned : TrialFolder.abandoned(wanted.stateDirectory())) {
            try (abandoned) {
                removeAll(abandoned);
            }
        }
        removeAll(folder);
        IncusInstance instance = incus.server.container(original.file);
        String work = incus.server.work(original.file);
        if (!work.isEmpty()) {
            throw new IOException(
                    "Incus is at work on '%s' (%s), so no copy is made; try again when that has ended"
                            .formatted(original.file.instance(), work));
        }
        this.config = new IncusCopyConfig(instance, wanted.network());
        this.room = new RoomWatch(() -> lacking(0), this::killAll);
        this.size = incus.copier().pool(config.pool()).clones() ? 0 : size();
        requireRoom();
    }

    /// How many bytes a copy takes.
    private long size() throws IOException {
        Long usage = incus.copier().usage(original.file, config.rootDevice());
        if (usage != null) {
            return usage;
        }
        Path root = Path.of(original.file.lxcPath(), original.file.lxcName(), "rootfs");
        if (!Files.isDirectory(root)) {
            throw new IOException(
                    "how much room a copy of '%s' takes cannot be told: its root directory is mounted only while it runs, so start it first"
                            .formatted(original.file.instance()));
        }
        HostProgram.Outcome outcome =
                HostProgram.find("du", "coreutils")
                        .run(
                                List.of(
                                        "--summarize",
                                        "--one-file-system",
                                        "--block-size=1",
                                        "--",
                                        root.toRealPath().toString()),
                                MEASURED);
        String number =
                outcome.output().strip().replaceAll("(?s).*?([0-9]{1,18})\\s[^\\n]*$", "$1");
        if (!outcome.inTime() || !number.matches("[0-9]{1,18}")) {
            throw new IOException(
                    "how much room a copy of '%s' takes cannot be told, so none is made"
                            .formatted(original.file.instance()));
        }
        return Long.parseLong(number);
    }

    private String lacking(long needed) throws IOException {
        long free = incus.copier().pool(config.pool()).free() - needed;
        return free >= 0
                ? RoomWatch.lacking(config.pool(), free, "it is the pool of Incus")
                : "a copy takes %d MiB, and the pool '%s' of Incus has %d left, so none is made"
                        .formatted(needed >> 20, config.pool(), (free + needed) >> 20);
    }

    private void requireRoom() throws IOException {
        String lacking = lacking(size);
        if (!lacking.isEmpty()) {
            throw new IOException(lacking);
        }
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

    /// {@inheritDoc}
    ///
    /// Where copies are to end, it is only a name: it cannot be started, and is removed like any.
    @Override
    public ContainerId make(CapabilitySet dropped) throws IOException {
        IncusFile from = seed();
        IncusFile copy = named();
        if (!ending) {
            String lines = IncusConfig.read(incus.server, from.raw());
            String composed = dropped.isEmpty() ? lines : composed(from, dropped);
            copied(from, copy, config.settings(record(copy)).withLines(composed));
            prove(from, copy, dropped);
        }
        return incus.id.apply(copy);
    }

    /// The copy that never runs.
    private synchronized IncusFile seed() throws IOException {
        IncusFile made = seed;
        if (made == null) {
            made = named();
            copied(original.file, made, config.settings(record(made)));
            seed = made;
        }
        return made;
    }

    private IncusFile named() {
        return new IncusFile(
                original.file.incusDirectory(),
                original.file.project(),
                NAME + OverlayCopies.random());
    }

    private String composed(IncusFile from, CapabilitySet dropped) throws IOException {
        Editing editing = format().drop(from.raw(), source(), dropped, original.lastCapability());
        if (!(editing instanceof ConfigEdit edit)) {
            throw new IOException("no line in '" + from.raw() + "' can drop " + dropped);
        }
        return edit.after();
    }

    private ConfigFormat format() {
        return incus.id.apply(original.file).format();
    }

    /// What was read of the host, and the copies as they are now.
    private ConfigSource source() {
        ConfigSource recorded = original.text().asSource();
        return new ConfigSource() {
            @Override
            public @Nullable String read(String path) {
                if (IncusFile.of(path) == null) {
                    return recorded.read(path);
                }
                try {
                    return IncusConfig.read(incus.server, path);
                } catch (IOException untold) {
                    return null;
                }
            }

            @Override
            public @Nullable List<String> list(String directory) {
                return recorded.list(directory);
            }

            @Override
            public KeyAnswer asked(String key, boolean cleared) {
                return recorded.asked(key, cleared);
            }
        };
    }

    private void copied(IncusFile from, IncusFile copy, IncusCopier.Settings settings)
            throws IOException {
        requireRoom();
        room.requireNotOver();
        Files.createDirectory(folder.path().resolve(recordName(copy)));
        copies.add(copy);
        incus.copier().copy(from, copy, settings, incus.server.member());
        requireAsMeant(copy, settings);
    }

    /// Somebody may have given the original something new since it was read.
    private void requireAsMeant(IncusFile copy, IncusCopier.Settings settings) throws IOException {
        IncusInstance made = incus.server.container(copy);
        IncusCopyConfig.requireOthersIds(made);
        Map<String, String> has = new TreeMap<>(made.config());
        has.keySet().removeIf(key -> key.startsWith("volatile."));
        Map<String, String> meant = new TreeMap<>(settings.config());
        meant.values().removeIf(String::isEmpty);
        has.values().removeIf(String::isEmpty);
        for (Map.Entry<String, String> one : meant.entrySet()) {
            if (!one.getValue().equals(has.remove(one.getKey()))) {
                throw unlike("its setting '" + one.getKey() + "'");
            }
        }
        if (!has.isEmpty()) {
            throw unlike("its setting '" + has.keySet().iterator().next() + "'");
        }
        if (!made.expandedDevices().equals(settings.devices()) || !made.profiles().isEmpty()) {
            throw unlike("its devices or profiles");
        }
    }

    private static IOException unlike(String what) {
        return new IOException(
                "a copy is not as it was meant (" + what + "), so it is not started; try again");
    }

    private void prove(IncusFile from, IncusFile copy, CapabilitySet dropped) throws IOException {
        int last = original.lastCapability();
        EffectiveCapabilities before = format().resolve(from.raw(), source(), last);
        EffectiveCapabilities after = format().resolve(copy.raw(), source(), last);
        if (after.error() != null) {
            throw new IOException(
                    "a copy's configuration does not load, so it is not started: "
                            + after.error().reason());
        }
        if (!after.bounding(last).equals(before.bounding(last).minus(dropped))) {
            throw unlike("what it drops");
        }
    }

    /// The record of a copy, which the copy itself names.
    private String record(IncusFile copy) {
        return folder.path().resolve(recordName(copy)).toString();
    }

    private String recordName(IncusFile copy) {
        return incus.prefix() + copy.project() + "." + copy.instance();
    }

    @Override
    public void start(ContainerId copy, Duration timeout) throws IOException {
        room.requireRoom();
        if (ending) {
            throw new IOException("the trial has ended, so that no copy is made or started");
        }
        room.requireNotOver();
        room.begin();
        incus.runtime.start(copy, timeout);
    }

    @Override
    public void letRun(ContainerId copy, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (incus.runtime.running(copy) && System.nanoTime() < end) {
            LockSupport.parkNanos(Math.min(SECOND.toNanos() / 10, end - System.nanoTime()));
        }
    }

    @Override
    public Answer run(ContainerId copy, String command, Duration timeout) throws IOException {
        Integer status = incus.copier().run(file(copy), List.of("/bin/sh", "-c", command), timeout);
        return new Answer(status != null, status == null ? -1 : status);
    }

    @Override
    public boolean shutDown(ContainerId copy, Duration timeout) throws IOException {
        try {
            incus.runtime.stop(copy, timeout, false);
            return true;
        } catch (IOException refused) {
            if (incus.runtime.running(copy)) {
                return false;
            }
            throw refused;
        }
    }

    @Override
    public void remove(ContainerId copy) throws IOException {
        end(file(copy));
        // one that was killed for want of room must not count as one that failed
        room.requireNotOver();
    }

    private static IncusFile file(ContainerId copy) {
        IncusFile file = IncusFile.of(copy.configPath());
        if (file == null) {
            throw new IllegalArgumentException(copy.configPath() + " is none of Incus");
        }
        return file;
    }

    private void end(IncusFile copy) throws IOException {
        if (copies.contains(copy)) {
            delete(copy, record(copy));
            Files.deleteIfExists(folder.path().resolve(recordName(copy)));
            copies.remove(copy);
        }
    }

    /// Deletes an instance that says itself that it is the copy of this record. Incus may still be
    /// at work on it for a run that was killed, and incusd itself may have been.
    private void delete(IncusFile copy, String record) throws IOException {
        IOException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (attempt > 0) {
                LockSupport.parkNanos(SECOND.toNanos());
            }
            try {
                if (isGone(copy, record)) {
                    return;
                }
                kill(copy);
                incus.copier().delete(copy);
            } catch (IOException refused) {
                last = refused;
            }
        }
        throw last == null
                ? new IOException(
                        "Incus says that '" + copy.instance() + "' is gone, and it is not")
                : last;
    }

    /// @throws IOException where Incus is about to make it, or does not tell
    private boolean isGone(IncusFile copy, String record) throws IOException {
        IncusInstance instance = incus.copier().find(copy);
        if (instance != null) {
            return !record.equals(instance.config().get(IncusCopyConfig.MARK));
        }
        String work = incus.server.work(copy);
        if (!work.isEmpty()) {
            throw new IOException("Incus is at work on '%s' (%s)".formatted(copy.instance(), work));
        }
        return true;
    }

    private void kill(IncusFile copy) throws IOException {
        if (incus.runtime.running(incus.id.apply(copy))) {
            incus.server.act(copy, "stop", KILLED, true);
        }
    }

    private void killAll() {
        for (IncusFile copy : copies) {
            try {
                kill(copy);
            } catch (IOException stays) {
                // whoever closes them says so
            }
        }
    }

    @Override
    public void endAll() throws IOException {
        ending = true;
        IOException first = null;
        for (IncusFile copy : copies) {
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

    /// Removes the copies that a killed run has recorded here, as far as that can be.
    private void removeAll(TrialFolder abandoned) throws IOException {
        for (String name : abandoned.copies()) {
            int dot = name.lastIndexOf('.');
            String prefix = incus.prefix();
            if (!name.startsWith(prefix) || dot <= prefix.length()) {
                continue;
            }
            Path record = abandoned.path().resolve(name);
            IncusFile copy =
                    new IncusFile(
                            original.file.incusDirectory(),
                            name.substring(prefix.length(), dot),
                            name.substring(dot + 1));
            try {
                delete(copy, record.toString());
                Files.deleteIfExists(record);
            } catch (IOException refused) {
                left.add(
                        "a copy that an earlier trial left stays (%s): %s"
                                .formatted(copy.instance(), refused.getMessage()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        ending = true;
        try (folder;
                room) {
            IOException first = null;
            for (IncusFile copy : List.copyOf(copies)) {
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
