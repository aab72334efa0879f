package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import java.util.Locale;

/// What an administrator should know before the container goes away.
final class Outage {
    private Outage() {}

    static Text question(Snapshot before, Plan plan, RestartOptions restart) {
        String name = before.container().name();
        if (!before.running()) {
            return Text.of("'%s' is stopped and stays stopped. Write its configuration?", name);
        }
        if (!Change.needsRestart(before, plan)) {
            return Text.of(
                    "'%s' runs without %s already and is not restarted. Write its configuration?",
                    name, plan.drop());
        }
        if (restart.noRestart) {
            return Text.of(
                    "'%s' keeps running as it is until somebody restarts it. Write its configuration?",
                    name);
        }
        return ofRestart(before);
    }

    /// Of a container that runs and is restarted in any case.
    static Text ofRestart(Snapshot before) {
        return Text.of(
                "'%s' will be shut down and started again: everything in it is away until its boot has ended%s. Go on?",
                before.container().name(), lastBoot(before));
    }

    private static String lastBoot(Snapshot before) {
        if (!(before.view() instanceof Snapshot.Observed seen)
                || seen.systemd().manager().finishedMicros() == 0) {
            return "";
        }
        Systemd.Manager manager = seen.systemd().manager();
        long micros = manager.finishedMicros() - manager.startedMicros();
        return String.format(Locale.ROOT, " (the last boot took %.1f s)", micros / 1e6);
    }
}
