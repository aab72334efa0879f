package dev.capdrop.core.condition;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Machine.MountStatus;
import dev.capdrop.core.condition.Machine.PathStatus;
import dev.capdrop.core.unit.UnitTree.FileText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An unprivileged LXC container of Debian 13, of which everything is known but /run.
final class SketchedMachine implements Machine {
    private static final long STAMP = 1_700_000_000_000_000_000L;

    private final TreeMap<String, PathStatus> paths = new TreeMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, MountStatus> mounts = new HashMap<>();
    private final String version;

    SketchedMachine(String version) {
        this.version = version;
        text("/bin/sh", "ELF", true);
        text("/etc/passwd", "root:x:0:0\n", false);
        text("/etc/nothing", "", false);
        text("/etc/.hidden", "", false);
        text("/etc/machine-id", "0123456789abcdef0123456789abcdef\n", false);
        text(
                "/etc/os-release",
                "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nVERSION_ID=\"13\"\nID=debian\n",
                false);
        text("/etc/.updated", "# stamp\nTIMESTAMP_NSEC=" + (STAMP + 5) + "\n", false);
        paths.put("/etc/.updated", new PathStatus(PathStatus.Kind.REGULAR, 9, false, STAMP));
        text("/var/.updated", "", false);
        paths.put("/var/.updated", new PathStatus(PathStatus.Kind.REGULAR, 0, false, 1));
        directory("/usr");
        paths.put("/usr", new PathStatus(PathStatus.Kind.DIRECTORY, 1, true, STAMP + 5));
        for (String name : List.of("/vault", "/srv", "/tmp", "/proc/sys/net", "/sys")) {
            directory(name);
        }
        paths.put("/empty", new PathStatus(PathStatus.Kind.DIRECTORY, 0, true, 1));
        paths.put("/loop", PathStatus.without(PathStatus.Kind.LOOP));
        paths.put("/etc/passwd/x", PathStatus.without(PathStatus.Kind.BLOCKED));
        paths.put("/dev/stdout", new PathStatus(PathStatus.Kind.SYMLINK, 1, true, 1));
        paths.put("/srv/socket", new PathStatus(PathStatus.Kind.SOCKET, 0, true, 1));
        kernel();
        mounts.put("/", new MountStatus("ext4", false, true, "8:1"));
        mounts.put("/proc", new MountStatus("proc", true, true, "0:20"));
        mounts.put("/proc/sys/net", new MountStatus("proc", false, true, "0:20"));
        mounts.put("/sys", new MountStatus("sysfs", true, true, "0:21"));
        mounts.put("/sys/fs/cgroup", new MountStatus("cgroup2", false, true, "0:22"));
        mounts.put("/vault", new MountStatus("ext4", false, true, "253:7"));
    }

    private void kernel() {
        text("/proc/1/loginuid", "4294967295", false);
        text("/proc/sys/kernel/random/boot_id", "aaaabbbb-cccc-dddd-eeee-ffff00001111\n", false);
        text("/sys/module/apparmor/parameters/enabled", "Y\n", false);
        text("/sys/module/loop/initstate", "live\n", false);
        text("/sys/module/half_loaded/initstate", "coming\n", false);
        directory("/sys/module/builtin");
        directory("/sys/firmware/efi");
        text("/sys/class/dmi/id/sys_vendor", "QEMU\n", false);
        text("/sys/class/dmi/id/bios_version", "1.16.3\n", false);
        text("/sys/class/power_supply/AC/type", "Mains\n", false);
        text("/sys/class/power_supply/AC/online", "1\n", false);
        text("/sys/class/power_supply/BAT0/type", "Battery\n", false);
        text("/sys/class/power_supply/BAT0/status", "Discharging\n", false);
        text("/sys/dev/block/253:7/dm/uuid", "CRYPT-LUKS2-00ff-vault\n", false);
        text("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids rdma\n", false);
    }

    private void text(String path, String text, boolean executable) {
        texts.put(path, text);
        paths.put(path, new PathStatus(PathStatus.Kind.REGULAR, text.length(), executable, 1));
        directory(path.substring(0, path.lastIndexOf('/')));
    }

    private void directory(String path) {
        String open = path;
        while (!open.isEmpty()) {
            paths.putIfAbsent(open, new PathStatus(PathStatus.Kind.DIRECTORY, 1, true, 1));
            open = open.substring(0, open.lastIndexOf('/'));
        }
    }

    @Override
    public CapabilitySet bounding() {
        return CapabilitySet.of("sys_rawio");
    }

    @Override
    public @Nullable PathStatus path(String path) {
        if (path.startsWith("/run")) {
            return null;
        }
        return path.equals("/")
                ? new PathStatus(PathStatus.Kind.DIRECTORY, 1, true, 1)
                : paths.getOrDefault(path, PathStatus.MISSING);
    }

    @Override
    public @Nullable PathStatus link(String path) {
        return path(path);
    }

    @Override
    public FileText text(String path) {
        String text = texts.get(path);
        return text == null ? new FileText.Missing() : new FileText.Text(text);
    }

    @Override
    public List<String> names(String directory) {
        String prefix = directory.equals("/") ? "/" : directory + "/";
        List<String> names = new ArrayList<>();
        for (String path : paths.keySet()) {
            if (path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0) {
                names.add(path.substring(prefix.length()));
            }
        }
        return names;
    }

    @Override
    public @Nullable MountStatus mount(String path) {
        String open = path;
        while (true) {
            MountStatus mount = mounts.get(open);
            if (mount != null) {
                return new MountStatus(
                        mount.type(), mount.readOnly(), open.equals(path), mount.device());
            }
            int slash = open.lastIndexOf('/');
            open = slash <= 0 ? "/" : open.substring(0, slash);
        }
    }

    @Override
    public Boolean firstBoot() {
        return false;
    }

    @Override
    public String systemdVersion() {
        return version;
    }

    @Override
    public List<String> commandLine() {
        return List.of("/sbin/init", "quiet", "root=/dev/x");
    }

    @Override
    public Map<String, @Nullable String> environment() {
        Map<String, @Nullable String> variables = new HashMap<>();
        variables.put("EXISTINGENVVAR", "foo");
        variables.put("LANG", null);
        return variables;
    }

    @Override
    public String virtualization() {
        return "lxc";
    }

    @Override
    public Boolean userNamespace() {
        return true;
    }

    @Override
    public String architecture() {
        return "x86-64";
    }

    @Override
    public String hostName() {
        return "web";
    }

    @Override
    public String kernelRelease() {
        return "6.12.41+deb13-amd64";
    }

    @Override
    public String glibcVersion() {
        return "2.41";
    }

    @Override
    public Long memory() {
        return 8L << 30;
    }

    @Override
    public Integer cpus() {
        return 4;
    }

    @Override
    public Set<String> cpuFlags() {
        return Set.of("fpu", "pclmulqdq", "fma", "xsave");
    }

    @Override
    public Set<Long> groups() {
        return Set.of(0L);
    }
}
