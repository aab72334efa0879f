package dev.capdrop.capability;

import java.util.List;

/// A row of the knowledge table: the facts about a capability.
///
/// Source: [capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html); the
/// kernel's check sites from 5.10 to 7.2; boots of systemd 245 to 257 with one capability less
/// each.
///
/// @param refusal what the kernel refuses in a user namespace, and where; empty unless inert
/// @param caution what user space may miss although the kernel does not honour it; else empty
/// @param honouredAt where the kernel honours it in the process's own user namespace
/// @param initialOnlyAt where only the initial user namespace counts
public record Knowledge(
        Capability capability,
        String name,
        Scope scope,
        String permits,
        String refusal,
        String caution,
        String since,
        List<CheckSite> honouredAt,
        List<CheckSite> initialOnlyAt,
        String changes,
        String missed,
        String risk) {
    public Knowledge {
        honouredAt = List.copyOf(honouredAt);
        initialOnlyAt = List.copyOf(initialOnlyAt);
    }

    /// Whether it is worth next to nothing in a user namespace.
    public boolean inert() {
        return switch (scope) {
            case INERT, NEARLY_INERT -> true;
            case PARTLY, HONOURED -> false;
        };
    }
}
