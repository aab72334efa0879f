package dev.capdrop.cli.learn;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.drop.LearnedText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.cli.render.TextTable;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.snapshot.ContainerId;
import module java.base;

/// The observation so far, as a picture: a row for each capability and unit, used ones first.
record LearnTable(Terminal terminal, ContainerId container, long whole) {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final Comparator<Tally> ORDER =
            Comparator.comparing(Tally::meaning)
                    .thenComparingInt(Tally::capability)
                    .thenComparing(Tally::unit);

    /// The narrowest unit column; in a terminal too narrow for it, a row is cut.
    private static final int NARROWEST_UNIT = 8;

    private static final int UNIT = 2;

    /// Returns at most `rows` lines, none reaching the last column; `said` is the talk, or empty.
    public List<Text> lines(Observation seen, Text said, int columns, int rows) {
        int room = Math.max(columns - 1, 1);
        List<Text> top = new ArrayList<>(title(seen).lines(0, 2, room));
        if (seen.coverage().lost() > 0) {
            top.add(LearnedText.checksLost(seen.coverage().lost()));
        }
        if (!said.isEmpty()) {
            top.addAll(said.lines(0, 2, room));
        }
        List<Tally> tallies =
                seen.tallies().stream()
                        .filter(tally -> Observation.CapabilityUse.ofContainer(tally.meaning()))
                        .sorted(ORDER)
                        .toList();
        List<Text> lines = new ArrayList<>(top);
        lines.addAll(table(seen.zero(), tallies, room, rows - top.size()));
        return lines.stream().limit(Math.max(rows, 1)).map(line -> line.cut(room)).toList();
    }

    private Text title(Observation seen) {
        long used = seen.uses().stream().filter(use -> !use.used().isEmpty()).count();
        return Text.of(
                "%s used %s of its %s capabilities in %s of %s; ^C ends it",
                container.target(),
                used,
                seen.bounding().size(),
                LearnedText.duration(seen.coverage().seconds()),
                LearnedText.duration(whole));
    }

    private List<Text> table(Instant zero, List<Tally> tallies, int columns, int rows) {
        boolean all = tallies.size() + 1 <= rows;
        int shown = all ? tallies.size() : Math.max(rows - 2, 0);
        TextTable table =
                new TextTable(terminal, "capability", "seen", "unit", "first (UTC)", "last");
        tallies.stream()
                .limit(shown)
                .forEach(tally -> table.row(TextTable.Color.NONE, cells(tally, zero)));
        List<Text> lines = new ArrayList<>();
        if (!tallies.isEmpty()) {
            lines.addAll(table.cut(UNIT, NARROWEST_UNIT, columns));
        }
        if (!all) {
            lines.add(Text.of("and %s more", tallies.size() - shown));
        }
        return lines;
    }

    private static List<Object> cells(Tally tally, Instant zero) {
        return List.of(
                new Capability(tally.capability()).name(),
                meaning(tally.meaning()),
                tally.unit().isEmpty() ? Text.of("(no unit)") : tally.unit(),
                CLOCK.format(zero.plusNanos(tally.first())),
                CLOCK.format(zero.plusNanos(tally.last())));
    }

    private static Text meaning(Observation.Meaning meaning) {
        return switch (meaning) {
            case USED -> Text.of("used");
            case MISSED -> Text.of("refused here");
            case NEVER_HONOURED -> Text.of("never honoured");
            case BELOW, HOST -> throw new IllegalArgumentException(meaning.name());
        };
    }
}
