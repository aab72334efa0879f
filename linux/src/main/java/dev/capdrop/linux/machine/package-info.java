/// The facts that a condition may ask for, from the files of a container.
///
/// Source of truth: systemd.unit(5), machine-id(5). May use: libc, root, proc, and core's unit and
/// condition.
package dev.capdrop.linux.machine;
