package dev.capdrop.cli.drop;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.diagnosis.Cause.SetUp;
import dev.capdrop.core.forecast.EngineEffect;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.Outcome;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Writes a plan for people; what the drop does not touch in a line each, unless all is asked for.
public record PlanText(Terminal terminal, boolean verbose) {
    private static final int CONTEXT = 3;

    /// The number of lines that name the file, even if its name holds a line feed.
    private static final int HEADER = 2;

    /// The order of effects: healed units first, effects of the restart alone last.
    private static final Comparator<Effect> ORDER =
            Comparator.comparing((Effect effect) -> effect.before() != Outcome.FAILED)
                    .thenComparing(Effect::turnedBy)
                    .thenComparing(Effect::why);

    /// Writes the whole plan, and the changes of the next start without it.
    public void write(String target, Plan plan, StartReview next) {
        terminal.title("%s  %s", Text.foreign(target).strong(), PlanSentence.of(plan));
        if (plan.widening() != null && !plan.widens()) {
            return;
        }
        write(next, plan);
        plan.weighing().reasons().forEach(this::write);
        write(plan.widening());
        writeKept(plan.weighing().kept());
        plan.conflicts()
                .forEach(conflict -> terminal.detail("%s", PlanSentence.of(conflict).bad()));
        terminal.line("");
        if (plan.remarks().blind().isEmpty()) {
            write(plan.forecast());
        } else {
            terminal.head("no forecast: %s", plan.remarks().blind());
        }
        writeEngines(plan.forecast().engines());
        writeList("from then on", plan.remarks().afterwards());
        writeList("also takes effect with the restart", plan.remarks().waiting());
        writeList("not known", plan.remarks().unseen());
        if (plan.edit() != null && plan.edit().changes()) {
            terminal.line("");
            writeDiff(terminal, plan.edit());
        }
    }

    private void write(StartReview next, Plan plan) {
        if (!NextStartText.sentence(next).isEmpty()) {
            terminal.item("%s", Text.foreign(NextStartText.sentence(next)).bad());
        }
        next.losses().forEach(loss -> terminal.under("%s", loss.why()));
        if (NextStartText.withoutRestart(next, plan)) {
            terminal.item("its PID 1 is without %s already: no restart is needed", plan.drop());
        }
    }

    /// Writes the purpose and the risk of nesting, the only thing that does not restrict.
    private void write(Plan.@Nullable Widening widening) {
        if (widening == null) {
            return;
        }
        terminal.detail("for %s", Text.names(widening.units()));
        terminal.detail(
                "%s %s",
                Text.of("widens what the container may do:").bad(), Text.whole(widening.opens()));
    }

    private void write(Plan.Reason reason) {
        List<Object> parts = new ArrayList<>();
        if (!reason.units().isEmpty()) {
            parts.add(Text.of("for %s", Text.names(reason.units())));
        } else if (reason.named()) {
            parts.add("named on the command line");
        }
        if (!reason.text().isEmpty() && (verbose || reason.units().isEmpty() || reason.named())) {
            parts.add(Text.whole(reason.text()));
        }
        terminal.detail("%s: %s", reason.capability(), Text.join("; ", parts));
    }

    private void writeKept(List<Plan.Kept> all) {
        Map<String, List<String>> groups =
                Text.grouped(all, kept -> kept.why(), kept -> kept.capability().name());
        groups.forEach((why, names) -> terminal.detail("kept: %s, %s", Text.join(" ", names), why));
        Map<String, List<String>> open =
                Text.grouped(
                        all.stream().filter(kept -> !kept.settledBy().isEmpty()).toList(),
                        kept -> kept.settledBy(),
                        kept -> kept.capability().name());
        open.forEach((settledBy, names) ->
                terminal.detail(
                        "to settle whether %s can go: %s", Text.join(" ", names), settledBy));
    }

    private void write(Forecast forecast) {
        if (forecast.isEmpty()) {
            terminal.line("what the next boot makes of its units is not known");
            return;
        }
        if (!forecast.boots()) {
            terminal.head("%s%s", Text.of("does not boot: ").bad(), forecast.obstacle());
            return;
        }
        terminal.line("at the next boot:");
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (Effect effect : forecast.changes().stream().sorted(ORDER).toList()) {
            if (verbose || isByChange(effect)) {
                groups.computeIfAbsent(group(effect), _ -> new ArrayList<>()).add(effect.unit());
            }
        }
        groups.forEach(this::writeGroup);
        terminal.item("unchanged (%s)%s", forecast.unchanged(), starts(forecast));
        if (!verbose) {
            writeUntouched(forecast);
        }
        writeUndecided(
                forecast.undecided().stream()
                        .filter(open -> verbose || open.isTouchedByDrop())
                        .toList());
        writeGroups(
                "stays, but what it starts will be skipped: ",
                forecast.idleTriggers(),
                idle -> idle.starts() + ", " + idle.why(),
                Forecast.IdleTrigger::unit);
        writeGroups(
                "ended by the restart: ",
                forecast.lostByRestart(),
                Forecast.RestartLoss::why,
                Forecast.RestartLoss::unit);
    }

