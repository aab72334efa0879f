package dev.capdrop.capability;

import org.jspecify.annotations.Nullable;

/// The system calls by which a thread changes its own credentials (capset(2), prctl(2), setuid(2)),
/// as `security/commoncap.c` lets it: the credentials then, or null for EPERM.
public final class ThreadCalls {
    private static final Capability SETPCAP = Capability.of("setpcap");
    private static final Capability SETUID = Capability.of("setuid");

    private ThreadCalls() {}

    /// Calls capset(2). Capabilities no longer permitted and inheritable are no longer ambient.
    public static @Nullable Credentials capset(Credentials thread, CapabilityState to) {
        ThreadCapabilities old = thread.capabilities();
        CapabilitySet reach = old.inheritable().union(old.permitted());
        boolean allowed =
                (has(thread, SETPCAP) || reach.containsAll(to.inheritable()))
                        && old.inheritable().union(old.bounding()).containsAll(to.inheritable())
                        && old.permitted().containsAll(to.permitted())
                        && to.permitted().containsAll(to.effective());
        return allowed
                ? thread.with(
                        new ThreadCapabilities(
                                to.permitted(),
                                to.inheritable(),
                                to.effective(),
                                old.bounding(),
                                old.ambient()
                                        .intersect(to.permitted())
                                        .intersect(to.inheritable())))
                : null;
    }

    /// Calls PR_CAPBSET_DROP for each; the bounding set never grows again.
    public static @Nullable Credentials dropBounding(Credentials thread, CapabilitySet drop) {
        ThreadCapabilities old = thread.capabilities();
        return has(thread, SETPCAP)
                ? thread.with(
                        new ThreadCapabilities(
                                old.permitted(),
                                old.inheritable(),
                                old.effective(),
                                old.bounding().minus(drop),
                                old.ambient()))
                : null;
    }

    /// Calls PR_CAP_AMBIENT_RAISE for each.
    public static @Nullable Credentials raiseAmbient(Credentials thread, CapabilitySet raise) {
        ThreadCapabilities old = thread.capabilities();
        boolean allowed =
                old.permitted().intersect(old.inheritable()).containsAll(raise)
                        && !thread.securebits().isSet(Securebit.NO_CAP_AMBIENT_RAISE);
        return allowed || raise.isEmpty()
                ? thread.with(withAmbient(old, old.ambient().union(raise)))
                : null;
    }

    /// Calls PR_CAP_AMBIENT_LOWER for each.
    public static Credentials lowerAmbient(Credentials thread, CapabilitySet lower) {
        ThreadCapabilities old = thread.capabilities();
        return thread.with(withAmbient(old, old.ambient().minus(lower)));
    }

    /// Calls PR_SET_SECUREBITS, in a kernel that knows all of `to`.
    public static @Nullable Credentials setSecurebits(Credentials thread, Securebits to) {
        return has(thread, SETPCAP) && thread.securebits().mayBecome(to) ? thread.with(to) : null;
    }

    /// Calls PR_SET_KEEPCAPS, which needs no capability.
    public static @Nullable Credentials keepCaps(Credentials thread, boolean keep) {
        Securebits old = thread.securebits();
        if (old.isLocked(Securebit.KEEP_CAPS)) {
            return null;
        }
        return thread.with(keep ? old.with(Securebit.KEEP_CAPS) : old.without(Securebit.KEEP_CAPS));
    }

    /// Calls setuid(2), in the numbers of the initial user namespace: all three ids with
    /// CAP_SETUID, else the effective one (capabilities(7), "Effect of user ID changes on
    /// capabilities").
    public static @Nullable Credentials setuid(Credentials thread, long user) {
        ThreadIds ids = thread.ids();
        if (thread.namespace().users().inside(user).isEmpty()) {
            return null;
        }
        if (has(thread, SETUID)) {
            return changed(thread, ids.withUsers(user, user, user));
        }
        return user == ids.realUser() || user == ids.savedUser()
                ? changed(thread, ids.withUsers(ids.realUser(), user, ids.savedUser()))
                : null;
    }

    private static Credentials changed(Credentials thread, ThreadIds to) {
        Credentials changed = thread.with(to);
        if (thread.securebits().isSet(Securebit.NO_SETUID_FIXUP)) {
            return changed;
        }
        ThreadCapabilities old = thread.capabilities();
        CapabilitySet permitted = old.permitted();
        CapabilitySet effective = old.effective();
        CapabilitySet ambient = old.ambient();
        if (anyRoot(thread) && !anyRoot(changed)) {
            boolean keep = thread.securebits().isSet(Securebit.KEEP_CAPS);
            permitted = keep ? permitted : CapabilitySet.EMPTY;
            effective = keep ? effective : CapabilitySet.EMPTY;
            ambient = CapabilitySet.EMPTY;
        }
        if (effectiveRoot(thread) != effectiveRoot(changed)) {
            effective = effectiveRoot(changed) ? permitted : CapabilitySet.EMPTY;
        }
        return changed.with(
                new ThreadCapabilities(
                        permitted, old.inheritable(), effective, old.bounding(), ambient));
    }

    private static boolean effectiveRoot(Credentials thread) {
        return thread.namespace().isRoot(thread.ids().effectiveUser());
    }

    private static boolean anyRoot(Credentials thread) {
        UserNamespace namespace = thread.namespace();
        ThreadIds ids = thread.ids();
        return namespace.isRoot(ids.realUser())
                || namespace.isRoot(ids.effectiveUser())
                || namespace.isRoot(ids.savedUser());
    }

    private static boolean has(Credentials thread, Capability capability) {
        return thread.capabilities().effective().contains(capability);
    }

    private static ThreadCapabilities withAmbient(ThreadCapabilities old, CapabilitySet ambient) {
        return new ThreadCapabilities(
                old.permitted(), old.inheritable(), old.effective(), old.bounding(), ambient);
    }
}
