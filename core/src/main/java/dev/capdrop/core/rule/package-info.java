/// The rules by which a forecast is made, and what is known of programs: tables, of which each row
/// has its source, since when it holds and what has shown it.
///
/// Which class applies which rules:
///
/// | class | rules |
/// |---|---|
/// | `forecast.Forecaster` | units that no job of the boot starts: PARTIAL_READING to FAILED_OUTSIDE_BOOT; a container that does not boot: NO_BOOT |
/// | `forecast.OnDemand` | ON_DEMAND: what a timer, a path, a socket or the bus may start |
/// | `forecast.StartRules` | a unit that the boot starts, by itself: FILES_CHANGED to AS_BEFORE |
/// | `execution.SetUpStep`, by the rows of `steps.tsv` | what systemd does for a unit's process: TERMINAL to USER |
/// | `execution.Shortfalls` | what a unit's programs miss: FILE_CAPABILITIES to MOUNT_PROGRAM; with a record, [Rule.RecordRule#NOT_USED] |
/// | `execution.OwnCapabilities` | OWN_CAPABILITIES |
/// | `execution.ListenAddress` | a socket: PRIVILEGED_PORT to SOCKET_FOLDER |
/// | `execution.PassedOver`, `execution.FormalChecks` | the others of [Rule.RecordRule] |
/// | `execution.WellKnownStart` | a start by a row of [KnownProgram] |
/// | `forecast.Requirements` | what a unit requires is lost: REQUIRES to OVERTAKEN |
/// | `forecast.Dependants` | what a unit hangs on may fail: NO_JOURNAL to CREDENTIAL_MOUNT |
/// | `forecast.Knocks` | KNOCKED_AT: the socket of a service that is skipped, or that queries may start |
///
/// Source of truth: what each row names. May use: capability, document.
///
/// Internal: it may change in any version; the names of the rules stay.
package dev.capdrop.core.rule;
