package dev.capdrop.linux.snapshot;

import dev.capdrop.core.boot.BootUnits;
import dev.capdrop.core.boot.GeneratedUnits;
import dev.capdrop.core.boot.UnitLoader;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.linux.root.RootUnitTree;
import dev.capdrop.linux.root.SafeRoot;
import module java.base;

/// The units of the systemd of a root directory.
///
/// @param unknown the unknown works of generators, one sentence each
record UnitSource(
        SystemFacts facts,
        UnitLoader loader,
        RootUnitTree tree,
        Set<String> onBus,
        List<String> unknown) {
    UnitSource {
        unknown = List.copyOf(unknown);
    }

    static UnitSource beforeBoot(SafeRoot root, HostMachine host, InstalledSystemd installed) {
        RootUnitTree tree = new RootUnitTree(root);
        GeneratedUnits generated = GeneratedUnits.of(tree, installed.loadPath());
        List<String> unknown = new ArrayList<>(generated.problems());
        return new UnitSource(
                RootFacts.read(root, host, installed.number(), unknown),
                new UnitLoader(generated.tree(), installed.loadPath()),
                tree,
                BootUnits.busServices(generated.tree(), unknown::add),
                unknown);
    }

    Set<String> problems() {
        Set<String> all = new LinkedHashSet<>(unknown);
        all.addAll(loader.problems());
        all.addAll(tree.problems());
        return all;
    }
}
