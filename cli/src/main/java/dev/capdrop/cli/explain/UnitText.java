package dev.capdrop.cli.explain;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.check.RemedyText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.diagnosis.Cause.SetUp;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.explanation.UnitExplanation;
import dev.capdrop.core.explanation.UnitExplanation.TestedLine.Standing;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Writes the explanation of a unit's state; `command` is empty where none can change it.
record UnitText(Terminal terminal, int last, String command) {
    private static final Set<UnitType> WITH_PROCESSES =
            EnumSet.of(UnitType.SERVICE, UnitType.SOCKET, UnitType.MOUNT, UnitType.SWAP);

    public void write(String target, UnitExplanation unit) {
        terminal.head(
                "%s  %s: %s",
                Text.of("%s@%s", unit.unit().name(), target).strong(),
                state(unit),
                GroundText.sentence(unit.ground()));
        if (!unit.unit().aliases().isEmpty()) {
            terminal.body("also called %s", Text.join(" ", unit.unit().aliases()));
        }
        if (unit.outcome() == Outcome.STARTED) {
            terminal.body("no file tells what comes of it: %s", decider(unit));
        }
        writeFix(unit);
        writeTests("conditions", unit.tests().conditions());
        writeTests("assertions", unit.tests().asserts());
        writeProcesses(unit);
        writeRelations(unit.relations());
        writeDrops(unit.drops());
    }

    private static String decider(UnitExplanation unit) {
        boolean asks =
                unit.powers().programs().stream()
                        .anyMatch(run -> run.line().key().equals("ExecCondition"));
        return asks
                ? "its ExecCondition= may have it skipped, and its program may fail"
                : "its program may fail, or that of something that it requires";
    }

    private static Text state(UnitExplanation unit) {
        Text word = Text.foreign(unit.outcome().word());
        return switch (unit.outcome()) {
            case FAILED -> word.bad();
            case ACTIVE, UNDECIDED -> word.good();
            case STARTED, INACTIVE, SKIPPED, NOT_STARTED -> word;
        };
    }

    private void writeFix(UnitExplanation unit) {
        if (unit.finding() == null) {
            return;
        }
        for (Remedy remedy : unit.finding().remedies()) {
            if (remedy instanceof Remedy.Drop && !command.isEmpty()) {
                terminal.fix(
                        Text.of("capdrop apply %s", command),
                        Text.of("would %s", RemedyText.text(remedy)));
            }
        }
    }

    private void title(String title) {
        terminal.line(Text.foreign(title).faint());
    }

    private void writeTests(String title, List<UnitExplanation.TestedLine> lines) {
        if (lines.isEmpty()) {
            if (title.equals("conditions")) {
                terminal.line("%s  none", Text.foreign(title).faint());
            }
            return;
        }
        title(title);
        lines.forEach(this::write);
    }

    private void write(UnitExplanation.TestedLine line) {
        String format =
                line.line() == null ? line.tested().condition().format() : line.line().format();
        Text decides = line.decides() ? Text.of("   <- decides").strong() : Text.EMPTY;
        terminal.item("%s  %s%s", result(line), format, decides);
        place(line.line(), 12);
        Standing standing = line.standing();
        if (standing != null) {
            terminal.paragraph(12, 12, "%s", standing(standing));
        }
    }

    private static String result(UnitExplanation.TestedLine line) {
        Condition.Result result = line.tested().result();
        return switch (result) {
            case SUCCEEDED -> "holds   ";
            case FAILED -> "fails   ";
            case ERROR -> "error   ";
            case UNTESTED -> "untested";
            case UNDECIDED -> "open    ";
        };
    }

    private static String standing(Standing standing) {
        String name = standing.capability().upperName();
        if (!standing.held()) {
            return name + " is not in the bounding set";
        }
        if (standing.honoured()) {
            return name + " is in the bounding set";
        }
        return "%s is in the bounding set, but the kernel %s honours it in this container"
                .formatted(name, standing.inert() ? "never" : "hardly ever");
    }

    private void place(@Nullable Setting line, int indent) {
        if (line != null) {
            terminal.line(
                    "%s%s",
                    Text.blanks(indent), Text.of("%s:%s", line.file(), line.line()).faint());
        }
    }

    private void writeProcesses(UnitExplanation unit) {
        if (!WITH_PROCESSES.contains(UnitName.type(unit.unit().name()))) {
            return;
        }
        title("its processes");
        terminal.item("bounding set: %s%s", words(unit.powers().limit()), ambient(unit));
        for (Setting setting : unit.powers().settings()) {
            terminal.under("%s", setting.format());
            place(setting, 6);
        }
        unit.powers().programs().forEach(this::write);
    }

    private String ambient(UnitExplanation unit) {
        CapabilitySet ambient = unit.powers().execution().ambient();
        return ambient.isEmpty()
                ? ""
                : "; ambient set: " + words(ambient.intersect(unit.powers().limit()));
    }

    private void write(UnitExplanation.ProgramRun run) {
        terminal.item("%s=%s", run.line().key(), run.command().format());
        place(run.line(), 6);
        terminal.note(
                "executed by %s%s",
                run.byRoot() ? "root" : "another user than root",
                run.before().noNewPrivs() ? ", with no_new_privs" : "");
        ProgramFile file = run.file();
        if (file != null && file.reading() == ProgramFile.Reading.MISSING) {
            terminal.note("there is no such file");
        } else if (run.execve() == null) {
            terminal.note("its file was not read: what execve(2) gives it is not known");
        } else {
            new ExecveText(last)
                    .lines(run.execve())
                    .forEach(line -> terminal.paragraph(6, 8, "%s", Text.whole(line)));
        }
    }

    private void writeRelations(List<UnitExplanation.Relation> relations) {
        if (relations.isEmpty()) {
            return;
        }
        title("named by");
        Map<String, List<Text>> byKind =
                Text.grouped(
                        relations,
                        relation -> relation.kind().inverse(),
                        relation -> Text.of("%s (%s)", relation.unit(), relation.outcome().word()));
        byKind.forEach((kind, units) -> terminal.item("%s=%s", kind, Text.join(", ", units)));
    }

    private void writeDrops(UnitExplanation.Drops drops) {
        title("dropping one capability more, at the next boot");
        for (UnitExplanation.DropForecast drop : drops.changing()) {
            String status = drop.status() == 0 ? "" : " with " + SetUp.format(drop.status());
            String after = drop.after() == null ? "undecided" : drop.after().word();
            Text along =
                    drop.dependants().isEmpty()
                            ? Text.EMPTY
                            : Text.of("; and with it %s", Text.names(drop.dependants()));
            terminal.item("%s: %s%s, %s%s", drop.capabilities(), after, status, drop.why(), along);
            write(drop.rule());
        }
        for (UnitExplanation.Settled settled : drops.settled()) {
            terminal.item("%s: it goes on without", settled.capabilities());
            write(settled.rule());
        }
        terminal.body(
                "%s",
                drops.changing().isEmpty() && drops.settled().isEmpty()
                        ? Text.of("none changes it")
                        : Text.of("any other does not change it"));
    }

    /// Writes the rule that decided, for those who want to check or dispute it.
    private void write(Rule rule) {
        Rule.Row row = rule.row();
        String since = row.since().equals("unknown") ? "since when is unknown" : row.since();
        terminal.under(
                "%s",
                Text.of(
                                "by rule %s (%s; evidence: %s): %s",
                                row.word(), since, row.evidence(), row.source())
                        .faint());
    }

    private String words(CapabilitySet set) {
        return SetText.words(set, last);
    }
}
