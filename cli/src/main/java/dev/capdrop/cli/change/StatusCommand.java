package dev.capdrop.cli.change;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Environment;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.HostOptions;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.cli.drop.Statuses;
import dev.capdrop.cli.drop.Statuses.Reported;
import dev.capdrop.cli.render.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/// `capdrop status`: what was changed, and where reality has gone since.
final class StatusCommand implements Callable<Integer> {
    private List<String> targets = List.of();
    private final HostOptions where;
    private final Output output;

    StatusCommand(Environment environment) {
        where = new HostOptions(environment);
        output = new Output(environment);
    }

    CommandSpec spec() {
        return new CommandModel(this)
                .description(
                        "Says what capdrop changed, where reality has drifted since, and the command that puts it right. Exits 1 on drift.")
                .exitStatus("as it was left", "something has drifted")
                .examples(
                        "  capdrop status            all containers that capdrop has changed",
                        "  capdrop status web db     these two")
                .operands("TARGET", "0..*", Targets.WORDS, words -> targets = words)
                .with(where, output)
                .spec();
    }

    @Override
    public Integer call() throws IOException {
        where.host().requireRoot();
        List<Reported> all = reported();
        Terminal terminal = output.terminal();
        if (output.isJson()) {
            output.writeJson(StatusText.report(all));
        } else if (all.isEmpty()) {
            terminal.talk("nothing that capdrop has changed is in force on this host");
        } else {
            new StatusText(terminal).write(all);
        }
        return terminal.closed() ? ExitCode.OK.status() : exitCode(all).status();
    }

    private List<Reported> reported() throws IOException {
        Statuses statuses = new Statuses(where.host());
        if (targets.isEmpty()) {
            return statuses.all();
        }
        List<Reported> all = new ArrayList<>();
        for (String target : targets) {
            all.addAll(statuses.named(target));
        }
        return all;
    }

    private static ExitCode exitCode(List<Reported> all) {
        ExitCode code = ExitCode.OK;
        for (Reported one : all) {
            code = code.or(one.status() == null ? ExitCode.FAILURE : ExitCode.OK);
            code = code.or(one.drifted() ? ExitCode.FINDINGS : ExitCode.OK);
        }
        return code;
    }
}
