package dev.capdrop.cli.render;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.diagnosis.Finding;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `check` found on a whole Proxmox VE node, a row a container.
public final class CheckTable {
    private final Terminal terminal;
    private final boolean mixed;

    /// @param mixed whether there are others than Proxmox VE's among them, which have no VMID
    public CheckTable(Terminal terminal, boolean mixed) {
        this.terminal = terminal;
        this.mixed = mixed;
    }

    /// Writes the table, and below it what could not be read or told.
    public void write(List<Checked> all) {
        TextTable table =
                new TextTable(
                        terminal,
                        mixed ? "TARGET" : "VMID",
                        "NAME",
                        "STATE",
                        "FAILED",
                        "CAUSE",
                        "FIX");
        all.forEach(checked -> row(table, checked));
        table.write(4);
        for (Checked checked : all) {
            for (String problem : problems(checked)) {
                terminal.paragraph(0, 4, "%s: %s", checked.target(), problem);
            }
        }
    }

    private static void row(TextTable table, Checked checked) {
        ProxmoxGuest guest = checked.guest();
        int failed = checked.diagnosis().findings().size();
        boolean asked = checked.snapshot() != null && checked.snapshot().systemd() != null;
        table.row(
                color(checked),
                guest == null ? checked.target() : guest.vmid(),
                guest == null ? "" : guest.hostname(),
                state(checked),
                asked ? failed : "-",
                cause(checked),
                fix(checked));
    }

    private static TextTable.Color color(Checked checked) {
        if (checked.hasFindings() || checked.snapshot() == null) {
            return TextTable.Color.BAD;
        }
        return checked.snapshot().running() ? TextTable.Color.GOOD : TextTable.Color.NONE;
    }

    static String state(Checked checked) {
        Snapshot snapshot = checked.snapshot();
        ProxmoxGuest guest = checked.guest();
        if (guest != null && guest.template()) {
            return "template";
        }
        if (guest != null && !guest.here()) {
            return "elsewhere";
        }
        if (snapshot == null) {
            return "not read";
        }
        if (!snapshot.running()) {
            return "stopped";
        }
        return snapshot.systemd() == null ? "running" : snapshot.systemd().state();
    }

    private static String cause(Checked checked) {
        if (checked.wouldNotStart()) {
            return "its configuration does not load";
        }
        List<Finding> findings = checked.diagnosis().findings();
        CapabilitySet inert = CapabilitySet.EMPTY;
        int others = 0;
        for (Finding finding : findings) {
            CapabilitySet started = finding.cause().inert();
            inert = inert.union(started);
            others += started.isEmpty() ? 1 : 0;
        }
        List<String> causes = new ArrayList<>(inert.names());
        if (checked.nextStart().hasFindings()) {
            causes.add("next start: " + nextStart(checked.nextStart()));
        }
        if (others > 0) {
            causes.add(others + " of another cause");
        }
        return String.join(" ", causes);
    }

    /// What the next start brings that has units fail, what it takes that units need, and what is
    /// in its way.
    private static String nextStart(StartReview next) {
        List<String> parts = new ArrayList<>();
        next.toBlame().forEach(capability -> parts.add("+" + capability));
        if (!next.confinement().units().isEmpty()) {
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
        if (guest != null && !guest.here()) {
            parts.add("on node " + guest.node());
        }
        if (guest != null && guest.haManaged()) {
            parts.add("HA");
        }
        return String.join(", ", parts);
    }

    private static String remedy(Checked checked) {
        if (checked.guest() != null && !checked.guest().here()) {
            return "";
        }
        Plan plan = checked.plan();
        String command = checked.guest() == null ? checked.target() : checked.guest().vmid();
        if (checked.pending() != null) {
            return "capdrop apply " + command;
        }
        if (checked.wouldNotStart()) {
            return "capdrop config " + command;
        }
        if (plan != null && !plan.drop().isEmpty()) {
            return "capdrop apply " + command;
        }
        if (plan != null && plan.heals()) {
            return "restart it";
        }
        return !checked.hasFindings() ? "" : "capdrop check " + command;
    }

    private static List<String> problems(Checked checked) {
        List<String> problems = new ArrayList<>();
        add(problems, checked.problem());
        add(problems, checked.journalProblem());
        if (checked.snapshot() != null) {
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
