/// Incus, asked over its REST API on its unix socket: which containers it has, and what their
/// configuration says.
///
/// Sources of truth: Incus' `rest-api.md`, RFC 9112 for HTTP. What comes from there is bounded in
/// size and time, and is believed only where the socket is root's. May use: time, and core's change
/// and runtime, record.
package dev.capdrop.linux.incus;
