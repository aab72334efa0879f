/// The kernel's checks of capabilities while they happen, of one container or of one thread.
///
/// By perf_event_open(2) on the tracepoint `capability:cap_capable`, and not through an instance of
/// tracefs: the kernel itself then takes only what the processes of a control group do, says of
/// each check in which control group it was made, however short its process lived, and forgets all
/// of it when our descriptor is closed, after a crash, too.
///
/// Where the kernel is older than that tracepoint, a kprobe is listened to in the same way; only
/// its definition is in tracefs, and outlives a crash until the next watch.
///
/// Source of truth: perf_event_open(2); `perf_output_sample()` in kernel/events/core.c. May use:
/// libc, root, proc, and core's host, observe and snapshot.
package dev.capdrop.linux.perf;
