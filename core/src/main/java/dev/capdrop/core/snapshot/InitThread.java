package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Credentials;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.Securebits;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadIds;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.capability.UserNamespace;

/// The capabilities of a container's PID 1 and the user namespace that they are held in.
///
/// Its securebits are not among them: the kernel tells a process its own only (prctl(2),
/// PR_GET_SECUREBITS).
///
/// @param status its five sets, and whether no_new_privs is set
/// @param users its uid_map, as the host's root reads it (user_namespaces(7))
/// @param groups its gid_map
public record InitThread(ThreadStatus status, IdMap users, IdMap groups) {
    /// How many users LXC and Proxmox VE give a container unless told otherwise (subuid(5)).
    private static final long USUAL_COUNT = 65_536;

    /// What nobody has limited but by the bounding set: root of a container that was not looked at
    /// more closely.
    ///
    /// @param rootUid the host's user that the container's root is; 0 for a privileged container
    public static InitThread ofRoot(CapabilitySet bounding, long rootUid) {
        IdMap map =
                rootUid == 0
                        ? IdMap.INITIAL
                        : IdMap.parse("0 " + rootUid + " " + USUAL_COUNT + "\n");
        return new InitThread(
                new ThreadStatus(ThreadCapabilities.ofRoot(bounding), false), map, map);
    }

    /// The user namespace that it lives in.
    UserNamespace namespace() {
        return users.unprivileged()
                ? new UserNamespace(users, groups, UserNamespace.INITIAL)
                : UserNamespace.INITIAL;
    }

    /// What decides what an execve(2) gives it, were none of its securebits set.
    public Credentials credentials() {
        long root = users.outside(0).orElse(0);
        long group = groups.outside(0).orElse(0);
        return new Credentials(
                ThreadIds.of(root, group),
                status.capabilities(),
                Securebits.NONE,
                status.noNewPrivs(),
                namespace());
    }
}
