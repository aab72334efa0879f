package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What systemd and the unit's files say beyond the state.
///
/// @param aliases its other names, sorted
/// @param files which files describe it
/// @param activation when it was last started, and whether its conditions held then
/// @param asserts its assertions and systemd's result for each
/// @param dependencies what it pulls in and hangs on
/// @param exit how it ended; null for a type of unit that runs nothing
/// @param settings the assignments of its files that this program reasons about, in order and
///   merged ([RecordedSettings] says which); never `Environment=`
/// @param held what its processes hold as permitted, all together, as the host's /proc shows it;
///   null where it has none or they were not looked at
public record UnitDetail(
        List<String> aliases,
        Files files,
        Activation activation,
        List<Condition.Tested> asserts,
        Dependencies dependencies,
        @Nullable Exit exit,
        List<Setting> settings,
        @Nullable CapabilitySet held) {
    /// That of a unit whose details nobody asked for, or that nobody told: nothing is known. It has
    /// no names, files, times, dependencies and settings, so that who only walks through them need
    /// not ask whether they were read.
    public static final UnitDetail UNREAD =
            new UnitDetail(
                    List.of(),
                    Files.NONE,
                    Activation.NEVER,
                    List.of(),
                    Dependencies.NONE,
                    null,
                    List.of(),
                    null);

    public UnitDetail {
        aliases = List.copyOf(aliases);
        asserts = List.copyOf(asserts);
        settings = List.copyOf(settings);
    }

    /// The files of a unit.
    ///
    /// @param fragment its main file inside the container; empty when it has none
    /// @param dropIns its drop-ins, in order
    /// @param state enabled, static, masked, …; empty where systemd has none
    /// @param needDaemonReload whether they changed after systemd read them
    /// @param transientUnit whether it was made at run time, without a file
    public record Files(
            String fragment,
            List<String> dropIns,
            String state,
            boolean needDaemonReload,
            boolean transientUnit) {
        /// Of a unit that has no file.
        public static final Files NONE = new Files("", List.of(), "", false, false);

        public Files {
            dropIns = List.copyOf(dropIns);
        }
    }

    /// The last start of a unit. Times are µs of the monotonic clock, 0 for never.
    ///
    /// @param conditionResult whether its conditions held
    /// @param conditionMicros when they were tested
    /// @param activatedMicros when it was activated (InactiveExitTimestampMonotonic)
    /// @param deactivatedMicros when it became inactive or failed (InactiveEnterTimestampMonotonic)
    public record Activation(
            boolean conditionResult,
            long conditionMicros,
            long activatedMicros,
            long deactivatedMicros) {
        /// Of a unit that nobody has started.
        public static final Activation NEVER = new Activation(false, 0, 0, 0);
    }

    /// Whether it was read. One that was, and has nothing, is another than [#UNREAD].
    @SuppressWarnings("ReferenceEquality")
    public boolean isRead() {
        return this != UNREAD;
    }

    /// The same, with what its processes hold.
    public UnitDetail holding(CapabilitySet permitted) {
        return new UnitDetail(
                aliases, files, activation, asserts, dependencies, exit, settings, permitted);
    }

    /// The aliases among all names of a unit.
    public static List<String> aliases(Collection<String> names, String primary) {
        return names.stream().filter(name -> !name.equals(primary)).sorted().toList();
    }

    /// How a unit's process ended, as systemd keeps it.
    ///
    /// @param result systemd's word: success, exit-code, resources, …
    /// @param code the CLD_ code of sigaction(2), 1 for an exit; 0 when nothing ended
    /// @param status the exit status or the signal
    /// @param restarts how often systemd has started it again by itself since somebody else did
    ///   (NRestarts); 0 for what is no service
    public record Exit(String result, int code, int status, int restarts) {
        /// Of a unit that systemd has not started again by itself.
        public Exit(String result, int code, int status) {
            this(result, code, status, 0);
        }
    }
}
