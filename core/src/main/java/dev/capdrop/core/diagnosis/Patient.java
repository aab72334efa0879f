package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Cause.SetUp;
import dev.capdrop.core.execution.Missing;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A unit in trouble, with all that a signature may ask of it.
record Patient(UnitState unit, Snapshot.Observed seen) {
    /// systemd's own line on how a process of a unit ended.
    private static final Pattern PROCESS_EXITED =
            Pattern.compile("process exited, code=exited, status=([0-9]{1,3})/");

    /// systemd's own line on the step that failed before the program was executed.
    private static final Pattern FAILED_STEP =
            Pattern.compile(": Failed at step ([A-Z_]{1,30}) spawning");

    /// The prefixes of a path that say that it need not be there, or is below the unit's root.
    private static final String PREFIXES = "-+:";

    /// systemd's word for a command that ended with a failure.
    private static final String EXIT_CODE = "exit-code";

    Trouble trouble() {
        return snapshot().evidence().of(unit.name());
    }

    Snapshot snapshot() {
        return seen.snapshot();
    }

    Init init() {
        return seen.init();
    }

    UnitDetail.@Nullable Exit exit() {
        return unit.detail().exit();
    }

    String result() {
        UnitDetail.Exit exit = exit();
        return exit == null ? "" : exit.result();
    }

    boolean isKilled() {
        return result().equals("signal") || result().equals("core-dump");
    }

    /// The exit status of what failed: that of the main process, else that of another command; 0
    /// where nothing exited otherwise than with 0.
    int status() {
        Trouble.CommandExit command = failedCommand();
        UnitDetail.Exit exit = exit();
        if (exit != null && exit.code() <= UnitDetail.Exit.EXITED && exit.status() != 0) {
            return exit.status();
        }
        if (command != null && command.code() == UnitDetail.Exit.EXITED) {
            return command.status();
        }
        boolean again = exit != null && exit.restarts() > 0 && result().equals("success");
        // of a socket's commands systemd's own lines tell more than the status
        boolean read = type() != UnitType.SOCKET && result().equals(EXIT_CODE);
        return again || read ? logged() : 0;
    }

    /// Whether a command of it ended with a failure, and nobody knows any more with which: systemd
    /// forgets all but the main process at a daemon-reload (src/core/service.c,
    /// `service_serialize`), and what mount(8) ended with (src/core/mount.c, `mount_serialize`).
    boolean isForgotten() {
        return result().equals(EXIT_CODE) && status() == 0;
    }

    /// Returns with what its last run ended, by the lines of systemd's, of a unit that has been
    /// started again, or forgotten, since; 0 where they do not tell.
    private int logged() {
        for (String line : trouble().log().reversed()) {
            if (!line.startsWith(unit.name() + ": ")) {
                continue;
            }
            Matcher ended = PROCESS_EXITED.matcher(line);
            if (ended.find()) {
                return Integer.parseInt(ended.group(1));
            }
            Matcher step = FAILED_STEP.matcher(line);
            if (step.find()) {
                return SetUp.status(step.group(1));
            }
        }
        return 0;
    }

    /// The command that failed; null where none did or none is known. What systemd ended because
    /// another command had exited with a failure did not fail itself.
    Trouble.@Nullable CommandExit failedCommand() {
        UnitDetail.Exit exit = exit();
        if (exit != null && exit.code() == UnitDetail.Exit.EXITED && exit.status() != 0) {
            for (Trouble.CommandExit command : trouble().commands()) {
                if (command.setting().equals("ExecStart") && command.status() == exit.status()) {
                    return command;
                }
            }
        }
        for (Trouble.CommandExit command : trouble().commands()) {
            if (result().equals(EXIT_CODE)
                    && command.code() == UnitDetail.Exit.EXITED
                    && command.status() != 0) {
                return command;
            }
        }
        return trouble().failedCommand();
    }

    Shortfalls.Shortfall shortfall() {
        return new Shortfalls(snapshot()).of(unit, Missing.inForce(seen));
    }

    @Nullable SetUp step() {
        return type() == UnitType.SERVICE || type() == UnitType.SOCKET ? SetUp.of(status()) : null;
    }

    /// The name of the step that failed; empty where none did.
    String stepName() {
        SetUp step = step();
        return step == null ? "" : step.name();
    }

    UnitType type() {
        return unit.type();
    }

    List<Setting> settings() {
        return unit.detail().settings();
    }

    String value(String key) {
        return settings().reversed().stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .map(setting -> UnitName.filledIn(setting.value(), unit.name()))
                .orElse("");
    }

    boolean runsAsUser() {
        return !Set.of("", "root", "0").contains(value("User"))
                || Words.flag(value("DynamicUser"), false);
    }

    /// Whether its filter has the kernel answer one of these system calls, or groups of them, with
    /// an error: without a word of that it kills.
    boolean forbids(List<String> calls) {
        boolean answers = !value("SystemCallErrorNumber").isEmpty();
        return lines("SystemCallFilter", "").stream()
                .map(Setting::value)
                .filter(list -> list.startsWith("~"))
                .flatMap(list -> Stream.of(list.substring(1).split("\\s+")))
                .map(word -> word.split(":", 2))
                .anyMatch(word -> calls.contains(word[0]) && (answers || word.length > 1));
    }

    /// Whether a setting lists some words, and not this one.
    boolean leavesOut(String... keyAndWord) {
        String value = value(keyAndWord[0]);
        return !value.isEmpty() && !value.startsWith("~") && !value.contains(keyAndWord[1]);
    }

    CapabilitySet lacking(CapabilitySet needed) {
        return needed.minus(init().bounding());
    }

    /// The first thing that one of these settings names and that is not as it has to be; null where
    /// there is none. What a `-` says need not be there does not count.
    Trouble.@Nullable NamedFile amiss(Collection<String> settings) {
        return trouble().files().stream()
                .filter(file -> settings.contains(file.setting()))
                .filter(file -> file.standing() != Standing.FITS)
                .filter(file -> file.standing() != Standing.UNREADABLE)
                .findFirst()
                .orElse(null);
    }

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

    /// Whether systemd itself could not do what the unit asks for, before any program of it ran.
    boolean isToldOfBySystemd() {
        return type() == UnitType.SOCKET
                || (type() == UnitType.SERVICE && result().equals("resources"));
    }

    boolean anotherPathLacksResources() {
        return seen.systemd().units().stream()
                .filter(other -> other.type() == UnitType.PATH)
                .map(other -> new Patient(other, seen))
                .anyMatch(other -> other.result().equals("resources"));
    }

    boolean says(Pattern form) {
        return trouble().log().stream().anyMatch(line -> form.matcher(line).find());
    }

    boolean says(String text) {
        return trouble().log().stream().anyMatch(line -> line.contains(text));
    }
}
