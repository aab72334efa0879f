/// Programs of the host, started with no terminal, environment or descriptor of ours, and the
/// terminal that a person sits at.
///
/// Source of truth: setsid(1), setsid(2), tty(4), ioctl_tty(2). May use: libc, time. The one
/// package that starts a program.
package dev.capdrop.linux.session;
