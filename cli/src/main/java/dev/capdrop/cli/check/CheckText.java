package dev.capdrop.cli.check;

import static dev.capdrop.cli.drop.PlanSentence.count;
import static dev.capdrop.cli.drop.PlanSentence.failed;
import static dev.capdrop.cli.drop.PlanSentence.failedUnits;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.NextStartText;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.drop.PlanSentence;
import dev.capdrop.cli.drop.ResultText;
import dev.capdrop.cli.drop.SinceDropText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.container.EffectiveCapabilities.CapabilityLine;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import module java.base;

/// Writes the result of `check` for people: a line a container, a paragraph a failed unit.
record CheckText(Terminal terminal) {
    public void write(List<Checked> all) {
        int width = all.stream().mapToInt(c -> target(c).columns()).max().orElse(0);
        all.forEach(checked -> write(checked, width));
    }

    private Text target(Checked checked) {
        return terminal.shown(Text.foreign(checked.target()));
    }

    private void write(Checked checked, int width) {
        terminal.title("%s%s", target(checked).strong().padded(width + 2), state(checked));
        if (!checked.problem().isEmpty()) {
            terminal.paragraph(4, 4, "%s", checked.problem());
        }
        if (!checked.change().problem().isEmpty()) {
            terminal.paragraph(4, 4, "%s", checked.change().problem());
        }
        if (checked.snapshot() != null) {
            checked.snapshot().problems().forEach(p -> terminal.paragraph(4, 4, "%s", p));
        }
        FindingText findings = new FindingText(terminal, checked);
        findings.write();
        writeNextStart(checked);
        if (!checked.diagnosis().masked().isEmpty()) {
            terminal.item("masked already: %s", Text.names(checked.diagnosis().masked()));
        }
        writeLoadError(checked);
        writeFix(checked);
        findings.writeInstead();
        new PolicyText(terminal).write(checked);
        ConfigRemark.write(checked.remarks(), terminal);
        SinceDropText.write(checked.sinceDrop(), terminal);
        writePending(checked);
    }

    private static Text state(Checked checked) {
        Snapshot snapshot = checked.snapshot();
        if (snapshot == null) {
            return Text.of("could not be read").bad();
        }
        if (snapshot.view() instanceof Snapshot.Observed seen
                && seen.systemd().source() == Systemd.Source.FILES) {
            return ofFiles(checked);
        }
        if (checked.unanswered() && checked.ofRoot()) {
            return Text.of("could not be read").bad();
        }
        ProxmoxGuest guest = checked.guest();
        if (guest != null && !guest.place().here()) {
            return Text.of("on the node %s, and not known whether it runs", guest.place().node());
        }
        if (!snapshot.running()) {
            return Text.of("stopped%s", stoppedNote(checked));
        }
        if (checked.frozen()) {
            return Text.of("frozen, units unknown");
        }
        if (!snapshot.observed()) {
            return Text.of("running, units unknown").bad();
        }
        Text word = Text.foreign(snapshot.state());
        int failed = checked.diagnosis().findings().size();
        int more = checked.diagnosis().unsettled().size();
        Text now =
                failed > 0
                        ? Text.of(
                                "%s  %s failed%s",
                                word.bad(),
                                failed,
                                more == 0 ? Text.EMPTY : Text.of(", %s more not up", more))
                        : word.good();
        return checked.nextStart().hasFindings()
                ? Text.of("%s, but %s", now, NextStartText.sentence(checked.nextStart()))
                : now;
    }

    private static Text ofFiles(Checked checked) {
        int failed = checked.diagnosis().findings().size();
        int more = checked.nextStart().inVain().size();
        String verb = failed == 1 ? "unit fails" : "units fail";
        return Text.of(
                "not running; by its files, at its next boot %s%s",
                failed == 0 ? "no unit is known to fail" : Text.of("%s %s", failed, verb).bad(),
                more == 0 ? Text.EMPTY : Text.of(", %s more may", more));
    }

    private static String stoppedNote(Checked checked) {
        if (checked.configured() == null || !checked.configured().loads()) {
            return "";
        }
        return switch (checked.configured().mode()) {
            case NONE -> "  its configuration drops nothing";
            case DROP ->
                    checked.configured().names().isEmpty()
                            ? "  its configuration drops nothing"
                            : "  its configuration drops " + checked.configured().names();
            case KEEP -> "  its configuration keeps only " + checked.configured().names();
        };
    }

    private void writeLoadError(Checked checked) {
        if (checked.configured() != null && checked.configured().error() != null) {
            LoadError error = checked.configured().error();
            terminal.item(
                    "%s %s: %s",
                    Text.of("would not start again:").bad(), error.place(), error.reason());
        }
    }

