/// Linux capabilities as values: numbers, names and sets; those of a thread and of a file, their
/// texts and layouts; what execve(2) makes of them; and what the kernel honours where.
///
/// Source of truth: capabilities(7), `include/uapi/linux/capability.h`, `security/commoncap.c` for
/// [dev.capdrop.capability.Execve], libcap for the texts, and the check sites of the kernel itself
/// for the knowledge table. May use: nothing.
///
/// Stable for programs.
///
/// @since 0.1
package dev.capdrop.capability;
