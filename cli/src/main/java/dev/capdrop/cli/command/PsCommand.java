package dev.capdrop.cli.command;

import dev.capdrop.cli.render.PsReport;
import dev.capdrop.cli.render.PsText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `capdrop ps`: processes with their capability sets.
@Command(
        name = "ps",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  capdrop ps           all of this host that hold a capability",
            "  capdrop ps web       those of this container, by unit",
            "  capdrop ps web -a    those that hold none, too"
        },
        description = {
            "Shows which processes hold which capabilities, by container and unit.",
            "The sets are those of a process' main thread. One list stands for the permitted and the effective set"
                    + " where they are equal; the bounding set is shown where it is not that of the first process."
        })
final class PsCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "TARGET",
            description = "a VMID, lxc:NAME or NAME (default: the whole host)")
    @Nullable String target;

    @Option(
            names = {"-a", "--all"},
            description = "show the processes without a capability, too")
    boolean all;

    @Mixin HostOptions host = new HostOptions();
    @Mixin Output output = new Output();

    @Override
    public Integer call() throws IOException {
        HostOptions.requireRoot();
        Terminal terminal = output.terminal();
        List<HostProcess> processes = target == null ? host.containers().processes() : of(target);
        if (output.isJson()) {
            output.writeJson(PsReport.of(processes));
        } else {
            new PsText(terminal, SnapshotReader.host().lastCapability(), all).write(processes);
        }
        terminal.requireWritten();
        return ExitCode.OK.status();
    }

    private List<HostProcess> of(String word) throws IOException {
        ContainerId container = host.container(word);
        List<HostProcess> processes =
                host.containers().processes().stream()
                        .filter(process -> livesIn(process, container))
                        .toList();
        if (processes.isEmpty()) {
            throw new UsageException("'" + word + "' does not run, so it has no processes");
        }
        return processes;
    }

    private static boolean livesIn(HostProcess process, ContainerId container) {
        return process.container() != null && process.container().isSameForLxc(container);
    }
}
