package dev.capdrop.cli.check;

import static dev.capdrop.cli.check.CauseWords.row;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.NextStartText;
import dev.capdrop.cli.render.Json;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Cause.SetUp;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Puts causes into words: chooses the rows, and says what is known beside.
public final class CauseText {
    private static final int CLD_EXITED = 1;
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
        return words(cause).sentence();
    }

    static CauseWords words(Cause cause) {
        return switch (cause) {
            case Cause.InertCapability inert -> inert(inert);
            case Cause.Program(Trouble.NamedFile file) -> {
                boolean windows =
                        file.standing() == Standing.NO_INTERPRETER && file.more().endsWith("\r");
                String variant = windows ? "carriage-return" : Json.word(file.standing());
                yield row(cause, variant, file.name(), file.more());
            }
            case Cause.Account(Trouble.NamedFile account) ->
                    row(cause, account.isGroup() ? "group" : "user", account.name());
            case Cause.Path(Trouble.NamedFile file) -> {
                boolean said = file.setting().equals(Trouble.NamedFile.SAID);
                String variant = (said ? "said-" : "") + Json.word(file.standing());
                yield row(cause, variant, file.name(), file.more(), file.setting());
            }
            case Cause.NoNesting(Cause.Mounts mounts, boolean certain) ->
                    row(
                            cause,
                            Json.word(mounts),
                            certain ? "refuses" : "may have refused",
                            certain ? "" : "perhaps ");
            case Cause.LostCapability lost -> lost(lost);
            case Cause.MayLack(CapabilitySet lacking, Cause.OwnExit end) ->
                    row(cause, "", ended(end), NextStartText.upperNames(lacking), lacking);
            case Cause.SetUpFailed(SetUp step) ->
                    row(cause, "", step.what(), SetUp.format(step.status()));
            case Cause.NotNamespaced(String what) -> row(cause, "", what);
            case Cause.NotForContainers(String what) -> row(cause, "", what);
            case Cause.NetworkNotReady(boolean none) -> row(cause, none ? "none" : "");
            case Cause.ForecastFailure _, Cause.NoTerminal _, Cause.ClockRefused _ ->
                    row(cause, "");
            case Cause.QuotaUsedUp(Quota quota) -> quota(cause, quota);
            case Cause.OfFile file -> words(file);
            case Cause.OfRun run -> words(run);
        };
    }

    private static CauseWords words(Cause.OfFile cause) {
        return switch (cause) {
            case Cause.MountOption(String option) ->
                    row(cause, option.isEmpty() ? "unnamed" : "", option);
            case Cause.MountType(String type, boolean known) ->
                    row(cause, known ? "known" : "", type);
            case Cause.OwnSandbox(String path, Setting line, boolean hidden) ->
                    row(cause, hidden ? "hidden" : "", line.format(), path, line.key());
            case Cause.MountRefused(int status) -> row(cause, "", status);
            case Cause.UnitFile(String error) -> row(cause, error.isEmpty() ? "" : "error", error);
            case Cause.AssertionFailed(String assertion) -> row(cause, "", assertion);
            case Cause.OrderingCycle(String other) -> row(cause, "", other);
            case Cause.NoUnit _, Cause.NoDevice _ -> row(cause, "");
        };
    }

    private static CauseWords words(Cause.OfRun cause) {
        return switch (cause) {
            case Cause.TimedOut(Cause.Lateness lateness) -> row(cause, Json.word(lateness));
            case Cause.Killed(int signal, Setting limit) ->
                    limit == null
                            ? row(cause, Integer.toString(signal), signal)
                            : row(cause, "limit", signal, limit.format());
            case Cause.OwnExit(Trouble.CommandExit command, int status) ->
                    row(cause, Integer.toString(status), command(command), status);
            case Cause.Told(String why, String words, _, Cause.OwnExit end) ->
                    row(cause, "", end == null ? why : why + "; " + ended(end), words);
            case Cause.AddressInUse(String where) ->
                    row(cause, where.isEmpty() ? "" : "where", where);
            case Cause.Repeated again -> repeated(again);
            case Cause.StillStarting(Duration since) ->
                    since == null ? row(cause, "") : row(cause, "since", duration(since));
            case Cause.BroughtDown(String by) -> row(cause, "", by);
            case Cause.Unknown(UnitDetail.Exit exit) ->
                    row(cause, "", exit == null ? "" : " (" + exit(exit) + ")");
            case Cause.OutOfMemory _, Cause.StartedTooOften _ -> row(cause, "");
        };
    }

    private static CauseWords inert(Cause.InertCapability inert) {
        CapabilitySet held = inert.capabilities();
        return row(
                inert,
                inert.forecast() ? "forecast" : inert.refused() ? "refused" : "",
                NextStartText.upperNames(held),
                held.size() == 1 ? "is" : "are",
                held);
    }

    private static CauseWords lost(Cause.LostCapability lost) {
        String missing = NextStartText.upperNames(lost.missing());
        SetUp step = lost.step();
        if (!lost.why().isEmpty()) {
            return row(lost, "otherwise", missing, lost.missing(), lost.why());
        }
        return step == null
                ? row(lost, "", missing, lost.missing())
                : row(
                        lost,
                        "step",
                        missing,
                        lost.missing(),
                        step.what(),
                        SetUp.format(step.status()));
    }

    private static CauseWords quota(Cause cause, Quota quota) {
        String variant = quota.limit() == Long.MAX_VALUE ? "unlimited" : "";
        if (quota.kind() == Quota.Kind.INOTIFY_INSTANCES) {
            variant = quota.exhausted() ? "instances" : "watches";
        }
        return row(
                cause,
                variant,
                quota.used(),
                quota.limit(),
                quota.kind().noun(),
                quota.user() < 0 ? "the container" : "uid " + quota.user(),
                quota.refusals() > 0 ? ", and " + quota.refusals() + " were refused" : "");
    }

    private static String ended(Cause.OwnExit exit) {
        return row(exit, "", command(exit.command()), exit.status()).sentence();
    }

    private static String command(Trouble.@Nullable CommandExit command) {
        return command == null || command.program().isEmpty()
                ? "its own program"
                : "its own program " + command.program() + " (" + command.setting() + "=)";
    }

    private static CauseWords repeated(Cause.Repeated again) {
        boolean known = !again.every().isZero();
        CauseWords last = words(again.last());
        return row(
                again,
                again.givenUp() ? "given-up" : "",
                known ? " every " + duration(again.every()) : " again and again",
                again.restarts() == 0
                        ? ""
                        : String.format(Locale.ROOT, " (%,d times)", again.restarts()),
                last.sentence(),
                last.words());
    }

    /// Returns a duration such as `0.5 s`, `12 s`, `4 min`, `3 h`.
    private static String duration(Duration duration) {
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
