package dev.capdrop.cli.change;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.cli.drop.LearnedText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.UnitLimits;
import dev.capdrop.core.plan.UnitLimits.UnitLimit;
import module java.base;
import org.jspecify.annotations.Nullable;

record UnitLimitsText(Terminal terminal) {
    public void write(String target, UnitLimits limits) {
        UseHistory.Covered covered = limits.covered();
        List<UnitLimit> smaller = limits.smaller();
        terminal.title(
                "%s  %s of %s services can do with less, by %s record (%s, %s%s)",
                Text.foreign(target).strong(),
                smaller.size(),
                limits.limits().size() + limits.unwatched().size() + limits.elsewhere().size(),
                covered.isThin() ? Text.of("a thin").bad() : Text.of("a"),
                LearnedText.boots(covered.boots()),
                LearnedText.duration(covered.seconds()),
                covered.lost() == 0
                        ? Text.EMPTY
                        : Text.of(", and %s", LearnedText.checksLost(covered.lost())));
        smaller.forEach(this::write);
        names(
                Text.of("left alone, their unit files leave no more than they need"),
                limits.limits().stream()
                        .filter(UnitLimit::smallAlready)
                        .map(UnitLimit::unit)
                        .toList());
        names(
                Text.of("left alone, no whole boot of them was seen as they are now"),
                limits.unwatched());
        names(Text.of("left alone, what it starts lives in other units"), limits.elsewhere());
        if (!smaller.isEmpty()) {
            terminal.line("");
            terminal.body(
                    "To install them: write each file inside the container, then 'systemctl daemon-reload' and restart the service, or the container. To take one back, remove its file.");
            terminal.body(
                    "Not seen is not unused: what a service does when it is reloaded or stopped, or once a month, was seen only if it happened.");
            terminal.body(
                    "Nor was a first start: many a service makes its folders and gives them away (chown) in a new copy of the container. Start it once there before its limit is installed.");
        }
    }

    private void write(UnitLimit limit) {
        terminal.line("");
        terminal.item(
                "%s  %s of %s, seen in %s%s",
                Text.foreign(limit.unit()).strong(),
                limit.needed().size(),
                limit.held().size(),
                LearnedText.boots(limit.boots()),
                limit.thin() ? Text.of(": a thin record").bad() : Text.EMPTY);
        if (limit.idle()) {
            terminal.under(
                    "%s: all that it asked for belongs to its start, and it took no processor time to speak of since. Have it do its work while 'capdrop learn' watches, or leave this one out.",
                    Text.of("not seen at work").bad());
        }
        for (Kept kept : limit.unseen()) {
            terminal.under("kept: %s, %s", kept.capability().name(), kept.why());
        }
        terminal.line("    # %s", limit.path());
        limit.lines().forEach(line -> terminal.line("    %s", line));
    }

    private void names(Text title, List<String> units) {
        if (!units.isEmpty()) {
            terminal.line("");
            terminal.item("%s (%s): %s", title, units.size(), Text.names(units));
        }
    }

    public static Object report(String target, UnitLimits limits) {
        return document("capdrop/plan-units/1")
                .with("target", target)
                .with("seconds", limits.covered().seconds())
                .with("boots", limits.covered().boots())
                .with("lost", limits.covered().lost())
                .with("thin", limits.covered().isThin())
                .list("units", limits.limits(), UnitLimitsText::unit)
                .with("unwatched", limits.unwatched())
                .with("elsewhere", limits.elsewhere());
    }

    private static Map<String, @Nullable Object> unit(UnitLimit limit) {
        boolean small = limit.smallAlready();
        return members()
                .with("unit", limit.unit())
                .with("held", limit.held().formatHex())
                .with("used", limit.used().names())
                .list(
                        "unseen",
                        limit.unseen(),
                        kept ->
                                members()
                                        .with("capability", kept.capability().name())
                                        .with("why", kept.why()))
                .with("boots", limit.boots())
                .with("thin", limit.thin())
                .with("idle", limit.idle())
                .with("path", small ? null : limit.path())
                .with("content", small ? null : String.join("\n", limit.lines()) + "\n");
    }
}
