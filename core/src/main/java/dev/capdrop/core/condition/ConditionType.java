package dev.capdrop.core.condition;

import static java.util.Objects.requireNonNull;

import dev.capdrop.core.document.ResourceTable;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Every type of condition and assertion, with its test; what else is known of it is a row of
/// `types.tsv`.
enum ConditionType {
    CAPABILITY((m, p) -> IdentityFacts.capability(m.bounding(), p)),
    VIRTUALIZATION(IdentityFacts::virtualization),
    ARCHITECTURE(IdentityFacts::architecture),
    HOST(IdentityFacts::host),
    KERNEL_COMMAND_LINE(IdentityFacts::kernelCommandLine),
    KERNEL_VERSION(VersionFacts::kernel),
    VERSION(VersionFacts::any),
    OS_RELEASE(VersionFacts::osRelease),
    CREDENTIAL(SecurityFacts::credential),
    SECURITY(SecurityFacts::security),
    FIRMWARE(HardwareFacts::firmware),
    AC_POWER(HardwareFacts::acPower),
    CPU_FEATURE(HardwareFacts::cpuFeature),
    KERNEL_MODULE_LOADED(HardwareFacts::moduleLoaded),
    CPUS(ResourceFacts::cpus),
    MEMORY(ResourceFacts::memory),
    CONTROL_GROUP_CONTROLLER(ResourceFacts::controllers),
    MEMORY_PRESSURE(ConditionType::ofMoment),
    CPU_PRESSURE(ConditionType::ofMoment),
    IO_PRESSURE(ConditionType::ofMoment),
    ENVIRONMENT(IdentityFacts::environment),
    USER(IdentityFacts::user),
    GROUP(IdentityFacts::group),
    FIRST_BOOT(IdentityFacts::firstBoot),
    NEEDS_UPDATE(PathFacts::needsUpdate),
    PATH_EXISTS(PathFacts.following(Machine.PathStatus::exists)),
    PATH_EXISTS_GLOB((m, p) -> Condition.Result.of(Glob.exists(m, p))),
    PATH_IS_DIRECTORY(PathFacts.following(s -> s.kind() == Machine.PathStatus.Kind.DIRECTORY)),
    PATH_IS_SYMBOLIC_LINK(PathFacts::isSymbolicLink),
    PATH_IS_SOCKET(PathFacts.following(s -> s.kind() == Machine.PathStatus.Kind.SOCKET)),
    PATH_IS_MOUNT_POINT(PathFacts::isMountPoint),
    PATH_IS_READ_WRITE(PathFacts::isReadWrite),
    PATH_IS_ENCRYPTED(PathFacts::isEncrypted),
    DIRECTORY_NOT_EMPTY(PathFacts::isFilledDirectory),
    FILE_NOT_EMPTY(PathFacts.following(PathFacts::isFilledFile)),
    FILE_IS_EXECUTABLE(PathFacts.following(PathFacts::isExecutable));

    private record Row(int since, boolean asksPath, String settledBy) {}

    private static final Map<ConditionType, Row> ROWS = new EnumMap<>(ConditionType.class);
    private static final Map<String, ConditionType> BY_NAME = new HashMap<>();

    static {
        for (String[] cells : ResourceTable.rows("condition/types.tsv")) {
            ConditionType type = ResourceTable.constant(ConditionType.class, cells[0]);
            boolean asksPath = !cells[3].isEmpty();
            ROWS.put(type, new Row(Integer.parseInt(cells[2]), asksPath, cells[4]));
            BY_NAME.put(cells[1], type);
        }
    }

    private final BiFunction<Machine, String, Condition.Result> test;

    ConditionType(BiFunction<Machine, String, Condition.Result> test) {
        this.test = test;
    }

    private static Condition.Result ofMoment(Machine machine, String parameter) {
        return Condition.Result.UNDECIDED;
    }

    static @Nullable ConditionType named(String name) {
        return BY_NAME.get(name);
    }

    private Row row() {
        return requireNonNull(ROWS.get(this));
    }

    int since() {
        return row().since();
    }

    boolean asksPath() {
        return row().asksPath();
    }

    boolean asksFiles() {
        return asksPath()
                && this != PATH_IS_MOUNT_POINT
                && this != PATH_IS_READ_WRITE
                && this != PATH_IS_ENCRYPTED;
    }

    Condition.Result test(Machine machine, String parameter) {
        return test.apply(machine, parameter);
    }

    String settledBy(String parameter) {
        return row().settledBy().replace("%s", parameter);
    }
}
