/// The kernel's checks of capabilities while they happen, of one container or of one thread.
///
/// By perf_event_open(2) on the tracepoint `capability:cap_capable`: the kernel itself takes only
/// what a control group does, says of each check in which it was made, and forgets all when our
/// descriptor is closed, even by a crash. An older kernel gets a kprobe, whose definition outlives
/// a crash until the next watch.
///
/// Source of truth: perf_event_open(2); `perf_output_sample()` in kernel/events/core.c. May use:
/// libc, root, proc, and core's host, observe and snapshot.
package dev.capdrop.linux.perf;
