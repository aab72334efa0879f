package dev.capdrop.core.snapshot;

/// How a unit's process ended, as systemd keeps it.
///
/// @param result systemd's word: success, exit-code, resources, …
/// @param code the CLD_ code of sigaction(2), 1 for an exit; 0 when nothing ended
/// @param status the exit status or the signal
/// @param restarts how often systemd has started it again by itself since somebody else did
///   (NRestarts); 0 for what is no service
public record UnitExit(String result, int code, int status, int restarts) {
    /// Of a unit that systemd has not started again by itself.
    public UnitExit(String result, int code, int status) {
        this(result, code, status, 0);
    }
}