    /// Writes what becomes of containers of engines inside, those that are lost first.
    private void writeEngines(List<EngineEffect> engines) {
        List<EngineEffect> told =
                engines.stream()
                        .filter(effect -> verbose || effect.isLost() || effect.isOpen())
                        .sorted(Comparator.comparing((EngineEffect effect) -> !effect.isLost()))
                        .toList();
        if (!told.isEmpty()) {
            terminal.line("containers of engines inside:");
        }
        for (EngineEffect effect : told) {
            Text sentence = Text.foreign(effect.sentence());
            terminal.item("%s", effect.isLost() ? sentence.bad() : sentence);
            terminal.note("%s", effect.source());
            if (!effect.settledBy().isEmpty()) {
                terminal.under("to settle it: %s", effect.settledBy());
            }
        }
    }

    private static boolean isByChange(Effect effect) {
        return switch (effect.turnedBy()) {
            case DROP, NESTING -> true;
            case RESTART, NOTHING -> false;
        };
    }

    /// Writes a line for effects of the restart alone, and one for what is unknown anyway.
    private void writeUntouched(Forecast forecast) {
        long restarted = forecast.changes().stream().filter(effect -> !isByChange(effect)).count();
        if (restarted > 0) {
            terminal.item("changed by the restart alone (%s); --verbose names them", restarted);
        }
        long open =
                forecast.undecided().stream()
                        .filter(undecided -> !undecided.isTouchedByDrop())
                        .count();
        if (open > 0) {
            terminal.item(
                    "not touched by the drop, and open at every start (%s); --verbose names them",
                    open);
        }
    }

    private static String starts(Forecast forecast) {
        long starts = forecast.unchangedStarts();
        return starts == 0
                ? ""
                : ", %d of them started as without the drop: what their programs make of it, no file tells"
                        .formatted(starts);
    }

    private String group(Effect effect) {
        boolean expected = effect.after() == Outcome.SKIPPED && !effect.before().isUp();
        String by =
                switch (effect.turnedBy()) {
                    case NOTHING -> "";
                    case DROP, NESTING -> verbose || !expected ? ", " + effect.why() : "";
                    case RESTART -> ", by the restart alone: " + effect.why();
                };
        String status = effect.status() == 0 ? "" : " with " + SetUp.format(effect.status());
        return effect.before().word() + " -> " + effect.after().word() + status + by;
    }

    /// Writes the undecided units in groups that the same evidence settles.
    private void writeUndecided(List<Undecided> undecided) {
        Map<String, List<Undecided>> groups =
                Text.grouped(undecided, open -> open.settledBy(), open -> open);
        groups.forEach((settledBy, group) -> {
            writeGroups("undecided: ", group, Undecided::why, Undecided::unit);
            terminal.under("to settle it: %s", settledBy);
        });
    }

    private <T> void writeGroups(
            String prefix, List<T> items, Function<T, String> why, Function<T, String> unit) {
        Map<String, List<String>> groups =
                Text.grouped(items, item -> prefix + why.apply(item), item -> unit.apply(item));
        groups.forEach(this::writeGroup);
    }

    private void writeGroup(String title, List<String> units) {
        terminal.item("%s (%s)", title, units.size());
        terminal.note("%s", Text.join(" ", units.stream().sorted().toList()));
    }

    private void writeList(String title, List<String> sentences) {
        if (!sentences.isEmpty()) {
            terminal.line("%s:", title);
            sentences.forEach(sentence -> terminal.item("%s", sentence));
        }
    }

    public static void writeDiff(Terminal terminal, ConfigEdit edit) {
        for (String line : diff(edit)) {
            Text safe = Text.foreign(line);
            char first = line.isEmpty() ? ' ' : line.charAt(0);
            terminal.line(first == '+' ? safe.good() : first == '-' ? safe.bad() : safe);
        }
    }

    /// Returns the lines of a unified diff; empty when the edit changes nothing.
    static List<String> diff(ConfigEdit edit) {
        List<String> before = split(edit.before());
        List<String> after = split(edit.after());
        List<String> lines =
                UnifiedDiffUtils.generateUnifiedDiff(
                        edit.path(), edit.path(), before, DiffUtils.diff(before, after), CONTEXT);
        List<String> split = new ArrayList<>();
        for (String line : lines) {
            boolean header = split.size() < HEADER;
            split.addAll(header ? List.of(line) : List.of(line.split("\n", -1)));
        }
        return split;
    }

    /// Splits bytes into lines; a missing last line feed shows as in diff(1).
    private static List<String> split(String bytes) {
        String text =
                new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        } else {
            lines.set(lines.size() - 1, lines.getLast() + "\n\\ No newline at end of file");
        }
        return lines;
    }
}
