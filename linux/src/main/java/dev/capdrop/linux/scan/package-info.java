/// File capabilities and set-ID bits: below a directory, on all cores, and of the programs in a
/// container's root directory.
///
/// Source of truth: getdents64(2), openat2(2), lgetxattr(2), statx(2), capabilities(7),
/// systemd.service(5). May use: libc, root, time, and core's observe, snapshot and unit.
package dev.capdrop.linux.scan;
