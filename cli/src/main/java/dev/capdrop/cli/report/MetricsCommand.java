package dev.capdrop.cli.report;

import dev.capdrop.cli.check.Checked;
import dev.capdrop.cli.check.Checker;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Environment;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostOptions;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.Statuses;
import dev.capdrop.cli.drop.Statuses.Reported;
import dev.capdrop.linux.runtime.HostContainer;
import dev.capdrop.linux.runtime.HostContainers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// `capdrop metrics`: what a check finds, as figures for Prometheus.
final class MetricsCommand implements Callable<ExitCode> {
    private @Nullable Path file;
    private final Checker.LookOptions look = new Checker.LookOptions("SNAPSHOT");
    private final HostOptions where;
    private final Exclusion exclusion = Exclusion.ofMet();
    private final Environment environment;
    private final OutputStream out;

    MetricsCommand(Environment environment) {
        this.environment = environment;
        where = new HostOptions(environment);
        out = environment.streams().out();
    }

    CommandSpec spec() {
        return new CommandModel("metrics", this)
                .option("-o", "FILE")
                .as(Path.class, file, path -> file = path)
                .with(look, where, exclusion)
                .spec();
    }

    /// The figures that were measured, and whether all could be read.
    private record Measures(List<Measured> containers, List<Reported> changed, boolean complete) {}

    @Override
    public ExitCode call() throws IOException {
        Output.File.requirePlace(file);
        exclusion.require(look.from.isEmpty(), "a look at this host");
        Instant at = environment.facts().clock().instant();
        long begun = System.nanoTime();
        Measures all = look.from.isEmpty() ? live() : recorded();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        byte[] text = MetricsText.of(all.containers, all.changed, environment.made(), at, took);
        Output.File.write(file, out, text, Output.File.READABLE);
        return all.complete ? ExitCode.OK : ExitCode.FAILURE;
    }

    private Measures live() throws IOException {
        Host host = where.host();
        host.requireRootOrRecording();
        HostContainers.Listing listing = host.containers().reachable();
        List<HostContainer> containers = exclusion.leave(listing.containers());
        List<Checked> all = Checker.looking(host, look.timeout).checkAll(containers);
        List<Measured> measured = new ArrayList<>();
        Checker.silent(listing).forEach(one -> measured.add(Measured.live("", one)));
        boolean complete = measured.isEmpty();
        for (int i = 0; i < all.size(); i++) {
            measured.add(Measured.live(containers.get(i).id().lxcPath(), all.get(i)));
            complete &= isRead(all.get(i));
        }
        List<Reported> changed = new Statuses(host).all();
        complete &= changed.stream().allMatch(one -> one.status() != null);
        return new Measures(measured, changed, complete);
    }

    /// Reads recordings. No more of each is kept than its figures.
    private Measures recorded() {
        record One(Measured measured, boolean read) {}
        List<One> all =
                Checker.recorded(
                        look.from,
                        look.timeout,
                        (path, checked) ->
                                new One(Measured.recorded(path, checked), isRead(checked)));
        return new Measures(
                all.stream().map(One::measured).toList(),
                List.of(),
                all.stream().allMatch(One::read));
    }

    private static boolean isRead(Checked checked) {
        return Checker.exitCode(checked) != ExitCode.FAILURE;
    }
}
