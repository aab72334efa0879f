package dev.capdrop.cli.explain;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop ps`: processes with their capability sets.
final class PsCommand extends HostCommand {
    private @Nullable String target;
    private boolean all;
    private boolean outdated;

    @Override
    protected CommandModel model() {
        return new CommandModel("ps", this)
                .operand("TARGET", "0..1", word -> target = word)
                .flag("-a,--all", on -> all = on)
                .flag("--outdated", on -> outdated = on)
                .with(where, output);
    }

    @Override
    public ExitCode call() throws IOException {
        Host host = where.host();
        host.requireRoot();
        int last = host.lastCapability();
        List<HostProcess> processes =
                Helpers.one(
                        target == null ? "the processes of this host" : target,
                        Helpers.LIMIT,
                        (_, _) -> target == null ? host.processes() : of(host, target));
        if (outdated) {
            List<HostProcess> larger =
                    processes.stream().filter(one -> !one.beyond().isEmpty()).toList();
            show(() -> PsText.report(larger), terminal -> PsText.writeOutdated(terminal, larger));
        } else {
            show(
                    () -> PsText.report(processes),
                    terminal -> new PsText(terminal, last, all).write(processes));
        }
        return ExitCode.OK;
    }

    private List<HostProcess> of(Host host, String word) throws IOException {
        ContainerId container = host.container(word);
        List<HostProcess> processes =
                host.processes().stream().filter(process -> livesIn(process, container)).toList();
        if (processes.isEmpty()) {
            throw new UsageException("'" + word + "' does not run, so it has no processes");
        }
        return processes;
    }

    private static boolean livesIn(HostProcess process, ContainerId container) {
        return process.container() != null && process.container().isSameForLxc(container);
    }
}
