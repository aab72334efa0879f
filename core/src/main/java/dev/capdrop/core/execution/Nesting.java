package dev.capdrop.core.execution;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether AppArmor lets a container make mounts of its own.
///
/// Source: lxc.container.conf(5), "APPARMOR PROFILE"; lxc's config/apparmor; pve-container's
/// `features`; Incus' `instance_lxc.profile.go`, by which an unprivileged container and one with
/// `security.nesting` may mount.
public final class Nesting {
    private static final String STOCK = "lxc-container-default";
    private static final String STOCK_NESTING = "with-nesting";
    private static final String GENERATED_PROFILE = "lxc.apparmor.profile = generated";

    private Nesting() {}

    /// The lines for its configuration that allow nesting; none where it is allowed, where nothing
    /// confines it, or where that is not known.
    public static List<String> missing(Snapshot snapshot) {
        if (!Boolean.TRUE.equals(snapshot.host().appArmor()) || snapshot.configuration() == null) {
            return List.of();
        }
        LxcSettings settings = snapshot.settings();
        boolean generated = settings.generatesProfile();
        if (generated ? settings.allowsNesting() : !isStock(settings.profile())) {
            return List.of();
        }
        RuntimeKind kind = snapshot.subject().kind();
        return generated || kind.format() != ConfigFormat.LXC
                ? List.of(kind.nesting())
                : List.of(GENERATED_PROFILE, kind.nesting());
    }

    /// Without a line liblxc takes `lxc-container-default-cgns`; what stands for the profile that
    /// Incus makes begins alike.
    private static boolean isStock(@Nullable String profile) {
        return profile == null
                || profile.isEmpty()
                || (profile.startsWith(STOCK) && !profile.contains(STOCK_NESTING));
    }
}
