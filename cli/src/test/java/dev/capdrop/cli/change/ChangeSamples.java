package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.Taint;
import dev.capdrop.cli.Taint.Manner;
import dev.capdrop.cli.drop.HostDrop.Planned;
import dev.capdrop.cli.drop.Statuses.Reported;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.verification.ContainerStatus;
import dev.capdrop.core.verification.ContainerStatus.Drift;
import java.util.ArrayList;
import java.util.List;

/// The reports of this package, each with everything in it.
public final class ChangeSamples {
    private ChangeSamples() {}

    /// Writes each for people, tainted.
    public static void write(Terminal terminal, Manner manner) {
        new StatusText(terminal).write(List.of(status(manner)));
        new AllText(terminal).write(Taint.full(AllTextTest.planned(), manner));
        new AllText(terminal).write(done(manner), Subject::word);
        new SharedPlanText(terminal)
                .write(
                        new Planned(
                                shared(manner), Taint.evil("n", "node", manner), unread(manner)),
                        words(manner));
    }

    /// Returns each as a tree for JSON, tainted.
    public static List<Object> trees(Manner manner) {
        return List.of(
                StatusText.report(List.of(status(manner))),
                AllText.report(Taint.full(AllTextTest.planned(), manner)),
                SharedPlanText.report(
                        new Planned(
                                shared(manner), Taint.evil("x", "outcome", manner), unread(manner)),
                        words(manner)),
                Ending.apply(null, done(manner), unread(manner)),
                Ending.undo(done(manner), unread(manner)));
    }

    /// Returns each as a tree for JSON.
    public static List<Object> trees() {
        Rollout rollout = Rollout.of(List.of(new Rollout.Changed(Taint.least(Result.class))));
        return List.of(
                StatusText.report(List.of(StatusTextTest.drifted())),
                AllText.report(AllTextTest.planned()),
                SharedPlanText.report(
                        new Planned(SharedPlanTextTest.plan(), "n", List.of()),
                        SharedPlanText.Words.ofHost()),
                Ending.apply(null, AllTextTest.done(), List.of()),
                Ending.undo(rollout, List.of()));
    }

    private static SharedPlanText.Words words(Manner manner) {
        return SharedPlanText.Words.ofProfile(Taint.evil("p", "profile", manner));
    }

    private static Reported status(Manner manner) {
        List<Drift> drifts = new ArrayList<>();
        for (Class<?> each : Drift.class.getPermittedSubclasses()) {
            drifts.add((Drift) Taint.least(each));
        }
        ContainerStatus status = StatusTextTest.drifted().status();
        assertThat(status).isNotNull();
        ContainerStatus every =
                new ContainerStatus(
                        status.subject(),
                        status.changes(),
                        status.drop(),
                        status.snapshots(),
                        status.live(),
                        status.undo(),
                        drifts);
        return Taint.full(new Reported("t", "c", every, "", List.of("u"), List.of()), manner);
    }

    private static SharedPlan shared(Manner manner) {
        return Taint.full(SharedPlanTextTest.plan(), manner);
    }

    private static Rollout done(Manner manner) {
        Rollout done = AllTextTest.done();
        List<Rollout.Turn> turns = new ArrayList<>(done.turns());
        turns.add(new Rollout.Changed(Taint.least(Result.class)));
        return Taint.full(new Rollout(turns, done.notBegun(), done.stop(), List.of("p")), manner);
    }

    private static List<String> unread(Manner manner) {
        return List.of(Taint.evil("x", "unread", manner));
    }
}
