package dev.capdrop.linux.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.linux.runtime.HostRuntime;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The next start of a container, as its configuration describes it.
///
/// Source: lxc.container.conf(5), "USER NAMESPACE MAPPINGS", "INIT COMMAND", "ROOT FILE SYSTEM",
/// "MOUNT POINTS".
final class StoppedContainer {
    /// The targets that hold neither units nor programs.
    private static final List<String> TEMPORARY = List.of("/dev", "/proc", "/sys", "/run", "/tmp");

    private final ContainerId container;
    private final ConfigurationText text;
    private final LxcSettings settings;
    private final HostMachine host;
    private final HostRuntime runtime;

    StoppedContainer(
            ContainerId container, ConfigurationText text, HostMachine host, HostRuntime runtime) {
        this.container = container;
        this.text = text;
        this.settings = ConfigurationText.settings(text, container.format());
        this.host = host;
        this.runtime = runtime;
    }

    OfflineReader reader() throws IOException {
        IdMap map = idMap();
        EffectiveCapabilities configured =
                container.format().resolve(text.path(), text.asSource(), host.lastCapability());
        return new OfflineReader(
                container,
                host,
                runtime.root(container, text),
                new OfflineReader.Confinement(
                        text,
                        IsolationReader.read(map, settings),
                        NextStart.of(configured, map.unprivileged(), host).bounding(),
                        init(),
                        mounted(),
                        unseen()));
    }

    private IdMap idMap() throws IOException {
        IdMap users = settings.users();
        if (users == null) {
            throw new IOException(
                    "'%s' maps users in a way that cannot be read, expected such as 'lxc.idmap = u 0 100000 65536'"
                            .formatted(text.path()));
        }
        return users;
    }

    private List<String> init() {
        String command = value("lxc.init.cmd");
        return command == null ? List.of("/sbin/init") : List.of(command.strip().split("\\s+"));
    }

    private List<String> unseen() {
        return targets().stream()
                .filter(target ->
                        TEMPORARY.stream().noneMatch(t -> (target + "/").startsWith(t + "/")))
                .map(target ->
                        "what its configuration mounts at '" + target + "' was not looked at")
                .toList();
    }

    /// Returns the places with other contents than its root directory or LXC's defaults have.
    private List<String> mounted() {
        List<String> mounted = new ArrayList<>(targets());
        boolean otherDevices = value("lxc.autodev") != null || value("lxc.console.path") != null;
        if (otherDevices) {
            mounted.add("/dev");
        }
        return mounted;
    }

    private List<String> targets() {
        return MountEntry.of(settings).stream().map(MountEntry::place).toList();
    }

    private @Nullable String value(String key) {
        String value = settings.value(key);
        return value == null ? null : new String(value.getBytes(ISO_8859_1), UTF_8);
    }
}
