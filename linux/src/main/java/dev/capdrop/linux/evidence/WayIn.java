package dev.capdrop.linux.evidence;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.linux.libc.FileStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a unit's user may go, who is not root, as far as owners and modes tell it.
///
/// Source: path_resolution(7), "Step 2"; systemd.exec(5), "User/Group identity". The container's
/// groups are taken to be mapped as its users are.
record WayIn(Look look, IdMap users, String uid, List<String> groups) {
    private static final int OF_OWNER = 0100;
    private static final int OF_GROUP = 0010;
    private static final int OF_OTHERS = 0001;
    private static final int UID_AT = 2;
    private static final int GID_AT = 3;
    private static final int MEMBERS_AT = 3;

    /// Returns the way of the unit with these settings; null where it runs as root, or as nobody
    /// who is known.
    static @Nullable WayIn of(List<Setting> settings, Look look, IdMap users) {
        String user = "";
        List<String> named = new ArrayList<>();
        for (Setting setting : settings) {
            switch (setting.key()) {
                case "User" -> user = setting.value();
                case "Group", "SupplementaryGroups" ->
                        named.addAll(List.of(setting.value().split("\\s+")));
                default -> {}
            }
        }
        if (Set.of("", "root", "0").contains(user)) {
            return null;
        }
        for (String line : look.text("/etc/passwd").split("\n")) {
            String[] fields = line.split(":", -1);
            if (fields.length > GID_AT && (fields[0].equals(user) || fields[UID_AT].equals(user))) {
                named.add(fields[GID_AT]);
                return new WayIn(look, users, fields[UID_AT], groups(look, fields[0], named));
            }
        }
        return null;
    }

    private static List<String> groups(Look look, String user, List<String> named) {
        List<String> groups = new ArrayList<>(named);
        for (String line : look.text("/etc/group").split("\n")) {
            String[] fields = line.split(":", -1);
            if (fields.length > MEMBERS_AT
                    && (named.contains(fields[0])
                            || List.of(fields[MEMBERS_AT].split(",")).contains(user))) {
                groups.add(fields[UID_AT]);
            }
        }
        return groups;
    }

    /// The first folder on the way to this path, or that it is, which the user may not enter; empty
    /// where there is none.
    String closed(String path) {
        for (int end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
            String folder = end < 0 ? path : path.substring(0, end);
            FileStatus status = look.status(folder);
            if (status == null) {
                return "";
            }
            if (status.directory() && !lets(status)) {
                return folder;
            }
            if (end < 0) {
                return "";
            }
        }
    }

    private boolean lets(FileStatus folder) {
        int mode = folder.permissions();
        String owner = inside(folder.uid());
        if (owner.equals(uid)) {
            return (mode & OF_OWNER) != 0;
        }
        String group = inside(folder.gid());
        boolean member = group.isEmpty() || groups.contains(group);
        return (mode & (member ? OF_GROUP : OF_OTHERS)) != 0;
    }

    private String inside(int id) {
        OptionalLong inside = users.inside(Integer.toUnsignedLong(id));
        return inside.isPresent() ? Long.toString(inside.getAsLong()) : "";
    }
}
