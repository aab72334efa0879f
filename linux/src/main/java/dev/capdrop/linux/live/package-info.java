/// A container's PID 1, another's program, made to give capabilities up while it runs.
///
/// Source of truth: ptrace(2), prctl(2), syscall(2); the kernel's `ptrace_report_syscall` and
/// `arch_do_signal_or_restart`. May use: bus, libc, proc, root, session, time, and core's change
/// and snapshot.
package dev.capdrop.linux.live;
