package dev.capdrop.linux.bus;

/// What a container may send.
///
/// @param message the most bytes of one message
/// @param total the most bytes of all of them
/// @param units the most units that systemd may list
public record BusLimits(int message, long total, int units) {
    /// 16 MiB a message, 128 MiB in all, 20,000 units; each takes 4.5 kB of answers on a Debian 13.
    public static final BusLimits DEFAULT = new BusLimits(16 << 20, 128 << 20, 20_000);
}
