package dev.capdrop.core.boot;

import dev.capdrop.core.condition.Machine;
import dev.capdrop.core.unit.KernelRefusal;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.core.unit.UnitType;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The surroundings of a boot, besides the unit files.
///
/// @param version of systemd as it names itself, `257.8-1~deb13u2`; empty when unknown
/// @param unprivileged whether the container's root is another user of the host
/// @param mounted the places where the container's configuration mounts something, absolute
/// @param provides the names that each installed package provides besides its own, by its name
/// @param fileSystems all that the kernel will ever mount; null when it may still load others
public record Surroundings(
        String version,
        SystemFacts facts,
        Machine machine,
        boolean unprivileged,
        Set<String> mounted,
        Map<String, Set<String>> provides,
        @Nullable Set<String> fileSystems) {
    public Surroundings {
        mounted = Set.copyOf(mounted);
        provides = Map.copyOf(provides);
    }

    /// Whether the kernel refuses the container what a unit is for, whatever capabilities it holds
    /// ([KernelRefusal]; mount(2), "ENODEV").
    boolean refuse(LoadedUnit unit) {
        String type = unit.value("Mount", "Type");
        boolean unknown =
                unit.type() == UnitType.MOUNT
                        && type != null
                        && fileSystems != null
                        && !fileSystems.contains(type);
        return (unprivileged || unknown) && KernelRefusal.ofUnit(unit.name(), unit.settings());
    }
}
