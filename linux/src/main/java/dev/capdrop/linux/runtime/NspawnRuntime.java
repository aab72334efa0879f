package dev.capdrop.linux.runtime;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.NspawnCommand.NspawnService;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime.ConfiguredRoot;
import dev.capdrop.linux.runtime.HostRuntimes.RuntimeSurvey;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.FileConfigStore;
import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// systemd-nspawn, by systemctl(1) and machinectl(1): the machines that run, and the images in
/// `/var/lib/machines`. `systemd-nspawn@NAME.service` takes its settings file anew at each start;
/// the options on anybody else's command line are read, and neither edited nor restarted.
final class NspawnRuntime extends ToldRuntime {
    private static final String PACKAGE = "systemd-container";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String RAW = ".raw";
    private static final String SETTINGS = ".nspawn";
    private static final int MOST_IMAGES = 100_000;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Folders folders;

    record Folders(Path images, List<Path> settings) {
        static final Folders OF_HOST =
                new Folders(
                        Path.of("/var/lib/machines"),
                        List.of(Path.of("/etc/systemd/nspawn"), Path.of("/run/systemd/nspawn")));
    }

    NspawnRuntime(Folders folders, RunningContainers running) {
        super(running);
        this.folders = folders;
    }

    @Override
    public RuntimeKind kind() {
        return RuntimeKind.NSPAWN;
    }

    @Override
    public List<HostContainer> containers() throws IOException {
        Map<String, ContainerId> all = new TreeMap<>();
        for (String name : images()) {
            all.put(name, ofService(name));
        }
        for (RunningContainers.RunningContainer one : running.seen()) {
            if (one.id().kind() == kind()) {
                String name = one.id().name();
                all.put(name, one.id().ofCommandLine() ? one.id() : ofService(name));
            }
        }
        return all.values().stream().map(id -> new HostContainer(id, null)).toList();
    }

