/// The settings of a runtime that are no LXC configuration, as values: those that Incus and LXD add
/// to an administrator's lines, and in what the two differ.
///
/// Source of truth: their REST API (`/1.0/instances/NAME`), and the `lxc.conf` that Incus 6.0 was
/// seen to write at a start. May use: capability, document, unit.
///
/// Internal: it may change in any version.
package dev.capdrop.core.runtime;
