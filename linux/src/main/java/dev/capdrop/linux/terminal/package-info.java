/// The terminal that a person sits at.
///
/// Source of truth: ioctl_tty(2). May use: libc.
package dev.capdrop.linux.terminal;
