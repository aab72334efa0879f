/// systemd asked through the container's own `systemctl`: the fall-back for a container without
/// D-Bus.
///
/// Source of truth: systemctl(1), lxc-attach(1), incus(1). It runs the container's code, so it is
/// announced. May use: bus, session, and core's condition, snapshot and unit.
package dev.capdrop.linux.attach;
