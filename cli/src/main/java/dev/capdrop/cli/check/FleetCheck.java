package dev.capdrop.cli.check;

import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.linux.time.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/// Checks many recorded snapshots on all cores, and keeps of each only what is shown. One that
/// cannot be read does not keep the others from being read.
record FleetCheck(
        List<Path> files,
        Patience limit,
        PolicyCheck policy,
        Set<FailOn> failOn,
        boolean quiet,
        TableOptions options,
        Output output) {
    /// One recording.
    private record Seen<T>(T shown, ExitCode code, PolicyText.Judged judged) {}

    ExitCode run() throws IOException {
        if (quiet) {
            return code(seen((_, _) -> ""));
        }
        Terminal terminal = output.terminal();
        ExitCode code =
                switch (output.format()) {
                    case json -> json();
                    case sarif, junit -> forCi();
                    case text -> table(terminal);
                };
        return terminal.closed() ? ExitCode.OK : code;
    }

    private ExitCode json() throws IOException {
        var all = seen(CheckReport::checked);
        output.writeJson(CheckReport.checks(all.stream().map(Seen::shown).toList()));
        return code(all);
    }

    private ExitCode forCi() throws IOException {
        var all = seen((file, checked) -> Tested.of(file, checked, false));
        List<Tested> tested = all.stream().map(Seen::shown).toList();
        if (output.format() == Output.Format.sarif) {
            output.writeJson(SarifReport.of(output.made(), tested));
        } else {
            output.writeBytes(JunitReport.of(output.made(), tested));
        }
        return code(all);
    }

    private ExitCode table(Terminal terminal) throws IOException {
        var all = seen(CheckRow::of);
        new PolicyText(terminal).write(all.stream().map(Seen::judged).toList());
        new CheckTable(terminal, options, "", "").write(all.stream().map(Seen::shown).toList());
        return code(all);
    }

    private <T> List<Seen<T>> seen(BiFunction<String, Checked, T> show) throws IOException {
        return Checker.recorded(
                files,
                limit,
                (file, read) -> {
                    Checked checked = policy.judge(read);
                    return new Seen<>(
                            show.apply(file, checked),
                            FailOn.exitCode(checked, false, failOn),
                            PolicyText.Judged.of(checked));
                });
    }

    private static <T> ExitCode code(List<Seen<T>> all) {
        return ExitCode.worst(all, Seen::code);
    }
}
