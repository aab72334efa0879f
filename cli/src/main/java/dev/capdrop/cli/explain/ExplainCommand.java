package dev.capdrop.cli.explain;

import static java.util.Objects.requireNonNull;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.NearNames;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.RootTarget;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.LearnedText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.explanation.ContainerExplanation.Holding;
import dev.capdrop.core.explanation.UnitExplanation;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop explain`: what a capability is, why a unit is in its state, and what a container holds.
final class ExplainCommand extends HostCommand {
    private @Nullable String word;
    private @Nullable Path from;

    @Override
    protected CommandModel model() {
        return new CommandModel("explain", this)
                .operand("CAPABILITY|TERM|UNIT@TARGET|TARGET", "0..1", given -> word = given)
                .option("--from", "FILE")
                .as(Path.class, from, file -> from = file)
                .with(where, output);
    }

    @Override
    public ExitCode call() throws IOException {
        if (word == null) {
            Path recording = from;
            return recording == null ? overview() : explain("", () -> Targets.recorded(recording));
        }
        return switch (Operand.parse(word, from != null)) {
            case Operand.OfCapability of -> explain(of.capability());
            case Operand.OfTerm of -> explain(of.term());
            case Operand.OfUnit of -> explain(of.target(), of.unit());
            case Operand.OfContainer of -> explain(of.target(), () -> container(of.target()));
        };
    }

    /// Writes all capabilities, and what the containers hold where they may be looked at.
    private ExitCode overview() throws IOException {
        Host host = where.host();
        List<HostContainer> containers =
                host.facts().root() ? host.containers().reachable().containers() : List.of();
        List<Holding> holdings = holdings(host, containers);
        show(
                () -> ExplainReports.matrix(holdings),
                terminal -> {
                    new OverviewText(terminal).write();
                    if (!holdings.isEmpty()) {
                        terminal.line("");
                        new MatrixText(terminal).write(holdings);
                    }
                });
        boolean complete = holdings.size() == containers.size();
        return complete ? ExitCode.OK : ExitCode.FAILURE;
    }

    /// Returns what each holds; a container that gives no answer is named and has no column.
    private List<Holding> holdings(Host host, List<HostContainer> containers) {
        return Helpers.<HostContainer, List<Holding>>ask(
                        containers,
                        Helpers.LIMIT,
                        (one, _) ->
                                List.of(
                                        Holding.of(
                                                Changes.limited(
                                                        host, host.readForCheck(one.id())))),
                        (one, why) -> {
                            output.terminal().complain("'%s' %s", one.id().target(), why);
                            return List.of();
                        })
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    /// Reads what a word alone means: a container, unless somebody mistyped a capability.
    private Snapshot container(String target) throws IOException {
        if (from != null || !Capability.mayBeMeantBy(target)) {
            return snapshot(target);
        }
        try {
            return snapshot(target);
        } catch (UsageException noContainer) {
            throw new UsageException(
                    "'%s' is neither a capability nor a container%s"
                            .formatted(target, Capability.suggestion(target)));
        }
    }

    private ExitCode explain(Capability capability) throws IOException {
        boolean asks = capability.knowledge() == null && !output.isJson();
        int last = asks ? where.host().lastCapability() : Capability.MAX_NUMBER;
        show(
                () -> ExplainReports.capability(capability),
                terminal -> new CapabilityText(terminal).write(capability, last));
        return ExitCode.OK;
    }

    private ExitCode explain(Term term) throws IOException {
        show(() -> ExplainReports.term(term), terminal -> new OverviewText(terminal).write(term));
        return ExitCode.OK;
    }

    /// A snapshot and its explanation, read within one time.
    private record Explained<R>(Snapshot snapshot, R explanation) {}

    private ExitCode explain(String word, Errand<Snapshot> reading) throws IOException {
        Explained<ContainerExplanation> explained =
                Helpers.one(
                        word,
                        Helpers.LIMIT,
                        (_, _) -> {
                            Snapshot snapshot = reading.take();
                            return new Explained<>(snapshot, ContainerExplanation.of(snapshot));
                        });
        Snapshot snapshot = explained.snapshot();
        ContainerExplanation container = explained.explanation();
        show(
                () -> ExplainReports.container(snapshot, container),
                terminal -> new ContainerText(terminal, snapshot).write(container));
        return ExitCode.OK;
    }

    private ExitCode explain(@Nullable String target, String name) throws IOException {
        Explained<UnitExplanation> explained =
                Helpers.one(
                        target == null ? "" : target,
                        Helpers.LIMIT,
                        (_, time) -> {
                            Snapshot snapshot = snapshot(target);
                            return new Explained<>(snapshot, unit(snapshot, name, time));
                        });
        Snapshot snapshot = explained.snapshot();
        UnitExplanation unit = explained.explanation();
        String shown = snapshot.subject().target();
        show(
                () -> ExplainReports.unit(shown, unit, snapshot.learnt()),
                terminal -> write(terminal, snapshot, unit));
        return ExitCode.OK;
    }

    private void write(Terminal terminal, Snapshot snapshot, UnitExplanation unit) {
        boolean live = from == null && snapshot.running();
        String command = live ? where.host().command(snapshot.subject()) : "";
        new UnitText(terminal, snapshot.host().lastCapability(), command)
                .write(snapshot.subject().target(), unit);
        if (snapshot.learnt() != null) {
            new LearnedText(terminal).write(unit.unit().name(), snapshot.learnt());
        }
    }

    private Snapshot snapshot(@Nullable String target) throws IOException {
        if (from != null) {
            Snapshot recorded = Targets.recorded(from);
            List<String> own = List.of(recorded.subject().target(), recorded.subject().name());
            if (target != null && !own.contains(target)) {
                throw new UsageException(
                        "'%s' is a snapshot of '%s', not of '%s'"
                                .formatted(from, recorded.subject().target(), target));
            }
            return recorded;
        }
        Host host = where.host();
        host.requireRootOrRecording();
        RootTarget root = target == null ? null : RootTarget.of(target);
        if (root != null) {
            return root.read(host.facts());
        }
        ContainerId container = host.container(target == null ? "" : target);
        return Changes.limited(host, host.read(container));
    }

    private static UnitExplanation unit(Snapshot snapshot, String name, TimeLimit time)
            throws IOException {
        String target = snapshot.subject().target();
        if (!(snapshot.view() instanceof Snapshot.Observed seen)) {
            String why =
                    snapshot.problems().isEmpty()
                            ? "it does not run; root:DIR forecasts the boot of its root directory"
                            : snapshot.problems().getFirst();
            throw new UsageException("nothing is known of the units of '" + target + "': " + why);
        }
        if (seen.systemd().called(name) == null) {
            List<String> names = seen.systemd().units().stream().map(UnitState::name).toList();
            throw new UsageException(
                    "the systemd of '%s' has no unit '%s' loaded%s"
                            .formatted(target, name, NearNames.question(name, names)));
        }
        return Helpers.judged(
                snapshot, time, left -> requireNonNull(UnitExplanation.of(snapshot, name, left)));
    }
}
