package dev.capdrop.cli.command;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change.UnitStarter;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.incus.IncusConfig.Profiles;
import dev.capdrop.linux.incus.IncusProfiles;
import dev.capdrop.linux.machine.SurveyReader;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.runtime.HostConfigurations;
import dev.capdrop.linux.runtime.HostContainers;
import dev.capdrop.linux.runtime.HostRuntime;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.runtime.InstalledLiblxc;
import dev.capdrop.linux.snapshot.HostReader;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.linux.store.ClusterFileSystem;
import dev.capdrop.linux.store.FileConfigSource;
import dev.capdrop.linux.store.FileConfigStore;
import dev.capdrop.linux.store.FileJournal;
import dev.capdrop.linux.store.GivenFile.DefaultsFile;
import dev.capdrop.linux.store.UseStore;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// All that a command can ask or change on its host, made once, and looked at when it is needed.
public record Host(
        HostOptions options,
        Facts facts,
        HostRuntimes runtimes,
        HostReader reader,
        Journal journal,
        Inside inside,
        Files files,
        Use use) {
    public record Use(UseWatch watch, UseStore store) {}

    /// The ports that act in a container that runs.
    public record Inside(UnitStarter starter, LiveStep live) {}

    /// Returns the same host for a command that starts no container.
    public Host lookingOnly() {
        return new Host(
                options, facts, runtimes, reader.lookingOnly(), journal, inside, files, use);
    }

    public HostContainers containers() {
        return new HostContainers(runtimes.all());
    }

    public ContainerId container(String target) throws IOException {
        return new Targets(this).find(target).id();
    }

    /// Returns all processes, the container of each called as its runtime calls it.
    public List<HostProcess> processes() throws IOException {
        return containers().named(reader.processes());
    }

    /// Reads a container as commands judge it, with what was learnt; copies are read without that.
    public Snapshot read(ContainerId container) throws IOException {
        return withLearnt(reader.read(container));
    }

    /// Reads a container as [#read] does, its boot ended if it runs.
    public Snapshot readSettled(ContainerId container, BootWait wait) throws IOException {
        return withLearnt(
                runtime(container).running(container)
                        ? reader.readSettled(container, wait)
                        : reader.read(container));
    }

    /// Reads a container as [#read] does, no more of it than a check needs.
    public Snapshot readForCheck(ContainerId container) throws IOException {
        return withLearnt(reader.readForCheck(container));
    }

    /// Returns it with the record, where that can be read.
    public Snapshot withLearnt(Snapshot read) {
        return read.withLearnt(Errand.orNull(() -> learnt(read.container())));
    }

    public HostRuntime runtime(ContainerId container) {
        return runtimes.of(container);
    }

    /// Returns the record of this very container; null where there is none, or it does not run.
    public @Nullable UseHistory learnt(ContainerId container) throws IOException {
        UseHistory learnt = use.store().read(container);
        if (learnt == null || !learnt.identity().equals(use.watch().identity(container))) {
            return null;
        }
        List<String> booted =
                learnt.units().stream()
                        .filter(unit -> unit.boots() > 0 && !unit.origin().isEmpty())
                        .map(UnitHistory::unit)
                        .toList();
        return learnt.asOf(use.watch().origins(container, booted));
    }

    public ConfigStore store(ContainerId container) {
        return runtime(container).store();
    }

    /// Returns the name of this host: a runtime's where one has a name for it, else its own.
    public String node() throws IOException {
        String node = runtimes.node();
        return node == null ? facts.name() : node;
    }

    public int lastCapability() throws IOException {
        return facts.kernel().lastCapability();
    }

    /// Returns the words behind a command's name that mean this.
    public String command(Subject subject) {
        return ShellWord.quoted(subject.word()) + options.arguments();
    }

    /// Refuses to go on without root, which a command needs to read or change containers.
    public void requireRoot() throws IOException {
        requireRoot("");
    }

    /// Refuses to go on without root a command that takes a recording instead.
    public void requireRootOrRecording() throws IOException {
        requireRoot(", or look at a recorded snapshot with --from FILE");
    }

    private void requireRoot(String instead) throws IOException {
        if (!facts.root()) {
            throw new Mistakes.UsageException(
                    "reading and changing containers needs root: run it with sudo" + instead);
        }
    }

    /// The configuration files of a host, all of it overridden by a test.
    public static class Files {
        private final HostRuntimes runtimes;

        public Files(HostRuntimes runtimes) {
            this.runtimes = runtimes;
        }

        /// Files that are read once each, and a sentence for each that could not be read so far.
        public record Source(ConfigSource files, Supplier<List<String>> problems) {}

        public Source source() {
            FileConfigSource source = new FileConfigSource(InstalledLiblxc::asked);
            return new Source(source, source::problems);
        }

        /// Every configuration from which a container of this host is started, or may be one day.
        public HostConfigurations configurations(ConfigSource source) throws IOException {
            return HostConfigurations.read(runtimes, source);
        }

        public ConfigStore.SharedConfigStore shared() {
            return FileConfigStore.shared();
        }

        public Profiles profiles() {
            return new IncusProfiles();
        }
    }

    /// The facts of the machine itself, all of it overridden by a test.
    public static class Facts {
        public boolean root() throws IOException {
            return SurveyReader.root();
        }

        public Snapshot.HostMachine kernel() throws IOException {
            return SnapshotReader.host();
        }

        public String name() throws IOException {
            return SnapshotReader.hostname();
        }

        /// Returns what every installed liblxc and kernel knows by name, up to `last`.
        public CapabilitySet known(int last) throws IOException {
            return new InstalledLiblxc.KnownCapabilities().read(last);
        }

        /// Whether an installed liblxc keeps a list for each of the two keys.
        public boolean twoLists() throws IOException {
            return new InstalledLiblxc.KnownCapabilities().twoLists();
        }

        public InstantSource clock() {
            return InstantSource.system();
        }

        /// Reads a file of defaults, which nobody but root may write; null where there is none.
        public @Nullable String defaults(Path file) throws IOException {
            return DefaultsFile.read(file);
        }

        public HostSurvey survey(HostOptions where) {
            return new SurveyReader(where.lxcPath, where.pveDir, where.stateDir).read();
        }
    }

    /// The options that say where this host keeps things.
    public static final class HostOptions implements CommandModel.OptionGroup {
        /// The file of defaults, where a command line names no other.
        public static final Path DEFAULTS = Path.of("/etc/capdrop/capdrop.conf");

        public static final String CONFIG = "--config";

        private final Environment environment;
        @Nullable Path lxcPath;
        public Path stateDir = FileJournal.DEFAULT_DIRECTORY;
        Path pveDir = ClusterFileSystem.DEFAULT_DIRECTORY;
        private String config = "";
        private @Nullable CommandModel model;
        private @Nullable Host host;

        /// Whether what is changed is shown in the lists of its runtime.
        public boolean tag;

        public HostOptions(Environment environment) {
            this.environment = environment;
        }

        @Override
        public void addTo(CommandModel model) {
            this.model = model;
            model.of("host")
                    .option("--lxc-path", "DIR")
                    .as(OptionValues::folder, lxcPath, dir -> lxcPath = dir)
                    .option("--state-dir", "DIR")
                    .as(OptionValues::folder, stateDir, dir -> stateDir = dir)
                    .option("--pve-dir", "DIR")
                    .as(OptionValues::folder, pveDir, dir -> pveDir = dir)
                    .option(CONFIG, "FILE")
                    .as(String.class, config, file -> config = file);
        }

        /// Returns the host that they name, made when first asked for, after the line was read.
        public Host host() {
            Host made = host == null ? environment.hosts().apply(this) : host;
            host = made;
            return made;
        }

        void say(Text sentence) {
            new Output(environment).terminal().talk("%s", sentence);
        }

        /// Returns these as words of a command line; defaults hold for the next one, too.
        public String arguments() {
            return word("--lxc-path", lxcPath == null ? Path.of("") : lxcPath)
                    + word("--pve-dir", pveDir)
                    + word("--state-dir", stateDir)
                    + word(CONFIG, Path.of(config));
        }

        private String word(String option, Path value) {
            return model != null && model.isGiven(option)
                    ? " " + option + " " + ShellWord.quoted(value.toString())
                    : "";
        }
    }
}
