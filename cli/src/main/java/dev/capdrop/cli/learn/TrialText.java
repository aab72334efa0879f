package dev.capdrop.cli.learn;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.trial.Baseline;
import dev.capdrop.core.trial.TrialResult;
import dev.capdrop.core.trial.TrialResult.Loss;
import dev.capdrop.core.trial.TrialResult.SeenAtWork;
import module java.base;
import org.jspecify.annotations.Nullable;

record TrialText(Terminal terminal) {
    private static final int MOST = 3;

    public void write(Tried tried) {
        TrialResult result = tried.result();
        terminal.title(
                "%s  %s %s of %s capabilities that were tried, by %s boots of copies%s",
                Text.foreign(tried.target()).strong(),
                tried.proven() ? "needs" : "may need",
                result.needed().size(),
                result.tried().size(),
                result.boots().size(),
                tried.proven() ? ", and works without the others" : "");
        if (!result.unfinished().isEmpty()) {
            terminal.item("%s %s", Text.of("not proven:").bad(), Text.whole(result.unfinished()));
        }
        result.needed().forEach(this::write);
        tried.atWork().seen().forEach(seen -> write(seen, tried.atWork()));
        terminal.item(
                "can go: %s",
                tried.drop().isEmpty() ? "none" : Text.whole(tried.drop().toString()));
        Compared compared = tried.compared();
        terminal.item("compared: %s units", compared.baseline().compared());
        if (!compared.baseline().noise().isEmpty()) {
            terminal.item(
                    "not compared, since they differ from boot to boot anyway: %s",
                    Text.names(compared.baseline().noise().stream().sorted().toList()));
        }
        if (!compared.untried().isEmpty()) {
            terminal.item(
                    "%s they run in the container, but not in its copies: %s",
                    Text.of("not tried:").bad(), Text.names(compared.untried()));
        }
        compared.differences()
                .forEach(difference -> terminal.item("copies: %s", Text.whole(difference)));
        if (!tried.keptIn().isEmpty()) {
            terminal.item(
                    "what copies wrote is in %s, until you remove it",
                    Text.foreign(tried.keptIn()));
        }
        terminal.item(
                "What no boot and no probe does was not tried: a job of next month, a command that somebody types.");
        if (!tried.apply().isEmpty()) {
            terminal.fix(Text.foreign(tried.apply()), Text.of("drops what can go"));
        }
    }

    private void write(TrialResult.Needed needed) {
        TrialResult.Boot without = needed.without();
        if (without == null) {
            terminal.detail("kept: %s, not shown to be needed", needed.capability().name());
            return;
        }
        terminal.detail(
                "kept: %s; without it %s (boot %s)",
                needed.capability().name(), losses(without.losses()), without.number());
    }

    private void write(SeenAtWork seen, AtWork all) {
        Text used = Text.join(", ", seen.uses().stream().map(TrialText::use).toList());
        if (seen.settled()) {
            terminal.detail(
                    "seen at work: %s, used by %s; all that was probed works without it",
                    seen.capability().name(), used);
            return;
        }
        terminal.detail(
                "%s %s; no copy missed it at its boot, but at work it was used by %s%s",
                Text.of("kept, not settled:").bad(),
                seen.capability().name(),
                used,
                missing(seen, all));
    }

    private static Text missing(SeenAtWork seen, AtWork all) {
        if (all.obstacle().isEmpty()) {
            return Text.of(
                    "%s. A --probe that has that work done in a copy would settle it",
                    all.probed()
                            ? Text.of(
                                    ", and no probe had %s use it",
                                    seen.uses().size() == 1
                                            ? Text.of("it")
                                            : Text.of("all of them"))
                            : Text.EMPTY);
        }
        return Text.of(
                ", and whether a probe has that work done cannot be seen here: %s",
                Text.whole(all.obstacle()));
    }

    private static Text use(SeenAtWork.Use use) {
        Text unit =
                use.unit().isEmpty() ? Text.of("processes of no unit") : Text.foreign(use.unit());
        return use.times() == Long.MAX_VALUE
                ? unit
                : Text.of(
                        "%s (%s)",
                        unit,
                        use.times() == 1 ? Text.of("once") : Text.of("%s times", use.times()));
    }

