package dev.capdrop.cli.check;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.RootTarget;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.cli.drop.SharedOptions;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.runtime.HostContainers;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop check`: what is wrong, and why.
final class CheckCommand extends HostCommand {
    /// The number of containers from which on each is told in a row.
    private static final int TABLE = 4;

    private List<String> targets = List.of();
    private Set<FailOn> failOn = Set.of();
    private boolean quiet;
    private @Nullable Path policy;
    private final Checker.LookOptions look = new Checker.LookOptions("FILE");
    private final Exclusion exclusion = new Exclusion("met");
    private final TableOptions table = new TableOptions();

    @Override
    protected CommandModel model() {
        return new CommandModel("check", this)
                .operands("TARGET", "0..*", words -> targets = words)
                .option("--fail-on", "WHAT")
                .each(
                        CommandModel.Several.BETWEEN_COMMAS,
                        FailOn.class,
                        given -> failOn = Set.copyOf(given))
                .option("--policy", "FILE")
                .as(Path.class, policy, file -> policy = file)
                .flag("-q,--quiet", on -> quiet = on)
                .with(look, table, where, exclusion, output.forCi());
    }

    @Override
    public ExitCode call() throws IOException {
        FailOn.require(failOn, policy != null);
        table.require();
        exclusion.require(look.from.isEmpty() && targets.isEmpty(), "a check of all");
        if (!look.from.isEmpty() && !targets.isEmpty()) {
            throw new UsageException(SharedOptions.notBoth(targets.getFirst(), "--from"));
        }
        PolicyCheck judge = PolicyCheck.read(policy, environment.facts().clock().instant());
        if (look.from.size() > 1) {
            return ofMany(judge);
        }
        List<Checked> read = look.from.isEmpty() ? live() : List.of(recorded(look.from.getFirst()));
        List<Checked> all = read.stream().map(judge::judge).toList();
        if (quiet) {
            return exitCode(all);
        }
        Terminal terminal = output.terminal();
        switch (output.format()) {
            case json -> output.writeJson(CheckReport.check(all));
            case sarif -> output.writeJson(SarifReport.of(environment.made(), tested(all)));
            case junit -> output.writeBytes(JunitReport.of(environment.made(), tested(all)));
            default -> {
                write(terminal, all);
                for (String sentence : elsewhere()) {
                    terminal.talk("%s", sentence);
                }
            }
        }
        return terminal.closed() ? ExitCode.OK : exitCode(all);
    }

    private List<String> elsewhere() throws IOException {
        return isNamed() ? List.of() : where.host().containers().elsewhere();
    }

    private List<Tested> tested(List<Checked> all) {
        String file = look.from.isEmpty() ? null : look.from.getFirst().toString();
        return all.stream().map(checked -> Tested.of(file, checked, isNamed())).toList();
    }

    private boolean isNamed() {
        return !targets.isEmpty() || !look.from.isEmpty();
    }

    /// Checks a recording: that it cannot be read is a mistake, that it takes too long a result.
    private Checked recorded(Path file) throws IOException {
        Snapshot snapshot = Targets.recorded(file);
        return Helpers.ask(
                        List.of(snapshot),
                        look.timeout,
                        Checker::check,
                        (_, why) -> Checker.unread(file, why))
                .getFirst();
    }

    /// Writes many, and guests of Proxmox VE, as a table, those asked for by name at length.
    private void write(Terminal terminal, List<Checked> all) {
        if (all.isEmpty()) {
            terminal.talk(
                    "this host has no container of %s", String.join(", ", RuntimeKind.titles()));
            return;
        }
        boolean guests = all.stream().anyMatch(checked -> checked.guest() != null);
        boolean few = !guests && all.size() < TABLE && table.grouping == null;
        if (!targets.isEmpty() || few) {
            new CheckText(terminal).write(all);
            return;
        }
        new PolicyText(terminal).write(all.stream().map(PolicyText.Judged::of).toList());
        ConfigRemark.writeSum(all, terminal);
        List<CheckRow> rows = all.stream().map(checked -> CheckRow.of("", checked)).toList();
        new CheckTable(terminal, table, where.arguments(), exclusion.arguments()).write(rows);
    }

    private List<Checked> live() throws IOException {
        Host host = where.host();
        host.requireRootOrRecording();
        List<Checked> all = new ArrayList<>();
        List<HostContainers.HostContainer> containers = new ArrayList<>();
        Targets finder = new Targets(host);
        for (String target : targets) {
            RootTarget root = RootTarget.of(target);
            if (root == null) {
                containers.addAll(finder.all(target));
            } else {
                all.add(checked(host, target, root));
            }
        }
        if (targets.isEmpty()) {
            HostContainers.Listing listing = host.containers().reachable();
            containers.addAll(exclusion.leave(listing.containers()));
            all.addAll(Checker.silent(listing));
        }
        all.addAll(new Checker(host, look.timeout, true).checkAll(containers));
        return all;
    }

    private Checked checked(Host host, String target, RootTarget root) throws IOException {
        return Helpers.one(
                target, look.timeout, (_, time) -> Checker.check(root.read(host.facts()), time));
    }

    private ExitCode exitCode(List<Checked> all) {
        return ExitCode.worst(all, checked -> FailOn.exitCode(checked, isNamed(), failOn));
    }

    /// A recording among many: no more of it is kept than what is shown.
    private record Seen<T>(T shown, ExitCode code, PolicyText.Judged judged) {}

    /// Checks many recordings. One that cannot be read does not keep the others from being read.
    private ExitCode ofMany(PolicyCheck judge) throws IOException {
        if (quiet) {
            return code(seen(judge, (_, _) -> ""));
        }
        Terminal terminal = output.terminal();
        ExitCode code =
                switch (output.format()) {
                    case json -> {
                        var all = seen(judge, CheckReport::checked);
                        output.writeJson(CheckReport.checks(shown(all)));
                        yield code(all);
                    }
                    case sarif -> {
                        var all = seen(judge, (file, one) -> Tested.of(file, one, false));
                        output.writeJson(SarifReport.of(environment.made(), shown(all)));
                        yield code(all);
                    }
                    case junit -> {
                        var all = seen(judge, (file, one) -> Tested.of(file, one, false));
                        output.writeBytes(JunitReport.of(environment.made(), shown(all)));
                        yield code(all);
                    }
                    default -> {
                        var all = seen(judge, CheckRow::of);
                        new PolicyText(terminal).write(all.stream().map(Seen::judged).toList());
                        new CheckTable(terminal, table, "", "").write(shown(all));
                        yield code(all);
                    }
                };
        return terminal.closed() ? ExitCode.OK : code;
    }

    private <T> List<Seen<T>> seen(PolicyCheck judge, BiFunction<String, Checked, T> show) {
        return Checker.recorded(
                look.from,
                look.timeout,
                (file, read) -> {
                    Checked checked = judge.judge(read);
                    return new Seen<>(
                            show.apply(file, checked),
                            FailOn.exitCode(checked, false, failOn),
                            PolicyText.Judged.of(checked));
                });
    }

    private static <T> List<T> shown(List<Seen<T>> all) {
        return all.stream().map(Seen::shown).toList();
    }

    private static <T> ExitCode code(List<Seen<T>> all) {
        return ExitCode.worst(all, Seen::code);
    }
}
