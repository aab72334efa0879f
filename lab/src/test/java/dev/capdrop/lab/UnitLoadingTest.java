package dev.capdrop.lab;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.boot.UnitLoader.LoadedUnit;
import dev.capdrop.core.boot.WrittenConditions;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.linux.snapshot.RunningUnits;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Unit files are loaded as the container's own systemd has loaded them: what is said of every unit
/// that it knows is compared, its file, drop-ins, names, conditions, assertions, ambient
/// capabilities and bounding set.
@NeedsContainers
final class UnitLoadingTest {
    private static final Duration BOOT = Duration.ofMinutes(2);
    private static final String PROPERTIES =
            "Id,Names,LoadState,FragmentPath,DropInPaths,AmbientCapabilities,"
                    + "CapabilityBoundingSet,Transient";

    private final Bench bench = Bench.shared();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FORKY")
    void everyUnitIsLoadedAsSystemdLoadsIt(Suite suite) throws IOException {
        try (LabContainer container = bench.make(suite, Privilege.UNPRIVILEGED)) {
            CuriousUnits.install(container);
            container.start();
            Snapshot read = container.settled(BOOT);
            List<UnitState> units = requireNonNull(read.systemd()).units();
            Map<String, Map<String, String>> shown =
                    SystemctlShow.of(
                            container, units.stream().map(UnitState::name).toList(), PROPERTIES);
            List<String> differences = new ArrayList<>();
            try (RunningUnits source = new RunningUnits(container.initPid())) {
                for (UnitState unit : units) {
                    Map<String, String> its = requireNonNull(shown.get(unit.name()));
                    if (hasFiles(unit, its)) {
                        compare(unit, its, source, differences);
                    }
                }
            }
            assertThat(differences).isEmpty();
            assertThat(units).hasSizeGreaterThan(100);
            assertThat(units)
                    .extracting(UnitState::name)
                    .contains("lab-script.service", "lab-many@three.service", "lab-idle.service");
        }
    }

    /// Devices, and the mounts and scopes that are there without a file, are not loaded from any.
    private static boolean hasFiles(UnitState unit, Map<String, String> shown) {
        boolean madeAtRunTime =
                shown.getOrDefault("FragmentPath", "").isEmpty()
                        && unit.name().matches(".*\\.(device|mount|swap|scope)");
        return !madeAtRunTime && !"yes".equals(shown.get("Transient"));
    }

    private static void compare(
            UnitState unit,
            Map<String, String> shown,
            RunningUnits source,
            List<String> differences) {
        Map<String, String> systemds = new TreeMap<>(shown);
        systemds.remove("Transient");
        systemds.put("Conditions", text(unit.conditions()));
        systemds.put("Asserts", text(unit.detail().asserts()));
        Map<String, String> ours = ours(unit.name(), source, systemds);
        for (Map.Entry<String, String> property : systemds.entrySet()) {
            String mine = ours.getOrDefault(property.getKey(), "");
            if (!normal(property.getKey(), property.getValue()).equals(mine)) {
                differences.add(
                        "%s %s: systemd '%s', read '%s'"
                                .formatted(
                                        unit.name(),
                                        property.getKey(),
                                        normal(property.getKey(), property.getValue()),
                                        mine));
            }
        }
    }

    private static Map<String, String> ours(
            String name, RunningUnits source, Map<String, String> systemds) {
        LoadedUnit unit = source.load(name);
        Map<String, String> ours = new TreeMap<>();
        ours.put("Id", unit.name());
        ours.put("Names", String.join(" ", new TreeSet<>(unit.names())));
        ours.put("LoadState", unit.state().word());
        ours.put("FragmentPath", unit.fragment());
        ours.put("DropInPaths", String.join(" ", unit.dropIns()));
        ours.put("Conditions", text(unit, "Condition", source));
        ours.put("Asserts", text(unit, "Assert", source));
        if (systemds.containsKey("CapabilityBoundingSet")) {
            Execution execution = execution(unit);
            ours.put("CapabilityBoundingSet", text(execution.bounding()));
            ours.put("AmbientCapabilities", text(execution.ambient()));
        }
        return ours;
    }

    private static Execution execution(LoadedUnit unit) {
        List<Setting> settings =
                unit.settings().stream().filter(s -> !s.section().equals("Unit")).toList();
        return new Execution(settings);
    }

    /// A set as systemctl shows it, which ends with the last capability of the kernel.
    private static String text(CapabilitySet set) throws IllegalStateException {
        try {
            CapabilitySet known = CapabilitySet.upTo(SnapshotReader.host().lastCapability());
            List<String> names = new ArrayList<>();
            for (Capability capability : set.intersect(known)) {
                names.add("cap_" + capability.name());
            }
            return String.join(" ", names);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String text(List<Condition.Tested> conditions) {
        return conditions.stream()
                .map(c -> c.condition().format())
                .collect(Collectors.joining("\n"));
    }

    private static String text(LoadedUnit unit, String family, RunningUnits source) {
        return WrittenConditions.of(unit, family, source.facts()).stream()
                .map(line -> line.condition().format())
                .collect(Collectors.joining("\n"));
    }

    private static String normal(String property, String value) {
        return property.equals("Names") ? SystemctlShow.names(value) : value;
    }
}
