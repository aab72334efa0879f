package dev.capdrop.cli.drop;

import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.journal.Experience.SinceDrop;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Subject;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The refusals since capdrop's drop, one at least, and the command that gives it back.
///
/// @param command the words behind a command's name for what was changed
public record SinceDropText(SinceDrop since, String command, ContainerId container) {
    private static final int DATE = 10;

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// Writes a paragraph for each refusal, and the commands; nothing where nothing was refused.
    public static void write(List<SinceDropText> all, Terminal terminal) {
        for (SinceDropText one : all) {
            for (SinceDrop.Refused refused : one.since.refused()) {
                terminal.item("%s %s", Text.of("refused:").bad(), one.sentence(refused));
            }
            Text command = Text.whole(one.giveBack()).unbroken();
            terminal.under("%s %s", Text.of("give it back:"), command);
        }
    }

    private boolean shared() {
        return since.refused().getFirst().change().before().subject() instanceof Subject.Lines;
    }

    private String sentence(SinceDrop.Refused refused) {
        return "since your drop of %s%s, %s%s was refused %s%s, last on %s%s"
                .formatted(
                        refused.change().at().toString().substring(0, DATE),
                        shared() ? " (" + command + ")" : "",
                        refused.unit().isEmpty() ? "a process of no unit" : refused.unit(),
                        shared() ? " of " + container.target() : "",
                        refused.capability().name(),
                        times(refused.count()),
                        minute(refused.last()),
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
    /// dropped besides, with one restart, for PID 1 is without that already.
    private String giveBack() {
        List<String> line = new ArrayList<>();
        String later = shared() ? "--no-restart " : "";
        for (int undo = 1; undo <= since.undos(); undo++) {
            boolean last = undo == since.undos() && since.rest().isEmpty();
            line.add("capdrop undo " + (last ? later : "--no-restart ") + command);
        }
        if (!since.rest().isEmpty()) {
            String names = String.join(",", since.rest().names());
            line.add("capdrop apply " + later + "--goal none --drop " + names + " " + command);
        }
        if (since.running() && (shared() || !since.rest().isEmpty())) {
            line.add(container.kind().restart(container));
        }
        return String.join(" && ", line);
    }

    /// Returns the refusals as a tree for JSON; null where nothing was refused.
    public static @Nullable Object report(List<SinceDropText> all) {
        if (all.isEmpty()) {
            return null;
        }
        return members()
                .with(
                        "refused",
                        all.stream()
                                .flatMap(one -> one.since.refused().stream().map(one::report))
                                .toList())
                .with(
                        "giveBack",
                        String.join(" && ", all.stream().map(SinceDropText::giveBack).toList()));
    }

    private Object report(SinceDrop.Refused refused) {
        return members()
                .with("capability", refused.capability().name())
                .text("unit", refused.unit())
                .with("count", refused.count() == 0 ? null : refused.count())
                .with("change", refused.change().id())
                .with("since", refused.change().at().toString())
                .with("last", refused.last().toString())
                .with("usedBefore", refused.usedBefore())
                .with("text", sentence(refused));
    }

    public static String minute(Instant at) {
        return MINUTE.format(at);
    }
}
