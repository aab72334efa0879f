package dev.capdrop.capability;

import dev.capdrop.capability.Execve.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The capabilities that a file gives under a bounding set, to an ordinary user and to root,
/// without inheritable or ambient ones, in the user namespace in which the file's capabilities
/// count.
public record BoundedExecution(Execve byUser, Execve byRoot) {
    private static final long ORDINARY = 1000;
    private static final long CONTAINER_IDS = 65536;

    public static BoundedExecution of(ExecutedFile file, CapabilitySet bounding, Kernel kernel) {
        long root = file.capabilities() == null ? 0 : file.capabilities().owner();
        UserNamespace namespace =
                root == 0
                        ? UserNamespace.INITIAL
                        : UserNamespace.ofContainer(
                                new IdMap(List.of(new IdMap.Range(0, root, CONTAINER_IDS))));
        long user = root + ORDINARY;
        Credentials ordinary =
                Credentials.of(
                        ThreadIds.of(user, user), ThreadCapabilities.ofUser(bounding), namespace);
        Credentials all =
                Credentials.of(
                        ThreadIds.of(root, root), ThreadCapabilities.ofRoot(bounding), namespace);
        return new BoundedExecution(
                Execve.of(ordinary, file, kernel), Execve.of(all, file, kernel));
    }

    /// Whether execve(2) fails with EPERM, which does not depend on the caller.
    public boolean refused() {
        return byUser.outcome() instanceof Outcome.Refused;
    }

    /// Returns what the file asks for and the bounding set lacks, of a kernel's up to `last`.
    public CapabilitySet lacking(int last) {
        FileCapabilities capabilities = byUser.file().capabilities();
        return capabilities == null
                ? CapabilitySet.EMPTY
                : capabilities
                        .permitted()
                        .intersect(CapabilitySet.upTo(last))
                        .minus(byUser.sum().fromFile());
    }

    /// Returns the permitted set after an execution; null where it is refused.
    public static @Nullable CapabilitySet permitted(Execve execve) {
        return switch (execve.outcome()) {
            case Outcome.Executed executed -> executed.after().capabilities().permitted();
            case Outcome.Refused unused -> null;
        };
    }
}
