/// Programs of the host, started so that nothing of ours is in their hands (no terminal, no
/// environment, no descriptor but /dev/null and pipes), and the terminal that a person sits at.
///
/// Source of truth: setsid(1), setsid(2), tty(4), ioctl_tty(2). May use: libc, time. The one
/// package that starts a program.
package dev.capdrop.linux.session;
