package dev.capdrop.core.diagnosis;

import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The rows about mounts.
///
/// Source: mount(8), "EXIT STATUS"; tmpfs(5); the `fs_flags` of the kernel's file systems.
final class MountSignatures {
    /// Options that the kernel or mount(8) refuses.
    private static final List<Pattern> REFUSED_MOUNT_OPTION =
            List.of(
                    Pattern.compile("Bad value for '([^']{1,64})'"),
                    Pattern.compile("Unknown parameter '([^']{1,64})'"),
                    Pattern.compile("unrecognized mount option \"([^\"]{1,64})\""));

    /// What root of a user namespace may mount (`FS_USERNS_MOUNT`), and what is no type of file
    /// system at all but a way to bind.
    private static final Set<String> MOUNTABLE_IN_CONTAINERS =
            Set.of(
                    "auto",
                    "none",
                    "bind",
                    "tmpfs",
                    "ramfs",
                    "proc",
                    "sysfs",
                    "devpts",
                    "mqueue",
                    "cgroup",
                    "cgroup2",
                    "overlay",
                    "fuse",
                    "binfmt_misc",
                    "bpf");

    private static final Pattern ID = Pattern.compile("[ug]id=([0-9]{1,10})");

    /// Their sources are no paths, and no container in a user namespace may mount them.
    private static final Set<String> NETWORK_FILE_SYSTEMS =
            Set.of("nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "afs");

    static List<String> named(Patient patient) {
        if (patient.type() != UnitType.MOUNT) {
            return List.of();
        }
        return NETWORK_FILE_SYSTEMS.contains(patient.value("Type"))
                ? List.of("Where")
                : List.of("What", "Where");
    }

    private static boolean failed(Patient patient) {
        return patient.type() == UnitType.MOUNT && (patient.status() != 0 || patient.isForgotten());
    }

    static @Nullable Cause type(Patient patient) {
        String type = patient.value("Type");
        boolean allowed =
                type.isEmpty()
                        || MOUNTABLE_IN_CONTAINERS.contains(type)
                        || type.matches("fuse\\..*|fuseblk");
        if (!failed(patient) || allowed) {
            return null;
        }
        boolean unprivileged = patient.init().unprivileged();
        boolean closed = NETWORK_FILE_SYSTEMS.contains(type) || KnownUnits.cause(patient) == null;
        if (patient.amiss(List.of("Type")) != null && closed) {
            if (patient.says("credential file")) {
                return refused(patient);
            }
            return new Cause.MountType(type, unprivileged && NETWORK_FILE_SYSTEMS.contains(type));
        }
        return unprivileged && closed ? new Cause.MountType(type, true) : null;
    }

    static @Nullable Cause option(Patient patient) {
        if (!failed(patient)) {
            return null;
        }
        boolean tmpfs = patient.value("Type").equals("tmpfs");
        // a unit's file has a percent sign twice (systemd.unit(5), "Specifiers")
        for (String option : patient.value("Options").replace("%%", "%").split(",")) {
            if (tmpfs && (isBad(option) || isOutsideMap(option, patient.init()))) {
                return new Cause.MountOption(option);
            }
        }
        for (String line : patient.trouble().log()) {
            for (Pattern refusal : REFUSED_MOUNT_OPTION) {
                Matcher matcher = refusal.matcher(line);
                if (matcher.find()) {
                    return new Cause.MountOption(matcher.group(1));
                }
            }
        }
        return null;
    }

    /// Whether a user or a group is named by a number that the container's map of ids does not
    /// have, of which the kernel says EINVAL.
    static boolean isOutsideMap(String option, Init init) {
        Matcher id = ID.matcher(option);
        Init.InitThread thread = init.thread();
        return thread != null
                && id.matches()
                && thread.users().outside(Long.parseLong(id.group(1))).isEmpty();
    }

    private static boolean isBad(String option) {
        String key = option.split("=", 2)[0];
        String value = option.substring(Math.min(option.length(), key.length() + 1));
        return switch (key) {
            case "size", "nr_blocks", "nr_inodes" ->
                    !value.matches("[0-9]+[kKmMgGtTpPeE]?|[0-9]+%")
                            || (value.endsWith("%") && !key.equals("size"));
            case "mode" -> !value.matches("[0-7]+");
            case "uid", "gid" -> !value.matches("[0-9]+");
            default -> false;
        };
    }

    static @Nullable Cause refused(Patient patient) {
        if (!failed(patient)) {
            return null;
        }
        Cause told = Telling.first("mount", patient, patient.trouble().log(), null);
        if (told != null || patient.isForgotten()) {
            return told;
        }
        return new Cause.MountRefused(patient.status());
    }
}
