package dev.capdrop.linux.perf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile.Bounded;
import module java.base;

record Tracefs(Path folder) {
    static final Path USUAL = Path.of("/sys/kernel/tracing");
    private static final String KPROBES = "kprobe_events";
    private static final int LIMIT = 1 << 20;

    CheckFormat.TracepointFormat capabilityChecks() throws IOException {
        return CheckFormat.TracepointFormat.parse(read(format()));
    }

    void requireMounted() throws IOException {
        if (!mounted()) {
            throw new IOException(
                    "'%s' is no tracefs, by which the kernel says how it reports capability checks; mount it: mount -t tracefs tracefs %s"
                            .formatted(folder, folder));
        }
    }

    boolean mounted() throws IOException {
        return there(folder.resolve("events"));
    }

    boolean reportsChecks() throws IOException {
        return there(format());
    }

    boolean hasKprobes() throws IOException {
        return there(folder.resolve(KPROBES));
    }

    String kprobes() throws IOException {
        return read(folder.resolve(KPROBES));
    }

    void requireKprobes() throws ErrnoException {
        try (Descriptor _ = openForKprobes()) {
            // nothing is written
        }
    }

    private Descriptor openForKprobes() throws ErrnoException {
        // without O_APPEND, or with O_TRUNC, the kernel would remove all kprobes
        return open(folder.resolve(KPROBES), Libc.O_WRONLY | Libc.O_APPEND);
    }

    void changeKprobes(String line) throws IOException {
        try (Descriptor opened = openForKprobes()) {
            byte[] bytes = (line + "\n").getBytes(UTF_8);
            Libc.write(opened, bytes, 0, bytes.length);
        }
    }

    String format(String event) throws IOException {
        return read(folder.resolve("events").resolve(event).resolve("format"));
    }

    private Path format() {
        return folder.resolve("events/capability/cap_capable/format");
    }

    private static boolean there(Path path) throws IOException {
        try (Descriptor _ = open(path, Libc.O_PATH)) {
            return true;
        } catch (ErrnoException e) {
            e.unless(ErrnoException.Errno.ENOENT, ErrnoException.Errno.ENOTDIR);
            return false;
        }
    }

    private static String read(Path file) throws IOException {
        try (Descriptor opened = open(file, Libc.O_RDONLY)) {
            return new String(Bounded.read(opened, file.toString(), LIMIT), UTF_8);
        }
    }

    private static Descriptor open(Path path, int flags) throws ErrnoException {
        return Libc.open(path.toString(), flags);
    }
}
