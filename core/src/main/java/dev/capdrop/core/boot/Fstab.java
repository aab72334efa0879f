package dev.capdrop.core.boot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Parses the mounts of fstab(5), without swap, which systemd leaves out in a container.
final class Fstab {
    private static final Set<String> REMOTE =
            Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "9p", "afs", "ncp");
    private static final int MOST_MOUNTS = 1000;

    private Fstab() {}

    record Mount(String what, String where, String type, boolean mayFail, String target) {}

    static List<Mount> parse(String text) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] fields = line.strip().split("[ \t]+");
            if (fields.length >= 3 && !line.strip().startsWith("#")) {
                add(fields, mounts);
            }
        }
        return mounts.subList(0, Math.min(mounts.size(), MOST_MOUNTS));
    }

    private static void add(String[] fields, List<Mount> mounts) {
        List<String> options =
                fields.length > 3 ? Arrays.asList(fields[3].split(",")) : List.of("defaults");
        String where = plain(fields[1]);
        boolean ofBoot =
                where.startsWith("/")
                        && !where.equals("/")
                        && !fields[2].equals("swap")
                        && !options.contains("noauto")
                        && !options.contains("x-systemd.automount");
        if (ofBoot) {
            boolean remote = options.contains("_netdev") || REMOTE.contains(fields[2]);
            mounts.add(
                    new Mount(
                            plain(fields[0]),
                            where,
                            fields[2].equals("auto") ? "" : fields[2],
                            options.contains("nofail"),
                            remote ? "remote-fs.target" : "local-fs.target"));
        }
    }

    private static String plain(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }
}
