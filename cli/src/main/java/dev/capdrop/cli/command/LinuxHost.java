package dev.capdrop.cli.command;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.SharedConfigStore;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.incus.IncusProfile;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.observe.UseHistory.Learnt;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.copy.LeftCopy;
import dev.capdrop.linux.incus.IncusProfiles;
import dev.capdrop.linux.offline.HostView;
import dev.capdrop.linux.perf.Learner;
import dev.capdrop.linux.runtime.HostConfigurations;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.runtime.InstalledLiblxc;
import dev.capdrop.linux.runtime.KnownCapabilities;
import dev.capdrop.linux.runtime.LeftCopies;
import dev.capdrop.linux.runtime.Privilege;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.linux.store.DefaultsFile;
import dev.capdrop.linux.store.FileConfigSource;
import dev.capdrop.linux.store.FileHistories;
import dev.capdrop.linux.store.FileJournal;
import dev.capdrop.linux.store.SharedFileStore;
import dev.capdrop.linux.survey.SurveyReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The host that this process runs on: the one place where adapters are made.
final class LinuxHost {
    static final HostFacts FACTS = new Facts();

    private LinuxHost() {}

    /// The host with its folders where these options say.
    static Host of(HostOptions options) {
        HostView view = new HostView(options.lxcPath(), options.pveDir());
        removeLeftCopies(options, view.runtimes());
        return new Host(
                options,
                FACTS,
                view.runtimes(),
                new Reader(view),
                new FileJournal(options.stateDir()),
                new Host.Inside(view.starter(), view.live()),
                new Files(view.runtimes()),
                new Host.Use(new Watch(view), new Store(new FileHistories(options.stateDir()))));
    }

    /// What a killed trial has left is nobody's to look for: whatever command comes next removes
    /// it, and says so.
    private static void removeLeftCopies(HostOptions options, HostRuntimes runtimes) {
        List<LeftCopy> all;
        try {
            all = Privilege.root() ? LeftCopies.remove(options.stateDir(), runtimes) : List.of();
        } catch (IOException noStateDirectory) {
            // whoever needs it says so
            return;
        }
        List<String> removed = new ArrayList<>();
        for (LeftCopy one : all) {
            if (one.why().isEmpty()) {
                removed.add(one.name());
            } else {
                options.say(
                        Text.of(
                                "a copy that a killed trial left stays (%s): %s",
                                one.name(), one.why()));
            }
        }
        if (!removed.isEmpty()) {
            options.say(
                    Text.of(
                            "what a killed trial left was ended and removed: %s",
                            Text.join(", ", removed)));
        }
    }

    private record Watch(HostView view) implements UseWatch {
        @Override
        public Session of(ContainerId container, int watches) throws IOException {
            return new Watching(view.watch(container, watches));
        }

        @Override
        public String identity(ContainerId container) throws IOException {
            return view.identity(container);
        }

        @Override
        public Map<String, String> origins(ContainerId container, Collection<String> units)
                throws IOException {
            return view.origins(container, units);
        }

        @Override
        public Start ofStart(ContainerId container, boolean privileged) throws IOException {
            return new Starting(view.watchOfStart(container, privileged));
        }
    }

    private record Watching(Learner learner) implements UseWatch.Session {
        @Override
        public Observation learn(Duration time, BooleanSupplier enough, Consumer<Observation> taker)
                throws IOException {
            return learner.learn(time, enough, taker::accept);
        }

        @Override
        public void settled() {
            learner.settled();
        }

        @Override
        public String identity() throws IOException {
            return learner.identity();
        }

        @Override
        public CapabilitySet unseen() {
            return learner.unseen();
        }

        @Override
        public void close() {
            learner.close();
        }
    }

    private record Store(FileHistories files) implements UseStore {
        @Override
        public @Nullable UseHistory read(ContainerId container) throws IOException {
            return files.read(container);
        }

        @Override
        public List<Learnt> all(Consumer<String> unreadable) throws IOException {
            return files.all(unreadable);
        }

        @Override
        public void remove(Learnt learnt) throws IOException {
            files.remove(learnt);
        }

        @Override
        public UseHistory add(ContainerId container, String identity, Observation seen)
                throws IOException {
            return files.add(container, identity, seen, FACTS.clock().instant());
        }
    }

    private record Starting(Learner.Start start) implements UseWatch.Start {
        @Override
        public void begin() throws IOException {
            start.begin();
        }

        @Override
        public UseWatch.Session started() throws IOException {
            return new Watching(start.started());
        }

        @Override
        public void close() throws IOException {
            start.close();
        }
    }

    private static final class Facts implements HostFacts {
        @Override
        public boolean root() throws IOException {
            return Privilege.root();
        }

        @Override
        public dev.capdrop.core.snapshot.HostMachine kernel() throws IOException {
            return SnapshotReader.host();
        }

        @Override
        public String name() throws IOException {
            return SnapshotReader.hostname();
        }

        @Override
        public CapabilitySet known(int last) throws IOException {
            return new KnownCapabilities().read(last);
        }

        @Override
        public boolean twoLists() throws IOException {
            return new KnownCapabilities().twoLists();
        }

        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public @Nullable String defaults(Path file) throws IOException {
            return DefaultsFile.read(file);
        }

        @Override
        public HostSurvey survey(HostOptions where) {
            return new SurveyReader(where.lxcPath(), where.pveDir(), where.stateDir()).read();
        }
    }

    private record Reader(HostView view) implements HostReader {
        @Override
        public Snapshot read(ContainerId container) throws IOException {
            return view.containers().read(container);
        }

        @Override
        public Snapshot readSettled(ContainerId container, BootWait wait) throws IOException {
            return view.containers().readSettled(container, wait);
        }

        @Override
        public Snapshot readForCheck(ContainerId container) throws IOException {
            return view.containers().readForCheck(container);
        }

        @Override
        public Snapshot readFromOutside(ContainerId container) throws IOException {
            return view.snapshots().readFromOutside(container);
        }

        @Override
        public List<HostProcess> processes() throws IOException {
            return view.processes();
        }
    }

    private record OfIncus(IncusProfiles profiles) implements Profiles {
        @Override
        public String directory() {
            return profiles.directory();
        }

        @Override
        public IncusProfiles.Users users(IncusProfile profile) throws IOException {
            return profiles.users(profile);
        }

        @Override
        public List<String> saying(IncusProfile profile, String text) throws IOException {
            return profiles.saying(profile, text);
        }

        @Override
        public SharedConfigStore store() {
            return profiles.store();
        }
    }

    private record Files(HostRuntimes runtimes) implements HostFiles {
        @Override
        public Source source() {
            FileConfigSource source = new FileConfigSource(InstalledLiblxc::asked);
            return new Source(source, source::problems);
        }

        @Override
        public HostConfigurations configurations(ConfigSource source) throws IOException {
            return HostConfigurations.read(runtimes, source);
        }

        @Override
        public SharedConfigStore shared() {
            return new SharedFileStore();
        }

        @Override
        public Profiles profiles() {
            return new OfIncus(new IncusProfiles());
        }
    }
}
