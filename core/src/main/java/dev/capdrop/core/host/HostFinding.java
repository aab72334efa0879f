package dev.capdrop.core.host;

import static java.util.Objects.requireNonNull;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.host.Prospect.Ability;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The result of one look at a host, in sentences without their stops, or empty ones.
///
/// @param topic what was looked at, a word for programs
/// @param means what follows for which command
/// @param stops what cannot be done because of it
/// @param needs what these would need, to stand behind "which needs"
public record HostFinding(
        String topic,
        String title,
        Level level,
        String found,
        String means,
        String remedy,
        Set<Ability> stops,
        String needs) {
    private static final Map<String, String[]> ROWS =
            ResourceTable.rows("host/findings.tsv").stream()
                    .collect(Collectors.toMap(cells -> cells[0], Function.identity()));

    /// Returns the finding of a row of `findings.tsv`, with what was seen in its sentences.
    public static HostFinding of(String row, Object... seen) {
        String[] cells = requireNonNull(ROWS.get(row), row);
        String[] topic = cells[1].split(" ", 2);
        return new HostFinding(
                topic[0],
                topic[topic.length - 1],
                ResourceTable.constant(Level.class, cells[2]),
                cells[3].formatted(seen),
                cells[4].formatted(seen),
                cells[5].formatted(seen),
                ResourceTable.words(cells[6]).stream()
                        .map(word -> ResourceTable.constant(Ability.class, word))
                        .collect(Collectors.toSet()),
                cells[7].formatted(seen));
    }

    HostFinding about(RuntimeKind kind) {
        return new HostFinding(
                kind.prefix(), kind.heading(), level, found, means, remedy, stops, needs);
    }

    /// The levels of findings, explained in the resource.
    public enum Level {
        GOOD,
        NOTE,
        LACKING,
        UNKNOWN
    }
}
