package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities;
import org.jspecify.annotations.Nullable;

/// The capabilities that the configuration gives the next PID 1, without any edit of ours. The
/// host's own set limits a privileged container only (kernel/user_namespace.c, `set_cred_user_ns`).
///
/// @param configured what the configuration comes to; null when it is not known
/// @param ceiling what it would hold at most, were nothing configured
/// @param bounding its bounding set within [Init#limit]; where the configuration is not known or
///   does not load, the running PID 1's, or else the ceiling
public record NextStart(
        @Nullable EffectiveCapabilities configured,
        boolean unprivileged,
        CapabilitySet ceiling,
        CapabilitySet bounding) {
    public static NextStart of(Snapshot snapshot) {
        Init init = snapshot.init();
        if (init == null) {
            boolean mapped = snapshot.settings().value("lxc.idmap") != null;
            return of(configured(snapshot), mapped, snapshot.host());
        }
        NextStart next = of(configured(snapshot), init.unprivileged(), snapshot.host());
        CapabilitySet bounding =
                next.loads() ? next.bounding.intersect(init.limit()) : init.bounding();
        return new NextStart(next.configured, next.unprivileged, next.ceiling, bounding);
    }

    /// Returns the next start of a container whose PID 1 nobody has seen.
    public static NextStart of(
            @Nullable EffectiveCapabilities configured,
            boolean unprivileged,
            Snapshot.HostMachine host) {
        CapabilitySet all = CapabilitySet.upTo(host.lastCapability());
        CapabilitySet ceiling = unprivileged ? all : all.intersect(host.bounding());
        CapabilitySet bounding =
                configured == null || !configured.loads()
                        ? ceiling
                        : configured.bounding(host.lastCapability()).intersect(ceiling);
        return new NextStart(configured, unprivileged, ceiling, bounding);
    }

    private boolean loads() {
        return configured != null && configured.loads();
    }

    private static @Nullable EffectiveCapabilities configured(Snapshot snapshot) {
        ConfigurationText text = snapshot.configuration();
        return text == null
                ? null
                : snapshot.subject()
                        .format()
                        .resolve(text.path(), text.asSource(), snapshot.host().lastCapability());
    }
}
