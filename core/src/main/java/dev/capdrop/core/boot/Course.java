package dev.capdrop.core.boot;

/// What a boot that nobody has seen makes of a unit.
enum Course {
    /// The boot does not start it, or what it hangs on keeps it from starting.
    NOT_STARTED,
    /// A condition does not hold.
    SKIPPED,
    /// The files do not tell.
    OPEN,
    /// The kernel refuses what it is for.
    FAILED,
    /// It is started. What comes of it rests with its own program, or with that of what it
    /// requires.
    STARTED,
    /// It is started, has nothing to run, and ends.
    ENDED,
    /// It is started and stays.
    ACTIVE
}
