package dev.capdrop.core.execution;

/// Without what a container does not boot at all.
///
/// Source: boots of systemd 245 to 257 with one capability less each: without any other than
/// sys_admin PID 1 reaches its default target.
public final class Obstacle {
    private Obstacle() {}

    /// Why nothing boots; empty when it does.
    public static String of(Missing missing) {
        return missing.contains("sys_admin")
                ? "without sys_admin its systemd cannot mount /run and /dev/shm, and gives up"
                : "";
    }
}
