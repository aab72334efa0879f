package dev.capdrop.cli.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Change.Restart;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.change.LiveStep.LiveForecast;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.runtime.InstalledLiblxc.KnownCapabilities;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The options that say whether a running PID 1 is to give capabilities up.
final class LiveOptions implements CommandModel.OptionGroup {
    boolean live;
    boolean honoured;

    @Override
    public void addTo(CommandModel model) {
        model.of("live")
                .flag("--live", on -> live = on)
                .flag("--live-honoured", on -> honoured = on);
    }

    void require(RestartOptions restart) {
        if (honoured && !live) {
            throw new UsageException("--live-honoured is for --live");
        }
        if (live && (restart.noRestart || restart.forceStop)) {
            throw new UsageException(
                    "--live restarts nothing, so --no-restart and --force-stop cannot be given with it");
        }
    }

    Restart restart(RestartOptions options) {
        Restart restart = options.restart();
        return live ? new Restart(Restart.Way.LIVE, restart.timeout(), false) : restart;
    }

    Decision decide(Host host, Snapshot before, Plan plan, boolean restart) throws IOException {
        Decision decision = Decision.of(before, plan, restart);
        if (!(decision instanceof Decision.Ready ready)) {
            return decision;
        }
        boolean liblxc = before.container().kind().liblxc();
        Decision.LeftOut left = liblxc ? unloadable(host, ready.edit()) : null;
        if (left == null && isFor(before, plan)) {
            left = refusal(before, plan.drop(), host.inside().live());
        } else if (left == null && ready.restarts() && restart) {
            left = host.runtime(before.container()).notRestartable(before.container());
        }
        return left == null ? ready : left;
    }

    /// Refuses an edit after which the configuration would not load.
    private static Decision.@Nullable LeftOut unloadable(Host host, ConfigEdit edit)
            throws IOException {
        CapabilitySet recent = edit.addedToDrop().minus(KnownCapabilities.EVERYWHERE);
        CapabilitySet unknown =
                recent.isEmpty() ? recent : recent.minus(host.facts().known(host.lastCapability()));
        return unknown.isEmpty()
                ? null
                : new Decision.LeftOut(
                        "a liblxc or a kernel that is installed here does not know %s and would not load a configuration that names it"
                                .formatted(unknown),
                        "say --keep " + unknown.toString().replace(' ', ','),
                        Decision.Weight.UNKNOWN);
    }

    boolean isFor(Snapshot before, Plan plan) {
        return live && Change.needsRestart(before, plan);
    }

    /// Returns why this drop cannot be taken from the running container; else null.
    Decision.@Nullable LeftOut refusal(Snapshot before, CapabilitySet drop, LiveStep step)
            throws IOException {
        if (!(before.view() instanceof Snapshot.Observed seen)) {
            String why = String.join("; ", before.problems());
            return Decision.LeftOut.refused(
                    "its systemd could not be read, so that nobody could say what came of it"
                            + (why.isEmpty() ? "" : ": " + why));
        }
        if (drop.intersect(seen.init().bounding()).isEmpty()) {
            return Decision.LeftOut.refused(
                    "PID 1 is already without all that is planned; what else heals it takes a restart",
                    "leave out --live");
        }
        CapabilitySet kept = LiveForecast.of(before, drop).honoured();
        if (!kept.isEmpty() && !honoured) {
            return Decision.LeftOut.refused(
                    "the kernel honours %s in this container, and what is taken live cannot be given back without a restart"
                            .formatted(kept),
                    "say --live-honoured to take it all the same, or leave out --live");
        }
        String obstacle = step.obstacle(before.container(), seen.init(), drop);
        return obstacle.isEmpty()
                ? null
                : Decision.LeftOut.refused(
                        obstacle, "leave out --live to restart it, or say --no-restart");
    }

    static Text question(Snapshot before, CapabilitySet drop) {
        LiveForecast forecast = LiveForecast.of(before, drop);
        List<Text> parts = new ArrayList<>();
        parts.add(
                Text.of(
                        "PID 1 of '%s' gives up %s while it runs: nothing is restarted, and services that run keep their old set until each is restarted.",
                        before.container().name(), drop));
        if (!forecast.skipped().isEmpty()) {
            parts.add(Text.of("The failures of %s are cleared.", Text.names(forecast.skipped())));
        }
        List<String> missed = forecast.missed().stream().map(Effect::unit).toList();
        if (!missed.isEmpty()) {
            parts.add(Text.of("Not as now once started anew: %s.", Text.names(missed)));
        }
        parts.add(Text.of("It cannot be taken back without a restart. Go on?"));
        return Text.join(" ", parts);
    }
}
