package dev.capdrop.linux.engine;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.snapshot.EngineContainer.Anew;
import dev.capdrop.core.snapshot.EngineContainer.Asks;
import dev.capdrop.core.snapshot.EngineContainer.Listed;
import dev.capdrop.core.snapshot.Engines.UnreadStore;
import module java.base;

/// The containers that containerd runs for others than Docker, as `ctr`, nerdctl and the kubelet:
/// the OCI specification of each lies in its state folder while it runs. What does not run stands
/// in containerd's own database, which is not read.
final class ContainerdStates {
    private static final String TASKS = "io.containerd.runtime.v2.task";
    private static final List<String> STATES =
            List.of("/run/containerd/" + TASKS, "/run/k3s/containerd/" + TASKS);
    private static final List<String> STORES =
            List.of(
                    "/var/lib/containerd/" + TASKS,
                    "/var/lib/rancher/k3s/agent/containerd/" + TASKS);

    /// The namespace of Docker, which keeps its containers itself.
    private static final String OF_DOCKER = "moby";

    /// The namespace of Kubernetes: it makes each container anew.
    private static final String OF_KUBERNETES = "k8s.io";

    /// All capabilities up to audit_read, which Linux 3.16 brought, are in every whole list.
    private static final CapabilitySet WHOLE = CapabilitySet.upTo(37);

    private final EngineFiles files;
    private final Consumer<UnreadStore> unread;

    ContainerdStates(EngineFiles files, Consumer<UnreadStore> unread) {
        this.files = files;
        this.unread = unread;
    }

    List<EngineContainer> containers() {
        List<EngineContainer> containers = new ArrayList<>();
        Set<String> found = new HashSet<>();
        for (String state : STATES) {
            for (String namespace : namespaces(state)) {
                for (String id : names(state + "/" + namespace)) {
                    if (containers.size() < EngineReader.MOST) {
                        found.add(namespace + "/" + id);
                        String source = state + "/" + namespace + "/" + id + "/config.json";
                        containers.add(container(namespace, id, source));
                    }
                }
            }
        }
        for (String store : STORES) {
            for (String namespace : namespaces(store)) {
                boolean others =
                        names(store + "/" + namespace).stream()
                                .anyMatch(id -> !found.contains(namespace + "/" + id));
                if (others) {
                    String why = "its containers do not run, and only its database knows them";
                    unread.accept(new UnreadStore(Engine.CONTAINERD, store + "/" + namespace, why));
                }
            }
        }
        return containers;
    }

    private List<String> namespaces(String folder) {
        return names(folder).stream().filter(name -> !name.equals(OF_DOCKER)).toList();
    }

    private List<String> names(String folder) {
        try {
            return files.names(folder);
        } catch (IOException e) {
            unread.accept(new UnreadStore(Engine.CONTAINERD, folder, EngineReader.why(e)));
            return List.of();
        }
    }

    private EngineContainer container(String namespace, String id, String source) {
        boolean anew = namespace.equals(OF_KUBERNETES);
        Asks asks = PodmanStore.listed(files, source);
        if (anew && asks instanceof Listed(CapabilitySet listed) && listed.containsAll(WHOLE)) {
            asks = new Anew(true, false, false, CapabilitySet.EMPTY, CapabilitySet.EMPTY);
        }
        return new EngineContainer(
                Engine.CONTAINERD, id, namespace + "/" + id, source, true, anew, asks);
    }
}
