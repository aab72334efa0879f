package dev.capdrop.core.snapshot;

/// How a unit's process ended, as systemd keeps it.
///
/// @param result systemd's word: success, exit-code, resources, …
/// @param code the CLD_ code of sigaction(2), 1 for an exit; 0 when nothing ended
/// @param status the exit status or the signal
public record UnitExit(String result, int code, int status) {}
