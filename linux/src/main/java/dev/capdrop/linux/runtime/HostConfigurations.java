package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;

/// Every configuration from which a container of this host is started, or may be one day: of this
/// node's containers, templates too, of those of the host's users, of the snapshots of all these,
/// and the files that new containers are made from.
///
/// @param own the configuration of each container of this node and its users
/// @param unread one sentence each of what could not be looked into
public record HostConfigurations(
        Map<HostContainer, HostConfiguration> own,
        List<HostConfiguration> all,
        List<String> unread) {

    public HostConfigurations {
        own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
    }

    public static HostConfigurations read(HostRuntimes runtimes, ConfigSource source)
            throws IOException {
        return read(
                runtimes,
                source,
                new UserContainers(Path.of("/etc/passwd")),
                Path.of("/etc/lxc/default.conf"));
    }

    static HostConfigurations read(
            HostRuntimes runtimes, ConfigSource source, UserContainers users, Path defaults)
            throws IOException {
        Reading reading = new Reading(runtimes);
        reading.findContainers(users);
        reading.addDefaults(defaults);
        for (HostContainer one : List.copyOf(reading.containers.values())) {
            reading.add(one, source);
        }
        return new HostConfigurations(reading.own, reading.all, reading.unread);
    }

    public List<HostContainer> containers() {
        return List.copyOf(own.keySet());
    }

    public HostConfiguration of(HostContainer one) {
        return Objects.requireNonNull(own.get(one));
    }

    private static final class Reading {
        private final HostRuntimes runtimes;
        private final Map<String, HostContainer> containers = new LinkedHashMap<>();
        private final Map<HostContainer, HostConfiguration> own = new LinkedHashMap<>();
        private final List<HostConfiguration> all = new ArrayList<>();
        private final List<String> unread = new ArrayList<>();

        Reading(HostRuntimes runtimes) {
            this.runtimes = runtimes;
        }

        void findContainers(UserContainers users) throws IOException {
            for (HostContainer one : new HostContainers(runtimes.everywhere()).all()) {
                if (!one.elsewhere()) {
                    containers.putIfAbsent(one.id().configPath(), one);
                }
            }
            for (UserContainers.OfUser user : users.all()) {
                try {
                    for (ContainerId id : LxcContainers.folders(user.lxcPath())) {
                        containers.putIfAbsent(id.configPath(), new HostContainer(id, null));
                    }
                } catch (IOException | DirectoryIteratorException refused) {
                    unread.add(
                            "the containers in '" + user.lxcPath() + "': " + refused.getMessage());
                }
                addDefaults(user.defaults());
            }
        }

        void addDefaults(Path file) {
            if (Files.isRegularFile(file)) {
                String owner = "new containers of plain LXC";
                all.add(new HostConfiguration(owner, file.toString(), ConfigFormat.LXC, null));
            }
        }

        void add(HostContainer one, ConfigSource source) throws IOException {
            HostRuntime runtime = runtimes.of(one.id());
            ContainerId id = one.id();
            HostConfiguration configuration =
                    new HostConfiguration(runtime.owner(id), id.configPath(), id.format(), null);
            own.put(one, configuration);
            all.add(configuration);
            try {
                all.addAll(runtime.snapshots(configuration, source));
            } catch (IOException refused) {
                unread.add(String.valueOf(refused.getMessage()));
            }
        }
    }

    /// The LXC containers of a host's users (`/etc/passwd`): `~/.local/share/lxc`, or
    /// lxc.conf(5)'s.
    record UserContainers(Path passwd) {
        private static final int HOME = 5;

        /// @param lxcPath the parent of the containers' folders
        /// @param defaults the file that new ones are made from; it may be absent
        record OfUser(String lxcPath, Path defaults) {}

        List<OfUser> all() throws IOException {
            List<OfUser> all = new ArrayList<>();
            for (Path home : homes()) {
                Path settings = home.resolve(".config/lxc");
                String usual = home.resolve(".local/share/lxc").toString();
                String lxcPath = LxcContainers.lxcPath(settings.resolve("lxc.conf"), usual);
                all.add(
                        new OfUser(
                                isFolder(lxcPath) ? lxcPath : usual,
                                settings.resolve("default.conf")));
            }
            return all;
        }

        private Set<Path> homes() throws IOException {
            Set<Path> homes = new LinkedHashSet<>();
            for (String line : LxcContainers.lines(passwd)) {
                String[] fields = line.split(":", -1);
                if (fields.length > HOME && isFolder(fields[HOME])) {
                    homes.add(Path.of(fields[HOME]).normalize());
                }
            }
            return homes;
        }

        private static boolean isFolder(String path) {
            try {
                return path.startsWith("/") && Files.isDirectory(Path.of(path));
            } catch (InvalidPathException impossible) {
                return false;
            }
        }
    }
}