    private List<String> images() throws IOException {
        List<String> names = new ArrayList<>();
        try (HostFile opened = HostFile.at(folders.images())) {
            for (String entry : opened.list(folders.images(), MOST_IMAGES)) {
                Path path = folders.images().resolve(entry);
                boolean raw = entry.endsWith(RAW) && Files.isRegularFile(path);
                String name = raw ? entry.substring(0, entry.length() - RAW.length()) : entry;
                if (canBeCalled(name) && (raw || Files.isDirectory(path))) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        }
        return names;
    }

    /// Returns it with the first settings file that is there, else with the administrator's.
    private ContainerId ofService(String name) {
        List<Path> all = new ArrayList<>();
        folders.settings().forEach(folder -> all.add(folder.resolve(name + SETTINGS)));
        all.add(folders.images().resolve(name + SETTINGS));
        Path found = all.stream().filter(Files::exists).findFirst().orElse(all.getFirst());
        return RuntimeKind.NSPAWN.container(name, found.toString());
    }

    @Override
    public boolean canBeCalled(String word) {
        return NAME.matcher(word).matches();
    }

    @Override
    public ConfigStore store() {
        return FileConfigStore.shared();
    }

    @Override
    public ConfiguredRoot root(ContainerId container, ConfigurationText text) {
        Path folder = folders.images().resolve(container.name());
        return Files.isDirectory(folder)
                ? new ConfiguredRoot.Directory(folder)
                : new ConfiguredRoot.Elsewhere(
                        "its root directory is in '%s%s', which is mounted only while it runs"
                                .formatted(folder, RAW));
    }

    @Override
    public Decision.@Nullable LeftOut unchangeable(
            HostContainer one, boolean amongAll, boolean restarts) throws IOException {
        ContainerId id = one.id();
        if (id.ofCommandLine()) {
            return new Decision.LeftOut(
                    "it was not started as '%s', and a command line is not edited"
                            .formatted(NspawnService.unit(id.name())),
                    "'capdrop plan' shows the option to add to it",
                    Decision.Weight.NOT_OURS);
        }
        Path settings = Path.of(id.configPath());
        return Files.exists(settings) && Files.size(settings) == 0
                ? Decision.LeftOut.refused(
                        "its '%s' is empty, and an undo would remove it".formatted(settings),
                        "write '[Exec]' into it, or remove it")
                : null;
    }

    @Override
    public Decision.@Nullable LeftOut notRestartable(ContainerId container) throws IOException {
        RunningContainers.RunningContainer found = running.now(container);
        return found == null || !found.id().ofCommandLine()
                ? null
                : Decision.LeftOut.refused(
                        "it runs, and not as '%s'".formatted(NspawnService.unit(container.name())),
                        "stop it where it was started");
    }

    @Override
    public Errand<Fact<HostSurvey.Other>> survey(boolean root) {
        return () -> seen(root);
    }

    private Fact<HostSurvey.Other> seen(boolean root) {
        try {
            requireInstalled();
        } catch (IOException notInstalled) {
            return new Fact.Absent<>();
        }
        return new Fact.Known<>(
                new HostSurvey.Other(
                        "",
                        true,
                        RuntimeSurvey.seen(root, () -> containers().size()),
                        root
                                ? RuntimeSurvey.running(running, id -> id.kind() == kind())
                                : RuntimeSurvey.hidden()));
    }

    @Override
    public void requireInstalled() throws IOException {
        HostProgram.find("machinectl", PACKAGE);
        HostProgram.find("systemctl", "systemd");
    }

    @Override
    @Nullable Object current(ContainerId container) throws IOException {
        return running.now(container);
    }

    /// To stop its service would be no way without force: systemd kills what does not end in time.
    @Override
    Told tellToStop(ContainerId container, Duration timeout, boolean force) throws IOException {
        Object start = current(container);
        String reason = machinectl("poweroff", container);
        boolean ended =
                start == null
                        || (reason.isEmpty() && ends(container, start, Patience.exactly(timeout)));
        if (!ended && force) {
            reason = machinectl("terminate", container);
        }
        return new Told(
                reason.isEmpty() ? "" : ": " + reason,
                !ended && force ? Patience.atLeast(GRACE) : Patience.exactly(Duration.ZERO));
    }

    private static String machinectl(String verb, ContainerId container) throws IOException {
        HostProgram.Outcome outcome =
                run("machinectl", PACKAGE, "--no-ask-password", verb, container.name());
        return outcome.succeeded() ? "" : outcome.lastLines();
    }

    private static HostProgram.Outcome run(String program, String pack, String... words)
            throws IOException {
        return HostProgram.find(program, pack).run(List.of(words), Patience.atLeast(GRACE));
    }

    @Override
    Told tellToStart(ContainerId container, Duration timeout) throws IOException {
        String unit = NspawnService.unit(container.name());
        // its systemd-nspawn may outlive it, and no start is begun of a service that is active
        if (!until(() -> running(container) || !active(unit), Patience.exactly(timeout))) {
            throw new IOException(
                    "'%s' has ended, but its service still runs after %d s; 'systemctl status %s' tells more"
                            .formatted(container.target(), wholeSeconds(timeout), unit));
        }
        HostProgram.Outcome outcome =
                HostProgram.find("systemctl", "systemd")
                        .run(List.of("--no-ask-password", "start", unit), timeout);
        if (!outcome.inTime()) {
            throw new IOException(
                    "'%s' has not started within %d s; 'systemctl status %s' tells more"
                            .formatted(container.target(), wholeSeconds(timeout), unit));
        }
        if (!outcome.succeeded()) {
            throw new IOException(
                    "'%s' does not start: %s".formatted(container.target(), log(unit)));
        }
        return Told.of("", GRACE);
    }

    private static boolean active(String unit) throws IOException {
        return run("systemctl", "systemd", "is-active", unit).output().strip().equals("active");
    }

    private static String log(String unit) throws IOException {
        HostProgram.Outcome outcome =
                run("journalctl", "systemd", "--no-pager", "-ocat", "-n5", "--unit=" + unit);
        return outcome.succeeded()
                ? outcome.lastLines()
                : "'systemctl status " + unit + "' tells why";
    }
}
