package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.trial.Baseline;
import dev.capdrop.core.trial.TrialResult;
import dev.capdrop.core.trial.TrialResult.Loss;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a trial has shown, for people.
public final class TrialText {
    /// The most losses of one boot that are told.
    private static final int MOST = 3;

    private final Terminal terminal;

    /// @param terminal where it is written
    public TrialText(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Writes all of it but the plan.
    public void write(Tried tried) {
        TrialResult result = tried.result();
        terminal.paragraph(
                0,
                4,
                "%s  %s %s of %s capabilities that were tried, by %s boots of copies%s",
                Text.foreign(tried.target()).strong(),
                tried.proven() ? "needs" : "may need",
                result.needed().size(),
                result.tried().size(),
                result.boots().size(),
                tried.proven() ? ", and works without the others" : "");
        if (!result.unfinished().isEmpty()) {
            terminal.paragraph(
                    2, 4, "%s %s", Text.of("not proven:").bad(), Text.whole(result.unfinished()));
        }
        result.needed().forEach(this::write);
        terminal.paragraph(
                2,
                4,
                "can go: %s",
                result.drop().isEmpty() ? "none" : Text.whole(result.drop().toString()));
        terminal.paragraph(2, 4, "compared: %s units", tried.baseline().compared());
        if (!tried.baseline().noise().isEmpty()) {
            terminal.paragraph(
                    2,
                    4,
                    "not compared, since they differ from boot to boot anyway: %s",
                    Text.names(tried.baseline().noise().stream().sorted().toList()));
        }
        if (!tried.untried().isEmpty()) {
            terminal.paragraph(
                    2,
                    4,
                    "%s they run in the container, but not in its copies: %s",
                    Text.of("not tried:").bad(),
                    Text.names(tried.untried()));
        }
        tried.differences().forEach(one -> terminal.paragraph(2, 4, "copies: %s", Text.whole(one)));
        if (!tried.keptIn().isEmpty()) {
            terminal.paragraph(
                    2,
                    4,
                    "what copies wrote is in %s, until you remove it",
                    Text.foreign(tried.keptIn()));
        }
        terminal.paragraph(
                2,
                4,
                "What no boot and no probe does was not tried: a job of next month, a command that somebody types.");
        if (!tried.apply().isEmpty()) {
            terminal.fix(Text.foreign(tried.apply()), Text.of("drops what can go"));
        }
    }

    private void write(TrialResult.Needed needed) {
        TrialResult.Boot without = needed.without();
        if (without == null) {
            terminal.paragraph(
                    2, 6, "kept: %s, not shown to be needed", needed.capability().name());
            return;
        }
        terminal.paragraph(
                2,
                6,
                "kept: %s; without it %s (boot %s)",
                needed.capability().name(),
                losses(without.losses()),
                without.number());
    }

    private static Text losses(List<Loss> losses) {
        List<Text> told =
                losses.stream().limit(MOST).map(loss -> Text.whole(loss.sentence())).toList();
        int more = losses.size() - told.size();
        return Text.of(
                "%s%s",
                Text.join(", ", told), more == 0 ? Text.EMPTY : Text.of(" and %s more", more));
    }

    /// What is told of a trial.
    ///
    /// @param target the container
    /// @param command what follows a command's name to mean it
    /// @param result what was shown
    /// @param baseline what was compared with
    /// @param untried the units that run in the container and in no copy
    /// @param differences what copies had otherwise, one sentence each
    /// @param keptIn where what they wrote is; empty where it is gone
    /// @param plan the plan of the drop that was found; null where there is none
    public record Tried(
            String target,
            String command,
            TrialResult result,
            Baseline baseline,
            List<String> untried,
            List<String> differences,
            String keptIn,
            @Nullable Plan plan) {
        /// The lists are copied.
        public Tried {
            untried = List.copyOf(untried);
            differences = List.copyOf(differences);
        }

        /// Whether the set is minimal and was confirmed, for all that runs in the container.
        public boolean proven() {
            return result.proven() && untried.isEmpty();
        }

        /// What drops in the container what was found; empty where nothing is to be dropped.
        String apply() {
            return result.drop().isEmpty()
                    ? ""
                    : "capdrop apply "
                            + command
                            + " --goal none --drop "
                            + String.join(",", result.drop().names());
        }
    }

    /// `capdrop/trial/1` as a tree for [Json].
    public static final class Report {
        private Report() {}

        /// What a trial has shown.
        public static Object of(TrialText.Tried tried) {
            TrialResult result = tried.result();
            return object(
                    "schema",
                    "capdrop/trial/1",
                    "target",
                    tried.target(),
                    "proven",
                    tried.proven(),
                    "unfinished",
                    result.unfinished(),
                    "tried",
                    result.tried().names(),
                    "drop",
                    result.drop().names(),
                    "needed",
                    result.needed().stream().map(Report::needed).toList(),
                    "boots",
                    result.boots().stream().map(Report::boot).toList(),
                    "compared",
                    tried.baseline().compared(),
                    "notCompared",
                    tried.baseline().noise().stream().sorted().toList(),
                    "notTried",
                    tried.untried(),
                    "differences",
                    tried.differences(),
                    "keptIn",
                    tried.keptIn(),
                    "apply",
                    tried.apply(),
                    "plan",
                    tried.plan() == null ? null : JsonReports.plan(tried.target(), tried.plan()));
        }

        private static Map<String, @Nullable Object> needed(TrialResult.Needed needed) {
            TrialResult.Boot without = needed.without();
            return object(
                    "capability",
                    needed.capability().name(),
                    "boot",
                    without == null ? null : without.number(),
                    "losses",
                    without == null
                            ? List.of()
                            : without.losses().stream().map(Report::loss).toList());
        }

        private static Map<String, @Nullable Object> boot(TrialResult.Boot boot) {
            return object(
                    "number",
                    boot.number(),
                    "dropped",
                    boot.dropped().names(),
                    "works",
                    boot.works(),
                    "losses",
                    boot.losses().stream().map(Report::loss).toList(),
                    "seconds",
                    boot.seconds());
        }

        private static Map<String, @Nullable Object> loss(Loss loss) {
            return object(
                    "kind",
                    loss.kind().word(),
                    "name",
                    loss.name(),
                    "before",
                    loss.before(),
                    "after",
                    loss.after());
        }
    }
}
