package dev.capdrop.linux.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.capdrop.core.capability.IdMap;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What LXC gives a container beside its capabilities.
///
/// Source: lxc.container.conf(5), "APPARMOR PROFILE" and "SECCOMP CONFIGURATION"; what Proxmox VE's
/// `features: mknod=1` makes of the latter.
public final class IsolationReader {
    private static final Path APPARMOR = Path.of("/sys/module/apparmor/parameters/enabled");

    /// The overflow user, who stands for a root that is nobody on the host (user_namespaces(7)).
    private static final long NOBODY = 65534;

    private IsolationReader() {}

    /// Reads it from the configuration, and from the host.
    ///
    /// @param map the container's user namespace
    /// @param text its configuration; null when it could not be read
    public static Isolation read(IdMap map, ConfigFormat format, @Nullable ConfigurationText text) {
        return read(map, format, text, hostHasAppArmor());
    }

    /// @param appArmor whether the host's kernel has AppArmor in force
    static Isolation read(
            IdMap map, ConfigFormat format, @Nullable ConfigurationText text, boolean appArmor) {
        return new Isolation(
                map.outside(0).orElse(NOBODY),
                value(format, text, "lxc.seccomp.notify.proxy") != null,
                appArmor && "generated".equals(value(format, text, "lxc.apparmor.profile")));
    }

    private static @Nullable String value(
            ConfigFormat format, @Nullable ConfigurationText text, String key) {
        return text == null ? null : format.value(text.path(), text.asSource(), key);
    }

    private static boolean hostHasAppArmor() {
        try {
            return Files.readString(APPARMOR, US_ASCII).startsWith("Y");
        } catch (IOException absent) {
            return false;
        }
    }
}
