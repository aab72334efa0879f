/// systemd asked over the container's own D-Bus, from outside.
///
/// Source of truth: the D-Bus specification; org.freedesktop.systemd1(5). Everything that comes
/// back is an adversary's word: bounded in size and time, and of the expected form or refused. May
/// use: libc, root, proc, time, and core's condition, snapshot and unit.
package dev.capdrop.linux.bus;
