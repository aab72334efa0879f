package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Every configuration from which a container of this host is started, or may be one day.
///
/// These are the containers of this node, of whichever runtime, whether they run or not, templates
/// among them; the containers of the host's users; the snapshots of all of these; and the files
/// that new containers are made from.
///
/// @param own what each container of this node is started from, those of users among them
/// @param all all configurations
/// @param unread what could not be looked into, one sentence each
public record HostConfigurations(
        Map<HostContainer, HostConfiguration> own,
        List<HostConfiguration> all,
        List<String> unread) {
    private static final Path PASSWD = Path.of("/etc/passwd");
    private static final Path DEFAULTS = Path.of("/etc/lxc/default.conf");

    public HostConfigurations {
        own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
        all = List.copyOf(all);
        unread = List.copyOf(unread);
    }

    /// Reads the configurations of this host.
    ///
    /// @param source the host's files
    public static HostConfigurations read(HostRuntimes runtimes, ConfigSource source)
            throws IOException {
        return read(runtimes, source, new UserContainers(PASSWD), DEFAULTS);
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

    /// The containers of this node, those of users among them.
    public List<HostContainer> containers() {
        return List.copyOf(own.keySet());
    }

    /// Returns what one of [#containers] is started from.
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
                all.add(
                        new HostConfiguration(
                                "new containers of plain LXC",
                                file.toString(),
                                ConfigFormat.LXC,
                                null));
            }
        }

        void add(HostContainer one, ConfigSource source) throws IOException {
            HostRuntime runtime = runtimes.of(one.id());
            HostConfiguration configuration =
                    new HostConfiguration(
                            runtime.owner(one.id()),
                            one.id().configPath(),
                            one.id().format(),
                            null);
            own.put(one, configuration);
            all.add(configuration);
            try {
                all.addAll(runtime.snapshots(configuration, source));
            } catch (IOException refused) {
                unread.add(String.valueOf(refused.getMessage()));
            }
        }
    }
}
