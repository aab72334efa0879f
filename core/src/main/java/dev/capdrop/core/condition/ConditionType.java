package dev.capdrop.core.condition;

import dev.capdrop.core.condition.Machine.PathStatus;
import dev.capdrop.core.condition.Machine.PathStatus.Kind;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Every type of condition and assertion, a row each: the first systemd that has it, whether its
/// parameter is a path, its test, and what would settle it where facts are missing.
///
/// Source: systemd.unit(5), "Conditions and Asserts", and systemd's `condition.c`.
enum ConditionType {
    CAPABILITY(
            "Capability", 0, false, (m, p) -> IdentityFacts.capability(m.bounding(), p), "nothing"),
    VIRTUALIZATION(
            "Virtualization", 0, false, IdentityFacts::virtualization, "the container's runtime"),
    ARCHITECTURE("Architecture", 0, false, IdentityFacts::architecture, "uname -m in it"),
    HOST("Host", 0, false, IdentityFacts::host, "its host name and machine id"),
    KERNEL_COMMAND_LINE(
            "KernelCommandLine", 0, false, IdentityFacts::kernelCommandLine, "init's arguments"),
    KERNEL_VERSION("KernelVersion", 237, false, VersionFacts::kernel, "uname -r"),
    VERSION("Version", 258, false, VersionFacts::any, "the versions of kernel, systemd and glibc"),
    OS_RELEASE("OSRelease", 249, false, VersionFacts::osRelease, "its /etc/os-release"),
    CREDENTIAL(
            "Credential",
            252,
            false,
            SecurityFacts::credential,
            "the credentials that its init is started with"),
    SECURITY("Security", 0, false, SecurityFacts::security, "the security modules of the host"),
    FIRMWARE("Firmware", 249, false, HardwareFacts::firmware, "the firmware of the host"),
    AC_POWER("ACPower", 0, false, HardwareFacts::acPower, "/sys/class/power_supply of the host"),
    CPU_FEATURE("CPUFeature", 248, false, HardwareFacts::cpuFeature, "/proc/cpuinfo of the host"),
    KERNEL_MODULE_LOADED(
            "KernelModuleLoaded",
            258,
            false,
            HardwareFacts::moduleLoaded,
            "/sys/module of the host"),
    CPUS("CPUs", 244, false, ResourceFacts::cpus, "the CPUs that it may run on"),
    MEMORY("Memory", 244, false, ResourceFacts::memory, "its limit of memory"),
    CONTROL_GROUP_CONTROLLER(
            "ControlGroupController",
            239,
            false,
            ResourceFacts::controllers,
            "/sys/fs/cgroup in it"),
    MEMORY_PRESSURE("MemoryPressure", 250, false, ConditionType::ofMoment, "its next boot"),
    CPU_PRESSURE("CPUPressure", 250, false, ConditionType::ofMoment, "its next boot"),
    IO_PRESSURE("IOPressure", 250, false, ConditionType::ofMoment, "its next boot"),
    ENVIRONMENT(
            "Environment", 246, false, IdentityFacts::environment, "systemctl show-environment"),
    USER("User", 235, false, IdentityFacts::user, "nothing"),
    GROUP("Group", 235, false, IdentityFacts::group, "the groups of its init"),
    FIRST_BOOT("FirstBoot", 0, false, IdentityFacts::firstBoot, "its /etc/machine-id"),
    NEEDS_UPDATE("NeedsUpdate", 0, true, PathFacts::needsUpdate, "the stamp's time and /usr's"),
    PATH_EXISTS("PathExists", 0, true, PathFacts.following(PathStatus::exists)),
    PATH_EXISTS_GLOB("PathExistsGlob", 0, true, (m, p) -> Condition.Result.of(Glob.exists(m, p))),
    PATH_IS_DIRECTORY(
            "PathIsDirectory", 0, true, PathFacts.following(s -> s.kind() == Kind.DIRECTORY)),
    PATH_IS_SYMBOLIC_LINK("PathIsSymbolicLink", 0, true, PathFacts::isSymbolicLink),
    PATH_IS_SOCKET("PathIsSocket", 260, true, PathFacts.following(s -> s.kind() == Kind.SOCKET)),
    PATH_IS_MOUNT_POINT("PathIsMountPoint", 0, true, PathFacts::isMountPoint),
    PATH_IS_READ_WRITE("PathIsReadWrite", 0, true, PathFacts::isReadWrite),
    PATH_IS_ENCRYPTED("PathIsEncrypted", 246, true, PathFacts::isEncrypted),
    DIRECTORY_NOT_EMPTY("DirectoryNotEmpty", 0, true, PathFacts::isFilledDirectory),
    FILE_NOT_EMPTY("FileNotEmpty", 0, true, PathFacts.following(PathFacts::isFilledFile)),
    FILE_IS_EXECUTABLE("FileIsExecutable", 0, true, PathFacts.following(PathFacts::isExecutable));

    private static final Map<String, ConditionType> BY_NAME =
            Arrays.stream(values())
                    .collect(Collectors.toMap(t -> t.settingName, Function.identity()));

    private final String settingName;
    private final int since;
    private final boolean asksPath;
    private final BiFunction<Machine, String, Condition.Result> test;
    private final String settledBy;

    ConditionType(
            String settingName,
            int since,
            boolean asksPath,
            BiFunction<Machine, String, Condition.Result> test,
            String settledBy) {
        this.settingName = settingName;
        this.since = since;
        this.asksPath = asksPath;
        this.test = test;
        this.settledBy = settledBy;
    }

    ConditionType(
            String settingName,
            int since,
            boolean asksPath,
            BiFunction<Machine, String, Condition.Result> test) {
        this(settingName, since, asksPath, test, "");
    }

    private static Condition.Result ofMoment(Machine machine, String parameter) {
        return Condition.Result.UNDECIDED;
    }

    static @Nullable ConditionType named(String name) {
        return BY_NAME.get(name);
    }

    int since() {
        return since;
    }

    boolean asksPath() {
        return asksPath;
    }

    boolean asksFiles() {
        return asksPath
                && this != PATH_IS_MOUNT_POINT
                && this != PATH_IS_READ_WRITE
                && this != PATH_IS_ENCRYPTED;
    }

    Condition.Result test(Machine machine, String parameter) {
        return test.apply(machine, parameter);
    }

    String settledBy(String parameter) {
        return settledBy.isEmpty() ? "what its next boot finds at " + parameter : settledBy;
    }
}
