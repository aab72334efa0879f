package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Missing;
import dev.capdrop.core.execution.Shortfall;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitType;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A unit in trouble, with all that a signature may ask of it.
record Patient(UnitState unit, Trouble trouble, Observed seen) {
    /// The prefixes of a path that say that it need not be there, or is below the unit's root.
    private static final String PREFIXES = "-+:";

    Patient(UnitState unit, Observed seen) {
        this(unit, seen.snapshot().evidence().of(unit.name()), seen);
    }

    Snapshot snapshot() {
        return seen.snapshot();
    }

    Init init() {
        return seen.init();
    }

    /// How it ended; null where systemd keeps nothing or was not asked.
    UnitDetail.@Nullable Exit exit() {
        return unit.detail().exit();
    }

    /// systemd's word for how it ended; empty when that is not known.
    String result() {
        UnitDetail.Exit exit = exit();
        return exit == null ? "" : exit.result();
    }

    /// The exit status of what failed: that of the main process, else that of another command; 0
    /// where nothing exited otherwise than with 0.
    int status() {
        Trouble.CommandExit command = failedCommand();
        UnitDetail.Exit exit = exit();
        boolean main = exit != null && exit.code() <= UnitDetail.Exit.EXITED && exit.status() != 0;
        if (main && exit != null) {
            return exit.status();
        }
        return command != null && command.code() == UnitDetail.Exit.EXITED ? command.status() : 0;
    }

    /// The command that failed; null where none did or none is known. What systemd ended because
    /// another command had exited with a failure did not fail itself.
    Trouble.@Nullable CommandExit failedCommand() {
        for (Trouble.CommandExit command : trouble.commands()) {
            if (result().equals("exit-code")
                    && command.code() == UnitDetail.Exit.EXITED
                    && command.status() != 0) {
                return command;
            }
        }
        return trouble.failedCommand();
    }

    /// Returns what a forecast says of the unit in a container that lacks what this one lacks.
    Shortfall shortfall() {
        return new Shortfalls(snapshot()).of(unit, Missing.inForce(seen));
    }

    /// The step of setting its process up that failed; null when none did.
    @Nullable SetUp step() {
        return type() == UnitType.SERVICE || type() == UnitType.SOCKET ? SetUp.of(status()) : null;
    }

    UnitType type() {
        return UnitName.type(unit.name());
    }

    List<Setting> settings() {
        return unit.detail().settings();
    }

    /// The last value of a setting; empty where it has none.
    String value(String key) {
        String value = "";
        for (Setting setting : settings()) {
            if (setting.key().equals(key)) {
                value = setting.value();
            }
        }
        return value;
    }

    /// Whether its files name a user who is not root.
    boolean runsAsUser() {
        return !Set.of("", "root", "0").contains(value("User"))
                || Set.of("yes", "true", "on", "1", "y", "t").contains(value("DynamicUser"));
    }

    /// Those of these capabilities that the container's PID 1 does not hold.
    CapabilitySet lacking(CapabilitySet needed) {
        return needed.minus(init().bounding());
    }

    /// The first thing that one of these settings names and that is not as it has to be; null where
    /// there is none. What a `-` says need not be there does not count.
    Trouble.@Nullable NamedFile amiss(List<String> settings) {
        for (Trouble.NamedFile file : trouble.files()) {
            boolean wrong =
                    file.standing() != Standing.FITS && file.standing() != Standing.UNREADABLE;
            if (wrong && settings.contains(file.setting())) {
                return file;
            }
        }
        return null;
    }

    /// The lines of its files that name this, or that assign to this setting where none does.
    List<Setting> lines(String key, String named) {
        List<Setting> all = settings().stream().filter(s -> s.key().equals(key)).toList();
        List<Setting> exact = all.stream().filter(s -> names(s.value(), named)).toList();
        return exact.isEmpty() ? all : exact;
    }

    private static boolean names(String value, String named) {
        String rest = value;
        while (!rest.isEmpty() && PREFIXES.indexOf(rest.charAt(0)) >= 0) {
            rest = rest.substring(1);
        }
        return !named.isEmpty() && rest.contains(named);
    }

    /// Whether a path unit of the container failed for want of resources.
    boolean anotherPathLacksResources() {
        return seen.systemd().units().stream()
                .filter(other -> UnitName.type(other.name()) == UnitType.PATH)
                .map(other -> new Patient(other, seen))
                .anyMatch(other -> other.result().equals("resources"));
    }

    /// Whether there is something of this form in one of its last lines of the journal.
    boolean says(Pattern form) {
        return trouble.log().stream().anyMatch(line -> form.matcher(line).find());
    }

    /// Whether one of its last lines of the journal holds this.
    boolean says(String text) {
        return trouble.log().stream().anyMatch(line -> line.contains(text));
    }
}
