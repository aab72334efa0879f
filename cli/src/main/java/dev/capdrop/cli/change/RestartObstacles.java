package dev.capdrop.cli.change;

import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Losses;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.plan.SharedPlan.MemberOutlook;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd.UnfinishedBoot;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The obstacles to a restart for shared lines: before any is restarted, and at a container's turn.
record RestartObstacles(Host host) {

    /// Returns why a container of a plan is not to be restarted; else null.
    Decision.@Nullable LeftOut refusal(SharedPlan plan, Map<String, HostContainer> sharers)
            throws IOException {
        List<MemberOutlook> planned = ProfileRestarts.planned(plan);
        for (MemberOutlook one : plan.members()) {
            HostContainer container = sharers.get(one.target());
            if (!planned.contains(one) && !runsUnread(container, one)) {
                continue;
            }
            Decision.LeftOut left =
                    container == null
                            ? Decision.LeftOut.refused(
                                    "it does not use the profile any more; plan again")
                            : refusal(container, one);
            if (left != null) {
                return about(one.target(), left);
            }
        }
        return null;
    }

    private boolean runsUnread(@Nullable HostContainer container, MemberOutlook one)
            throws IOException {
        return container != null
                && !one.excluded()
                && !one.running()
                && !one.drop().isEmpty()
                && host.runtime(container.id()).running(container.id());
    }

    private static Decision.LeftOut about(String target, Decision.LeftOut left) {
        String advice = left.advice().isEmpty() ? "" : left.advice() + ", or ";
        return new Decision.LeftOut(
                "'" + target + "': " + left.reason(),
                advice + "leave it out with --exclude, so that it gets the drop at its next start",
                left.weight());
    }

    private Decision.@Nullable LeftOut refusal(HostContainer container, MemberOutlook one)
            throws IOException {
        if (!one.note().isEmpty()) {
            return new Decision.LeftOut(one.note(), Decision.Weight.UNKNOWN);
        }
        if (!one.forecast().boots()) {
            return Decision.LeftOut.refused("it would not boot: " + one.forecast().obstacle());
        }
        JournalEntry pending = Changes.pending(host.journal(), container.id());
        if (pending != null) {
            return Decision.LeftOut.refused(
                    "an earlier change of it is not finished",
                    "'capdrop apply %s' finishes it".formatted(host.command(container.id())));
        }
        Decision.LeftOut left = unrestartable(container);
        if (left != null) {
            return left;
        }
        String booting = booting(host.reader().readFromOutside(container.id()));
        return booting.isEmpty() ? null : Decision.LeftOut.refused(booting);
    }

    private Decision.@Nullable LeftOut unrestartable(HostContainer container) throws IOException {
        Decision.LeftOut left = host.runtime(container.id()).unchangeable(container, false, true);
        return left == null ? host.runtime(container.id()).notRestartable(container.id()) : left;
    }

    /// Returns a sentence: why its boot keeps a container from a restart now; else empty.
    static String booting(Snapshot now) {
        UnfinishedBoot boot = UnfinishedBoot.of(now);
        return boot == null || boot.hangs() ? "" : "its boot has not ended: " + boot.sentence();
    }

    /// Returns a sentence: why its runtime would not restart a container now; else empty.
    String unrestartable(ContainerId id) throws IOException {
        Decision.LeftOut left = unrestartable(new HostContainer(id, null));
        return left == null ? "" : left.sentence();
    }

    /// Returns the test whether a drop turns more than the plan said: a sentence, or empty.
    static Function<Snapshot, String> asPlanned(SharedPlan plan) {
        Map<String, Set<String>> turned = new HashMap<>();
        plan.members().forEach(one -> turned.put(one.target(), turnedBy(one.forecast())));
        return now -> {
            Set<String> known = turned.getOrDefault(now.container().target(), Set.of());
            return after(now, (_, forecast) -> turnsMore(forecast, known));
        };
    }

    /// Returns the test whether a resumed change costs other running units than these.
    static Function<Snapshot, String> allowing(Set<String> allowSkip) {
        return now -> after(now, (forecaster, forecast) -> costs(forecaster, forecast, allowSkip));
    }

    private static String after(Snapshot now, BiFunction<Forecaster, Forecast, String> judge) {
        if (!now.observed()) {
            return "nothing is known of its units now";
        }
        Forecaster forecaster = Forecaster.over(now);
        Forecast forecast = forecaster.forecast(NextStart.of(now).bounding());
        return forecast.boots()
                ? judge.apply(forecaster, forecast)
                : "it would not boot now: " + forecast.obstacle();
    }

    private static String turnsMore(Forecast forecast, Set<String> known) {
        Set<String> turns = new HashSet<>(turnedBy(forecast));
        turns.removeAll(known);
        return turns.isEmpty()
                ? ""
                : "the drop now changes %s, which it did not when the plan was made"
                        .formatted(String.join(", ", turns));
    }

    private static String costs(Forecaster forecaster, Forecast forecast, Set<String> allowSkip) {
        List<String> lost = new Losses(forecaster.seen(), allowSkip).certain(forecast);
        return lost.isEmpty()
                ? ""
                : "the drop would cost it %s now; accept that with --allow-skip, or leave it out with --exclude"
                        .formatted(String.join(", ", lost));
    }

    private static Set<String> turnedBy(Forecast forecast) {
        return forecast.changes().stream()
                .filter(effect -> effect.turnedBy() == Forecast.Effect.TurnedBy.DROP)
                .map(Forecast.Effect::unit)
                .collect(Collectors.toSet());
    }
}
