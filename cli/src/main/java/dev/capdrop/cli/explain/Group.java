package dev.capdrop.cli.explain;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import java.util.List;

/// A group of capabilities by subject, a row of `groups.tsv`. Each known one belongs to one group.
record Group(String title, List<Capability> members) {
    private static final String FILE = "groups.tsv";

    static List<Group> all() {
        return ResourceTable.rows(Group.class.getResourceAsStream(FILE), FILE).stream()
                .map(row -> new Group(row[0], CapabilitySet.of(row[1].split(" ")).members()))
                .toList();
    }
}
