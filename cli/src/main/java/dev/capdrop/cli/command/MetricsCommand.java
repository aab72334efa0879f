package dev.capdrop.cli.command;

import dev.capdrop.cli.metrics.Measured;
import dev.capdrop.cli.metrics.MetricsText;
import dev.capdrop.cli.render.Checked;
import dev.capdrop.cli.render.StatusText.Reported;
import dev.capdrop.linux.runtime.HostContainer;
import dev.capdrop.linux.runtime.HostContainers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// `capdrop metrics`: what a check finds, as figures for Prometheus.
final class MetricsCommand implements Callable<Integer> {
    private @Nullable Path file;
    private final LookOptions look = new LookOptions("SNAPSHOT");
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
        return new CommandModel(this)
                .description(
                        "Writes what a check of all containers finds as figures for Prometheus, as node_exporter's textfile collector reads them. It only looks. Exits 0 whatever it found, and 2 when it could not run or not all could be read.")
                .examples(
                        "  capdrop metrics -o /var/lib/prometheus/node-exporter/capdrop.prom",
                        "  capdrop metrics --from *.json    recorded snapshots, without root")
                .option("-o", "FILE", "write to FILE, mode 0644, in one step (default: stdout)")
                .as(Path.class, file, path -> file = path)
                .with(look, where, exclusion)
                .spec();
    }

    /// What was measured, and whether all of it could be read.
    private record Measures(List<Measured> containers, List<Reported> changed, boolean complete) {}

    @Override
    public Integer call() throws IOException {
        OutputFile.requirePlace(file);
        exclusion.require(look.from.isEmpty(), "a look at this host");
        Instant at = environment.facts().clock().instant();
        long begun = System.nanoTime();
        Measures all = look.from.isEmpty() ? live() : recorded();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        byte[] text = MetricsText.of(all.containers, all.changed, environment.made(), at, took);
        OutputFile.write(file, out, text, OutputFile.READABLE);
        return (all.complete ? ExitCode.OK : ExitCode.FAILURE).status();
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

    /// Of each recording no more is kept than its figures.
    private Measures recorded() {
        record One(Measured measured, boolean read) {}
        List<One> all =
                Helpers.ask(
                        look.from,
                        look.timeout,
                        (path, time) -> {
                            Checked checked = Checker.check(path, time);
                            return new One(
                                    Measured.recorded(path.toString(), checked), isRead(checked));
                        },
                        (path, why) -> {
                            Checked checked = Checker.unread(path, why);
                            return new One(Measured.recorded(path.toString(), checked), false);
                        });
        return new Measures(
                all.stream().map(One::measured).toList(),
                List.of(),
                all.stream().allMatch(One::read));
    }

    private static boolean isRead(Checked checked) {
        return CheckCommand.exitCode(checked, false, Set.of()) != ExitCode.FAILURE;
    }
}
