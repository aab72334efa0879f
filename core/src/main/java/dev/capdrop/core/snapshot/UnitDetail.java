package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Setting;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What systemd and the unit's files say beyond the state. Times are µs of the monotonic clock, 0
/// for never.
///
/// @param aliases its other names, sorted
/// @param fragmentPath the unit's main file inside the container; empty when it has none
/// @param dropInPaths its drop-ins, in order
/// @param unitFileState enabled, static, masked, …; empty where systemd has none
/// @param needDaemonReload whether its files changed after systemd read them
/// @param transientUnit whether it was made at run time, without a file
/// @param conditionResult whether its conditions held when it was last started
/// @param conditionMicros when they were tested
/// @param activatedMicros when it was last activated (InactiveExitTimestampMonotonic)
/// @param deactivatedMicros when it last became inactive or failed
///   (InactiveEnterTimestampMonotonic)
/// @param asserts its assertions and systemd's result for each
/// @param dependencies what it pulls in and hangs on
/// @param exit how it ended; null for a type of unit that runs nothing
/// @param settings the assignments of its files that this program reasons about, in order and
///   merged ([RecordedSettings] says which); never `Environment=`
/// @param held what its processes hold as permitted, all together, as the host's /proc shows it;
///   null where it has none or they were not looked at
public record UnitDetail(
        List<String> aliases,
        String fragmentPath,
        List<String> dropInPaths,
        String unitFileState,
        boolean needDaemonReload,
        boolean transientUnit,
        boolean conditionResult,
        long conditionMicros,
        long activatedMicros,
        long deactivatedMicros,
        List<TestedCondition> asserts,
        Dependencies dependencies,
        @Nullable UnitExit exit,
        List<Setting> settings,
        @Nullable CapabilitySet held) {
    /// That of a unit of which no process is known.
    public UnitDetail(
            List<String> aliases,
            String fragmentPath,
            List<String> dropInPaths,
            String unitFileState,
            boolean needDaemonReload,
            boolean transientUnit,
            boolean conditionResult,
            long conditionMicros,
            long activatedMicros,
            long deactivatedMicros,
            List<TestedCondition> asserts,
            Dependencies dependencies,
            @Nullable UnitExit exit,
            List<Setting> settings) {
        this(
                aliases,
                fragmentPath,
                dropInPaths,
                unitFileState,
                needDaemonReload,
                transientUnit,
                conditionResult,
                conditionMicros,
                activatedMicros,
                deactivatedMicros,
                asserts,
                dependencies,
                exit,
                settings,
                null);
    }

    public UnitDetail {
        aliases = List.copyOf(aliases);
        dropInPaths = List.copyOf(dropInPaths);
        asserts = List.copyOf(asserts);
        settings = List.copyOf(settings);
    }

    /// The same, with what its processes hold.
    public UnitDetail holding(CapabilitySet permitted) {
        return new UnitDetail(
                aliases,
                fragmentPath,
                dropInPaths,
                unitFileState,
                needDaemonReload,
                transientUnit,
                conditionResult,
                conditionMicros,
                activatedMicros,
                deactivatedMicros,
                asserts,
                dependencies,
                exit,
                settings,
                permitted);
    }

    /// The aliases among all names of a unit.
    public static List<String> aliases(Collection<String> names, String primary) {
        return names.stream().filter(name -> !name.equals(primary)).sorted().toList();
    }
}
