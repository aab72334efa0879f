package dev.capdrop.cli.check;

import dev.capdrop.cli.drop.NextStartText;
import dev.capdrop.cli.render.Json;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Cause.SetUp;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.UnitDetail;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Puts causes into words.
public final class CauseText {
    private static final Map<String, String> LATENESS =
            ResourceTable.rows(CauseText.class.getResourceAsStream("lateness.tsv"), "lateness.tsv")
                    .stream()
                    .collect(Collectors.toMap(cells -> cells[0], cells -> cells[1]));

    private static final int CLD_EXITED = 1;
    private static final int SIGILL = 4;
    private static final int SECONDS = 60;

    private CauseText() {}

    /// Returns the stable word for JSON: the name of the cause, words joined by `-`.
    static String id(Cause cause) {
        return id(cause.getClass());
    }

    static String id(Class<? extends Cause> cause) {
        return cause == Cause.ForecastFailure.class
                ? "foreseen" // the word of schema capdrop/check/1, older than the glossary
                : Json.word(cause);
    }

    /// Returns the sentence that follows the unit's name.
    public static String sentence(Cause cause) {
        return switch (cause) {
            case Cause.InertCapability inert -> inert(inert);
            case Cause.ForecastFailure _ ->
                    "will fail: the kernel refuses what it is for, whatever capabilities are held";
            case Cause.Program program -> program(program.file());
            case Cause.Account account ->
                    (account.account().isGroup() ? "group '" : "user '")
                            + account.account().name()
                            + "' does not exist";
            case Cause.Path path -> path(path.file());
            case Cause.NoNesting nesting ->
                    "AppArmor confines the container without nesting, and "
                            + (nesting.certain() ? "refuses " : "may have refused ")
                            + mounts(nesting.mounts());
            case Cause.LostCapability lost when !lost.why().isEmpty() ->
                    lost.why() + ", which the container does not hold";
            case Cause.LostCapability lost -> lost(lost);
            case Cause.MayLack lack ->
                    "%s when it was refused something; the container lacks %s, which may be why"
                            .formatted(ended(lack.end()), NextStartText.upperNames(lack.lacking()));
            case Cause.SetUpFailed failed ->
                    "systemd could not %s (%s)"
                            .formatted(failed.step().what(), SetUp.format(failed.step().status()));
            case Cause.NotNamespaced not ->
                    "is for " + not.what() + ", which no container may do, whatever it holds";
            case Cause.NoTerminal _ -> "the container has no such terminal";
            case Cause.NetworkNotReady network when network.none() ->
                    "waited for a network, and the container's configuration gives it no interface (lxc.net.0.type = empty)";
            case Cause.NetworkNotReady _ -> "waited for a network that did not come up";
            case Cause.ClockRefused _ ->
                    "sets the clock, which is the host's: the kernel refuses that to a container";
            case Cause.NotForContainers not ->
                    "looks after " + not.what() + ", which a container does not have";
            case Cause.QuotaUsedUp used -> quota(used.quota());
            case Cause.OfFile file -> sentence(file);
            case Cause.OfRun run -> sentence(run);
        };
    }

    private static String sentence(Cause.OfFile cause) {
        return switch (cause) {
            case Cause.MountOption option when option.option().isEmpty() ->
                    "the file system refuses one of its options";
            case Cause.MountOption option ->
                    "the file system refuses its option '" + option.option() + "'";
            case Cause.MountType type when type.known() ->
                    "the kernel lets no container mount a file system of type '%s' unless it is privileged"
                            .formatted(type.type());
            case Cause.MountType type ->
                    "the kernel does not know the file system '" + type.type() + "'";
            case Cause.OwnSandbox kept ->
                    (kept.hidden()
                                    ? "its own %s hides %s from it"
                                    : "its own %s lets it only read %s")
                            .formatted(kept.line().format(), kept.path());
            case Cause.MountRefused refused ->
                    "the mount was refused (mount exit status " + refused.status() + ")";
            case Cause.UnitFile file ->
                    "systemd does not accept its file"
                            + (file.error().isEmpty() ? "" : ": " + file.error());
            case Cause.AssertionFailed failed ->
                    "was not started, for its assertion does not hold: " + failed.assertion();
            case Cause.NoUnit _ -> "there is no such unit";
            case Cause.OrderingCycle cycle ->
                    "was not started: it is to start after %s, which is to start after it (After=, Before=)"
                            .formatted(cycle.other());
            case Cause.NoDevice _ -> "systemd waited for this device, and it never came";
        };
    }

