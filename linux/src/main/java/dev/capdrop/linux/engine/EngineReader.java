package dev.capdrop.linux.engine;

import dev.capdrop.core.document.Lazy;
import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.core.snapshot.Engines.UnreadStore;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Reads which containers the engines inside a container keep, and which capabilities each names.
public final class EngineReader {
    /// The most containers that are looked at in one store.
    static final int MOST = 2000;

    private static final String PACKAGES = "/var/lib/dpkg/status";
    private static final Set<String> DOCKER_PACKAGES =
            Set.of("docker.io", "docker-ce", "moby-engine");
    private static final Pattern MAJOR = Pattern.compile("(?:[0-9]+:)?([0-9]{1,4})\\..*");

    /// The first version of Docker that compares both lists with what its daemon holds.
    private static final int COMPARES = 23;

    private final EngineFiles files;
    private final Deadline deadline;
    private final @Nullable Programs programs;
    private final List<UnreadStore> unread = new ArrayList<>();

    private EngineReader(EngineFiles files, Deadline deadline, @Nullable Programs programs) {
        this.files = files;
        this.deadline = deadline;
        this.programs = programs;
    }

    /// Reads the stores below a root directory.
    ///
    /// @param programs null where nobody knows which engines are installed
    /// @param mounted where a container that does not run will have mounts of its configuration
    @SuppressWarnings("exports")
    public static Engines read(
            SafeRoot root, Deadline deadline, @Nullable Programs programs, Set<String> mounted) {
        return new EngineReader(new EngineFiles(root, mounted), deadline, programs).read();
    }

    /// Returns why something could not be read, a clause.
    static String why(IOException failed) {
        if (failed instanceof ErrnoException refused) {
            return refused.reason();
        }
        String message = failed.getMessage();
        return message == null ? "it could not be read" : message;
    }

    private Engines read() {
        List<EngineContainer> containers = new ArrayList<>();
        ServiceFiles units = new ServiceFiles(files);
        Lazy<Engine> version = new Lazy<>(this::docker);
        List<EngineContainer> anew = new RunUnits(files, units, version).containers();
        if (inTime(Engine.DOCKER, "docker")) {
            DockerStore docker = new DockerStore(files, units, unread::add);
            containers.addAll(docker.containers(version));
        }
        if (inTime(Engine.PODMAN, "podman")) {
            containers.addAll(
                    new PodmanStore(files, unread::add)
                            .containers().stream().filter(it -> !isMadeAnew(it, anew)).toList());
        }
        if (inTime(Engine.CONTAINERD, "containerd")) {
            containers.addAll(new ContainerdStates(files, unread::add).containers());
        }
        containers.addAll(anew);
        return new Engines(containers, unread);
    }

    /// A container that a unit removes and makes anew is not started as the store has it.
    private static boolean isMadeAnew(EngineContainer stored, List<EngineContainer> anew) {
        return anew.stream().anyMatch(made -> made.title().equals(stored.title()));
    }

    /// Whether there is time left to look at a store, which is not known otherwise where its engine
    /// is installed.
    private boolean inTime(Engine engine, String program) {
        if (!deadline.passed()) {
            return true;
        }
        if (programs == null || programs.engines().contains(program)) {
            unread.add(new UnreadStore(engine, "/", "the time was up before it was looked at"));
        }
        return false;
    }

    /// Returns which Docker is installed, by its package; the stricter one where nobody can tell.
    private Engine docker() {
        String status;
        try {
            status = Objects.requireNonNullElse(files.wholeText(PACKAGES), "");
        } catch (IOException unreadable) {
            return Engine.DOCKER;
        }
        String name = "";
        for (String line : status.split("\n")) {
            if (line.startsWith("Package:")) {
                name = line.substring("Package:".length()).strip();
            } else if (line.startsWith("Version:") && DOCKER_PACKAGES.contains(name)) {
                Matcher version = MAJOR.matcher(line.substring("Version:".length()).strip());
                return version.matches() && Integer.parseInt(version.group(1)) < COMPARES
                        ? Engine.DOCKER_BEFORE_23
                        : Engine.DOCKER;
            }
        }
        return Engine.DOCKER;
    }
}
