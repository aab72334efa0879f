package dev.capdrop.linux.engine;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.ErrnoException.Errno;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.root.SafeRoot.MountWalk;
import dev.capdrop.record.ForeignJson;
import dev.capdrop.record.RecordException;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The files of engines below a root directory, within limits: also on other mounts of a running
/// container, as where an administrator gives `/var/lib/docker` a volume of its own.
final class EngineFiles {
    /// The most that is read of one file. The largest that engines write are those of containers
    /// with many mounts, some 100 KiB.
    static final int MAX_FILE = 4 << 20;

    private static final int MAX_LIST = 32 << 20;
    private static final int MAX_NAMES = 10_000;
    private static final long MAX_ALL = 128L << 20;

    private final SafeRoot root;
    private final Set<String> mounted;
    private long read;

    /// @param mounted where a container that does not run will have mounts of its configuration
    EngineFiles(SafeRoot root, Set<String> mounted) {
        this.root = root;
        this.mounted = Set.copyOf(mounted);
    }

    /// Returns the text of a regular file; null where there is none.
    @Nullable String text(String path) throws IOException {
        byte[] bytes = bytes(path);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /// Returns the text of a file that may be as long as the list of all packages.
    @Nullable String wholeText(String path) throws IOException {
        byte[] bytes = bytes(path, MAX_LIST);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /// Returns the JSON object in a file; null where there is no such file.
    @Nullable Map<String, @Nullable Object> json(String path) throws IOException {
        byte[] bytes = bytes(path);
        return bytes == null ? null : parsed(bytes, path);
    }

    /// Returns the objects of the JSON array in a file; null where there is no such file.
    @Nullable List<Map<?, ?>> jsonArray(String path) throws IOException {
        String text = text(path);
        if (text == null) {
            return null;
        }
        byte[] wrapped = ("{\"all\":" + text + "}").getBytes(StandardCharsets.UTF_8);
        return objects(parsed(wrapped, path).get("all"));
    }

    static Map<String, @Nullable Object> parsed(byte[] document, String path) throws IOException {
        try {
            return ForeignJson.read(document, path);
        } catch (RecordException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static List<Map<?, ?>> objects(@Nullable Object array) {
        List<Map<?, ?>> objects = new ArrayList<>();
        if (array instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> object) {
                    objects.add(object);
                }
            }
        }
        return objects;
    }

    static List<String> texts(@Nullable Object array) {
        List<String> texts = new ArrayList<>();
        if (array instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    static Map<?, ?> object(@Nullable Object value) {
        return value instanceof Map<?, ?> object ? object : Map.of();
    }

    static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    private byte @Nullable [] bytes(String path) throws IOException {
        return bytes(path, MAX_FILE);
    }

    private byte @Nullable [] bytes(String path, int limit) throws IOException {
        if (read > MAX_ALL) {
            throw new IOException("the files of engines are larger than " + MAX_ALL + " bytes");
        }
        requireNotCovered(path);
        byte[] bytes;
        try {
            bytes = root.read(path, limit);
        } catch (ErrnoException refused) {
            if (ErrnoException.isAbsence(refused)) {
                return null;
            }
            refused.unless(Errno.EXDEV);
            bytes = bytesAcross(path, limit);
        }
        read += bytes == null ? 0 : bytes.length;
        return bytes;
    }

    private byte @Nullable [] bytesAcross(String path, int limit) throws IOException {
        try (MountWalk.Found found = root.across(path, true)) {
            String text = found.text(limit);
            if (text == null) {
                throw new IOException("'" + path + "' is not a regular file");
            }
            return text.getBytes(StandardCharsets.UTF_8);
        } catch (ErrnoException refused) {
            if (ErrnoException.isAbsence(refused)) {
                return null;
            }
            throw refused;
        }
    }

    /// Returns the names in a folder, sorted; none where there is no such folder.
    List<String> names(String path) throws IOException {
        requireNotCovered(path);
        List<String> names;
        try {
            names = root.list(path, MAX_NAMES + 1);
        } catch (ErrnoException refused) {
            if (ErrnoException.isAbsence(refused)) {
                return List.of();
            }
            refused.unless(Errno.EXDEV);
            names = namesAcross(path);
        }
        if (names.size() > MAX_NAMES) {
            throw new IOException("'" + path + "' holds more than " + MAX_NAMES + " names");
        }
        return names.stream().sorted().toList();
    }

    private List<String> namesAcross(String path) throws IOException {
        try (MountWalk.Found found = root.across(path, true)) {
            return found.names(MAX_NAMES + 1);
        } catch (ErrnoException refused) {
            if (ErrnoException.isAbsence(refused)) {
                return List.of();
            }
            throw refused;
        }
    }

    /// What a mount of the configuration will cover is not what the engine will find there.
    private void requireNotCovered(String path) throws IOException {
        for (String place : mounted) {
            if (path.equals(place) || path.startsWith(place + "/")) {
                throw new IOException("'" + place + "' is a mount that is not there yet");
            }
        }
    }
}
