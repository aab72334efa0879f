package dev.capdrop.linux.runtime;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.root.HostFile;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The LXC containers of this host, found without starting a program: those that run, and those in
/// the lxc path.
final class LxcContainers {
    private static final String DEFAULT_PATH = "/var/lib/lxc";
    private static final int LARGEST = 1 << 20;
    private static final int MOST_FOLDERS = 100_000;
    private static final Path SYSTEM_CONFIGURATION = Path.of("/etc/lxc/lxc.conf");
    private static final Comparator<ContainerId> BY_NAME =
            Comparator.comparing(ContainerId::name).thenComparing(ContainerId::lxcPath);

    private final @Nullable String override;
    private final Path configuration;
    private final RunningContainers running;

    /// @param lxcPath the only folder to look into; null for what lxc itself is configured for
    LxcContainers(@Nullable String lxcPath, RunningContainers running) {
        this(lxcPath, SYSTEM_CONFIGURATION, running);
    }

    LxcContainers(@Nullable String lxcPath, Path configuration, RunningContainers running) {
        this.override = lxcPath == null ? null : withoutSlash(lxcPath);
        this.configuration = configuration;
        this.running = running;
    }

    List<ContainerId> all() throws IOException {
        Set<ContainerId> all = new TreeSet<>(BY_NAME);
        all.addAll(folders(lxcPath()));
        for (RunningContainers.RunningContainer one : running.seen()) {
            if (override == null || override.equals(one.id().lxcPath())) {
                all.add(one.id());
            }
        }
        return List.copyOf(all);
    }

    boolean running(ContainerId container) throws IOException {
        return running.now(container) != null;
    }

    String lxcPath() throws IOException {
        return override == null ? lxcPath(configuration, DEFAULT_PATH) : override;
    }

    /// Returns the lxc path by a file in the manner of lxc.conf(5), which may be absent, or
    /// anybody's.
    static String lxcPath(Path configuration, String otherwise) throws IOException {
        String path = otherwise;
        for (String line : lines(configuration)) {
            String[] parts = line.strip().split("\\s*=\\s*", 2);
            if (parts.length == 2 && parts[0].equals("lxc.lxcpath") && !parts[1].isEmpty()) {
                path = parts[1];
            }
        }
        return withoutSlash(path);
    }

    static List<String> lines(Path file) throws IOException {
        try (HostFile found = HostFile.at(file)) {
            byte[] bytes = found.beginning(LARGEST);
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (NoSuchFileException | NotDirectoryException absent) {
            return List.of();
        }
    }

    private static String withoutSlash(String path) {
        return path.length() > 1 && path.endsWith("/")
                ? withoutSlash(path.substring(0, path.length() - 1))
                : path;
    }

    static List<ContainerId> folders(String lxcPath) throws IOException {
        Path folder = Path.of(lxcPath);
        try {
            return HostFile.names(folder, MOST_FOLDERS).stream()
                    .filter(name -> Files.isRegularFile(folder.resolve(name).resolve("config")))
                    .map(name -> new ContainerId(RuntimeKind.LXC, name, lxcPath))
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException absent) {
            return List.of();
        }
    }
}
