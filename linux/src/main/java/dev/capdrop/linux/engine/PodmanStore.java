package dev.capdrop.linux.engine;

import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.snapshot.EngineContainer.Asks;
import dev.capdrop.core.snapshot.EngineContainer.Listed;
import dev.capdrop.core.snapshot.EngineContainer.Unknown;
import dev.capdrop.core.snapshot.Engines.UnreadStore;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Podman's containers, as containers/storage keeps them below its graph root: `containers.json`
/// names them, and each has the OCI specification that its last start was made with. The list of
/// capabilities in it was made when the container was created, and stays.
///
/// A rootless Podman is left out, as a rootless Docker is: see [DockerStore].
final class PodmanStore {
    private static final String CONFIGURATION = "/etc/containers/storage.conf";
    private static final String DEFAULT_ROOT = "/var/lib/containers/storage";
    private static final String BY_DRIVER = "-containers";

    /// containers-storage.conf(5).
    private static final Pattern GRAPH_ROOT =
            Pattern.compile("(?m)^\\s*graphroot\\s*=\\s*[\"'](/[^\"'\n]*)[\"']");

    private final EngineFiles files;
    private final Consumer<UnreadStore> unread;

    PodmanStore(EngineFiles files, Consumer<UnreadStore> unread) {
        this.files = files;
        this.unread = unread;
    }

    List<EngineContainer> containers() {
        List<EngineContainer> containers = new ArrayList<>();
        for (String root : roots()) {
            for (String folder : names(root)) {
                if (folder.endsWith(BY_DRIVER)) {
                    addBelow(root + "/" + folder, containers);
                }
            }
        }
        return containers;
    }

    private SequencedSet<String> roots() {
        SequencedSet<String> roots = new LinkedHashSet<>(List.of(DEFAULT_ROOT));
        try {
            String text = files.text(CONFIGURATION);
            Matcher configured = GRAPH_ROOT.matcher(text == null ? "" : text);
            while (configured.find()) {
                roots.add(configured.group(1));
            }
        } catch (IOException e) {
            unread.accept(new UnreadStore(Engine.PODMAN, CONFIGURATION, EngineReader.why(e)));
        }
        return roots;
    }

    private List<String> names(String folder) {
        try {
            return files.names(folder);
        } catch (IOException e) {
            unread.accept(new UnreadStore(Engine.PODMAN, folder, EngineReader.why(e)));
            return List.of();
        }
    }

    private void addBelow(String folder, List<EngineContainer> containers) {
        String index = folder + "/containers.json";
        try {
            List<Map<?, ?>> all = files.jsonArray(index);
            for (Map<?, ?> entry : all == null ? List.<Map<?, ?>>of() : all) {
                String name = name(entry);
                String id = EngineFiles.text(entry.get("id"));
                if (!name.isEmpty() && isPlain(id)) {
                    requireFew(containers);
                    containers.add(container(folder, id, name));
                }
            }
        } catch (IOException e) {
            unread.accept(new UnreadStore(Engine.PODMAN, index, EngineReader.why(e)));
        }
    }

    private static void requireFew(List<EngineContainer> containers) throws IOException {
        if (containers.size() >= EngineReader.MOST) {
            throw new IOException("it holds more than " + EngineReader.MOST);
        }
    }

    /// The store's id becomes part of a path.
    private static boolean isPlain(String id) {
        return !id.isEmpty() && !id.startsWith(".") && id.indexOf('/') < 0 && id.indexOf('\0') < 0;
    }

    /// Returns the name that Podman gave it; empty for one of another program, as Buildah, whose
    /// containers are no longer there when it has ended.
    private static String name(Map<?, ?> entry) throws IOException {
        byte[] metadata = EngineFiles.text(entry.get("metadata")).getBytes(StandardCharsets.UTF_8);
        return metadata.length == 0
                ? ""
                : EngineFiles.text(EngineFiles.parsed(metadata, "metadata").get("name"));
    }

    private EngineContainer container(String folder, String id, String name) {
        String source = folder + "/" + id + "/userdata/config.json";
        return new EngineContainer(
                Engine.PODMAN, id, name, source, false, false, listed(files, source));
    }

    /// Returns the list in an OCI specification (config.md, "Linux Process").
    static Asks listed(EngineFiles files, String source) {
        try {
            Map<String, @Nullable Object> specification = files.json(source);
            if (specification == null) {
                return new Unknown("'" + source + "' is missing until its first start");
            }
            Map<?, ?> process = EngineFiles.object(specification.get("process"));
            Map<?, ?> lists = EngineFiles.object(process.get("capabilities"));
            return new Listed(
                    NamedCapabilities.set(EngineFiles.texts(lists.get("bounding")))
                            .union(NamedCapabilities.set(EngineFiles.texts(lists.get("permitted"))))
                            .union(
                                    NamedCapabilities.set(
                                            EngineFiles.texts(lists.get("effective")))));
        } catch (IOException e) {
            return new Unknown(EngineReader.why(e));
        }
    }
}
