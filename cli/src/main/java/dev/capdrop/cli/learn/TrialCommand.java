package dev.capdrop.cli.learn;

import static java.util.Objects.requireNonNull;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Interruption;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.OptionValues;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.PlanOptions;
import dev.capdrop.cli.drop.PlanText;
import dev.capdrop.cli.drop.Proposal;
import dev.capdrop.cli.drop.RefusedException;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.trial.Baseline;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.core.trial.TrialResult;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime.Original;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop trial`: proves a drop on throw-away copies.
final class TrialCommand extends HostCommand {
    private @Nullable String target;
    private List<String> probes = List.of();
    private boolean network;
    private boolean keepCopies;
    private String snapshot = "";
    private int boots = 200;
    private Duration whole = Duration.ofHours(4);
    private Duration timeout = Duration.ofMinutes(2);
    private Duration settle = Duration.ofSeconds(2);
    private @Nullable Integer parallel;
    private final PlanOptions options = new PlanOptions();
    private TrialText.@Nullable Tried shown;
    private final AtomicBoolean enough = new AtomicBoolean();

    @Override
    protected CommandModel model() {
        options.goal = Goal.LEAST;
        CommandModel model =
                new CommandModel("trial", this).operand("TARGET", "0..1", word -> target = word);
        return options.addGoals(model)
                .option("--probe", "COMMAND")
                .each(CommandModel.Several.ONE_EACH, String.class, commands -> probes = commands)
                .flag("--network", on -> network = on)
                .flag("--keep-copies", on -> keepCopies = on)
                .option("--boots", "N")
                .as(Integer.class, boots, number -> boots = number)
                .option("--for", "DURATION")
                .as(OptionValues::duration, whole, time -> whole = time)
                .option("--timeout", "DURATION")
                .as(OptionValues::duration, timeout, time -> timeout = time)
                .option("--settle", "DURATION")
                .as(OptionValues::duration, settle, time -> settle = time)
                .option("--parallel", "N")
                .as(Integer.class, parallel, number -> parallel = number)
                .option("--snapshot", "NAME")
                .as(String.class, snapshot, name -> snapshot = name)
                .with(where, output);
    }

    @Override
    public ExitCode call() throws IOException {
        TrialLimits limits = limits(parallel == null ? 1 : parallel);
        options.require(Map.of(), false);
        options.request();
        requireCommands();
        Host host = where.host();
        host.requireRoot();
        HostContainer found = new Targets(host).find(Targets.required(target, "nothing else"));
        ContainerId container = found.id();
        if (!snapshot.isEmpty() && container.kind() != RuntimeKind.PROXMOX) {
            throw new Mistakes.UsageException(
                    "--snapshot: only copies of containers of Proxmox VE are made of a snapshot; leave it out");
        }
        Terminal terminal = output.terminal();
        try (Heartbeat heartbeat = Heartbeat.on(terminal)) {
            heartbeat.watch("reading " + container.name());
            Snapshot before = read(host, container);
            Request request = options.request(before);
            int processors = Runtime.getRuntime().availableProcessors();
            TrialLimits allowed =
                    parallel == null
                            ? limits(TrialLimits.parallel(before.evidence().quotas(), processors))
                            : limits;
            try {
                tryOut(host, allowed, before, request, heartbeat);
            } catch (IOException | RuntimeException | Error failed) {
                if (shown != null) {
                    report(terminal, shown);
                }
                throw failed;
            }
            return report(terminal, requireNonNull(shown));
        }
    }

    private TrialLimits limits(int atOnce) {
        return new TrialLimits(boots, whole, timeout, settle, atOnce);
    }

    private void requireCommands() {
        for (String probe : probes) {
            if (probe.strip().startsWith("-") || probe.isBlank()) {
                throw new Mistakes.UsageException("--probe '" + probe + "': expected a command");
            }
        }
    }

    private Snapshot read(Host host, ContainerId container) throws IOException {
        return Helpers.one(
                container.name(),
                Proposal.limit(timeout),
                (_, _) -> Changes.limited(host, host.readSettled(container, BootWait.of(timeout))));
    }

    /// Tries, and keeps what that has shown before anything else can fail.
    private void tryOut(
            Host host, TrialLimits limits, Snapshot before, Request request, Heartbeat heartbeat)
            throws IOException {
        ContainerId container = before.container();
        ConfigurationText text = before.configuration();
        if (text == null) {
            throw new IOException(
                    "the configuration of '%s' cannot be read: %s"
                            .formatted(container.target(), String.join("; ", before.problems())));
        }
        Original original =
                new Original(
                        container,
                        text,
                        host.lastCapability(),
                        where.stateDir,
                        network,
                        keepCopies,
                        snapshot);
        try (Copies copies = host.runtime(container).copies(original);
                Interruption _ = Interruption.tells(() -> stop(copies))) {
            copies.complaints().forEach(one -> output.terminal().complain("%s", one));
            ProbeWatch watch = new ProbeWatch(host.use().watch());
            TrialRun run =
                    new TrialRun(
                            copies,
                            host.reader(),
                            limits,
                            new CopyBoot.Probes(probes, before.learnt() == null ? null : watch),
                            new TrialRun.Ways(output.terminal(), heartbeat, enough::get));
            Baseline baseline = run.baseline(request.allowSkip());
            requireLike(baseline, before);
            List<String> untried = notByRestart(baseline.untried(before), before);
            Candidates candidates =
                    candidates(baseline.snapshot().withLearnt(before.learnt()), request);
            TrialResult result =
                    run.narrow(candidates.all, candidates.expected, candidates.hopeless);
            heartbeat.watch("");
            TrialText.Tried tried =
                    new TrialText.Tried(
                            container.target(),
                            host.command(container),
                            result,
                            new TrialText.Compared(baseline, untried, copies.differences()),
                            new TrialText.AtWork(
                                    TrialResult.SeenAtWork.of(
                                            before.learnt(), result.drop(), watch::saw),
                                    !probes.isEmpty(),
                                    watch.obstacle()),
                            copies.keptIn(),
                            null);
            shown = tried;
            shown = tried.with(planOrNothing(before, tried, request));
            run.requireUnbroken();
        }
    }

    /// Returns the plan for a result; null where capdrop cannot write it down, as in a profile.
    private @Nullable Plan planOrNothing(Snapshot before, TrialText.Tried tried, Request request) {
        try {
            Plan plan = plan(before, tried.drop(), request);
            return plan == null ? null : plan.settled(tried::shows);
        } catch (IOException | RefusedException refused) {
            output.terminal()
                    .complain(
                            "no plan can be made of what was found: %s",
                            Mistakes.sentence(refused));
            return null;
        }
    }

    /// Ends a trial whose copies are broken before anything was dropped from them.
    private void requireLike(Baseline baseline, Snapshot before) throws IOException {
        List<String> spoilt = notByRestart(baseline.spoilt(before, network), before);
        if (!spoilt.isEmpty()) {
            throw new IOException(
                    "a copy with the unchanged configuration is not like '%s', so that nothing can be compared; these fail in it and not there (--allow-skip leaves one out): %s"
                            .formatted(before.container().target(), String.join(", ", spoilt)));
        }
    }

    /// Leaves out what a restart alone takes from the container, too.
    private static List<String> notByRestart(List<String> units, Snapshot before)
            throws IOException {
        List<String> untried = new ArrayList<>(units);
        if (!untried.isEmpty()) {
            Request nothing =
                    new Request(Goal.NONE, CapabilitySet.EMPTY, CapabilitySet.EMPTY, Set.of());
            Plan restart =
                    Helpers.one(
                            before.container().name(),
                            Helpers.LIMIT,
                            (_, time) ->
                                    RefusedException.plan(Planner.plan(before, nothing, time)));
            restart.forecast().effects().stream()
                    .filter(effect -> effect.turnedBy() == Effect.TurnedBy.RESTART)
                    .forEach(effect -> untried.remove(effect.unit()));
        }
        return untried;
    }

    private void stop(Copies copies) {
        enough.set(true);
        try {
            copies.endAll();
        } catch (IOException failed) {
            output.terminal().complain("%s", Mistakes.sentence(failed));
        }
    }

    /// The capabilities that may be dropped, and what is known of them before they are tried.
    private record Candidates(CapabilitySet all, CapabilitySet expected, CapabilitySet hopeless) {}

    private Candidates candidates(Snapshot copy, Request request) throws IOException {
        return Helpers.judged(
                copy,
                TimeLimit.NONE,
                time -> {
                    CapabilitySet held = NextStart.of(copy).bounding();
                    CapabilitySet all =
                            request.goal() == Goal.LEAST
                                    ? held
                                    : RefusedException.plan(Planner.plan(copy, request, time))
                                            .drop();
                    CapabilitySet asked =
                            all.union(request.drop()).intersect(held).minus(request.keep());
                    SortedMap<Capability, String> refused =
                            Planner.refusedByEngines(copy, asked, request.allowSkip());
                    refused.forEach((capability, sentence) ->
                            output.terminal()
                                    .complain("%s is kept untried: %s", capability, sentence));
                    CapabilitySet tried = asked.minus(CapabilitySet.of(refused.keySet()));
                    CapabilitySet hopeless = CapabilitySet.EMPTY;
                    CapabilitySet expected = CapabilitySet.EMPTY;
                    for (Capability capability : tried) {
                        CapabilitySet one = CapabilitySet.EMPTY.with(capability);
                        if (copy.isInert(capability)) {
                            hopeless = hopeless.with(capability);
                        }
                        if (!Planner.costs(copy, one).isEmpty()) {
                            expected = expected.with(capability);
                        }
                    }
                    return new Candidates(
                            tried, learntToNeed(copy, tried, expected, time), hopeless);
                });
    }

    /// Returns a guess, which saves boots where there is one.
    private static CapabilitySet learntToNeed(
            Snapshot copy, CapabilitySet tried, CapabilitySet otherwise, TimeLimit time) {
        if (copy.learnt() == null || copy.learnt().units().isEmpty()) {
            return otherwise;
        }
        Request least = new Request(Goal.LEAST, CapabilitySet.EMPTY, CapabilitySet.EMPTY, Set.of());
        return switch (Planner.plan(copy, least, time)) {
            case Planner.Planned(Plan plan) -> tried.minus(plan.drop());
            case Planner.Refused<Plan> _ -> otherwise;
        };
    }

    /// Returns the plan of this drop; null where nothing is to be dropped.
    private @Nullable Plan plan(Snapshot before, CapabilitySet drop, Request request)
            throws IOException {
        if (drop.isEmpty()) {
            return null;
        }
        Request shown = new Request(Goal.NONE, drop, CapabilitySet.EMPTY, request.allowSkip());
        return Helpers.one(
                before.container().name(),
                Helpers.LIMIT,
                (_, time) -> RefusedException.plan(Planner.plan(before, shown, time)));
    }

    private ExitCode report(Terminal terminal, TrialText.Tried tried) throws IOException {
        if (output.isJson()) {
            output.writeJson(TrialText.report(tried));
        } else {
            new TrialText(terminal).write(tried);
            if (tried.plan() != null) {
                terminal.line("");
                new PlanText(terminal, false).write(tried.target(), tried.plan(), StartReview.SAME);
            }
        }
        terminal.requireWritten();
        return tried.proven() ? ExitCode.OK : ExitCode.FINDINGS;
    }
}
