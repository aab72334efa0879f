package dev.capdrop.cli.report;

import dev.capdrop.cli.check.Checked;
import dev.capdrop.cli.check.Checker;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.cli.render.Json;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop report`: what a check finds, as one HTML page.
final class ReportCommand extends HostCommand {

    private @Nullable Path file;
    private @Nullable Path previous;
    private final Checker.LookOptions look = new Checker.LookOptions("SNAPSHOT");
    private final Exclusion exclusion = new Exclusion("met");

    @Override
    protected CommandModel model() {
        return new CommandModel("report", this)
                .option("-o", "FILE")
                .as(Path.class, file, path -> file = path)
                .option("--previous", "FILE")
                .as(Path.class, previous, path -> previous = path)
                .with(look, where, exclusion);
    }

    private record One(PageContainer container, ExitCode code) {
        static One of(String here, String file, Checked checked) {
            return new One(PageContainer.of(here, file, checked), Checker.exitCode(checked));
        }
    }

    @Override
    public ExitCode call() throws IOException {
        Output.File.requirePlace(file);
        exclusion.require(look.from.isEmpty(), "a look at this host");
        Previous last = previous == null ? null : read(previous);
        Json.Made made = environment.made();
        List<One> all = all();
        String title =
                look.from.isEmpty()
                        ? "the containers of " + where.host().node()
                        : look.from.size() + (look.from.size() == 1 ? " recording" : " recordings");
        byte[] page = ReportPage.of(title, made, all.stream().map(One::container).toList(), last);
        output.write(file, page, Output.File.PRIVATE);
        return ExitCode.worst(all, One::code);
    }

    private List<One> all() throws IOException {
        if (!look.from.isEmpty()) {
            return Checker.recorded(
                    look.from, look.timeout, (path, checked) -> One.of("", path, checked));
        }
        where.host().requireRootOrRecording();
        String node = where.host().node();
        return Checker.ofHost(
                where.host(), look.timeout, exclusion, (_, checked) -> One.of(node, "", checked));
    }

    private static Previous read(Path path) throws IOException {
        String expected = "a report or what 'capdrop check --json' writes";
        return Previous.read(Targets.given(path, "report", expected), path.toString());
    }
}
