package dev.capdrop.cli;

import dev.capdrop.cli.change.ChangeCommands;
import dev.capdrop.cli.check.CheckCommands;
import dev.capdrop.cli.command.Environment;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.explain.ExplainCommands;
import dev.capdrop.cli.learn.LearnCommands;
import dev.capdrop.cli.report.ReportCommands;
import dev.capdrop.cli.scan.ScanCommands;
import java.util.function.Supplier;
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
        Supplier<HostCommand> command =
                switch (this) {
                    case check -> CheckCommands.CHECK;
                    case plan -> ChangeCommands.PLAN;
                    case apply -> ChangeCommands.APPLY;
                    case undo -> ChangeCommands.UNDO;
                    case status -> ChangeCommands.STATUS;
                    case snapshot -> CheckCommands.SNAPSHOT;
                    case config -> ExplainCommands.CONFIG;
                    case scan -> ScanCommands.SCAN;
                    case decode -> ScanCommands.DECODE;
                    case explain -> ExplainCommands.EXPLAIN;
                    case ps -> ExplainCommands.PS;
                    case learn -> LearnCommands.LEARN;
                    case trial -> LearnCommands.TRIAL;
                    case metrics -> ReportCommands.METRICS;
                    case report -> ReportCommands.REPORT;
                    case doctor -> () -> new DoctorCommand(defaults);
                };
        return HostCommand.spec(command, environment);
    }
}
