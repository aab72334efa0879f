package dev.capdrop.linux.offline;

import dev.capdrop.core.snapshot.Host;
import dev.capdrop.core.unit.GeneratedUnits;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.core.unit.UnitLoader;
import dev.capdrop.linux.root.SafeRoot;
import java.util.ArrayList;
import java.util.List;

/// Where the systemd of a root directory takes its units from.
///
/// @param facts what specifiers ask
/// @param loader the unit files, `/run` included
/// @param unforeseen what generators make and nobody knows, one sentence each
record UnitSource(SystemFacts facts, UnitLoader loader, List<String> unforeseen) {
    UnitSource {
        unforeseen = List.copyOf(unforeseen);
    }

    /// The files of a container that does not run, with what its generators will make.
    static UnitSource beforeBoot(SafeRoot root, Host host, InstalledSystemd installed) {
        GeneratedUnits generated = GeneratedUnits.of(new RootUnitTree(root), installed.loadPath());
        return new UnitSource(
                RootFacts.read(root, host, installed.number()),
                new UnitLoader(generated.tree(), installed.loadPath()),
                generated.problems());
    }

    /// What could not be read or foreseen so far, one sentence each.
    List<String> problems() {
        List<String> all = new ArrayList<>(unforeseen);
        all.addAll(loader.problems());
        return all;
    }
}
