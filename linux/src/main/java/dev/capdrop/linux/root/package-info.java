/// Reading a directory tree that belongs to an adversary.
///
/// Source of truth: openat2(2), path_resolution(7). May use: libc, time, and core's unit.
package dev.capdrop.linux.root;
