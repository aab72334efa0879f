package dev.capdrop.linux.bus;

/// What a container may send.
///
/// @param message the most bytes of one message
/// @param total the most bytes of all of them
/// @param values the most bytes that what is kept of them may take here, as [ValueAllowance]
///   estimates
/// @param units the most units that systemd may list
record BusLimits(int message, long total, long values, int units) {
    /// 16 MiB a message, 128 MiB in all and as much for its values, 20,000 units; each takes 4.5 kB
    /// of answers on a Debian 13, and 4 kB of values.
    static final BusLimits DEFAULT = new BusLimits(16 << 20, 128 << 20, 128 << 20, 20_000);
}
