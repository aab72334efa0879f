/// systemd asked over the container's own D-Bus, from outside; and through the container's own
/// `systemctl`, the fall-back for a container without D-Bus, which runs the container's code and is
/// announced.
///
/// Source of truth: the D-Bus specification; org.freedesktop.systemd1(5); systemctl(1),
/// lxc-attach(1), incus(1). Everything that comes back is an adversary's word: bounded in size and
/// time, and of the expected form or refused. May use: libc, root, proc, session, time, and core's
/// condition, snapshot and unit.
package dev.capdrop.linux.bus;
