package dev.capdrop.cli.report;

import dev.capdrop.cli.check.Checked;
import dev.capdrop.cli.check.Checker;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.Statuses;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop metrics`: what a check finds, as figures for Prometheus.
final class MetricsCommand extends HostCommand {
    private @Nullable Path file;
    private final Checker.LookOptions look = new Checker.LookOptions("SNAPSHOT");
    private final Exclusion exclusion = new Exclusion("met");

    @Override
    protected CommandModel model() {
        return new CommandModel("metrics", this)
                .option("-o", "FILE")
                .as(Path.class, file, path -> file = path)
                .with(look, where, exclusion);
    }

    private record One(Measured measured, boolean read) {
        static One of(Measured measured, Checked checked) {
            return new One(measured, Checker.exitCode(checked) != ExitCode.FAILURE);
        }
    }

    @Override
    public ExitCode call() throws IOException {
        Output.File.requirePlace(file);
        exclusion.require(look.from.isEmpty(), "a look at this host");
        Instant at = environment.facts().clock().instant();
        long begun = System.nanoTime();
        boolean live = look.from.isEmpty();
        List<One> all =
                live
                        ? Checker.ofHost(
                                where.host(),
                                look.timeout,
                                exclusion,
                                (path, one) -> One.of(Measured.live(path, one), one))
                        : Checker.recorded(
                                look.from,
                                look.timeout,
                                (path, one) -> One.of(Measured.recorded(path, one), one));
        List<Statuses.Reported> changed = live ? new Statuses(where.host()).all() : List.of();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        List<Measured> measured = all.stream().map(One::measured).toList();
        byte[] text = MetricsText.of(measured, changed, environment.made(), at, took);
        output.write(file, text, Output.File.READABLE);
        boolean complete =
                all.stream().allMatch(One::read)
                        && changed.stream().allMatch(one -> one.status() != null);
        return complete ? ExitCode.OK : ExitCode.FAILURE;
    }
}
