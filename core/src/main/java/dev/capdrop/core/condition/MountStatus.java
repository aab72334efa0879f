package dev.capdrop.core.condition;

/// The mount below a path.
///
/// @param type of its file system, as mountinfo writes it: `ext4`, `cgroup2`; [#SOME_TYPE] when
///   unknown
/// @param readOnly whether the mount or its file system is
/// @param point whether the path is its root
/// @param device the file system, `major:minor`
public record MountStatus(String type, boolean readOnly, boolean point, String device) {
    /// The type of a file system of which only the device is known.
    public static final String SOME_TYPE = "";
}
