package dev.capdrop.linux.engine;

import dev.capdrop.core.document.Lazy;
import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.snapshot.EngineContainer.Asks;
import dev.capdrop.core.snapshot.EngineContainer.Unknown;
import dev.capdrop.core.snapshot.Engines.UnreadStore;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Docker's containers, as the daemon keeps them below its data root: `hostconfig.json` holds what
/// each was created with, `config.v2.json` its name and state (dockerd(8), "--data-root").
///
/// A rootless daemon is left out: the kernel gives its user namespace a whole bounding set,
/// whatever the container's own is (`create_user_ns`, kernel/user_namespace.c).
final class DockerStore {
    /// The default, and that of Docker's snap.
    private static final List<String> DEFAULT_ROOTS =
            List.of("/var/lib/docker", "/var/snap/docker/common/var-lib-docker");

    private static final String CONFIGURATION = "/etc/docker/daemon.json";
    private static final List<String> OPTIONS_FILES =
            List.of("/etc/default/docker", "/etc/sysconfig/docker");
    private static final String UNIT = "docker.service";

    /// `--data-root`, and its names before Docker 17.05.
    private static final Pattern DATA_ROOT =
            Pattern.compile("(?:--data-root|--graph|-g)[= ]\\s*[\"']?(/[^\\s\"']*)");

    /// A daemon with `userns-remap` keeps each range of ids in a folder of its own.
    private static final Pattern REMAPPED = Pattern.compile("[0-9]{1,10}\\.[0-9]{1,10}");

    private static final Set<String> RETURNING = Set.of("always", "unless-stopped", "on-failure");

    private final EngineFiles files;
    private final ServiceFiles units;
    private final Consumer<UnreadStore> unread;

    DockerStore(EngineFiles files, ServiceFiles units, Consumer<UnreadStore> unread) {
        this.files = files;
        this.units = units;
        this.unread = unread;
    }

    /// @param engine which Docker it is, which takes a long file to know
    List<EngineContainer> containers(Lazy<Engine> engine) {
        List<EngineContainer> containers = new ArrayList<>();
        for (String dataRoot : dataRoots()) {
            addBelow(dataRoot, engine, containers);
            for (String name : names(dataRoot)) {
                if (REMAPPED.matcher(name).matches()) {
                    addBelow(dataRoot + "/" + name, engine, containers);
                }
            }
        }
        return containers;
    }

    /// Returns the defaults and each that a configuration names: which of them a daemon uses is
    /// decided at its next start.
    private SequencedSet<String> dataRoots() {
        SequencedSet<String> roots = new LinkedHashSet<>(DEFAULT_ROOTS);
        try {
            Map<String, @Nullable Object> configuration = files.json(CONFIGURATION);
            if (configuration != null) {
                Stream.of("data-root", "graph")
                        .map(key -> EngineFiles.text(configuration.get(key)))
                        .filter(path -> path.startsWith("/"))
                        .forEach(roots::add);
            }
        } catch (IOException e) {
            unread.accept(new UnreadStore(Engine.DOCKER, CONFIGURATION, EngineReader.why(e)));
        }
        for (String line : optionLines()) {
            Matcher option = DATA_ROOT.matcher(line);
            while (option.find()) {
                roots.add(option.group(1));
            }
        }
        return roots;
    }

    private List<String> optionLines() {
        List<String> lines = new ArrayList<>(units.values(UNIT, "ExecStart"));
        for (String file : OPTIONS_FILES) {
            try {
                String text = files.text(file);
                lines.addAll(text == null ? List.of() : text.lines().toList());
            } catch (IOException e) {
                unread.accept(new UnreadStore(Engine.DOCKER, file, EngineReader.why(e)));
            }
        }
        lines.removeIf(line -> line.stripLeading().startsWith("#"));
        return lines;
    }

    private void addBelow(String dataRoot, Lazy<Engine> engine, List<EngineContainer> containers) {
        String folder = dataRoot + "/containers";
        for (String id : names(folder)) {
            if (containers.size() >= EngineReader.MOST) {
                unread.accept(
                        new UnreadStore(
                                Engine.DOCKER, folder, "it holds more than " + EngineReader.MOST));
                return;
            }
            EngineContainer container = container(folder + "/" + id, id, engine);
            if (container != null) {
                containers.add(container);
            }
        }
    }

    private List<String> names(String folder) {
        try {
            return files.names(folder);
        } catch (IOException e) {
            unread.accept(new UnreadStore(Engine.DOCKER, folder, EngineReader.why(e)));
            return List.of();
        }
    }

    /// Returns the container that a folder holds; null where it holds none, as after a `docker rm`.
    private @Nullable EngineContainer container(String folder, String id, Lazy<Engine> engine) {
        String source = folder + "/hostconfig.json";
        Map<?, ?> configuration = Map.of();
        Map<?, ?> host = Map.of();
        Asks asks;
        try {
            Map<String, @Nullable Object> known = files.json(folder + "/config.v2.json");
            Map<String, @Nullable Object> knownHost = files.json(source);
            if (known == null && knownHost == null) {
                return null;
            }
            configuration = EngineFiles.object(known);
            host = EngineFiles.object(knownHost);
            asks =
                    knownHost == null
                            ? new Unknown("'" + source + "' is missing")
                            : new NamedCapabilities()
                                    .privileged(Boolean.TRUE.equals(host.get("Privileged")))
                                    .add(EngineFiles.texts(host.get("CapAdd")))
                                    .drop(EngineFiles.texts(host.get("CapDrop")))
                                    .asked();
        } catch (IOException e) {
            asks = new Unknown(EngineReader.why(e));
        }
        String name = EngineFiles.text(configuration.get("Name")).replaceFirst("^/", "");
        Map<?, ?> state = EngineFiles.object(configuration.get("State"));
        Map<?, ?> policy = EngineFiles.object(host.get("RestartPolicy"));
        boolean stopped = Boolean.TRUE.equals(configuration.get("HasBeenManuallyStopped"));
        boolean returns =
                RETURNING.contains(EngineFiles.text(policy.get("Name")))
                        && (!stopped || EngineFiles.text(policy.get("Name")).equals("always"));
        return new EngineContainer(
                engine.get(),
                id,
                name.isEmpty() ? id.substring(0, Math.min(12, id.length())) : name,
                source,
                Boolean.TRUE.equals(state.get("Running")),
                returns,
                asks);
    }
}
