package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.ConditionResult.ERROR;
import static dev.capdrop.core.condition.ConditionResult.FAILED;
import static dev.capdrop.core.condition.ConditionResult.SUCCEEDED;
import static dev.capdrop.core.condition.ConditionResult.UNDECIDED;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The types of condition whose result a restart of the container with another bounding set can
/// turn: a row each, name and test. The rest keep the result that systemd gave them.
///
/// Source: systemd.unit(5) and systemd's `condition.c`.
enum ConditionType {
    CAPABILITY("Capability", (machine, name) -> capability(machine.bounding(), name)),
    NEEDS_UPDATE("NeedsUpdate", ConditionType::needsUpdate),
    FIRST_BOOT("FirstBoot", ConditionType::firstBoot),
    PATH_EXISTS("PathExists", following(PathStatus::exists)),
    PATH_IS_DIRECTORY("PathIsDirectory", following(s -> s.kind() == PathStatus.Kind.DIRECTORY)),
    PATH_IS_SYMBOLIC_LINK("PathIsSymbolicLink", ConditionType::isSymbolicLink),
    DIRECTORY_NOT_EMPTY(
            "DirectoryNotEmpty",
            following(s -> s.kind() == PathStatus.Kind.DIRECTORY && s.size() > 0)),
    FILE_NOT_EMPTY(
            "FileNotEmpty", following(s -> s.kind() == PathStatus.Kind.REGULAR && s.size() > 0)),
    FILE_IS_EXECUTABLE(
            "FileIsExecutable",
            following(s -> s.kind() == PathStatus.Kind.REGULAR && s.executable()));

    private final String settingName;
    private final BiFunction<Machine, String, ConditionResult> test;

    ConditionType(String settingName, BiFunction<Machine, String, ConditionResult> test) {
        this.settingName = settingName;
        this.test = test;
    }

    static @Nullable ConditionType named(String name) {
        return Arrays.stream(values())
                .filter(t -> t.settingName.equals(name))
                .findFirst()
                .orElse(null);
    }

    ConditionResult test(Machine machine, String parameter) {
        return test.apply(machine, parameter);
    }

    private static ConditionResult of(boolean holds) {
        return holds ? SUCCEEDED : FAILED;
    }

    static ConditionResult capability(CapabilitySet bounding, String parameter) {
        Capability capability = capability(parameter);
        return capability == null ? ERROR : of(bounding.contains(capability));
    }

    /// The capability that a `ConditionCapability=` names, or null where systemd reports an error:
    /// a name with `CAP_` in any case, or an integer 0 to 62 in C's notation (systemd's
    /// `capability_from_name`).
    static @Nullable Capability capability(String parameter) {
        if (parameter.regionMatches(true, 0, "CAP_", 0, 4)) {
            return Capability.named(parameter);
        }
        try {
            int number = Integer.decode(parameter.toLowerCase(Locale.ROOT));
            return number >= 0 && number < Capability.MAX_NUMBER ? new Capability(number) : null;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /// systemd compares `PATH/.updated` with /usr; a missing stamp means that the update is due.
    private static ConditionResult needsUpdate(Machine machine, String parameter) {
        PathStatus stamp = machine.path(parameter.replaceAll("/+$", "") + "/.updated");
        PathStatus usr = machine.path("/usr");
        if (stamp == null || usr == null) {
            return UNDECIDED;
        }
        return of(!stamp.exists() || usr.mtimeNanos() > stamp.mtimeNanos());
    }

    private static ConditionResult firstBoot(Machine machine, String parameter) {
        Boolean wanted = SystemdBoolean.parse(parameter);
        if (wanted == null) {
            return ERROR;
        }
        Boolean first = machine.firstBoot();
        return first == null ? UNDECIDED : of(first.equals(wanted));
    }

    private static ConditionResult isSymbolicLink(Machine machine, String parameter) {
        PathStatus status = machine.link(parameter);
        return status == null ? UNDECIDED : of(status.kind() == PathStatus.Kind.SYMLINK);
    }

    private static BiFunction<Machine, String, ConditionResult> following(
            Predicate<PathStatus> test) {
        return (machine, parameter) -> {
            PathStatus status = machine.path(parameter);
            return status == null ? UNDECIDED : of(test.test(status));
        };
    }
}
