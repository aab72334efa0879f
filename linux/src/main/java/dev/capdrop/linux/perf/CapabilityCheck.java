package dev.capdrop.linux.perf;

/// A check of a capability, as the kernel's tracepoint `capability:cap_capable` reports it. The
/// namespaces are kernel addresses: good to be compared, and never shown to anybody.
///
/// @param granting the user namespace of the process; 0 where it was refused
/// @param cgroup the inode of the process' control group
/// @param nanos the time of a clock that only goes forward
/// @param process its number in our own /proc
record CapabilityCheck(
        int capability,
        long demanded,
        long granting,
        boolean granted,
        long cgroup,
        long nanos,
        int process) {}
