/// The containers and their first processes in the host's /proc.
///
/// Source of truth: proc(5), pid_namespaces(7), user_namespaces(7). May use: libc, root, time, and
/// core's snapshot.
package dev.capdrop.linux.proc;