    private static Text losses(List<Loss> losses) {
        return Text.whole(Names.some(losses.stream().map(Loss::sentence).toList(), MOST));
    }

    /// The basis of the comparison, the units that no copy runs, and a sentence on each difference.
    public record Compared(Baseline baseline, List<String> untried, List<String> differences) {}

    /// The uses at work that no copy missed; in `obstacle` why nobody saw any.
    public record AtWork(List<SeenAtWork> seen, boolean probed, String obstacle) {

        /// Returns those that no boot has settled.
        CapabilitySet unsettled() {
            return CapabilitySet.of(
                    seen.stream()
                            .filter(use -> !use.settled())
                            .map(SeenAtWork::capability)
                            .toList());
        }
    }

    /// A trial and its conclusions.
    ///
    /// @param keptIn the folder of what copies wrote; empty where it is gone
    /// @param plan the plan of the drop that was found; null where there is none
    public record Tried(
            String target,
            String command,
            TrialResult result,
            Compared compared,
            AtWork atWork,
            String keptIn,
            @Nullable Plan plan) {
        public Tried with(@Nullable Plan found) {
            return new Tried(target, command, result, compared, atWork, keptIn, found);
        }

        /// Whether the set is minimal and confirmed for all that runs and was seen in use.
        public boolean proven() {
            return result.proven() && compared.untried().isEmpty() && atWork.unsettled().isEmpty();
        }

        /// Returns the capabilities that no copy missed and the history does not show in use.
        public CapabilitySet drop() {
            return result.drop().minus(atWork.unsettled());
        }

        /// Whether the boots of copies have shown that this unit goes on without the drop.
        public boolean shows(String unit) {
            return result.unfinished().isEmpty()
                    && compared.baseline().shows(unit)
                    && !compared.untried().contains(unit);
        }

        /// Returns the command that makes the drop; empty where there is none.
        String apply() {
            return drop().isEmpty()
                    ? ""
                    : "capdrop apply %s --goal none --drop %s"
                            .formatted(command, String.join(",", drop().names()));
        }
    }

    public static Object report(TrialText.Tried tried) {
        TrialResult result = tried.result();
        return document("capdrop/trial/1")
                .with("target", tried.target())
                .with("proven", tried.proven())
                .with("unfinished", result.unfinished())
                .with("tried", result.tried().names())
                .with("drop", tried.drop().names())
                .list("needed", result.needed(), TrialText::needed)
                .list("seenAtWork", tried.atWork().seen(), TrialText::seen)
                .list("boots", result.boots(), TrialText::boot)
                .with("compared", tried.compared().baseline().compared())
                .with("notCompared", tried.compared().baseline().noise().stream().sorted().toList())
                .with("notTried", tried.compared().untried())
                .with("differences", tried.compared().differences())
                .with("keptIn", tried.keptIn())
                .with("apply", tried.apply())
                .orNull("plan", tried.plan(), it -> JsonReports.plan(tried.target(), it));
    }

    private static Map<String, @Nullable Object> seen(SeenAtWork seen) {
        return members()
                .with("capability", seen.capability().name())
                .with("settled", seen.settled())
                .list("uses", seen.uses(), use -> object("unit", use.unit(), "times", use.times()));
    }

    private static Map<String, @Nullable Object> needed(TrialResult.Needed needed) {
        TrialResult.Boot without = needed.without();
        return members()
                .with("capability", needed.capability().name())
                .with("boot", without == null ? null : without.number())
                .list("losses", without == null ? List.of() : without.losses(), TrialText::loss);
    }

    private static Map<String, @Nullable Object> boot(TrialResult.Boot boot) {
        return members()
                .with("number", boot.number())
                .with("dropped", boot.dropped().names())
                .with("works", boot.works())
                .list("losses", boot.losses(), TrialText::loss)
                .with("seconds", boot.seconds());
    }

    private static Map<String, @Nullable Object> loss(Loss loss) {
        return members()
                .with("kind", loss.kind().word())
                .with("name", loss.name())
                .with("before", loss.before())
                .with("after", loss.after());
    }
}
