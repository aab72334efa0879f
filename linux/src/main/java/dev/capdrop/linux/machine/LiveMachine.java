package dev.capdrop.linux.machine;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Machine.MountStatus;
import dev.capdrop.core.condition.Machine.PathStatus;
import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile.Bounded;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.root.SafeRoot.MountWalk;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A running container, as its next boot will find it: its files through its init's root, and those
/// that the kernel and the runtime put below /proc and /sys.
public final class LiveMachine extends ContainerMachine {
    private static final String UNIFIED_LIMIT = "/sys/fs/cgroup/memory.max";
    private static final String LEGACY_LIMIT = "/sys/fs/cgroup/memory/memory.limit_in_bytes";

    @SuppressWarnings("exports")
    public LiveMachine(InitFacts init, SafeRoot root) {
        super(init, root);
    }

    @Override
    @Nullable PathStatus look(String path, boolean follow) throws IOException {
        if (isTemporary(path)) {
            return null;
        }
        try (Descriptor file = root.openPath(path, follow ? 0 : Libc.O_NOFOLLOW)) {
            return status(path, Libc.fstat(file), () -> root.list(path, NAMES));
        } catch (ErrnoException elsewhere) {
            elsewhere.unless(ErrnoException.Errno.EXDEV);
        }
        try (MountWalk.Found found = root.across(path, follow)) {
            return found.temporary() ? null : status("", found.status(), () -> found.names(NAMES));
        }
    }

    @Override
    @Nullable String content(String path) throws IOException {
        if (isTemporary(path)) {
            return null;
        }
        try (MountWalk.Found found = root.across(path, true)) {
            return found.temporary() ? null : found.text(TEXT);
        }
    }

    @Override
    @Nullable List<String> listed(String directory) throws IOException {
        if (isTemporary(directory) || isOpen(directory)) {
            return null;
        }
        try (MountWalk.Found found = root.across(directory, true)) {
            return found.temporary() ? null : found.names(NAMES);
        }
    }

    @Override
    public @Nullable MountStatus mount(String path) {
        try (MountWalk.Found found = root.across(path, true)) {
            return new MountStatus(
                    found.mount().type(),
                    found.mount().readOnly(),
                    found.mountPoint(),
                    found.mount().device());
        } catch (IOException unreachable) {
            return null;
        }
    }

    /// Returns the limit of its control group, where that is less than all there is.
    @Override
    public @Nullable Long memory() {
        Long all = KernelFacts.memory();
        for (String file : List.of(UNIFIED_LIMIT, LEGACY_LIMIT)) {
            if (all != null && text(file) instanceof FileText.Text(String text)) {
                String limit = text.strip();
                boolean less = limit.matches("[0-9]{1,18}") && Long.parseLong(limit) < all;
                return less ? Long.valueOf(limit) : all;
            }
        }
        return init().memoryLimited() ? null : all;
    }

    /// The conditions that a container's init is started with.
    ///
    /// @param unprivileged whether it lives in a user namespace other than the host's
    /// @param arguments its own, which systemd takes for the kernel command line
    /// @param systemdVersion as systemd names itself, `257.8-1~deb13u2`; empty when unknown
    /// @param virtualization by systemd-detect-virt(1)'s names; null when unknown
    /// @param cpus the number of CPUs it may run on; null when unknown
    /// @param memoryLimited whether something but the host's memory limits its own
    public record InitFacts(
            CapabilitySet bounding,
            boolean unprivileged,
            List<String> arguments,
            String systemdVersion,
            @Nullable String virtualization,
            @Nullable Integer cpus,
            boolean memoryLimited) {
        /// The values of `container=` in an init's environment; others are `container-other`.
        private static final List<String> RUNTIMES =
                List.of(
                        "lxc lxc-libvirt systemd-nspawn docker podman rkt wsl proot pouch"
                                .split(" "));

        /// Returns systemd-detect-virt(1)'s result for a `/proc/PID/environ`; null when silent.
        public static @Nullable String virtualization(String environment) {
            for (String variable : environment.split("\0")) {
                String[] parts = variable.split("=", 2);
                if (parts.length == 2 && parts[0].equals("container") && !parts[1].equals("oci")) {
                    return RUNTIMES.contains(parts[1]) ? parts[1] : "container-other";
                }
            }
            return null;
        }
    }

    /// The facts about the host's kernel and its machine, the same for every container: proc(5).
    public static final class KernelFacts {
        private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+([0-9]{1,15}) kB");
        private static final Pattern FLAGS = Pattern.compile("(?m)^flags\\s*:(.*)$");
        private static final Pattern ALLOWED =
                Pattern.compile("(?m)^Cpus_allowed_list:\\s*(\\S+)$");
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
            return Errand.orNull(() -> Bounded.latin1(Path.of(path), LIMIT).strip());
        }
    }
}
