package dev.capdrop.cli.change;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.OptionValues;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.command.RootTarget;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.drop.PlanOptions;
import dev.capdrop.cli.drop.PlanSentence;
import dev.capdrop.cli.drop.PlanText;
import dev.capdrop.cli.drop.Proposal;
import dev.capdrop.cli.drop.RefusedException;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.drop.SharedOptions;
import dev.capdrop.cli.drop.SinceDropText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.plan.UnitLimits;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop plan`: which capabilities to drop, why, and what changes for every unit.
final class PlanCommand extends HostCommand {
    private @Nullable String target;
    private @Nullable Path from;
    private boolean all;
    private Duration timeout = Duration.ofMinutes(2);
    private boolean noRestart;
    private boolean units;
    private final PlanOptions options = new PlanOptions();
    private final LiveOptions live = new LiveOptions();
    private final SharedOptions shared = new SharedOptions();
    private final Exclusion exclusion = new Exclusion("all");

    @Override
    protected CommandModel model() {
        return new CommandModel("plan", this)
                .operand("TARGET", "0..1", word -> target = word)
                .option("--from", "FILE")
                .as(Path.class, from, file -> from = file)
                .flag("--all", on -> all = on)
                .option("--timeout", "DURATION")
                .as(OptionValues::duration, timeout, time -> timeout = time)
                .flag("--no-restart", on -> noRestart = on)
                .flag("--units", on -> units = on)
                .with(options, live, where, shared, exclusion, output.forRepositories());
    }

    @Override
    public ExitCode call() throws IOException {
        Terminal terminal = output.terminal();
        options.require(shared.several(all), false);
        if (units && (options.goal != Plan.Goal.LEAST || from != null)) {
            throw new UsageException(
                    "--units rests on what was learnt of a container: it is for --goal least, and not for --from");
        }
        Output.Format language = output.repository();
        if (language != null && (units || all || shared.wholeHost || shared.profile != null)) {
            throw new UsageException(
                    "--format %s is for the plan of one container: it cannot be given with --all, --host, --profile or --units"
                            .formatted(language));
        }
        if (shared.meant(target, all, exclusion)) {
            return planTogether(terminal);
        }
        if (all) {
            return planAll(terminal);
        }
        Decided decided = decided(terminal);
        Proposal proposal = decided.proposal;
        if (units) {
            return limits(proposal.before());
        }
        Plan plan = proposal.plan();
        String name = proposal.before().subject().target();
        if (language != null) {
            output.writeBytes(
                    RepositoryLines.of(language, proposal.before().subject(), plan, options));
            plan.conflicts().forEach(conflict -> terminal.talk("%s", PlanSentence.of(conflict)));
        } else if (output.isJson()) {
            output.writeJson(
                    JsonReports.plan(
                            name, plan, proposal.next(), decided.decision, decided.sinceDrop));
        } else {
            new PlanText(terminal, options.verbose).write(name, plan, proposal.next());
            SinceDropText.write(decided.sinceDrop, terminal);
            if (!decided.command.isEmpty()
                    && decided.decision instanceof Decision.LeftOut left
                    && plan.conflicts().isEmpty()) {
                terminal.talk("apply would refuse it: %s", left.sentence());
            }
        }
        boolean findings =
                !plan.drop().isEmpty()
                        || plan.heals()
                        || plan.widens()
                        || !plan.conflicts().isEmpty();
        return terminal.closed() || !findings ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private ExitCode limits(Snapshot before) throws IOException {
        String name = before.subject().target();
        Refusal refusal = UnitLimits.refusal(before);
        if (refusal != null) {
            throw new RefusedException(refusal);
        }
        UnitLimits limits = UnitLimits.of(before);
        boolean closed =
                show(
                        () -> UnitLimitsText.report(name, limits),
                        terminal -> new UnitLimitsText(terminal).write(name, limits));
        boolean idle = closed || limits.smaller().isEmpty();
        return idle ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private ExitCode planTogether(Terminal terminal) throws IOException {
        if (from != null) {
            throw new UsageException(
                    (shared.wholeHost ? "--host" : "--profile")
                            + " looks at this host, and --from at a recorded snapshot");
        }
        Host host = where.host();
        host.requireRootOrRecording();
        HostDrop drop = shared.drop(host);
        RestartOptions restart = RestartOptions.within(timeout, noRestart);
        return new HostApply(host, drop, exclusion, output, terminal, restart)
                .plan(options.request());
    }

    private ExitCode planAll(Terminal terminal) throws IOException {
        if (target != null || from != null) {
            throw new UsageException("--all can be given neither with a container nor with --from");
        }
        Host host = where.host();
        host.requireRootOrRecording();
        HostPlanner planner =
                new HostPlanner(
                        host, options.request(), timeout, new LiveOptions(), true, exclusion);
        List<HostPlanner.Outlook> outlooks = planner.plan(terminal);
        AllText.AllPlanned planned = planner.report(outlooks);
        if (output.isJson()) {
            output.writeJson(AllText.report(planned));
        } else {
            new AllText(terminal).write(planned);
            if (!planned.planned().isEmpty()) {
                terminal.talk("'capdrop apply' with the same words does it, after asking");
            }
        }
        boolean findings = !planned.planned().isEmpty();
        ExitCode code = HostPlanner.code(outlooks).or(findings ? ExitCode.FINDINGS : ExitCode.OK);
        return terminal.closed() ? ExitCode.OK : code;
    }

    /// The plan, `apply`'s decision, and the words that mean it; none where `apply` takes none.
    private record Decided(
            Proposal proposal, Decision decision, String command, List<SinceDropText> sinceDrop) {}

    private Decided decided(Terminal terminal) throws IOException {
        if (from != null) {
            if (target != null) {
                throw new UsageException(SharedOptions.notBoth(target, "--from"));
            }
            Snapshot recorded = Targets.recorded(from);
            return neverChanged(recorded.subject().name(), () -> recorded);
        }
        String word = Targets.required(target, "--all or --host");
        Host host = where.host();
        host.requireRootOrRecording();
        RootTarget root = RootTarget.of(word);
        if (root != null) {
            return neverChanged(word, () -> root.read(host.facts()));
        }
        HostContainer found = new Targets(host).find(word);
        boolean restart = !noRestart && !live.live;
        Decision.LeftOut left = host.runtime(found.id()).unchangeable(found, false, restart);
        try (Heartbeat heartbeat = Heartbeat.on(terminal)) {
            heartbeat.watch("reading " + found.id().name());
            Proposal proposal = Proposal.of(host, found.id(), options, BootWait.of(timeout));
            return new Decided(
                    proposal,
                    left == null
                            ? live.decide(host, proposal.before(), proposal.plan(), !noRestart)
                            : left,
                    host.command(found.id()),
                    Changes.sinceDrop(host, proposal.before()));
        }
    }

    private Decided neverChanged(String name, Errand<Snapshot> reading) throws IOException {
        Proposal proposal =
                Helpers.one(
                        name,
                        Helpers.LIMIT,
                        (_, time) -> Proposal.of(reading.take(), Experience.NONE, options, time));
        return new Decided(
                proposal,
                Decision.of(proposal.before(), proposal.plan(), !noRestart),
                "",
                List.of());
    }
}
