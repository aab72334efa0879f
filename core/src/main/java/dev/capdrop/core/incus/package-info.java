/// The settings that Incus adds to an administrator's lines, as a value.
///
/// Sources of truth: Incus' REST API (`/1.0/instances/NAME`), and the `lxc.conf` that Incus 6.0 was
/// seen to write at a start. May use: nothing.
///
/// Internal: it may change in any version.
package dev.capdrop.core.incus;
