package dev.capdrop.core.execution;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Isolation;

/// What a capability is worth in one container: the knowledge table, and what the runtime gives
/// this container in particular.
public final class Worth {
    private static final Capability MKNOD = Capability.of("mknod");
    private static final Capability MAC_ADMIN = Capability.of("mac_admin");

    private Worth() {}

    /// Those of a set that the kernel honours in this container at any place that matters.
    public static CapabilitySet honoured(CapabilitySet set, Snapshot snapshot) {
        return set.only(capability -> isHonoured(capability, snapshot));
    }

    /// Whether the kernel honours a capability here at any place that matters. In a privileged
    /// container it honours all; of one that this program does not know nobody can say.
    public static boolean isHonoured(Capability capability, Snapshot snapshot) {
        Knowledge known = capability.knowledge();
        if (!snapshot.unprivileged() || known == null) {
            return true;
        }
        Isolation isolation = snapshot.isolation();
        if (capability.equals(MKNOD)) {
            return isolation != null && isolation.lendsMknod();
        }
        return capability.equals(MAC_ADMIN)
                ? isolation == null || isolation.ownAppArmorPolicy()
                : !known.inert();
    }

    /// What the kernel refuses in this container although the capability is held; empty where it
    /// honours it.
    public static String refusal(Capability capability, Snapshot snapshot) {
        Knowledge known = capability.knowledge();
        if (known == null || isHonoured(capability, snapshot)) {
            return "";
        }
        return capability.equals(MAC_ADMIN)
                ? "loading AppArmor policy (security/apparmor/policy.c asks for a policy namespace of"
                        + " its own, which a generated profile would give it)"
                : known.refusal();
    }

    /// Whether the kernel honours it at no place at all in this container. Of the nearly inert ones
    /// it does, at one.
    public static boolean isInert(Capability capability, Snapshot snapshot) {
        Knowledge known = capability.knowledge();
        return known != null
                && known.scope() != Scope.NEARLY_INERT
                && !isHonoured(capability, snapshot);
    }
}
