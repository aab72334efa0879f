package dev.capdrop.core.boot;

import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.unit.KernelRefusal;
import dev.capdrop.core.unit.UnitType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The operations that the kernel refuses a container, whatever capabilities it holds.
///
/// Source: [KernelRefusal]; mount(2), "ENODEV".
///
/// @param fileSystems all that this kernel will ever mount; null when it may still learn of others
record KernelLimits(boolean unprivileged, @Nullable Set<String> fileSystems) {
    private static final int MOUNT_FAILURE = 32;

    static KernelLimits in(Surroundings surroundings) {
        return new KernelLimits(surroundings.unprivileged(), surroundings.fileSystems());
    }

    boolean refuses(LoadedUnit unit) {
        String type = unit.value("Mount", "Type");
        boolean unknown =
                unit.type() == UnitType.MOUNT
                        && type != null
                        && fileSystems != null
                        && !fileSystems.contains(type);
        return (unprivileged || unknown) && KernelRefusal.ofUnit(unit.name(), unit.settings());
    }

    static UnitDetail.Exit exit(LoadedUnit unit) {
        return unit.type() == UnitType.MOUNT
                ? new UnitDetail.Exit("exit-code", 1, MOUNT_FAILURE)
                : new UnitDetail.Exit("resources", 0, 0);
    }
}
