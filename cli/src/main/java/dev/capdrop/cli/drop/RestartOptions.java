package dev.capdrop.cli.drop;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Interruption.AtExit;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.OptionValues;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Change.Restart;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The options that say how a container may be restarted.
public final class RestartOptions implements CommandModel.OptionGroup {
    private static final int LONGEST_ANSWER = 80;

    public boolean yes;
    public boolean noRestart;
    public boolean forceStop;
    public Duration timeout = Duration.ofMinutes(2);

    @Override
    public void addTo(CommandModel model) {
        addRestart(
                model.of("restart")
                        .flag("-y,--yes", on -> yes = on)
                        .flag("--no-restart", on -> noRestart = on));
    }

    public void addWithoutLater(CommandModel model) {
        addRestart(model.of("restart").flag("-y,--yes", on -> yes = on));
    }

    private void addRestart(CommandModel model) {
        model.flag("--force-stop", on -> forceStop = on)
                .option("--timeout", "DURATION")
                .as(OptionValues::duration, timeout, time -> timeout = time);
    }

    public static RestartOptions within(Duration timeout, boolean noRestart) {
        RestartOptions options = new RestartOptions();
        options.timeout = timeout;
        options.noRestart = noRestart;
        return options;
    }

    public Restart restart() {
        return new Restart(noRestart ? Restart.Way.LATER : Restart.Way.RESTART, timeout, forceStop);
    }

    /// Refuses to go on where nobody can be asked.
    public void requireConsent(String command, Output output) {
        if (!yes && !output.streams().interactive()) {
            throw new UsageException(
                    command
                            + " asks before it changes anything, and there is no terminal: say --yes");
        }
    }

    /// Returns what an administrator should know before the container goes away.
    public Text question(Snapshot before, Plan plan) {
        String name = before.container().name();
        if (!before.running()) {
            return Text.of("'%s' is stopped and stays stopped. Write its configuration?", name);
        }
        if (!Change.needsRestart(before, plan)) {
            return Text.of(
                    "'%s' runs without %s already and is not restarted. Write its configuration?",
                    name, plan.drop());
        }
        if (noRestart) {
            return Text.of(
                    "'%s' keeps running as it is until somebody restarts it. Write its configuration?",
                    name);
        }
        return questionOfRestart(before);
    }

    public static Text questionOfRestart(Snapshot before) {
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

    /// Whether the administrator agrees, beforehand or when asked.
    public boolean agreed(Output output, Terminal terminal, Errand<Text> question)
            throws IOException {
        return yes || given(output, terminal, question.take());
    }

    /// Asks. Who interrupts the question, or hangs up, is told what that means.
    private static boolean given(Output output, Terminal terminal, Text question)
            throws IOException {
        String answer;
        try (AtExit _ = AtExit.say(() -> sayThatItIsUnchanged(terminal))) {
            terminal.ask(Text.of("%s [y/N]", question));
            answer = line(output.streams().in());
        }
        if (answer == null) {
            terminal.endQuestion();
        }
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    private static void sayThatItIsUnchanged(Terminal terminal) {
        terminal.endQuestion();
        terminal.complain("interrupted; nothing was changed");
    }

    /// Reads a line byte by byte, for what follows is for the next question; null at the end.
    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.length() < LONGEST_ANSWER) {
                line.append((char) next);
            }
            next = in.read();
        }
        return line.toString();
    }
}
