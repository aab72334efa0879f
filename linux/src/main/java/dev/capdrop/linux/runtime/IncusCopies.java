package dev.capdrop.linux.runtime;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.incus.IncusConfig;
import dev.capdrop.linux.incus.IncusCopier;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.incus.IncusServer.IncusInstance;
import dev.capdrop.linux.runtime.Copier.Copy;
import dev.capdrop.linux.runtime.HostRuntime.Original;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Throw-away copies of an instance of Incus, made by Incus. A copy has a setting that says which
/// record is its own.
final class IncusCopies {
    private static final String NAME = "capdrop-trial-";
    private static final Duration KILLED = Duration.ofSeconds(30);
    private static final Duration MEASURED = Duration.ofMinutes(10);

    record Incus(
            IncusServer server, ContainerRuntime runtime, Function<IncusFile, ContainerId> id) {
        private IncusCopier copier() {
            return new IncusCopier(server);
        }

        private String prefix() {
            return id.apply(new IncusFile("/", IncusFile.DEFAULT_PROJECT, "x")).prefix() + ".";
        }
    }

    static boolean isCopy(IncusInstance instance) {
        return instance.name().startsWith(NAME)
                && instance.config().containsKey(IncusCopyConfig.MARK);
    }

    /// Whether an instance that runs is one of these, as far as Incus can be asked.
    static boolean isCopy(IncusServer server, IncusFile file) throws IOException {
        if (!file.instance().startsWith(NAME) || !server.present()) {
            return false;
        }
        IncusInstance instance = new IncusCopier(server).find(file);
        return instance == null || isCopy(instance);
    }

    /// Begins; throws one sentence when no copy of it can be made.
    static Copies of(Original original, Incus incus) throws IOException {
        if (original.keep()) {
            throw new IOException(
                    "--keep-copies: a copy of an instance is an instance of its own, and all of them would fill the pool; leave it out");
        }
        return TrialCopies.of(
                original,
                new Instances(file(original.id()), incus),
                _ -> new Clones(original, incus));
    }

    /// Ends and removes the copies that a killed trial has left, as far as that can be at once.
    ///
    /// @param directory the folder of that Incus
    static List<Original.LeftCopy> removeLeft(TrialFolder left, Incus incus, String directory)
            throws IOException {
        IncusFile any = new IncusFile(directory, IncusFile.DEFAULT_PROJECT, "x");
        return TrialCopies.removeLeft(new Instances(any, incus), left);
    }

    static IncusFile file(ContainerId copy) {
        IncusFile file = IncusFile.of(copy.configPath());
        if (file == null) {
            throw new IllegalArgumentException(copy.configPath() + " is none of Incus");
        }
        return file;
    }

    private record Instances(IncusFile original, Incus incus) implements Copier {
        @Override
        public ContainerRuntime runtime() {
            return incus.runtime;
        }

        @Override
        public Copy fresh(Path folder) {
            return copy(folder, original.project(), NAME + TrialCopies.random());
        }

        private Copy copy(Path folder, String project, String instance) {
            IncusFile file = new IncusFile(original.incusDirectory(), project, instance);
            return new Copy(
                    incus.id.apply(file),
                    folder.resolve(incus.prefix() + project + "." + instance));
        }

        @Override
        public List<Copy> recorded(Path folder, List<String> names) {
            String prefix = incus.prefix();
            return names.stream()
                    .filter(name -> name.startsWith(prefix))
                    .filter(name -> name.lastIndexOf('.') > prefix.length())
                    .map(name -> {
                        int dot = name.lastIndexOf('.');
                        return copy(
                                folder,
                                name.substring(prefix.length(), dot),
                                name.substring(dot + 1));
                    })
                    .toList();
        }

