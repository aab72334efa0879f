package dev.capdrop.capability;

import java.util.Arrays;
import java.util.List;

/// The resource `demands.tsv`, read on first use.
final class DemandTable {
    private static final List<Demand> ROWS =
            TableText.rows("demands.tsv").stream().map(DemandTable::parse).toList();

    private DemandTable() {}

    static List<Demand> of(Capability capability) {
        return ROWS.stream().filter(row -> row.capability().equals(capability)).toList();
    }

    private static Demand parse(String[] cells) {
        return new Demand(
                cells[0], setting(cells[1]), Capability.of(cells[2]), List.of(cells[3].split(" ")));
    }

    private static Demand.Setting setting(String key) {
        return Arrays.stream(Demand.Setting.values())
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow();
    }
}
