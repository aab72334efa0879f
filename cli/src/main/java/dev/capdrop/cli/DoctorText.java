package dev.capdrop.cli;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.host.HostReview.HostFinding;
import dev.capdrop.core.host.HostReview.HostFinding.Level;
import dev.capdrop.core.host.HostReview.Prospect;
import dev.capdrop.core.host.HostReview.Prospect.Ability;
import module java.base;

record DoctorText(Terminal terminal) {
    private static final int LEVEL = 7;
    private static final int TITLE = 11;
    private static final int INDENT = 2 + LEVEL + 2 + TITLE + 2;

    public void write(Prospect prospect) {
        terminal.paragraph("%s", answer(prospect).strong());
        for (HostFinding finding : prospect.findings()) {
            terminal.paragraph(
                    2,
                    INDENT,
                    "%s  %s  %s",
                    styled(finding.level()).padded(LEVEL),
                    Text.of("%s", finding.title()).padded(TITLE),
                    finding.found());
            if (!finding.means().isEmpty()) {
                terminal.paragraph(INDENT, INDENT, "%s", finding.means());
            }
            if (!finding.remedy().isEmpty()) {
                terminal.paragraph(
                        INDENT, INDENT + 2, "%s %s", Text.of("to do:").good(), finding.remedy());
            }
        }
    }

    private static Text styled(Level level) {
        Text word = Text.foreign(level(level));
        return switch (level) {
            case GOOD -> word.good();
            case NOTE -> word;
            case LACKING, UNKNOWN -> word.bad();
        };
    }

    static Text answer(Prospect prospect) {
        Text can = can(prospect);
        Text unseen = topics(prospect, Level.UNKNOWN);
        return unseen.isEmpty() ? can : Text.of("%s What could not be seen: %s.", can, unseen);
    }

    private static Text can(Prospect prospect) {
        List<Text> lost = new ArrayList<>();
        int count = 0;
        for (var group : prospect.impossible().entrySet()) {
            List<Text> commands = new ArrayList<>();
            for (Ability ability : group.getValue()) {
                commands.add(Text.of("'%s'", ability.command()));
            }
            count += commands.size();
            lost.add(
                    Text.of(
                            "%s, which %s %s",
                            Text.listed(commands),
                            commands.size() == 1 ? "needs" : "need",
                            group.getKey()));
        }
        if (count == Ability.values().length) {
            return Text.of(
                    "capdrop can read recordings here, but not do the work of %s.",
                    Text.listed(lost));
        }
        if (count > 0) {
            return Text.of("capdrop can do all of its work here but %s.", Text.listed(lost));
        }
        Text lacking = topics(prospect, Level.LACKING);
        return lacking.isEmpty()
                ? Text.of("capdrop can do all of its work here.")
                : Text.of(
                        "capdrop can do all of its work here, but something is amiss: %s.",
                        lacking);
    }

    private static Text topics(Prospect prospect, Level level) {
        return Text.join(
                ", ",
                prospect.findings().stream()
                        .filter(finding -> finding.level() == level)
                        .map(finding -> finding.title())
                        .distinct()
                        .toList());
    }

    public static Object report(Prospect prospect) {
        List<Object> impossible = new ArrayList<>();
        prospect.impossible()
                .forEach((needs, abilities) ->
                        abilities.forEach(ability ->
                                impossible.add(
                                        object("command", ability.command(), "needs", needs))));
        return document("capdrop/doctor/1")
                .with("answer", DoctorText.answer(prospect).toString())
                .with("impossible", impossible)
                .list("findings", prospect.findings(), DoctorText::finding);
    }

    private static Object finding(HostFinding finding) {
        return members()
                .with("topic", finding.topic())
                .with("level", level(finding.level()))
                .with("found", finding.found())
                .with("means", finding.means())
                .with("remedy", finding.remedy())
                .with("stops", finding.stops().stream().sorted().map(Ability::command).toList());
    }

    private static String level(HostFinding.Level level) {
        return switch (level) {
            case GOOD -> "ok";
            case NOTE -> "note";
            case LACKING -> "problem";
            case UNKNOWN -> "unknown";
        };
    }
}
