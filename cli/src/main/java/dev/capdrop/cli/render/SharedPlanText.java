package dev.capdrop.cli.render;

import dev.capdrop.core.container.LoadError;
import dev.capdrop.core.container.Unloadable;
import dev.capdrop.core.plan.Effect;
import dev.capdrop.core.plan.MemberOutlook;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.plan.Undecided;
import dev.capdrop.core.plan.Veto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A drop for all containers of a host, for people.
public final class SharedPlanText {
    private final Terminal terminal;

    public SharedPlanText(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Writes the whole plan.
    ///
    /// @param node this host's name
    /// @param unread what could not be looked into, one sentence each
    public void write(SharedPlan plan, String node, List<String> unread) {
        String drop =
                plan.drop().isEmpty()
                        ? "nothing to drop"
                        : "drop " + terminal.strong(plan.drop().toString());
        terminal.paragraph(
                0,
                4,
                terminal.strong("all unprivileged containers of " + terminal.untrusted(node))
                        + "  goal "
                        + plan.goal().word()
                        + ": "
                        + drop);
        terminal.paragraph(
                2,
                6,
                "by "
                        + terminal.untrusted(plan.edit().path())
                        + ", which is of this node alone: a container that moves to another node"
                        + " leaves it behind");
        writeVetoes(plan.vetoes());
        terminal.line("");
        terminal.line("from the next start of each:");
        grouped(plan)
                .forEach((what, targets) ->
                        terminal.paragraph(
                                2, 6, terminal.strong(terminal.names(targets)) + ": " + what));
        list("reached as well, and not looked into further:", plan.others());
        list("could not be read, so that nobody knows whether it would load:", unread);
        if (!plan.broken().isEmpty()) {
            terminal.line("");
            terminal.line(terminal.bad("would not load any more, so that nothing may be written:"));
            plan.broken().forEach(this::write);
        }
        if (plan.edit().changes()) {
            terminal.line("");
            new DiffText(terminal).write(plan.edit());
        }
    }

    /// Those of the same capability for the same reason together.
    private void writeVetoes(List<Veto> vetoes) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (Veto veto : vetoes) {
            String what = veto.capability() + "\n" + reason(veto);
            groups.computeIfAbsent(what, _ -> new ArrayList<>()).add(veto.target());
        }
        groups.forEach((what, targets) -> {
            String[] parts = what.split("\n", 2);
            String need = targets.size() == 1 ? " needs it " : " need it ";
            terminal.paragraph(
                    2,
                    6,
                    parts[0]
                            + " stays: "
                            + terminal.strong(terminal.names(targets))
                            + need
                            + parts[1]);
        });
    }

    private String reason(Veto veto) {
        String needs =
                veto.loses().isEmpty()
                        ? terminal.untrusted(veto.why())
                        : terminal.names(veto.loses()) + " would be lost";
        return veto.wantedBy().isEmpty()
                ? "(" + needs + ")"
                : "(" + needs + "); " + terminal.names(veto.wantedBy()) + " would do without it";
    }

    /// The containers of which the same is to be said.
    private Map<String, List<String>> grouped(SharedPlan plan) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (MemberOutlook member : plan.members()) {
            groups.computeIfAbsent(sentence(plan, member), _ -> new ArrayList<>())
                    .add(member.target());
        }
        return groups;
    }

    private String sentence(SharedPlan plan, MemberOutlook member) {
        List<String> parts = new ArrayList<>();
        if (member.excluded()) {
            parts.add(
                    member.drop().isEmpty()
                            ? "left out of the sum"
                            : "left out of the sum, and affected all the same");
        }
        if (!member.drop().isEmpty() && !member.drop().equals(plan.drop())) {
            parts.add("drops " + member.drop());
        }
        if (member.note().isEmpty()) {
            parts.add(effects(member));
        } else {
            parts.add(terminal.untrusted(member.note()));
        }
        if (!member.waits().isEmpty()) {
            parts.add("runs, needs a restart");
        }
        return String.join("; ", parts);
    }

    private String effects(MemberOutlook member) {
        List<String> parts = new ArrayList<>();
        if (!member.forecast().boots()) {
            parts.add(
                    terminal.bad("does not boot: ")
                            + terminal.untrusted(member.forecast().obstacle()));
        }
        if (!member.heals().isEmpty()) {
            parts.add(terminal.good("heals ") + terminal.names(member.heals()));
        }
        if (!member.loses().isEmpty()) {
            parts.add(terminal.bad("loses ") + terminal.names(member.loses()));
        }
        turned(member).forEach((turn, units) -> parts.add(turn + ": " + terminal.names(units)));
        List<String> open = open(member);
        if (!open.isEmpty()) {
            parts.add("undecided: " + terminal.names(open));
        }
        return parts.isEmpty() ? "no unit changes" : String.join("; ", parts);
    }

    /// What the drop turns beside what it heals and what is lost, by how it turns it.
    private static Map<String, List<String>> turned(MemberOutlook member) {
        Map<String, List<String>> turned = new LinkedHashMap<>();
        for (Effect effect : member.forecast().changes()) {
            boolean said =
                    member.heals().contains(effect.unit())
                            || member.loses().contains(effect.unit());
            if (!said && effect.turnedBy() == Effect.TurnedBy.DROP) {
                turned.computeIfAbsent(
                                effect.before().word() + " -> " + effect.after().word(),
                                _ -> new ArrayList<>())
                        .add(effect.unit());
            }
        }
        return turned;
    }

    private static List<String> open(MemberOutlook member) {
        return member.forecast().undecided().stream()
                .filter(Undecided::byDrop)
                .map(Undecided::unit)
                .filter(unit -> !member.heals().contains(unit) && !member.loses().contains(unit))
                .toList();
    }

    private void write(Unloadable broken) {
        LoadError error = broken.error();
        terminal.paragraph(
                2,
                6,
                terminal.strong(terminal.untrusted(broken.configuration().owner()))
                        + ": "
                        + terminal.untrusted(error.place())
                        + "  "
                        + terminal.untrusted(error.text())
                        + "  ("
                        + terminal.untrusted(error.reason())
                        + ")");
    }

    private void list(String title, List<String> sentences) {
        if (!sentences.isEmpty()) {
            terminal.line("");
            terminal.line(title);
            sentences.forEach(one -> terminal.paragraph(2, 6, terminal.untrusted(one)));
        }
    }

    /// Says which containers have to be stopped and started.
    public void restarts(List<String> targets) {
        if (!targets.isEmpty()) {
            terminal.line("");
            terminal.paragraph(
                    0,
                    2,
                    "these run, and go on as they are until they are stopped and started (a reboot"
                            + " from inside does not do it): "
                            + terminal.names(targets));
        }
    }
}
