package dev.capdrop.core.snapshot;

/// A job in the queue of a container's systemd.
///
/// Source: org.freedesktop.systemd1(5), `ListJobs()`.
///
/// @param unit the primary name of the unit that it is for
/// @param type start, stop, restart, …
/// @param running whether it is being worked on; otherwise it waits for other jobs
public record Job(String unit, String type, boolean running) {}
