package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.HostConfiguration;
import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.root.HostFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Every configuration from which a container of this host is started, or may be one day.
///
/// These are the containers of Proxmox VE on this node and of plain LXC, whether they run or not,
/// templates among them; the containers of the host's users; the snapshots of all of these; and the
/// files that new containers are made from.
public final class HostConfigurations {
    private static final Path PASSWD = Path.of("/etc/passwd");
    private static final int MOST_SNAPSHOTS = 10_000;
    private static final Path DEFAULTS = Path.of("/etc/lxc/default.conf");

    private final List<HostContainers> known;
    private final UserContainers users;
    private final String lxcPath;
    private final Map<String, HostContainer> containers = new LinkedHashMap<>();
    private final List<HostConfiguration> all = new ArrayList<>();
    private final List<String> unread = new ArrayList<>();

    /// Those of this host, read now.
    ///
    /// @param known where containers are looked for, beside the users' folders
    /// @param lxcPath the folder of plain LXC that goes without saying
    /// @param source the host's files
    public static HostConfigurations read(
            List<HostContainers> known, String lxcPath, ConfigSource source) throws IOException {
        return read(known, lxcPath, source, new UserContainers(PASSWD), DEFAULTS);
    }

    static HostConfigurations read(
            List<HostContainers> known,
            String lxcPath,
            ConfigSource source,
            UserContainers users,
            Path defaults)
            throws IOException {
        HostConfigurations host = new HostConfigurations(known, lxcPath, users);
        host.findContainers();
        host.addDefaults(defaults);
        for (HostContainer one : host.containers.values()) {
            host.add(one, source);
        }
        return host;
    }

    private HostConfigurations(List<HostContainers> known, String lxcPath, UserContainers users) {
        this.known = known;
        this.lxcPath = lxcPath;
        this.users = users;
    }

    /// The containers of this node, those of users among them.
    public List<HostContainer> containers() {
        return List.copyOf(containers.values());
    }

    /// All configurations.
    public List<HostConfiguration> all() {
        return List.copyOf(all);
    }

    /// What could not be looked into, one sentence each.
    public List<String> unread() {
        return List.copyOf(unread);
    }

    /// What a container is started from.
    public HostConfiguration of(HostContainer one) {
        return new HostConfiguration(owner(one.id()), one.id().configPath(), one.id().format());
    }

    private void findContainers() throws IOException {
        for (HostContainers some : known) {
            for (HostContainer one : some.all()) {
                if (!one.elsewhere()) {
                    containers.putIfAbsent(one.id().configPath(), one);
                }
            }
        }
        for (UserContainers.OfUser user : users.all()) {
            try {
                for (ContainerId id : LxcContainers.folders(user.lxcPath())) {
                    containers.putIfAbsent(id.configPath(), new HostContainer(id, null));
                }
            } catch (IOException | DirectoryIteratorException refused) {
                unread.add("the containers in '" + user.lxcPath() + "': " + refused.getMessage());
            }
            addDefaults(user.defaults());
        }
    }

    private void addDefaults(Path file) {
        if (Files.isRegularFile(file)) {
            all.add(
                    new HostConfiguration(
                            "new containers of plain LXC", file.toString(), ConfigFormat.LXC));
        }
    }

    private void add(HostContainer one, ConfigSource source) throws IOException {
        HostConfiguration configuration = of(one);
        all.add(configuration);
        if (one.id().proxmox()) {
            String text = source.read(configuration.path());
            if (text != null) {
                addSnapshots(configuration, text);
            }
        } else {
            addSnapshots(configuration);
        }
    }

    private void addSnapshots(HostConfiguration configuration, String text) {
        for (String name : new TreeSet<>(ProxmoxConfig.parse(text).snapshots().keySet())) {
            all.add(
                    new HostConfiguration(
                            snapshot(configuration, name),
                            configuration.path(),
                            configuration.format(),
                            name));
        }
    }

    /// What lxc-snapshot(1) keeps beside a container's configuration.
    private void addSnapshots(HostConfiguration configuration) throws IOException {
        Path folder = Path.of(configuration.path()).resolveSibling("snaps");
        try {
            for (String name : HostFile.names(folder, MOST_SNAPSHOTS)) {
                Path file = folder.resolve(name).resolve("config");
                if (Files.isRegularFile(file)) {
                    all.add(
                            new HostConfiguration(
                                    snapshot(configuration, name),
                                    file.toString(),
                                    configuration.format()));
                }
            }
        } catch (NoSuchFileException none) {
            // most have no snapshot
        } catch (IOException refused) {
            unread.add("the snapshots in '" + folder + "': " + refused.getMessage());
        }
    }

    private static String snapshot(HostConfiguration configuration, String name) {
        return configuration.owner() + " (snapshot " + name + ")";
    }

    private String owner(ContainerId id) {
        boolean usual = id.proxmox() || id.lxcPath().equals(lxcPath);
        return id.target() + (usual ? "" : " in " + id.lxcPath());
    }
}
