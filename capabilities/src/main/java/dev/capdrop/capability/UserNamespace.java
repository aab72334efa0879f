package dev.capdrop.capability;

import org.jspecify.annotations.Nullable;

/// A user namespace as far as [execve(2)](https://man7.org/linux/man-pages/man2/execve.2.html) asks
/// about it (user_namespaces(7)).
///
/// All ids are those of the initial namespace, which has no parent.
public record UserNamespace(IdMap users, IdMap groups, @Nullable UserNamespace parent) {
    /// The namespace of the host's own processes.
    public static final UserNamespace INITIAL =
            new UserNamespace(IdMap.INITIAL, IdMap.INITIAL, null);

    /// Returns a child of the initial namespace with one map for users and groups.
    public static UserNamespace ofContainer(IdMap ids) {
        return new UserNamespace(ids, ids, INITIAL);
    }

    /// Whether `user` is root in this namespace.
    public boolean isRoot(long user) {
        return users.inside(user).orElse(-1) == 0;
    }

    /// Whether `user` is root here or in a namespace that this lies in: so the kernel honours file
    /// capabilities by their root id (capabilities(7), "Namespaced file capabilities").
    public boolean answersTo(long user) {
        for (UserNamespace at = this; at != null; at = at.parent) {
            if (at.isRoot(user)) {
                return true;
            }
        }
        return false;
    }
}
