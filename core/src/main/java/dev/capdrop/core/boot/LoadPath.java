package dev.capdrop.core.boot;

import java.util.ArrayList;
import java.util.List;

/// The directories that the system's units are loaded from, first come, first served.
///
/// Source: systemd.unit(5), "System Unit Search Path", and `systemctl show -p UnitPath` of systemd
/// 247, 252 and 257.
///
/// @param directories absolute paths, the highest priority first
public record LoadPath(List<String> directories) {
    /// The generators' units that override the administrator's.
    public static final String GENERATOR_EARLY = "/run/systemd/generator.early";

    public static final String GENERATOR = "/run/systemd/generator";

    /// The generators' units that everything else overrides.
    public static final String GENERATOR_LATE = "/run/systemd/generator.late";

    /// The first version that is never built for a `/lib` beside `/usr/lib`.
    private static final int MERGED_USR_SINCE = 255;

    public LoadPath {
        directories = List.copyOf(directories);
    }

    /// Returns the path of a systemd.
    ///
    /// @param splitUsr whether it was built for a `/lib` that may be another folder than
    ///   `/usr/lib`, as Debian's up to 254 is
    public static LoadPath of(int version, boolean splitUsr) {
        List<String> path =
                new ArrayList<>(
                        List.of(
                                "/etc/systemd/system.control",
                                "/run/systemd/system.control",
                                "/run/systemd/transient",
                                GENERATOR_EARLY,
                                "/etc/systemd/system",
                                "/etc/systemd/system.attached",
                                "/run/systemd/system",
                                "/run/systemd/system.attached",
                                GENERATOR,
                                "/usr/local/lib/systemd/system"));
        if (splitUsr && version < MERGED_USR_SINCE) {
            path.add("/lib/systemd/system");
        }
        path.add("/usr/lib/systemd/system");
        path.add(GENERATOR_LATE);
        return new LoadPath(path);
    }
}
