package dev.capdrop.core.runtime;

import java.util.List;

/// The settings that Incus gives a container beside its own `raw.lxc`, with that of a profile, in
/// force only where the instance has none.
///
/// @param idMaps the ids of its user namespace, each as the value of an `lxc.idmap`
/// @param stacked whether AppArmor can hold a policy of the container's own
/// @param profile the profile whose `raw.lxc` would be in force; empty where none has one
public record IncusExpansion(
        IncusDaemon daemon,
        boolean privileged,
        boolean nesting,
        List<String> idMaps,
        int interfaces,
        boolean stacked,
        String profile,
        String profileLines) {
    /// Stands for the AppArmor profile that Incus makes up for a privileged container without
    /// nesting.
    public static final String CONFINED = "lxc-container-default-of-incus";

    private static final String DAEMON = "daemon=";
    private static final String PRIVILEGED = "security.privileged=";
    private static final String NESTING = "security.nesting=";
    private static final String ID_MAP = "idmap=";
    private static final String INTERFACES = "interfaces=";
    private static final String STACKED = "apparmor.stacked=";
    private static final String PROFILE = "profile=";
    private static final int MOST_INTERFACES = 100;

    /// Mounted from the host, as far as it has them, before systemd begins (Incus 6.0,
    /// `driver_lxc.go`, `initLXC`).
    private static final List<String> MOUNTS_OF_HOST =
            List.of(
                    "/proc/sys/fs/binfmt_misc",
                    "/sys/firmware/efi/efivars",
                    "/sys/fs/fuse/connections",
                    "/sys/fs/pstore",
                    "/sys/kernel/config",
                    "/sys/kernel/debug",
                    "/sys/kernel/security",
                    "/sys/kernel/tracing");

    private static final String NESTED =
            """
            lxc.mount.entry = proc dev/.lxc/proc proc create=dir,optional 0 0
            lxc.mount.entry = sys dev/.lxc/sys sysfs create=dir,optional 0 0
            """;

    /// Returns this with a profile's lines in force; an empty name stands for none.
    public IncusExpansion withProfile(String name, String lines) {
        return new IncusExpansion(
                daemon, privileged, nesting, idMaps, interfaces, stacked, name, lines);
    }

    /// Returns the text form: settings, an empty line, the profile's lines.
    public String format() {
        StringBuilder text = new StringBuilder();
        if (daemon != IncusDaemon.INCUS) {
            text.append(DAEMON).append(daemon.title()).append('\n');
        }
        text.append(PRIVILEGED).append(privileged).append('\n');
        text.append(NESTING).append(nesting).append('\n');
        idMaps.forEach(idMap -> text.append(ID_MAP).append(idMap).append('\n'));
        text.append(INTERFACES).append(interfaces).append('\n');
        text.append(STACKED).append(stacked).append('\n');
        text.append(PROFILE).append(profile).append("\n\n");
        return text.append(profileLines).toString();
    }

    /// Parses the text form; the default of the daemon is Incus.
    public static IncusExpansion parse(String text) {
        int end = text.indexOf("\n\n");
        List<String> settings = List.of(text.substring(0, Math.max(0, end)).split("\n", -1));
        String interfaces = last(settings, INTERFACES);
        return new IncusExpansion(
                settings.contains(DAEMON + IncusDaemon.LXD.title())
                        ? IncusDaemon.LXD
                        : IncusDaemon.INCUS,
                last(settings, PRIVILEGED).equals("true"),
                last(settings, NESTING).equals("true"),
                values(settings, ID_MAP),
                interfaces.matches("[0-9]{1,3}")
                        ? Math.min(MOST_INTERFACES, Integer.parseInt(interfaces))
                        : 0,
                last(settings, STACKED).equals("true"),
                last(settings, PROFILE),
                end < 0 ? "" : text.substring(end + 2));
    }

    private static List<String> values(List<String> settings, String key) {
        return settings.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()))
                .toList();
    }

    private static String last(List<String> settings, String key) {
        List<String> values = values(settings, key);
        return values.isEmpty() ? "" : values.getLast();
    }

    /// Returns the lines that Incus writes, as far as they decide about capabilities or mounts;
    /// `common`: whether the host has the folder of lines for all containers.
    public String lines(boolean common) {
        StringBuilder lines = new StringBuilder();
        if (privileged) {
            lines.append("lxc.cap.drop = sys_time sys_module sys_rawio")
                    .append(stacked ? "\n" : " mac_admin mac_override\n");
        }
        String mode = privileged ? "mixed" : "rw";
        lines.append("lxc.mount.auto = proc:%s sys:%s cgroup:rw:force\n".formatted(mode, mode));
        MOUNTS_OF_HOST.forEach(point -> lines.append(mount(point)));
        lines.append(
                privileged
                        ? "lxc.mount.entry = mqueue dev/mqueue mqueue rw,relatime,create=dir,optional"
                                + " 0 0\n"
                        : mount("/dev/mqueue"));
        if (common) {
            lines.append("lxc.include = ").append(COMMON).append('\n');
        }
        if (nesting) {
            lines.append(NESTED);
        }
        lines.append("lxc.apparmor.profile = ")
                .append(privileged && !nesting ? CONFINED : "incus-that-mounts")
                .append('\n');
        for (int i = 0; i < interfaces; i++) {
            lines.append("lxc.net.").append(i).append(".type = phys\n");
            lines.append("lxc.net.").append(i).append(".flags = up\n");
        }
        if (!privileged) {
            idMaps.forEach(idMap -> lines.append("lxc.idmap = ").append(idMap).append('\n'));
        }
        return lines.toString();
    }

    private static String mount(String folder) {
        return "lxc.mount.entry = %s %s none rbind,create=dir,optional 0 0\n"
                .formatted(folder, folder.substring(1));
    }

    /// The folder of lines that packages of the host may add to every container of liblxc.
    public static final String COMMON = "/usr/share/lxc/config/common.conf.d/";
}
