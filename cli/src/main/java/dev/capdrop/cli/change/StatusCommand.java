package dev.capdrop.cli.change;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.drop.Statuses;
import dev.capdrop.cli.drop.Statuses.Reported;
import module java.base;

/// `capdrop status`: what was changed, and where reality has gone since.
final class StatusCommand extends HostCommand {
    private List<String> targets = List.of();

    @Override
    protected CommandModel model() {
        return new CommandModel("status", this)
                .operands("TARGET", "0..*", words -> targets = words)
                .with(where, output);
    }

    @Override
    public ExitCode call() throws IOException {
        where.host().requireRoot();
        List<Reported> all = reported();
        boolean closed =
                show(() -> StatusText.report(all), terminal -> new StatusText(terminal).write(all));
        return closed ? ExitCode.OK : exitCode(all);
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
        return ExitCode.worst(
                all,
                one ->
                        one.status() == null
                                ? ExitCode.FAILURE
                                : one.drifted() ? ExitCode.FINDINGS : ExitCode.OK);
    }
}
