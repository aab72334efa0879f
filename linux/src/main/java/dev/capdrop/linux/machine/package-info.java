/// What a condition may ask, answered by the files of a container.
///
/// Source of truth: systemd.unit(5), machine-id(5). May use: libc, root, proc, and core's unit and
/// condition.
package dev.capdrop.linux.machine;
