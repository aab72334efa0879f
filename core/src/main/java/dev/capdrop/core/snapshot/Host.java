package dev.capdrop.core.snapshot;

/// The machine below the container.
///
/// @param kernelRelease as uname(2) says it
/// @param lastCapability the number in `/proc/sys/kernel/cap_last_cap`
public record Host(String kernelRelease, int lastCapability) {}
