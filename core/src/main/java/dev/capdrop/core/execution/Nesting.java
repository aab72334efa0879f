package dev.capdrop.core.execution;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether AppArmor lets a container make mounts of its own.
///
/// Source: lxc.container.conf(5), "APPARMOR PROFILE"; lxc's config/apparmor; pve-container's
/// `features`.
public final class Nesting {
    private static final String GENERATED = "generated";
    private static final String STOCK = "lxc-container-default";
    private static final String STOCK_NESTING = "with-nesting";
    private static final String PROFILE = "lxc.apparmor.profile";
    private static final String ALLOWED = "lxc.apparmor.allow_nesting";

    private Nesting() {}

    /// The lines for its configuration that allow nesting; none where it is allowed, where nothing
    /// confines it, or where that is not known.
    public static List<String> missing(Snapshot snapshot) {
        if (!Boolean.TRUE.equals(snapshot.host().appArmor()) || snapshot.configuration() == null) {
            return List.of();
        }
        LxcSettings settings =
                ConfigurationText.settings(snapshot.configuration(), snapshot.container().format());
        String profile = settings.value(PROFILE);
        boolean generated = isGenerated(settings);
        if (generated ? "1".equals(settings.value(ALLOWED)) : !isStock(profile)) {
            return List.of();
        }
        RuntimeKind kind = snapshot.container().kind();
        return generated || kind.format() != ConfigFormat.LXC
                ? List.of(kind.nesting())
                : List.of(PROFILE + " = " + GENERATED, kind.nesting());
    }

    /// Whether liblxc makes a profile for the container. One for an unprivileged one lets it
    /// pivot_root(2), which the profiles that come with LXC do not.
    static boolean isGenerated(LxcSettings settings) {
        return GENERATED.equals(settings.value(PROFILE));
    }

    /// Without a line liblxc takes `lxc-container-default-cgns`.
    private static boolean isStock(@Nullable String profile) {
        return profile == null
                || profile.isEmpty()
                || (profile.startsWith(STOCK) && !profile.contains(STOCK_NESTING));
    }
}
