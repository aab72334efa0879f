package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.core.journal.SinceDrop;
import dev.capdrop.core.snapshot.ContainerId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The refusals since capdrop's drop, and the undo by the words that mean the container.
public record SinceDropText(SinceDrop since, String command) {
    private static final int DATE = 10;

    /// Writes a paragraph for each refusal, and the command; nothing where nothing was refused.
    public void write(Terminal terminal) {
        for (SinceDrop.Refused refused : since.refused()) {
            terminal.paragraph(2, 4, "%s %s", Text.of("refused:").bad(), sentence(refused));
        }
        if (!since.refused().isEmpty()) {
            terminal.paragraph(
                    4, 6, "%s %s", Text.of("give it back:"), Text.whole(giveBack()).unbroken());
        }
    }

    private static String sentence(SinceDrop.Refused refused) {
        return "since your drop of %s, %s was refused %s%s, last on %s%s"
                .formatted(
                        refused.change().at().toString().substring(0, DATE),
                        refused.unit().isEmpty() ? "a process of no unit" : refused.unit(),
                        refused.capability().name(),
                        times(refused.count()),
                        StatusText.minute(refused.last()),
                        refused.usedBefore() ? "; it was seen to use it before" : "");
    }

    private static String times(long count) {
        return switch ((int) Math.min(count, 3)) {
            case 0 -> "";
            case 1 -> " once";
            case 2 -> " twice";
            default -> " " + count + " times";
        };
    }

    /// Returns the command, for a shell: it takes back the changes, and drops again what they
    /// dropped besides, with one restart. PID 1 is without that already, so that `apply` restarts
    /// nothing.
    private String giveBack() {
        if (since.rest().isEmpty() && since.undos() == 1) {
            return "capdrop undo " + command;
        }
        List<String> line = new ArrayList<>();
        for (int undo = 1; undo <= since.undos(); undo++) {
            boolean last = undo == since.undos() && since.rest().isEmpty();
            line.add("capdrop undo " + (last ? "" : "--no-restart ") + command);
        }
        if (!since.rest().isEmpty()) {
            String names = String.join(",", since.rest().names());
            line.add("capdrop apply --goal none --drop " + names + " " + command);
            if (since.running()) {
                ContainerId container = since.refused().getFirst().change().before().container();
                line.add(container.kind().restart(container));
            }
        }
        return String.join(" && ", line);
    }

    /// Returns the refusals as a tree for [Json]; null where nothing was refused.
    @Nullable Object report() {
        if (since.refused().isEmpty()) {
            return null;
        }
        return members()
                .with("refused", since.refused().stream().map(SinceDropText::report).toList())
                .with("giveBack", giveBack());
    }

    private static Object report(SinceDrop.Refused refused) {
        return members()
                .with("capability", refused.capability().name())
                .with("unit", refused.unit().isEmpty() ? null : refused.unit())
                .with("count", refused.count() == 0 ? null : refused.count())
                .with("change", refused.change().id())
                .with("since", refused.change().at().toString())
                .with("last", refused.last().toString())
                .with("usedBefore", refused.usedBefore())
                .with("text", sentence(refused));
    }
}
