package dev.capdrop.linux.perf;

/// Takes the records of a [Ring], in the order of its CPU.
@FunctionalInterface
interface RingListener {
    void check(CapabilityCheck check);

    /// Takes a new control group.
    ///
    /// @param path from the top of the hierarchy
    default void cgroup(long id, String path) {}

    /// Takes what became of a process, not of a thread; where processes are not recorded, programs
    /// alone.
    default void event(Arrivals.Event event) {}

    default void lost(long count) {}
}
