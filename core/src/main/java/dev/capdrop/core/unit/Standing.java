package dev.capdrop.core.unit;

/// How the start of a unit came out, as far as it matters to the units that name it as a
/// dependency.
public enum Standing {
    /// It is active.
    UP,
    /// It ran, did well, and is inactive again, as a oneshot without `RemainAfterExit=` is.
    ENDED,
    /// A condition did not hold, or `ExecCondition=` said no.
    SKIPPED,
    /// Its own start failed.
    FAILED,
    /// It counted as started, and failed then, as a service of `Type=simple` does.
    FAILED_LATER,
    /// It was asked for and not started: an assertion did not hold, or something that it requires
    /// did not start.
    NOT_STARTED,
    /// It cannot be loaded, or nothing in the boot asks for it.
    ABSENT
}
