/// A container's real use of its capabilities, from the kernel's own checks, and the files that
/// bring some: with file capabilities or set-ID bits, as a walk through a directory tree finds
/// them.
///
/// A check says which capability was asked for, of which user namespace it was demanded, and
/// whether it was granted. Only the three together tell a use from a demand that the kernel never
/// honours.
///
/// Source of truth: the kernel's tracepoint `capability:cap_capable` (Linux 6.14), `cap_capable()`
/// in security/commoncap.c; user_namespaces(7), capabilities(7), inode(7). May use: capability.
///
/// Internal: it may change in any version.
package dev.capdrop.core.observe;
