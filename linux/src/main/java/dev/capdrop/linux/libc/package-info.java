/// The kernel's calls that Java has no words for, named as in section 2 of the manual.
///
/// Source of truth: the man page of each call, syscall(2) and syscalls(2). May use: nothing. The
/// one package that touches `java.lang.foreign`.
package dev.capdrop.linux.libc;
