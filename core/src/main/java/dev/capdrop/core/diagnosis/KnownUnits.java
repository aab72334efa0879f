package dev.capdrop.core.diagnosis;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.unit.UnitName;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A row of the resource `units.tsv`: units of which it is known what a container is in the way of.
record KnownUnits(Cause cause, boolean unprivilegedOnly, List<String> beginnings) {
    private static final List<KnownUnits> ALL =
            ResourceTable.rows("diagnosis/units.tsv").stream().map(KnownUnits::parse).toList();

    private static KnownUnits parse(String[] cells) {
        Cause cause =
                switch (cells[0]) {
                    case "not-namespaced" -> new Cause.NotNamespaced(cells[2]);
                    case "no-terminal" -> new Cause.NoTerminal();
                    case "network-not-ready" -> new Cause.NetworkNotReady(false);
                    case "clock-refused" -> new Cause.ClockRefused();
                    default -> new Cause.NotForContainers(cells[2]);
                };
        return new KnownUnits(cause, cells[1].equals("unprivileged"), List.of(cells[3].split(" ")));
    }

    static @Nullable Cause cause(Patient patient) {
        String name = patient.unit().name();
        Predicate<String> begins =
                row -> UnitName.isValid(row) ? name.equals(row) : name.startsWith(row);
        return ALL.stream()
                .filter(row -> !row.unprivilegedOnly || patient.init().unprivileged())
                .filter(row -> row.beginnings.stream().anyMatch(begins))
                .map(KnownUnits::cause)
                .findFirst()
                .orElse(null);
    }
}
