package dev.capdrop.core.diagnosis;

import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.unit.UnitType;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The rows about mounts.
///
/// Source: mount(8), "EXIT STATUS"; tmpfs(5); the `fs_flags` of the kernel's file systems.
final class MountSignatures {
    /// What root of a user namespace may mount (`FS_USERNS_MOUNT`), and what is no type of file
    /// system at all but a way to bind.
    private static final Set<String> FOR_CONTAINERS =
            Set.of(
                    "",
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

    private static final Pattern FUSE = Pattern.compile("fuse\\..*|fuseblk");
    private static final Pattern AMOUNT = Pattern.compile("[0-9]+[kKmMgGtTpPeE]?|[0-9]+%");
    private static final Pattern OCTAL = Pattern.compile("[0-7]+");

    private static final List<Pattern> REFUSALS =
            List.of(
                    Pattern.compile("Bad value for '([^']{1,64})'"),
                    Pattern.compile("Unknown parameter '([^']{1,64})'"),
                    Pattern.compile("unrecognized mount option \"([^\"]{1,64})\""));

    private MountSignatures() {}

    /// File systems that come over a network: their sources are no paths, and no container in a
    /// user namespace may mount them.
    private static final Set<String> OF_NETWORK =
            Set.of("nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "afs");

    static List<String> named(Patient patient) {
        if (patient.type() != UnitType.MOUNT) {
            return List.of();
        }
        return OF_NETWORK.contains(patient.value("Type"))
                ? List.of("Where")
                : List.of("What", "Where");
    }

    private static boolean failed(Patient patient) {
        return patient.type() == UnitType.MOUNT && patient.status() != 0;
    }

    static @Nullable Cause type(Patient patient) {
        String type = patient.value("Type");
        if (!failed(patient) || FOR_CONTAINERS.contains(type) || FUSE.matcher(type).matches()) {
            return null;
        }
        Trouble.NamedFile unknown = patient.amiss(List.of("Type"));
        if (patient.init().unprivileged() && OF_NETWORK.contains(type)) {
            return new Cause.MountType(type, true);
        }
        if (unknown != null) {
            return new Cause.MountType(type, false);
        }
        boolean known = KnownUnits.cause(patient) != null;
        return patient.init().unprivileged() && !known ? new Cause.MountType(type, true) : null;
    }

    static @Nullable Cause option(Patient patient) {
        if (!failed(patient)) {
            return null;
        }
        boolean tmpfs = patient.value("Type").equals("tmpfs");
        // a unit's file has a percent sign twice (systemd.unit(5), "Specifiers")
        for (String option : patient.value("Options").replace("%%", "%").split(",")) {
            if (tmpfs && isBad(option)) {
                return new Cause.MountOption(option);
            }
        }
        for (String line : patient.trouble().log()) {
            for (Pattern refusal : REFUSALS) {
                Matcher matcher = refusal.matcher(line);
                if (matcher.find()) {
                    return new Cause.MountOption(matcher.group(1));
                }
            }
        }
        return null;
    }

    private static boolean isBad(String option) {
        int equals = option.indexOf('=');
        String key = equals < 0 ? option : option.substring(0, equals);
        String value = equals < 0 ? "" : option.substring(equals + 1);
        return switch (key) {
            case "size", "nr_blocks", "nr_inodes" ->
                    !AMOUNT.matcher(value).matches()
                            || (value.endsWith("%") && !key.equals("size"));
            case "mode" -> !OCTAL.matcher(value).matches();
            case "uid", "gid" -> value.isEmpty() || value.startsWith("-");
            default -> false;
        };
    }

    static @Nullable Cause refused(Patient patient) {
        if (!failed(patient)) {
            return null;
        }
        Cause told = Telling.ofMount(patient);
        return told == null ? new Cause.MountRefused(patient.status()) : told;
    }
}
