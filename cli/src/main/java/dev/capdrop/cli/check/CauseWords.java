package dev.capdrop.cli.check;

import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;

/// Puts causes into about five words, for a table.
final class CauseWords {
    /// The words before capabilities that units were started for in vain.
    static final String INERT = "starts for inert ";

    static String of(Cause cause) {
        return switch (cause) {
            case Cause.InertCapability inert -> INERT + inert.capabilities();
            case Cause.ForecastFailure _, Cause.NotNamespaced _ -> "not allowed in a container";
            case Cause.Program _ -> "program cannot be executed";
            case Cause.Account account ->
                    account.account().isGroup() ? "group does not exist" : "user does not exist";
            case Cause.Path path when path.file().standing() == Standing.CLOSED ->
                    path.file().setting() + "= is closed to its user";
            case Cause.Path path -> path.file().setting() + "= does not exist";
            case Cause.NoNesting nesting ->
                    (nesting.certain() ? "" : "perhaps ") + "AppArmor without nesting";
            case Cause.LostCapability lost -> "lacks " + lost.missing();
            case Cause.MayLack lack -> "may lack " + lack.lacking();
            case Cause.SetUpFailed failed ->
                    "set-up failed: " + failed.step().status() + "/" + failed.step().name();
            case Cause.NoTerminal _ -> "no such terminal";
            case Cause.NetworkNotReady network ->
                    network.none() ? "no network interface" : "network did not come up";
            case Cause.ClockRefused _ -> "cannot set the clock";
            case Cause.NotForContainers _ -> "hardware that is not there";
            case Cause.QuotaUsedUp used -> used.quota().kind().noun() + " used up";
            case Cause.MountOption _ -> "bad option of a mount";
            case Cause.MountType _ -> "file system not allowed";
            case Cause.OwnSandbox kept -> kept.line().key() + "= is in its way";
            case Cause.MountRefused _ -> "mount refused";
            case Cause.UnitFile _ -> "bad unit file";
            case Cause.AssertionFailed _ -> "an assertion does not hold";
            case Cause.NoUnit _ -> "required unit is missing";
            case Cause.OrderingCycle _ -> "ordered in a circle";
            case Cause.NoDevice _ -> "a device never came";
            case Cause.Told told -> told.words();
            case Cause.TimedOut late ->
                    switch (late.lateness()) {
                        case START -> "not up in time";
                        case NOT_ITS_MAIN_PROCESS -> "READY=1 of another process";
                        case FOREGROUND, PROTOCOL, NOTIFY -> "not up as Type= asks";
                        case PID_FILE -> "no process number in PIDFile=";
                        case BUS_NAME -> "did not take its BusName=";
                        case RUNTIME -> "ran for too long";
                        case WATCHDOG, NEVER_ALIVE -> "gave no sign of life";
                        case UNSEEN -> "mount not seen by systemd";
                    };
            case Cause.OutOfMemory _ -> "out of memory";
            case Cause.Killed killed -> "ended by signal " + killed.signal();
            case Cause.OwnExit exit -> "its program ended with " + exit.status();
            case Cause.AddressInUse _ -> "address in use";
            case Cause.Repeated again -> "restarts: " + of(again.last());
            case Cause.StartedTooOften _ -> "started too often";
            case Cause.StillStarting _ -> "has not ended its start";
            case Cause.BroughtDown by -> "went down with " + by.by();
            case Cause.Unknown _ -> "not known";
        };
    }
}
