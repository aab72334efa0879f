package dev.capdrop.cli.command;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.change.UnitStarter;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.offline.HostReader;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.runtime.HostContainers;
import dev.capdrop.linux.runtime.HostRuntime;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.runtime.KnownCapabilities;
import dev.capdrop.linux.store.UseStore;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The host that a command works on: all that it can ask or change there. It is made once for a
/// command line; nothing is looked at before it is needed.
///
/// @param options what the command line says of it
/// @param facts what is asked of the machine itself
/// @param runtimes who looks after its containers, and how each is started and edited
/// @param reader reads containers and processes
/// @param journal what was changed
/// @param inside acts in a container that runs
/// @param files its configuration files, and the one that all containers share
/// @param use which capabilities its containers use
record Host(
        HostOptions options,
        HostFacts facts,
        HostRuntimes runtimes,
        HostReader reader,
        Journal journal,
        Inside inside,
        HostFiles files,
        Use use) {
    /// Which capabilities containers use.
    ///
    /// @param watch sees it while it happens
    /// @param store keeps what was seen
    record Use(UseWatch watch, UseStore store) {}

    /// What acts in a container that runs.
    ///
    /// @param starter has its systemd start a unit again
    /// @param live has its PID 1 give something up
    record Inside(UnitStarter starter, LiveStep live) {}

    /// The containers of this host.
    HostContainers containers() {
        return new HostContainers(runtimes.all());
    }

    /// The container that a target names.
    ///
    /// @throws UsageException when there is none, or several
    ContainerId container(String target) throws IOException {
        return new Targets(this).find(target).id();
    }

    /// All processes, the container of each called as its runtime calls it.
    List<HostProcess> processes() throws IOException {
        return containers().named(reader.processes());
    }

    /// The container as each command judges it: as it is, and with what was learnt of it. Only what
    /// is compared with an earlier state, and throw-away copies, are read without that.
    Snapshot read(ContainerId container) throws IOException {
        return withLearnt(reader.read(container));
    }

    /// The same, its boot ended if it runs; a stopped one is not waited for.
    Snapshot readSettled(ContainerId container, BootWait wait) throws IOException {
        return withLearnt(
                runtime(container).running(container)
                        ? reader.readSettled(container, wait)
                        : reader.read(container));
    }

    /// The same, no more of it than a check needs.
    Snapshot readForCheck(ContainerId container) throws IOException {
        return withLearnt(reader.readForCheck(container));
    }

    /// Adds what was learnt of the container.
    Snapshot withLearnt(Snapshot read) {
        return read.withLearnt(learntOrNothing(read.container()));
    }

    /// A container that was read, its PID 1 limited to what our changes of it show that it ever
    /// held.
    Snapshot limited(Snapshot read) throws IOException {
        return Changes.experience(journal, read.container()).limited(read);
    }

    /// What starts and stops this container.
    HostRuntime runtime(ContainerId container) {
        return runtimes.of(container);
    }

    /// What was learnt of this very container while it was watched; null where nothing was, or
    /// where it does not run, so that nobody can tell it from another of its name.
    @Nullable UseHistory learnt(ContainerId container) throws IOException {
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

    /// The same for who can do without: null where it cannot be read, either.
    private @Nullable UseHistory learntOrNothing(ContainerId container) {
        try {
            return learnt(container);
        } catch (IOException unreadable) {
            return null;
        }
    }

    /// Where this container's configuration is kept.
    ConfigStore store(ContainerId container) {
        return runtime(container).store();
    }

    /// What this host is called: by a runtime that has a name for it, else by itself.
    String node() throws IOException {
        String node = runtimes.node();
        return node == null ? facts.name() : node;
    }

    /// The number of the last capability that the kernel knows.
    int lastCapability() throws IOException {
        return facts.kernel().lastCapability();
    }

    /// What is to become of a container with this plan, and what the host itself has against it.
    ///
    /// @param before the snapshot that the plan was made from
    /// @param restart whether a container that runs would be restarted
    /// @param live whether one that runs gives up its capabilities while it does
    Decision decide(Snapshot before, Plan plan, boolean restart, LiveOptions live)
            throws IOException {
        Decision decision = Decision.of(before, plan, restart);
        if (!(decision instanceof Decision.Ready ready)) {
            return decision;
        }
        boolean liblxc = before.container().kind().liblxc();
        Decision.LeftOut left = liblxc ? unloadable(ready.edit()) : null;
        if (left == null && live.isFor(before, plan)) {
            left = live.refusal(before, plan.drop(), inside.live());
        } else if (left == null && ready.restarts() && restart) {
            left = runtime(before.container()).notRestartable(before.container());
        }
        return left == null ? ready : left;
    }

    /// An edit after which the configuration would not load; null when it would.
    private Decision.@Nullable LeftOut unloadable(ConfigEdit edit) throws IOException {
        CapabilitySet recent = edit.addedToDrop().minus(KnownCapabilities.EVERYWHERE);
        CapabilitySet unknown =
                recent.isEmpty() ? recent : recent.minus(facts.known(lastCapability()));
        return unknown.isEmpty()
                ? null
                : new Decision.LeftOut(
                        "a liblxc or a kernel that is installed here does not know %s and would not load a configuration that names it"
                                .formatted(unknown),
                        "say --keep " + unknown.toString().replace(' ', ','),
                        Decision.Weight.UNKNOWN);
    }

    /// What follows a command's name to mean this.
    String command(Subject subject) {
        return ShellWord.quoted(subject.word()) + options.arguments();
    }

    /// What reads or changes containers needs the rights of root.
    void requireRoot() throws IOException {
        requireRoot("");
    }

    /// The same for a command that takes a recording instead.
    void requireRootOrRecording() throws IOException {
        requireRoot(", or look at a recorded snapshot with --from FILE");
    }

    private void requireRoot(String instead) throws IOException {
        if (!facts.root()) {
            throw new UsageException(
                    "reading and changing containers needs root: run it with sudo" + instead);
        }
    }
}
