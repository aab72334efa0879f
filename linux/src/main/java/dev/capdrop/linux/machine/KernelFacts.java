package dev.capdrop.linux.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The facts about the host's kernel and its machine, the same for every container.
///
/// Source: proc_version(5), proc_meminfo(5), proc_cpuinfo(5), proc_pid_status(5),
/// proc_filesystems(5), proc_modules(5).
public final class KernelFacts {
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+([0-9]{1,15}) kB");
    private static final Pattern FLAGS = Pattern.compile("(?m)^flags\\s*:(.*)$");
    private static final Pattern ALLOWED = Pattern.compile("(?m)^Cpus_allowed_list:\\s*(\\S+)$");
    private static final Path MODULES = Path.of("/proc/modules");
    private static final long KILO = 1024;
    private static final int LIMIT = 1 << 20;

    /// systemd's names for architectures, by the JVM's.
    private static final Map<String, String> ARCHITECTURES =
            Map.of("amd64", "x86-64", "aarch64", "arm64", "arm", "arm", "riscv64", "riscv64");

    private KernelFacts() {}

    /// Returns systemd's name of the architecture, `x86-64`; null when capdrop knows none.
    public static @Nullable String architecture() {
        return ARCHITECTURES.get(System.getProperty("os.arch", ""));
    }

    static @Nullable String release() {
        return text("/proc/sys/kernel/osrelease");
    }

    /// Returns all memory in bytes; null when it cannot be read.
    static @Nullable Long memory() {
        String text = text("/proc/meminfo");
        Matcher total = text == null ? null : MEMORY.matcher(text);
        return total != null && total.find()
                ? Long.valueOf(Long.parseLong(total.group(1)) * KILO)
                : null;
    }

    /// Returns the flags of the first CPU; null when it has no such line.
    static @Nullable Set<String> cpuFlags() {
        String text = text("/proc/cpuinfo");
        Matcher flags = text == null ? null : FLAGS.matcher(text);
        return flags != null && flags.find()
                ? Set.copyOf(List.of(flags.group(1).strip().split("\\s+")))
                : null;
    }

    /// Returns the file systems that the kernel will ever mount; null when there may be more.
    public static @Nullable Set<String> fileSystems() {
        String text = Files.exists(MODULES) ? null : text("/proc/filesystems");
        if (text == null) {
            return null;
        }
        Set<String> names = new HashSet<>();
        text.lines().forEach(line -> names.add(line.substring(line.lastIndexOf('\t') + 1)));
        return names;
    }

    /// Returns the CPUs allowed by a `/proc/PID/status`; null when it does not tell.
    public static @Nullable Integer allowedCpus(String status) {
        Matcher allowed = ALLOWED.matcher(status);
        if (!allowed.find()) {
            return null;
        }
        int count = 0;
        for (String range : allowed.group(1).split(",")) {
            String[] ends = range.split("-", 2);
            count += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
        }
        return count;
    }

    /// Reads a file in one go: of those below /proc/sys a second read finds nothing.
    private static @Nullable String text(String path) {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            return new String(in.readNBytes(LIMIT), UTF_8).strip();
        } catch (IOException unreadable) {
            return null;
        }
    }
}
