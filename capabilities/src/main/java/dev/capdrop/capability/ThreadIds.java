package dev.capdrop.capability;

import java.util.Set;
import java.util.TreeSet;

/// The user and group ids of a thread
/// ([credentials(7)](https://man7.org/linux/man-pages/man7/credentials.7.html)), as the initial
/// user namespace numbers them.
public record ThreadIds(
        long realUser,
        long effectiveUser,
        long savedUser,
        long realGroup,
        long effectiveGroup,
        Set<Long> groups) {
    public ThreadIds {
        groups = Set.copyOf(new TreeSet<>(groups));
    }

    /// Returns ids that are all one user and one group.
    public static ThreadIds of(long user, long group) {
        return new ThreadIds(user, user, user, group, group, Set.of());
    }

    /// Whether the thread is, in effect, a member of the group.
    boolean inGroup(long group) {
        return group == effectiveGroup || groups.contains(group);
    }

    /// Returns the ids after an execve(2) that gave these effective ids, which it also saves.
    ThreadIds withEffective(long user, long group) {
        return new ThreadIds(realUser, user, user, realGroup, group, groups);
    }

    ThreadIds withUsers(long real, long effective, long saved) {
        return new ThreadIds(real, effective, saved, realGroup, effectiveGroup, groups);
    }
}
