package dev.capdrop.linux.libc;

/// Who is at the other end of a socket, as the kernel recorded it at connect or listen (unix(7),
/// SO_PEERCRED), seen from our namespaces.
///
/// @param pid 0 when the process is not in our pid namespace
public record PeerCredentials(int pid, int uid, int gid) {}
