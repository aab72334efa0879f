package dev.capdrop.cli.drop;

import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.snapshot.Subject;

/// There is no plan: ends a command, with the reason in one sentence and exit status 2.
public final class RefusedException extends UsageException {
    private static final long serialVersionUID = 1L;

    public RefusedException(Refusal why) {
        super(sentence(why));
    }

    public static <P> P plan(Planner.Result<P> result) {
        return switch (result) {
            case Planner.Planned<P>(P plan) -> plan;
            case Planner.Refused<P>(Refusal why) -> throw new RefusedException(why);
        };
    }

    public static String sentence(Refusal refusal) {
        return switch (refusal) {
            case Refusal.UnitsUnknown(String what, boolean stopped) ->
                    what
                            + (stopped ? "; start it first, or " : "; ")
                            + "say with --drop what to drop";
            case Refusal.UnitsUnread unread ->
                    "'%s': nothing is known of its units: %s"
                            .formatted(unread.target(), String.join("; ", unread.problems()));
            case Refusal.ProgramsUnknown(String target) ->
                    "'%s': nothing is known of the programs in the container, and the goal has to know which of them would miss something; take a new snapshot of it, or name what to drop with --goal none --drop"
                            .formatted(target);
            case Refusal.NothingLearnt(var subject) ->
                    "'%s': nothing was learnt about what it uses, and goal least drops what was not seen in use; record a boot and some of its work first: capdrop learn %s --boot --for 10m"
                            .formatted(subject.target(), ShellWord.quoted(subject.word()));
            case Refusal.ChecksLost lossy -> sentence(lossy);
            case Refusal.TooMuchToTry(int units, int capabilities) ->
                    "%s failed units name %s capabilities that could be dropped, more than this program tries in combination; name some of them with --drop"
                            .formatted(units, capabilities);
            case Refusal.NotEditable(var why) -> sentence(why);
            case Refusal.UnknownNames(var names) ->
                    "'%s' is not known to every liblxc and kernel that is installed here, so that it would keep all containers from starting"
                            .formatted(names);
            case Refusal.NothingToTellBy() ->
                    "none of the containers here can be read, so that nothing tells what a new one will lack; have one read, or name what to drop with --goal none --drop";
            case Refusal.OfMember(String target, Refusal why) ->
                    "what '%s' would drop cannot be found (--exclude leaves it out of the sum): %s"
                            .formatted(target, sentence(why));
        };
    }

    private static String sentence(Refusal.ChecksLost lossy) {
        Subject subject = lossy.subject();
        UseHistory.Covered covered = lossy.covered();
        return "'%s': %s while it was watched, which may have been any use, and goal least drops what was not seen in use; watch it without losses for %s more: capdrop learn %s --for %ss"
                .formatted(
                        subject.target(),
                        LearnedText.checksLost(covered.lost()),
                        LearnedText.duration(covered.lossy()),
                        ShellWord.quoted(subject.word()),
                        covered.lossy());
    }

    private static String sentence(Editing.Uneditable uneditable) {
        String file = "'" + uneditable.path() + "'";
        return switch (uneditable) {
            case Editing.NotLoaded unloaded ->
                    file + " does not load, so it is not edited: " + reason(unloaded);
            case Editing.DropUndone undone ->
                    "no line in %s can drop %s: %s"
                            .formatted(file, undone.drop(), reason(undone.by()));
            case Editing.NestingUndone _ ->
                    "no line in " + file + " can allow nesting: another one undoes it";
            case Editing.NotOurs other ->
                    "%s is there and not written by capdrop (it does not begin with '%s'); rename it, its lines stay in force under any name that ends in .conf"
                            .formatted(file, other.header());
        };
    }

    private static String reason(Editing.NotLoaded unloaded) {
        LoadError error = unloaded.error();
        return error == null ? "it cannot be read" : error.reason() + " (" + error.place() + ")";
    }

    private static String reason(Editing.Obstacle obstacle) {
        return switch (obstacle) {
            case LATER_LINE -> "what follows it undoes it";
            case PENDING_RAW_LINES ->
                    "the raw lines in its section [pve:pending] replace all others at the next start; apply or revert these first";
            case OTHER_SETTINGS ->
                    "systemd-nspawn reads another file in its place, or options of its command line win over it";
            case LINES_OF_PROFILE ->
                    "a profile has lines of its own, which it would take out of force";
        };
    }
}
