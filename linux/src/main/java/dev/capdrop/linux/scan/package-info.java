/// File capabilities and set-ID bits below a directory, on all cores.
///
/// Source of truth: getdents64(2), openat2(2), lgetxattr(2), statx(2), capabilities(7). May use:
/// libc, and core's scan.
package dev.capdrop.linux.scan;
