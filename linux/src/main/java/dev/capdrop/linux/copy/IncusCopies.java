package dev.capdrop.linux.copy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.container.Editing.ConfigEdit;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Throw-away copies of an instance of Incus, made by Incus.
///
/// A copy has a setting that says which record is its own. It has no profiles: what those give the
/// original is written into it, so that one which is edited meanwhile makes no difference.
@SuppressWarnings("exports")
public final class IncusCopies {
    private static final String NAME = "capdrop-trial-";
    private static final Duration KILLED = Duration.ofSeconds(30);
    private static final Duration MEASURED = Duration.ofMinutes(10);

    private IncusCopies() {}

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
            return id.apply(new IncusFile("/", IncusFile.DEFAULT_PROJECT, "x")).prefix() + ".";
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
        return ManagedCopies.of(
                incus.id.apply(original.file),
                new Instances(original.file, incus),
                wanted,
                () -> new Clones(original, incus, wanted));
    }

    /// Ends and removes the copies that a killed trial has left, as far as that can be at once.
    ///
    /// @param left what it has left, whose lock is ours
    /// @param directory where that Incus keeps its things
    public static List<LeftCopy> removeLeft(TrialFolder left, Incus incus, String directory)
            throws IOException {
        IncusFile any = new IncusFile(directory, IncusFile.DEFAULT_PROJECT, "x");
        return ManagedCopies.removeLeft(new Instances(any, incus), left);
    }

    private static IncusFile file(ContainerId copy) {
        IncusFile file = IncusFile.of(copy.configPath());
        if (file == null) {
            throw new IllegalArgumentException(copy.configPath() + " is none of Incus");
        }
        return file;
    }

    /// The instances of an Incus, as far as they are copies.
    private record Instances(IncusFile original, Incus incus) implements ManagedCopies.Manager {
        @Override
        public ContainerRuntime runtime() {
            return incus.runtime;
        }

        @Override
        public ManagedCopies.Named fresh() {
            return named(original.project(), NAME + OverlayCopies.random());
        }

        private ManagedCopies.Named named(String project, String instance) {
            IncusFile file = new IncusFile(original.incusDirectory(), project, instance);
            return new ManagedCopies.Named(
                    incus.id.apply(file), incus.prefix() + project + "." + instance);
        }

        @Override
        public List<ManagedCopies.Named> recorded(List<String> names) {
            String prefix = incus.prefix();
            return names.stream()
                    .filter(name -> name.startsWith(prefix))
                    .filter(name -> name.lastIndexOf('.') > prefix.length())
                    .map(name -> {
                        int dot = name.lastIndexOf('.');
                        return named(name.substring(prefix.length(), dot), name.substring(dot + 1));
                    })
                    .toList();
        }

        @Override
        public boolean isGone(ContainerId copy, Path record) throws IOException {
            IncusInstance instance = incus.copier().find(file(copy));
            if (instance != null) {
                return !record.toString().equals(instance.config().get(IncusCopyConfig.MARK));
            }
            String work = incus.server.work(file(copy));
            if (!work.isEmpty()) {
                throw new IOException(
                        "Incus is at work on '%s' (%s)".formatted(file(copy).instance(), work));
            }
            return true;
        }

        @Override
        public void kill(ContainerId copy) throws IOException {
            if (incus.runtime.running(copy)) {
                incus.server.act(file(copy), "stop", KILLED, true);
            }
        }

        @Override
        public void delete(ContainerId copy) throws IOException {
            kill(copy);
            incus.copier().delete(file(copy));
        }

        @Override
        public Copies.Answer run(ContainerId copy, String command, Duration timeout)
                throws IOException {
            Integer status =
                    incus.copier().run(file(copy), List.of("/bin/sh", "-c", command), timeout);
            return new Copies.Answer(status != null, status == null ? -1 : status);
        }
    }

    /// How one instance is copied.
    private static final class Clones implements ManagedCopies.Making {
        private final Original original;
        private final Incus incus;
        private final IncusCopyConfig config;
        private final long size;

        private Clones(Original original, Incus incus, CopyWishes wanted) throws IOException {
            this.original = original;
            this.incus = incus;
            IncusInstance instance = incus.server.container(original.file);
            String work = incus.server.work(original.file);
            if (!work.isEmpty()) {
                throw new IOException(
                        "Incus is at work on '%s' (%s), so no copy is made; try again when that has ended"
                                .formatted(original.file.instance(), work));
            }
            this.config = new IncusCopyConfig(instance, wanted.network());
            this.size = incus.copier().pool(config.pool()).clones() ? 0 : size();
        }

        @Override
        public List<String> differences() {
            return config.differences();
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

        @Override
        public String lacking() throws IOException {
            return lacking(0);
        }

        @Override
        public String lackingForOne() throws IOException {
            return lacking(size);
        }

        @Override
        public void makeSeed(ContainerId seed, Path record) throws IOException {
            copied(original.file, file(seed), config.settings(record.toString()));
        }

        @Override
        public void make(ContainerId seed, ContainerId copy, Path record, CapabilitySet dropped)
                throws IOException {
            IncusFile from = file(seed);
            String lines = IncusConfig.read(incus.server, from.raw());
            String composed = dropped.isEmpty() ? lines : composed(from, dropped);
            copied(from, file(copy), config.settings(record.toString()).withLines(composed));
            prove(from, file(copy), dropped);
        }

        private String composed(IncusFile from, CapabilitySet dropped) throws IOException {
            Editing editing =
                    format().drop(from.raw(), source(), dropped, original.lastCapability());
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
            incus.copier().copy(from, copy, settings, incus.server.member());
            requireAsMeant(copy, settings);
        }

        /// Somebody may have given the original something new since it was read.
        private void requireAsMeant(IncusFile copy, IncusCopier.Settings settings)
                throws IOException {
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
                    "a copy is not as it was meant ("
                            + what
                            + "), so it is not started; try again");
        }

        private void prove(IncusFile from, IncusFile copy, CapabilitySet dropped)
                throws IOException {
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
    }
}