        @Override
        public boolean isGone(Copy copy) throws IOException {
            IncusFile file = file(copy.id());
            IncusInstance instance = incus.copier().find(file);
            if (instance != null) {
                String mark = instance.config().get(IncusCopyConfig.MARK);
                return !copy.record().toString().equals(mark);
            }
            String work = incus.server.work(file);
            if (!work.isEmpty()) {
                throw new IOException(
                        "Incus is at work on '%s' (%s)".formatted(file.instance(), work));
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
        public void delete(Copy copy, boolean keep) throws IOException {
            kill(copy.id());
            incus.copier().delete(file(copy.id()));
        }

        @Override
        public Copies.Answer run(ContainerId copy, String command, Duration timeout)
                throws IOException {
            Integer status =
                    incus.copier().run(file(copy), List.of("/bin/sh", "-c", command), timeout);
            return new Copies.Answer(status != null, status == null ? -1 : status);
        }
    }

    private static final class Clones implements Copier.Making {
        private final Original original;
        private final IncusFile file;
        private final Incus incus;
        private final IncusCopyConfig config;
        private final long size;

        private Clones(Original original, Incus incus) throws IOException {
            this.original = original;
            this.file = file(original.id());
            this.incus = incus;
            IncusInstance instance = incus.server.container(file);
            String work = incus.server.work(file);
            if (!work.isEmpty()) {
                throw new IOException(
                        "Incus is at work on '%s' (%s), so no copy is made; try again when that has ended"
                                .formatted(file.instance(), work));
            }
            this.config = new IncusCopyConfig(instance, original.network());
            this.size = incus.copier().pool(config.pool()).clones() ? 0 : size();
        }

        @Override
        public List<String> differences() {
            return config.differences();
        }

        private long size() throws IOException {
            Long usage = incus.copier().usage(file, config.rootDevice());
            if (usage != null) {
                return usage;
            }
            Path root = Path.of(file.lxcPath(), file.lxcName(), "rootfs");
            if (!Files.isDirectory(root)) {
                throw new IOException(
                        "how much room a copy of '%s' takes cannot be told: its root directory is mounted only while it runs, so start it first"
                                .formatted(file.instance()));
            }
            List<String> words = List.of("-sxB1", "--", root.toRealPath().toString());
            HostProgram.Outcome outcome = HostProgram.find("du", "coreutils").run(words, MEASURED);
            String number =
                    outcome.output().strip().replaceAll("(?s).*?([0-9]{1,18})\\s[^\\n]*$", "$1");
            if (!outcome.inTime() || !number.matches("[0-9]{1,18}")) {
                throw new IOException(
                        "how much room a copy of '%s' takes cannot be told, so none is made"
                                .formatted(file.instance()));
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
        public void make(@Nullable ContainerId seed, Copy copy, CapabilitySet dropped)
                throws IOException {
            IncusFile made = file(copy.id());
            IncusCopier.Settings settings = config.settings(copy.record().toString());
            if (seed == null) {
                copied(file, made, settings);
                return;
            }
            IncusFile from = file(seed);
            String lines =
                    CopyRules.dropping(
                            format(), from.raw(), source(), dropped, original.lastCapability());
            copied(from, made, settings.withLines(lines));
            prove(from, made, dropped);
        }

        @Override
        public void start(Copy copy, Duration timeout) throws IOException {
            incus.runtime.start(copy.id(), timeout);
        }

        private ConfigFormat format() {
            return original.id().format();
        }

        private ConfigSource source() {
            ConfigSource recorded = original.text().asSource();
            return new ConfigSource() {
                @Override
                public @Nullable String read(String path) {
                    if (IncusFile.of(path) == null) {
                        return recorded.read(path);
                    }
                    return Errand.orNull(() -> IncusConfig.read(incus.server, path));
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
            has.values().removeIf(String::isEmpty);
            Map<String, String> meant = new TreeMap<>(settings.config());
            meant.values().removeIf(String::isEmpty);
            Set<String> keys = new TreeSet<>(meant.keySet());
            keys.addAll(has.keySet());
            for (String key : keys) {
                if (!Objects.equals(meant.get(key), has.get(key))) {
                    throw unlike("its setting '" + key + "'");
                }
            }
            if (!made.expandedDevices().equals(settings.devices()) || !made.profiles().isEmpty()) {
                throw unlike("its devices or profiles");
            }
        }

        private static IOException unlike(String what) {
            return new IOException(
                    "a copy is not as it was meant (%s), so it is not started; try again"
                            .formatted(what));
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
