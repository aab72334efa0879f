/// systemd asked from outside, on its own socket or over the container's D-Bus.
///
/// Source of truth: the D-Bus specification; org.freedesktop.systemd1(5). Everything that comes
/// back is an adversary's word: bounded in size and time, and of the expected form or refused. May
/// use: libc, root, proc, session, time, and core's condition, snapshot and unit.
package dev.capdrop.linux.bus;
