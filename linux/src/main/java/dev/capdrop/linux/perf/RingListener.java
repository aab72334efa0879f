package dev.capdrop.linux.perf;

/// Takes the records of a [Ring], in the order of its CPU.
interface RingListener {
    void check(CapabilityCheck check);

    /// Takes a new control group.
    ///
    /// @param path from the top of the hierarchy
    void cgroup(long id, String path);

    /// Takes a process that has begun to execute another program.
    ///
    /// @param nanos when, by the clock of the checks
    void program(int pid, long nanos);

    /// Takes a new process, not a new thread. Called only where processes are recorded, as
    /// [#program] and [#ended] are.
    default void forked(int parent, int pid, long nanos) {}

    default void ended(int pid, long nanos) {}

    void lost(long count);
}
