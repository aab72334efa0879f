/// Container runtimes: which containers there are, and starting and stopping them.
///
/// Sources of truth: lxc-start(1), lxc-stop(1), and liblxc's `commands_utils.c` for the name of the
/// monitor's socket. May use: core, and libc, root and proc of linux.
package dev.capdrop.linux.runtime;
