package dev.capdrop.core.scan;

/// A place that could not be read, so that the findings say nothing of it or of what lies below.
///
/// @param reason without the path: `permission denied (openat2)`
public record Unreadable(RawPath path, String reason) {}
