package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The facts about a unit beyond its state, from systemd and the unit's files.
///
/// @param aliases its other names, sorted
/// @param activation its last start, and whether its conditions held then
/// @param exit how it ended; null for a type of unit that runs nothing
/// @param settings merged assignments of its files, as [RecordedSettings] holds them
/// @param held what all its processes hold as permitted; null where that was not looked at
public record UnitDetail(
        List<String> aliases,
        Files files,
        Activation activation,
        List<Condition.Tested> asserts,
        Dependencies dependencies,
        @Nullable Exit exit,
        List<Setting> settings,
        @Nullable CapabilitySet held) {
    /// The detail of a unit that was not read; its lists are empty.
    public static final UnitDetail UNREAD = empty();

    /// Returns the detail of a unit that was read, and of which nothing is to be said.
    public static UnitDetail empty() {
        Dependencies none = Dependencies.NONE;
        return new UnitDetail(
                List.of(), Files.NONE, Activation.NEVER, List.of(), none, null, List.of(), null);
    }

    /// The files of a unit.
    ///
    /// @param fragment its main file inside the container; empty when it has none
    /// @param state enabled, static, masked, …; empty where systemd has none
    /// @param needDaemonReload whether they changed after systemd read them
    public record Files(
            String fragment,
            List<String> dropIns,
            String state,
            boolean needDaemonReload,
            boolean transientUnit) {
        public static final Files NONE = new Files("", List.of(), "", false, false);
    }

    /// The last start of a unit. Times are µs of the monotonic clock, 0 for never, of its
    /// activation (InactiveExitTimestampMonotonic) and its end (InactiveEnterTimestampMonotonic).
    public record Activation(
            boolean conditionResult,
            long conditionMicros,
            long activatedMicros,
            long deactivatedMicros) {
        public static final Activation NEVER = new Activation(false, 0, 0, 0);
    }

    /// Whether the detail was read; an empty one that was read is not [#UNREAD].
    @SuppressWarnings("ReferenceEquality")
    public boolean isRead() {
        return this != UNREAD;
    }

    public UnitDetail holding(CapabilitySet permitted) {
        return new UnitDetail(
                aliases, files, activation, asserts, dependencies, exit, settings, permitted);
    }

    public static List<String> aliases(Collection<String> names, String primary) {
        return names.stream().filter(name -> !name.equals(primary)).sorted().toList();
    }

    /// The end of a unit's process, as systemd keeps it.
    ///
    /// @param result systemd's word: success, exit-code, resources, …
    /// @param code the CLD_ code of sigaction(2), [#EXITED] or a signal's; 0 when nothing ended
    /// @param restarts how often systemd has restarted it by itself (NRestarts); 0 for no service
    public record Exit(String result, int code, int status, int restarts) {
        /// `CLD_EXITED`: it ended by itself, and no signal ended it.
        public static final int EXITED = 1;
    }
}
