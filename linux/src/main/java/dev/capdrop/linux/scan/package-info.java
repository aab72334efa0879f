/// File capabilities and set-ID bits: below a directory, on all cores, and of a container's
/// programs.
///
/// Source of truth: getdents64(2), openat2(2), lgetxattr(2), statx(2), capabilities(7),
/// systemd.service(5). May use: libc, root, time, and core's observe, snapshot and unit.
package dev.capdrop.linux.scan;
