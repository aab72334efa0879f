package dev.capdrop.cli.command;

import dev.capdrop.cli.render.AllDone;
import dev.capdrop.cli.render.AllPlanned;
import dev.capdrop.cli.render.AllReports;
import dev.capdrop.cli.render.AllText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Journal;
import dev.capdrop.core.change.JournalEntry;
import dev.capdrop.core.change.Restart;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// `capdrop apply --all`: plans for every container, one summary, one confirmation; then one change
/// after the other, until one gets worse.
final class ApplyAll {
    private final HostOptions host;
    private final RestartOptions restart;
    private final Output output;
    private final Terminal terminal;

    ApplyAll(HostOptions host, RestartOptions restart, Output output, Terminal terminal) {
        this.host = host;
        this.restart = restart;
        this.output = output;
        this.terminal = terminal;
    }

    /// @param parallel how many containers may be away at a time
    /// @return the exit status
    int run(HostPlanner planner, int parallel) throws IOException {
        List<HostPlanner.Outlook> outlooks = planner.plan();
        AllPlanned all = HostPlanner.report(outlooks);
        if (!output.isJson()) {
            new AllText(terminal).write(all);
            terminal.requireWritten();
        }
        List<HostPlanner.Ready> ready = ready(outlooks);
        AllDone done = null;
        ExitCode code = code(outlooks);
        if (ready.isEmpty()) {
            terminal.talk("nothing to do");
        } else if (!consent(ready, parallel)) {
            terminal.talk("nothing was changed");
            code = code.or(ExitCode.FINDINGS);
        } else {
            done = carryOut(ready, parallel);
            code = code.or(done.bad() ? ExitCode.FINDINGS : ExitCode.OK);
        }
        return report(all, done, code);
    }

    private int report(AllPlanned all, @Nullable AllDone done, ExitCode code) throws IOException {
        if (output.isJson()) {
            output.writeJson(AllReports.apply(all, done));
        } else if (done != null) {
            new AllText(terminal).write(done);
        }
        terminal.requireWritten();
        return code.status();
    }

    private static List<HostPlanner.Ready> ready(List<HostPlanner.Outlook> outlooks) {
        List<HostPlanner.Ready> ready = new ArrayList<>();
        for (HostPlanner.Outlook outlook : outlooks) {
            if (outlook instanceof HostPlanner.Ready one) {
                ready.add(one);
            }
        }
        return ready;
    }

    /// What the containers that are left out mean for the exit status.
    static ExitCode code(List<HostPlanner.Outlook> outlooks) {
        ExitCode code = ExitCode.OK;
        for (HostPlanner.Outlook outlook : outlooks) {
            if (outlook instanceof HostPlanner.LeftOut left) {
                code = code.or(left.code());
            }
        }
        return code;
    }

    private boolean consent(List<HostPlanner.Ready> ready, int parallel) throws IOException {
        for (HostPlanner.Ready one : ready) {
            if (!restart.noRestart) {
                host.requireRestartable(one.container().id());
            }
        }
        String containers = ready.size() == 1 ? "1 container" : ready.size() + " containers";
        String question =
                restart.noRestart
                        ? "The configurations of "
                                + containers
                                + " will be written; they keep running as they are. Go on?"
                        : containers
                                + " will be shut down and started again in this order, "
                                + (parallel == 1 ? "one" : parallel)
                                + " at a time, until one gets worse. Go on?";
        return restart.yes || Consent.given(terminal, question);
    }

    private AllDone carryOut(List<HostPlanner.Ready> ready, int parallel) {
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicReferenceArray<AllDone.Ended> ended = new AtomicReferenceArray<>(ready.size());
        try (ExecutorService lanes = Executors.newFixedThreadPool(parallel)) {
            for (int lane = 0; lane < parallel; lane++) {
                lanes.execute(() -> {
                    int index = next.getAndIncrement();
                    while (index < ready.size() && !stopped.get()) {
                        AllDone.Ended one = change(ready, index);
                        ended.set(index, one);
                        if (one.bad()) {
                            stopped.set(true);
                        }
                        index = next.getAndIncrement();
                    }
                });
            }
        }
        List<AllDone.Ended> done = new ArrayList<>();
        List<String> notBegun = new ArrayList<>();
        for (int index = 0; index < ready.size(); index++) {
            AllDone.Ended one = ended.get(index);
            if (one == null) {
                notBegun.add(ready.get(index).container().id().target());
            } else {
                done.add(one);
            }
        }
        return new AllDone(done, notBegun);
    }

    private AllDone.Ended change(List<HostPlanner.Ready> all, int index) {
        HostPlanner.Ready one = all.get(index);
        ContainerId id = one.container().id();
        String prefix = "[%d/%d] %s: ".formatted(index + 1, all.size(), id.target());
        try (Journal.Lock _ = host.journal().lock(id.target());
                Heartbeat heartbeat = Heartbeat.on(terminal);
                Guard _ = Guard.over(host, id, terminal)) {
            Result result = change(one, restart.restart(), heartbeat, prefix);
            terminal.talk(prefix + result.entry().outcome());
            return new AllDone.Ended(id.target(), host.command(id), result, "");
        } catch (IOException | RuntimeException failed) {
            String problem = String.valueOf(failed.getMessage());
            terminal.complain(prefix + problem);
            return new AllDone.Ended(id.target(), host.command(id), null, problem);
        }
    }

    private Result change(HostPlanner.Ready one, Restart how, Heartbeat heartbeat, String prefix)
            throws IOException {
        ContainerId id = one.container().id();
        JournalEntry pending = Changes.pending(host.journal(), id);
        if (pending != null) {
            throw new IOException("another capdrop has begun a change of it meanwhile");
        }
        return Changes.change(host, id, step -> heartbeat.step(prefix + step))
                .apply(one.before(), one.plan(), one.edit(), how);
    }
}
