package dev.capdrop.core.unit;

import dev.capdrop.core.document.Names;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.List;
import java.util.Set;

/// The operations of units that the kernel refuses in every user namespace but the initial one.
/// Source: file systems without `FS_USERNS_MOUNT` (fs/super.c, `mount_capable`); `audit_bind` of
/// kernel/audit.c, which asks the initial namespace for `CAP_AUDIT_READ`.
public final class KernelRefusal {
    private static final Set<String> NOT_IN_USER_NAMESPACE =
            Set.copyOf(Names.list("file-systems-of-host"));

    private KernelRefusal() {}

    /// Whether the kernel refuses what these lines of a unit's files ask for.
    public static boolean ofUnit(String unit, List<Setting> settings) {
        return switch (UnitName.type(unit)) {
            case MOUNT -> {
                List<String> types =
                        settings.stream()
                                .filter(setting -> setting.isOf("Mount", "Type"))
                                .map(Setting::value)
                                .toList();
                yield !types.isEmpty() && NOT_IN_USER_NAMESPACE.contains(types.getLast());
            }
            case SOCKET ->
                    settings.stream()
                            .filter(setting -> setting.isOf("Socket", "ListenNetlink"))
                            .anyMatch(setting -> (setting.value() + " ").startsWith("audit "));
            case SERVICE, TARGET, DEVICE, AUTOMOUNT, SWAP, TIMER, PATH, SLICE, SCOPE, OTHER ->
                    false;
        };
    }
}
