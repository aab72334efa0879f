package dev.capdrop.cli.check;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.TextTable;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.diagnosis.Finding;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the result of `check` on a whole host, a row a container.
record CheckTable(Terminal terminal) {
    private static final List<String> COLUMNS = List.of("STATE", "FAILED", "CAUSE", "FIX");

    /// The most causes in a row.
    private static final int MOST_CAUSES = 2;

    /// Writes the table, below it what could not be read or told, and the totals.
    public void write(List<Checked> all) {
        long guests = all.stream().filter(checked -> checked.guest() != null).count();
        List<String> headings = new ArrayList<>();
        headings.add(guests == all.size() ? "VMID" : "TARGET");
        if (guests > 0) {
            headings.add("NAME");
        }
        headings.addAll(COLUMNS);
        TextTable table = new TextTable(terminal, headings);
        all.forEach(checked -> row(table, checked, guests > 0));
        table.write(headings.indexOf("CAUSE"));
        for (Checked checked : all) {
            for (String problem : problems(checked)) {
                terminal.paragraph(0, 4, "%s: %s", checked.target(), problem);
            }
        }
        CheckTotals totals = CheckTotals.of(all);
        totals.writeShared(terminal);
        totals.write(terminal);
    }

    private static void row(TextTable table, Checked checked, boolean named) {
        ProxmoxGuest guest = checked.guest();
        List<Object> cells = new ArrayList<>();
        cells.add(guest == null ? checked.target() : guest.vmid());
        if (named) {
            cells.add(guest == null ? "" : guest.hostname());
        }
        cells.addAll(
                List.of(
                        state(checked),
                        checked.observed() && !checked.isForecast() ? checked.failed() : "-",
                        cause(checked),
                        fix(checked)));
        table.row(color(checked), cells);
    }

    private static TextTable.Color color(Checked checked) {
        if (checked.hasFindings() || checked.snapshot() == null) {
            return TextTable.Color.BAD;
        }
        if (checked.withoutSystemd() || checked.frozen()) {
            return TextTable.Color.NONE;
        }
        return checked.snapshot().running() ? TextTable.Color.GOOD : TextTable.Color.NONE;
    }

    static String state(Checked checked) {
        Snapshot snapshot = checked.snapshot();
        ProxmoxGuest guest = checked.guest();
        if (guest != null && guest.template()) {
            return "template";
        }
        if (guest != null && !guest.place().here()) {
            return "elsewhere";
        }
        if (snapshot == null) {
            return "not read";
        }
        if (!snapshot.running()) {
            return "stopped";
        }
        if (checked.withoutSystemd()) {
            return "not systemd";
        }
        if (checked.frozen()) {
            return "frozen";
        }
        return snapshot.observed() ? snapshot.state() : "running";
    }

    private static String cause(Checked checked) {
        if (checked.wouldNotStart()) {
            return "its configuration does not load";
        }
        CapabilitySet inert = CapabilitySet.EMPTY;
        Map<String, Integer> others = new LinkedHashMap<>();
        for (Finding finding : CheckTotals.first(checked.diagnosis())) {
            CapabilitySet started = finding.cause().inert();
            inert = inert.union(started);
            if (started.isEmpty()) {
                others.merge(CauseWords.of(finding.cause()), 1, Integer::sum);
            }
        }
        List<String> causes = new ArrayList<>();
        if (!inert.isEmpty()) {
            causes.add(inert.toString());
        }
        if (checked.nextStart().hasFindings()) {
            causes.add("next start: " + nextStart(checked.nextStart()));
        }
        others.entrySet().stream()
                .limit(MOST_CAUSES)
                .map(cause -> units(cause.getValue()) + cause.getKey())
                .forEach(causes::add);
        if (others.size() > MOST_CAUSES) {
            causes.add("and " + (others.size() - MOST_CAUSES) + " more causes");
        }
        String all = String.join("; ", causes);
        return checked.isForecast() && !checked.diagnosis().findings().isEmpty()
                ? "at its next start: " + all
                : all;
    }

    private static String units(int number) {
        return number == 1 ? "" : number + " units: ";
    }

    /// Returns the next start's faults: what it brings, what it takes, and its obstacles.
    private static String nextStart(StartReview next) {
        List<String> parts = new ArrayList<>();
        next.blamed().forEach(capability -> parts.add("+" + capability));
        if (!next.confinement().isEmpty()) {
            parts.add("AppArmor without nesting");
        }
        if (!next.losses().isEmpty()) {
            next.leaves().forEach(capability -> parts.add("-" + capability));
        }
        return String.join(" ", parts);
    }

    private static String fix(Checked checked) {
        List<String> parts = new ArrayList<>();
        String fix = remedy(checked);
        ProxmoxGuest guest = checked.guest();
        if (!fix.isEmpty()) {
            parts.add(fix);
        }
        if (guest != null && guest.lock() != null) {
            parts.add("locked: " + guest.lock());
        }
        if (guest != null && !guest.place().here()) {
            parts.add("on node " + guest.place().node());
        }
        if (guest != null && guest.haManaged()) {
            parts.add("HA");
        }
        return String.join(", ", parts);
    }

    private static String remedy(Checked checked) {
        if (checked.guest() != null && !checked.guest().place().here()) {
            return "";
        }
        Plan plan = checked.plan();
        String command =
                ShellWord.quoted(
                        checked.guest() == null ? checked.target() : checked.guest().vmid());
        if (checked.change().pending() != null) {
            return checked.change().holder().isEmpty()
                    ? "capdrop apply " + command
                    : PendingText.underWay(checked.change().holder());
        }
        if (checked.wouldNotStart()) {
            return "capdrop config " + command;
        }
        if (plan != null && !plan.drop().isEmpty()) {
            return (checked.ofCommandLine() ? "capdrop plan " : "capdrop apply ") + command;
        }
        if (plan != null && plan.heals()) {
            return "restart it";
        }
        return !checked.hasFindings() ? "" : "capdrop check " + command;
    }

    private static List<String> problems(Checked checked) {
        List<String> problems = new ArrayList<>();
        add(problems, checked.problem());
        add(problems, checked.change().problem());
        if (checked.snapshot() != null && !checked.withoutSystemd()) {
            problems.addAll(checked.snapshot().problems());
        }
        return problems;
    }

    private static void add(List<String> problems, @Nullable String problem) {
        if (problem != null && !problem.isEmpty()) {
            problems.add(problem);
        }
    }
}