    private static String sentence(Cause.OfRun cause) {
        return switch (cause) {
            case Cause.TimedOut late ->
                    LATENESS.getOrDefault(ResourceTable.word(late.lateness()), "was too late");
            case Cause.OutOfMemory _ -> "the kernel killed it for want of memory";
            case Cause.Killed killed -> killed(killed);
            case Cause.OwnExit exit -> ended(exit) + meaning(exit.status());
            case Cause.Told told -> told(told);
            case Cause.AddressInUse(String where) ->
                    "the address that it wants is in use" + (where.isEmpty() ? "" : ": " + where);
            case Cause.Repeated again -> repeated(again);
            case Cause.StartedTooOften _ ->
                    "was started too often in a row, although it had done well each time";
            case Cause.StillStarting starting ->
                    starting.since() == null
                            ? "has not ended its start"
                            : "has been starting for " + duration(starting.since());
            case Cause.BroughtDown by -> "went down with " + by.by();
            case Cause.Unknown unknown ->
                    "failed, and nothing explains it%s: neither how its commands ended, nor what its files name, nor the container's configuration, nor the host's quotas, nor its journal"
                            .formatted(
                                    unknown.exit() == null
                                            ? ""
                                            : " (" + exit(unknown.exit()) + ")");
        };
    }

    private static String killed(Cause.Killed killed) {
        String ended = "was ended by " + signal(killed.signal());
        if (killed.limit() != null) {
            return "%s; the kernel may have done that for want of memory (%s)"
                    .formatted(ended, killed.limit().format());
        }
        String crashed = Cause.CRASHES.contains(killed.signal()) ? "crashed: it " + ended : ended;
        return killed.signal() == SIGILL
                ? crashed + ", as by an instruction that this processor does not have"
                : crashed;
    }

    private static String told(Cause.Told told) {
        Cause.OwnExit end = told.end();
        return end == null ? told.why() : told.why() + "; " + ended(end);
    }

    private static String inert(Cause.InertCapability inert) {
        return (inert.forecast() ? "will be started because " : "starts because ")
                + NextStartText.upperNames(inert.capabilities())
                + (inert.forecast()
                        ? " will be"
                        : inert.capabilities().size() == 1 ? " is" : " are")
                + " in the bounding set, but no process in a user namespace can use it"
                + evidence(inert);
    }

    private static String evidence(Cause.InertCapability inert) {
        if (inert.forecast()) {
            return "; the kernel will refuse what the unit is for";
        }
        return inert.refused() ? "; the kernel refused the mount (mount exit status 32)" : "";
    }

    private static String program(Trouble.NamedFile file) {
        return file.name()
                + switch (file.standing()) {
                    case MISSING -> " does not exist";
                    case DANGLING -> " is a link that leads nowhere";
                    case NOT_EXECUTABLE -> " is not executable";
                    case OTHER_KIND -> " is not a file";
                    case NO_INTERPRETER ->
                            file.more().endsWith("\r")
                                    ? " has Windows line ends (CRLF), which make another name of its interpreter's"
                                    : " needs " + file.more() + ", which does not exist";
                    case NO_PROGRAM -> " is neither a binary nor a script that begins with #!";
                    case FOREIGN -> " is a program for another machine (" + file.more() + ")";
                    case CLOSED -> closed(file);
                    case NO_EXEC -> " is on a file system that is mounted noexec: " + file.more();
                    case FITS, UNMAPPED, TAKEN, UNREADABLE -> " cannot be executed";
                };
    }

    private static String closed(Trouble.NamedFile file) {
        return " is closed to the unit's user, who may not enter " + file.more();
    }

    private static String path(Trouble.NamedFile file) {
        boolean said = file.setting().equals(Trouble.NamedFile.SAID);
        String of = said ? "" : ", which " + file.setting() + "= names";
        return file.name()
                + switch (file.standing()) {
                    case MISSING -> " does not exist" + of;
                    case DANGLING ->
                            said
                                    ? " is a link to " + file.more() + ", which is not there"
                                    : " is a link that leads nowhere" + of;
                    case CLOSED -> closed(file) + " (" + file.setting() + "=)";
                    case UNMAPPED ->
                            " belongs to uid "
                                    + file.more()
                                    + " of the host, whom the container does not know"
                                    + of;
                    case FITS,
                            NOT_EXECUTABLE,
                            OTHER_KIND,
                            NO_INTERPRETER,
                            NO_PROGRAM,
                            FOREIGN,
                            NO_EXEC,
                            TAKEN,
                            UNREADABLE ->
                            " is not what " + file.setting() + "= needs";
                };
    }

