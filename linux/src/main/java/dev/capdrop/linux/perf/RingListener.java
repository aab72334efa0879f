package dev.capdrop.linux.perf;

/// Takes what a [Ring] holds, in the order of its CPU.
interface RingListener {
    void check(CapabilityCheck check);

    /// A new control group.
    ///
    /// @param id its identity
    /// @param path from the top of the hierarchy
    void cgroup(long id, String path);

    /// A process has begun to execute another program.
    ///
    /// @param pid its number, as our own /proc has it
    /// @param nanos when, by the clock of the checks
    void program(int pid, long nanos);

    /// A process has made another one; not said of a new thread. Only where processes are recorded,
    /// as [#program] and [#ended].
    ///
    /// @param pid the number of the new one
    /// @param nanos when
    default void forked(int parent, int pid, long nanos) {}

    /// A process has ended.
    ///
    /// @param nanos when
    default void ended(int pid, long nanos) {}

    /// Checks that are lost.
    ///
    /// @param count how many the kernel had no room for
    void lost(long count);
}
