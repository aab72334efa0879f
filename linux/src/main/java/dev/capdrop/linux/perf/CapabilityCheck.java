package dev.capdrop.linux.perf;

/// A check of a capability, as the kernel's tracepoint `capability:cap_capable` reports it. The
/// namespaces are kernel addresses: good to be compared, and never shown to anybody.
///
/// @param demanded the user namespace in which it was demanded
/// @param granting the user namespace of the process, where it was granted; 0 where it was refused
/// @param cgroup the identity of the control group that the process was in
/// @param nanos when, in nanoseconds of a clock that only goes forward
/// @param process the number of the process, as our own /proc has it
record CapabilityCheck(
        int capability,
        long demanded,
        long granting,
        boolean granted,
        long cgroup,
        long nanos,
        int process) {}
