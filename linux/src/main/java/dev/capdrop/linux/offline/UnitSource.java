package dev.capdrop.linux.offline;

import dev.capdrop.core.load.BusServices;
import dev.capdrop.core.load.GeneratedUnits;
import dev.capdrop.core.load.UnitLoader;
import dev.capdrop.core.snapshot.Host;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.linux.root.RootUnitTree;
import dev.capdrop.linux.root.SafeRoot;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Where the systemd of a root directory takes its units from.
///
/// @param facts what specifiers ask
/// @param loader the unit files, `/run` included
/// @param tree the root directory, `/run` left out
/// @param onBus the names of the units that a call on the bus starts
/// @param unforeseen what generators make and nobody knows, one sentence each
record UnitSource(
        SystemFacts facts,
        UnitLoader loader,
        RootUnitTree tree,
        Set<String> onBus,
        List<String> unforeseen) {
    UnitSource {
        unforeseen = List.copyOf(unforeseen);
    }

    /// The files of a container that does not run, with what its generators will make.
    static UnitSource beforeBoot(SafeRoot root, Host host, InstalledSystemd installed) {
        RootUnitTree tree = new RootUnitTree(root);
        GeneratedUnits generated = GeneratedUnits.of(tree, installed.loadPath());
        List<String> unforeseen = new ArrayList<>(generated.problems());
        return new UnitSource(
                RootFacts.read(root, host, installed.number(), unforeseen),
                new UnitLoader(generated.tree(), installed.loadPath()),
                tree,
                BusServices.units(generated.tree(), unforeseen::add),
                unforeseen);
    }

    /// What could not be read or foreseen so far, one sentence each.
    Set<String> problems() {
        Set<String> all = new LinkedHashSet<>(unforeseen);
        all.addAll(loader.problems());
        all.addAll(tree.problems());
        return all;
    }
}
