package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.condition.CapabilityLists;
import dev.capdrop.core.condition.ConditionLine;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.explanation.ContainerExplanation.Naming;
import dev.capdrop.core.explanation.ContainerExplanation.Naming.Kind;
import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the units that systemd has loaded and the programs that name a capability.
final class Namings {
    private static final Comparator<Naming> ORDER =
            Comparator.comparing(Naming::capability)
                    .thenComparing(Naming::kind)
                    .thenComparing(Naming::by);

    private final List<Naming> all = new ArrayList<>();

    static List<Naming> of(Snapshot snapshot) {
        Namings namings = new Namings();
        snapshot.units().forEach(namings::addUnit);
        Programs programs = snapshot.programs();
        if (programs != null) {
            programs.files().forEach(namings::addFile);
        }
        return namings.all.stream().sorted(ORDER).distinct().toList();
    }

    private void addUnit(UnitState unit) {
        if (!unit.loaded()) {
            return;
        }
        for (Setting setting : unit.detail().settings()) {
            if (setting.key().equals("ConditionCapability")) {
                addCondition(unit.name(), setting);
            }
        }
        Execution execution = Execution.of(unit);
        add(unit, Kind.AMBIENT, execution.ambient(), "AmbientCapabilities");
        if (execution.keepsNamed()) {
            add(unit, Kind.BOUNDING, execution.bounding(), "CapabilityBoundingSet");
        }
    }

    private void addCondition(String unit, Setting setting) {
        ConditionLine line = ConditionLine.of(setting);
        Capability capability = Conditions.capabilityNamed(line.text().strip());
        if (capability != null) {
            Kind kind = line.negate() ? Kind.NEGATED_CONDITION : Kind.CONDITION;
            all.add(new Naming(capability, kind, unit, setting));
        }
    }

    private void add(UnitState unit, Kind kind, CapabilitySet set, String key) {
        for (Capability capability : set) {
            all.add(new Naming(capability, kind, unit.name(), line(unit, key, capability)));
        }
    }

    private static @Nullable Setting line(UnitState unit, String key, Capability capability) {
        return unit.detail().settings().stream()
                .filter(setting -> setting.key().equals(key))
                .filter(it -> CapabilityLists.named(it.value()).contains(capability))
                .findFirst()
                .orElse(null);
    }

    private void addFile(ProgramFile file) {
        FileCapabilities found = file.fileCapabilities();
        if (found != null) {
            for (Capability capability : found.permitted().union(found.inheritable())) {
                all.add(new Naming(capability, Kind.FILE, file.path(), null));
            }
        }
    }
}