    private void writeFix(Checked checked) {
        Plan plan = checked.plan();
        if (plan == null) {
            return;
        }
        if (!plan.drop().isEmpty()) {
            writeDrop(checked, plan);
        } else if (plan.heals()) {
            writeRestart(checked, plan);
        }
        plan.conflicts().forEach(conflict -> terminal.item("%s", PlanSentence.of(conflict)));
    }

    /// Writes what the configuration takes from PID 1 without an edit of ours.
    private void writeRestart(Checked checked, Plan plan) {
        CapabilitySet dropped = checked.droppedAtRestart();
        terminal.paragraph(
                2,
                7,
                "%s restart it%s",
                Text.of("fix:").good(),
                dropped.isEmpty()
                        ? Text.of(", with nothing dropped: %s", effect(checked, plan))
                        : Text.of(": its configuration already drops %s", dropped));
    }

    /// Writes the drop; a root directory has no configuration that could be edited.
    private void writeDrop(Checked checked, Plan plan) {
        if (checked.ofRoot()) {
            terminal.fix(
                    Text.of("lxc.cap.drop = %s", plan.drop()),
                    Text.of("in the configuration of its container: %s", effect(checked, plan)));
        } else if (checked.ofCommandLine()) {
            terminal.fix(
                    Text.foreign(checked.fix()),
                    Text.of(
                            "shows the option that drops %s: %s",
                            plan.drop(), effect(checked, plan)));
        } else {
            terminal.fix(
                    Text.foreign(checked.fix()),
                    NextStartText.withoutRestart(checked.nextStart(), plan)
                            ? Text.of(
                                    "drops %s in its configuration, without a restart", plan.drop())
                            : Text.of("drops %s: %s", plan.drop(), effect(checked, plan)));
        }
    }

    /// Returns the effect of the drop, in the numbers that one looks for first.
    private static String effect(Checked checked, Plan plan) {
        List<Effect> changes = plan.forecast().changes();
        long skipped = count(changes, e -> failed(e) && e.after() == Outcome.SKIPPED);
        long otherwise = count(changes, e -> failed(e) && e.after() != Outcome.SKIPPED);
        long open =
                count(plan.forecast().undecided(), u -> u.byDrop() && u.before() == Outcome.FAILED);
        Set<String> mayFail = new HashSet<>();
        checked.nextStart().inVain().forEach(start -> mayFail.add(start.unit()));
        long spared =
                count(changes, e -> mayFail.contains(e.unit()) && e.after() == Outcome.SKIPPED);
        long turned =
                count(changes, e -> e.turnedBy() == Effect.TurnedBy.DROP && !failed(e)) - spared;
        long kept =
                count(plan.forecast().effects(), e -> e.before() == Outcome.ACTIVE && !e.changes());
        List<String> parts = new ArrayList<>();
        add(parts, skipped, failedUnits(skipped) + " will be skipped");
        add(parts, spared, spared + " that may fail will be skipped");
        add(parts, otherwise, failedUnits(otherwise) + " will no longer fail");
        add(parts, open, failedUnits(open) + " may no longer fail");
        add(parts, turned, turned + " more change");
        parts.add(kept + " active ones stay as they are");
        long starts = plan.forecast().unchangedStarts();
        add(parts, starts, starts + " are started as without it");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, long number, String words) {
        if (number > 0) {
            parts.add(words);
        }
    }

    private void writePending(Checked checked) {
        if (checked.change().verified() != null) {
            terminal.item("the change that waited for a restart is settled:");
            new ResultText(terminal, 4, checked.command()).write(checked.change().verified());
        } else if (checked.change().pending() != null && !checked.change().holder().isEmpty()) {
            terminal.item("%s", PendingText.underWay(checked.change().holder()));
        } else if (checked.change().pending() != null) {
            terminal.item(
                    "%s", PendingText.sentence(checked.change().pending(), checked.command()));
        }
    }

    /// Writes the effect on each unit, and the lines that take what is lost.
    private void writeNextStart(Checked checked) {
        StartReview next = checked.nextStart();
        for (StartReview.VainStart start : next.inVain()) {
            terminal.body("%s", start.unit());
            terminal.note("%s", NextStartText.sentence(start));
        }
        next.losses().forEach(loss -> terminal.detail("%s", loss.why()));
        if (!next.confinement().isEmpty()) {
            List<String> units = new ArrayList<>(next.confinement().fail());
            units.addAll(next.confinement().units());
            terminal.item("%s", NextStartText.sentence(next));
            terminal.note("%s", Text.join(" ", units));
        }
        if (next.losses().isEmpty() || checked.configured() == null) {
            return;
        }
        for (CapabilityLine line : checked.configured().lines()) {
            if (!line.set().intersect(next.leaves()).isEmpty()) {
                String place = line.place() + ": " + line.text().strip();
                terminal.line("      %s", Text.foreign(place).faint());
            }
        }
    }
}
