package dev.capdrop.cli.command;

import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.snapshot.OfflineReader;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The target `root:DIR`: an absolute root directory, made into a container or not.
public record RootTarget(Path directory) {
    static final String PREFIX = "root:";

    private static final String ASSUMPTION =
            "no configuration goes with a root directory: taken for %s container that drops nothing, for its / belongs to %s";

    /// Returns the directory that `target` names; null when it is of another kind.
    public static @Nullable RootTarget of(String target) {
        return target.startsWith(PREFIX)
                ? new RootTarget(directory(target, target.substring(PREFIX.length())))
                : null;
    }

    private static Path directory(String target, String name) {
        try {
            Path directory = Path.of(name).toAbsolutePath().normalize();
            if (!name.isEmpty() && Files.isDirectory(directory)) {
                return directory;
            }
        } catch (InvalidPathException notAPath) {
            // It is answered below.
        }
        throw new Mistakes.UsageException(
                "'%s': no such folder, expected root: and the root directory of a container"
                        .formatted(target));
    }

    /// Reads the files. The owner of `/` is root in the container (user_namespaces(7)).
    public Snapshot read(Host.Facts facts) throws IOException {
        Snapshot.HostMachine host = facts.kernel();
        long owner = ((Number) Files.getAttribute(directory, "unix:uid")).longValue();
        return new OfflineReader(
                        new Subject.RootDirectory(directory.toString()),
                        host,
                        directory,
                        new OfflineReader.Confinement(
                                null,
                                new Snapshot.Isolation(owner, false, false),
                                NextStart.of(null, owner != 0, host).bounding(),
                                List.of("/sbin/init"),
                                List.of(),
                                List.of(assumption(owner))))
                .read();
    }

    private static String assumption(long owner) {
        return owner == 0
                ? ASSUMPTION.formatted("a privileged", "the host's root")
                : ASSUMPTION.formatted("an unprivileged", "the host's user " + owner);
    }
}
