package dev.capdrop.core.snapshot;

/// When a process started, as the kernel counts it: no clock that somebody sets has a part in it.
///
/// @param ticks clock ticks after the machine's boot (proc_pid_stat(5), `starttime`)
/// @param bootId which boot of the machine that was (`/proc/sys/kernel/random/boot_id`, random(4));
///   empty when not known
public record KernelStart(long ticks, String bootId) {
    /// Whether it is another boot of the machine, as far as both are known: a process of it is
    /// another one, be its number and its ticks the same.
    boolean isOfAnotherBoot(KernelStart other) {
        return !bootId.isEmpty() && !other.bootId.isEmpty() && !bootId.equals(other.bootId);
    }

    /// Whether it may be the same instant; of two boots that are not both known it is taken that
    /// they are one.
    boolean isSame(KernelStart other) {
        return ticks == other.ticks && !isOfAnotherBoot(other);
    }
}
