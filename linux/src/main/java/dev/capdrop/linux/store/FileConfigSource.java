package dev.capdrop.linux.store;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.linux.incus.IncusConfig;
import dev.capdrop.linux.root.HostFile;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The configuration files of this machine, each read once, and Incus' answers in their place.
///
/// Only regular files of at most 1 MiB are read, and `/dev/null`, which masks an included file, so
/// that nothing blocks. A directory gives its `*.conf` in readdir(3)'s order, as liblxc reads them.
public final class FileConfigSource implements ConfigSource {
    private static final int LARGEST = 1 << 20;
    private static final int MOST_MEMBERS = 5000;
    private static final int MOST_NAMES = 100_000;
    private static final long NANOS_IN_A_MILLI = 1_000_000;
    private static final String SUFFIX = ".conf";

    /// The folder whose files are regular by name only: reading some of them blocks.
    private static final Path KERNEL = Path.of("/proc");

    /// The command line of a machine of systemd-nspawn: the only file of the kernel that is read.
    private static final Pattern COMMAND_LINE = Pattern.compile("/proc/[0-9]+/cmdline");

    private final Map<String, String> files = new LinkedHashMap<>();
    private final Map<String, List<String>> directories = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private long modifiedMillis;

    private final BiFunction<String, Boolean, KeyAnswer> liblxc;
    private final Map<String, KeyAnswer> keys = new LinkedHashMap<>();

    public FileConfigSource() {
        this((_, _) -> KeyAnswer.NOT_KNOWN);
    }

    /// @param liblxc is asked about a key, whether with an empty value
    public FileConfigSource(BiFunction<String, Boolean, KeyAnswer> liblxc) {
        this.liblxc = liblxc;
    }

    /// Returns the configuration in the file at `path` with all files that it includes; null when
    /// that file cannot be read.
    public static @Nullable ConfigurationText text(
            String path, ConfigFormat format, BiFunction<String, Boolean, KeyAnswer> liblxc) {
        FileConfigSource source = new FileConfigSource(liblxc);
        boolean read =
                format.optional()
                        ? source.read(path) != null || source.problems.isEmpty()
                        : source.readOwn(path);
        if (!read) {
            return null;
        }
        format.resolve(path, source, Capability.MAX_NUMBER);
        return new ConfigurationText(
                path, source.files, source.directories, source.modifiedMillis, source.keys);
    }

    @Override
    public KeyAnswer asked(String key, boolean cleared) {
        return keys.computeIfAbsent(
                ConfigurationText.question(key, cleared), _ -> liblxc.apply(key, cleared));
    }

    /// One of Proxmox VE's may be away for a moment.
    private boolean readOwn(String path) {
        try {
            ClusterFileSystem.outlast(() -> {
                if (read(path) == null && problems.isEmpty()) {
                    throw new NoSuchFileException(path);
                }
                return path;
            });
            return problems.isEmpty();
        } catch (IOException absent) {
            return false;
        }
    }

    @Override
    public @Nullable String read(String path) {
        if (files.containsKey(path)) {
            return files.get(path);
        }
        try {
            files.put(path, content(Path.of(path)));
            return files.get(path);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | InvalidPathException e) {
            problems.add("cannot read '" + path + "': " + Failure.reason(e));
            return null;
        }
    }

    @Override
    public @Nullable List<String> list(String directory) {
        if (directories.containsKey(directory)) {
            return directories.get(directory);
        }
        try {
            directories.put(directory, members(directory));
            return directories.get(directory);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return null;
        } catch (IOException | InvalidPathException e) {
            problems.add("cannot list '" + directory + "': " + Failure.reason(e));
            return null;
        }
    }

    public List<String> problems() {
        return List.copyOf(problems);
    }

    private String content(Path file) throws IOException {
        if (IncusConfig.isOne(file.toString())) {
            return IncusConfig.read(file.toString());
        }
        try (HostFile found = HostFile.at(file)) {
            Path place = found.realPath();
            if (place.equals(Path.of("/dev/null"))) {
                return "";
            }
            if (COMMAND_LINE.matcher(file.toString()).matches()) {
                return new String(found.read(LARGEST), StandardCharsets.ISO_8859_1)
                        .replace('\0', '\n');
            }
            if (found.status().regular() && place.startsWith(KERNEL)) {
                throw new IOException("it is no file but the kernel's answer");
            }
            byte[] bytes = found.read(LARGEST);
            long modified = found.status().mtimeNanos() / NANOS_IN_A_MILLI;
            modifiedMillis = Math.max(modifiedMillis, modified);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static List<String> members(String directory) throws IOException {
        List<String> members = new ArrayList<>();
        Path folder = Path.of(directory);
        for (String name : HostFile.names(folder, MOST_NAMES)) {
            boolean read = name.endsWith(SUFFIX) && name.length() > SUFFIX.length();
            if (read && members.size() < MOST_MEMBERS && !Files.isDirectory(folder.resolve(name))) {
                members.add(directory + name);
            }
        }
        return members;
    }
}
