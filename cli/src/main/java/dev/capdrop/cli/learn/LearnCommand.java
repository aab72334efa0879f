package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Interruption;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.OptionValues;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.cli.drop.LearnedText;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.observe.UseHistory.Learnt;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.runtime.HostContainers;
import dev.capdrop.linux.session.TerminalSize;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop learn`: which capabilities a container really uses.
final class LearnCommand extends HostCommand {
    private static final Duration USUAL = Duration.ofMinutes(10);

    private @Nullable String target;
    private boolean all;
    private @Nullable Duration time;
    private boolean boot;
    private boolean show;
    private boolean plain;
    private boolean kept = true;
    private final RestartOptions restart = new RestartOptions();

    @Override
    protected CommandModel model() {
        return new CommandModel("learn", this)
                .operand("TARGET", "0..1", word -> target = word)
                .flag("--all", on -> all = on)
                .option("--for", "DURATION")
                .as(OptionValues::duration, time, given -> time = given)
                .flag("--boot", on -> boot = on)
                .flag("--show", on -> show = on)
                .flag("--plain", on -> plain = on)
                .with(restart::addWithoutLater, where, output);
    }

    @Override
    public ExitCode call() throws IOException {
        Host host = where.host();
        host.requireRoot();
        Terminal terminal = output.terminal();
        if (all) {
            requireAll();
            return show
                    ? showAll(host)
                    : new LearnAll(host, terminal).watch(time == null ? USUAL : time, output);
        }
        HostContainers.HostContainer found =
                new Targets(host).find(Targets.required(target, "--all"));
        ContainerId container = found.id();
        requireBootForRestart();
        if (show) {
            return show(host, container);
        }
        Observation seen = boot ? booted(host, found) : watched(host, container, terminal);
        if (seen == null) {
            return ExitCode.FINDINGS;
        }
        show(
                () -> LearnText.report(List.of(LearnText.target(container, seen))),
                text -> new LearnText(text).write(container, seen));
        if (!kept) {
            return ExitCode.FAILURE;
        }
        boolean stopped = seen.coverage().end() == Observation.Coverage.End.CONTAINER;
        return stopped ? ExitCode.FINDINGS : ExitCode.OK;
    }

    private void requireAll() {
        if (target != null || boot || restart.yes || restart.forceStop) {
            throw new UsageException(
                    "--all is for all containers: it takes the place of a target and of --boot");
        }
        requireTimeOnlyToWatch();
    }

    private ExitCode showAll(Host host) throws IOException {
        List<String> unreadable = new ArrayList<>();
        List<Learnt> learnt = host.use().store().all(unreadable::add);
        HostContainers.Listing listing = host.containers().reachable();
        Predicate<Learnt> here = one -> LearnAll.mayBeHere(one, listing);
        unreadable.forEach(sentence -> output.terminal().complain("%s", sentence));
        show(
                () -> LearnedText.report(learnt, here),
                terminal -> new LearnedText(terminal).write(learnt, here));
        return unreadable.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private ExitCode show(Host host, ContainerId container) throws IOException {
        requireTimeOnlyToWatch();
        UseHistory learnt = host.use().store().read(container);
        if (learnt == null) {
            throw new IOException(
                    "nothing was learnt about '%s' so far; 'capdrop learn %s --boot' records a boot"
                            .formatted(container.name(), host.command(container)));
        }
        Learnt all = new Learnt(container.target(), container.lxcPath(), learnt);
        show(
                () -> LearnedText.report(all),
                terminal -> new LearnedText(terminal).write(container, learnt));
        return ExitCode.OK;
    }

    private void requireTimeOnlyToWatch() {
        if (show && (boot || time != null)) {
            throw new UsageException("--show watches nothing; leave out --for and --boot");
        }
    }

    private void requireBootForRestart() {
        if (boot) {
            restart.requireConsent("learn --boot", output);
        } else if (restart.yes || restart.forceStop) {
            throw new UsageException("--yes and --force-stop are for --boot");
        }
    }

    private Observation watched(Host host, ContainerId container, Terminal terminal)
            throws IOException {
        Duration whole = time == null ? USUAL : time;
        AtomicBoolean enough = new AtomicBoolean();
        try (UseWatch.Session learner = host.use().watch().of(container, 1);
                Interruption _ = Interruption.tells(() -> enough.set(true))) {
            terminal.talk(
                    "watching %s for %s s; ^C ends it earlier, with what was seen so far",
                    container.name(), whole.toSeconds());
            Learning learning = new Learning(host.use().store(), container, learner, terminal);
            learning.sayHow();
            Observation seen;
            try (LiveTable table = table(container, whole, terminal)) {
                Consumer<Observation> shown = table == null ? _ -> {} : table;
                seen = learner.learn(whole, enough::get, learning.andThen(shown));
                // before the table ends, which a stopped terminal holds up
                learning.finish(seen);
            }
            kept = learning.kept();
            return seen;
        }
    }

    /// Returns the table that shows the watch meanwhile; null where nobody looks, or wants to.
    private @Nullable LiveTable table(ContainerId container, Duration whole, Terminal terminal) {
        Supplier<TerminalSize> window = output.streams().window();
        TerminalSize size = window.get();
        if (plain || output.isJson() || size.columns() == 0 || size.rows() == 0) {
            return null;
        }
        LearnTable table = new LearnTable(terminal, container, whole.toSeconds());
        return new LiveTable(terminal, table, window);
    }

    private @Nullable Observation booted(Host host, HostContainers.HostContainer found)
            throws IOException {
        Duration then = time == null ? Duration.ZERO : time;
        try (BootRecording recording =
                new BootRecording(host, restart, output, output.terminal())) {
            Observation seen = recording.record(found, then);
            kept = recording.kept();
            return seen;
        }
    }
}