    private static String mounts(Cause.Mounts mounts) {
        return switch (mounts) {
            case NAMESPACE -> "the mounts of its sandbox (226/NAMESPACE)";
            case CREDENTIALS -> "the mount for its credentials (243/CREDENTIALS)";
            case UNIT -> "this mount (mount exit status 32)";
        };
    }

    private static String lost(Cause.LostCapability lost) {
        String what =
                lost.step() == null
                        ? "its program's file asks for "
                        : "systemd could not " + lost.step().what() + " without ";
        return what
                + NextStartText.upperNames(lost.missing())
                + ", which the container does not hold"
                + (lost.step() == null ? "" : " (" + SetUp.format(lost.step().status()) + ")");
    }

    private static String quota(Quota quota) {
        if (quota.kind() == Quota.Kind.INOTIFY_INSTANCES) {
            return inotify(quota);
        }
        String owner = quota.user() < 0 ? " of the container" : " of uid " + quota.user();
        String used =
                quota.limit() == Long.MAX_VALUE
                        ? "the " + quota.kind().noun() + owner
                        : quota.used() + " of " + quota.limit() + " " + quota.kind().noun() + owner;
        return used
                + " are used"
                + (quota.refusals() > 0 ? ", and " + quota.refusals() + " were refused" : "");
    }

    private static String inotify(Quota quota) {
        String used =
                "%s of the %s that uid %s and all containers that it made share are used"
                        .formatted(quota.used(), quota.limit(), quota.user());
        return quota.exhausted()
                ? "there is no inotify instance left for it: " + used
                : "it got no inotify instance (or watch) when it started; now " + used;
    }

    private static String ended(Cause.OwnExit exit) {
        return "%s ended with exit status %s".formatted(command(exit.command()), exit.status());
    }

    /// Returns the meaning of a status to shells, where nothing tells of another: a program without
    /// its library, or without its capabilities, may end a shell as if it were not there.
    private static String meaning(int status) {
        return switch (status) {
            case 126 -> " (a command that it runs cannot be executed)";
            case 127 -> " (a command that it runs does not exist)";
            case 143 -> " (128+15: it was told to end by SIGTERM, and did)";
            default -> "";
        };
    }

    private static String command(Trouble.@Nullable CommandExit command) {
        return command == null || command.program().isEmpty()
                ? "its own program"
                : "its own program " + command.program() + " (" + command.setting() + "=)";
    }

    private static String repeated(Cause.Repeated again) {
        String often =
                again.restarts() == 0
                        ? ""
                        : String.format(Locale.ROOT, " (%,d times)", again.restarts());
        String every = again.every().isZero() ? "" : " every " + duration(again.every());
        String last = "; last time: " + sentence(again.last());
        return again.givenUp()
                ? "failed again and again, and systemd no longer starts it" + often + last
                : "restarts" + (every.isEmpty() ? " again and again" : every) + often + last;
    }

    /// Returns a duration such as `0.5 s`, `12 s`, `4 min`, `3 h`.
    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 2) {
            return Math.max(1, duration.toMillis() / 100) / 10.0 + " s";
        }
        if (seconds < 2 * SECONDS) {
            return seconds + " s";
        }
        return seconds < 2 * SECONDS * SECONDS
                ? duration.toMinutes() + " min"
                : duration.toHours() + " h";
    }

    private static String signal(int number) {
        return switch (number) {
            case 4 -> "SIGILL";
            case 6 -> "SIGABRT";
            case 7 -> "SIGBUS";
            case 8 -> "SIGFPE";
            case 9 -> "SIGKILL";
            case 11 -> "SIGSEGV";
            case 15 -> "SIGTERM";
            case 31 -> "SIGSYS: a system call that its SystemCallFilter= does not allow";
            default -> "signal " + number;
        };
    }

    public static String exit(UnitDetail.Exit exit) {
        String result = "result '" + exit.result() + "'";
        if (exit.code() == 0) {
            return result;
        }
        return result
                + (exit.code() == CLD_EXITED
                        ? ", exit status " + SetUp.format(exit.status())
                        : ", signal " + exit.status());
    }
}
