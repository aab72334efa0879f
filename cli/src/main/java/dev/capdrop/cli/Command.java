package dev.capdrop.cli;

import dev.capdrop.cli.change.ChangeCommands;
import dev.capdrop.cli.check.CheckCommands;
import dev.capdrop.cli.command.Environment;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.explain.ExplainCommands;
import dev.capdrop.cli.learn.LearnCommands;
import dev.capdrop.cli.report.ReportCommands;
import dev.capdrop.cli.scan.ScanCommands;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// The commands by the word that names each, in the order of the manual pages.
enum Command {
    check(Group.HEAL, "what is wrong with these containers, and why"),
    plan(Group.HEAL, "which capabilities to drop, why, and what that changes"),
    apply(Group.HEAL, "does what plan shows, and goes back if it got worse"),
    undo(Group.HEAL, "takes back the last apply"),
    status(Group.HEAL, "what capdrop changed, and what has drifted since"),
    snapshot(Group.RECORD, "all that is known of a container, as one JSON file"),
    config(Group.EXPLAIN, "what a configuration really says"),
    scan(Group.EXPLAIN, "files with capabilities, the job of getcap -r"),
    decode(Group.EXPLAIN, "masks, names and texts, the job of capsh --decode"),
    explain(Group.EXPLAIN, "a capability, a word, a unit or a container"),
    ps(Group.EXPLAIN, "processes with their capabilities, by unit"),
    learn(Group.MEASURE, "which capabilities are really used, and by which unit"),
    trial(Group.MEASURE, "the least set, proven by boots of throw-away copies"),
    metrics(Group.RECORD, "figures for Prometheus"),
    report(Group.RECORD, "one HTML page of all containers"),
    doctor(Group.EXPLAIN, "what this host allows, and so what capdrop can do");

    enum Group {
        HEAL("Find and heal"),
        EXPLAIN("Explain"),
        MEASURE("Measure what is needed"),
        RECORD("Record and report");

        final String title;

        Group(String title) {
            this.title = title;
        }
    }

    final Group group;

    /// The line in the help of the tool; its own help says more.
    final String what;

    Command(Group group, String what) {
        this.group = group;
        this.what = what;
    }

    /// The command that the first word names; null where it names none.
    static @Nullable Command named(String... arguments) {
        for (Command command : values()) {
            if (arguments.length > 0 && arguments[0].equals(command.name())) {
                return command;
            }
        }
        return null;
    }

    public CommandSpec spec(Environment environment, Defaults defaults) {
        return switch (this) {
            case check -> CheckCommands.CHECK.of(environment);
            case plan -> ChangeCommands.PLAN.of(environment);
            case apply -> ChangeCommands.APPLY.of(environment);
            case undo -> ChangeCommands.UNDO.of(environment);
            case status -> ChangeCommands.STATUS.of(environment);
            case snapshot -> CheckCommands.SNAPSHOT.of(environment);
            case config -> ExplainCommands.CONFIG.of(environment);
            case scan -> ScanCommands.SCAN.of(environment);
            case decode -> ScanCommands.DECODE.of(environment);
            case explain -> ExplainCommands.EXPLAIN.of(environment);
            case ps -> ExplainCommands.PS.of(environment);
            case learn -> LearnCommands.LEARN.of(environment);
            case trial -> LearnCommands.TRIAL.of(environment);
            case metrics -> ReportCommands.METRICS.of(environment);
            case report -> ReportCommands.REPORT.of(environment);
            case doctor -> HostCommand.maker(() -> new DoctorCommand(defaults)).of(environment);
        };
    }
}
