package dev.capdrop.linux.perf;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ProcDir;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// Finds processes in a user namespace below the container's, which are refused over the
/// container's own things whatever the container holds. A refused check does not bear the namespace
/// of its process, so that it is looked up right after.
final class UserNamespaces {
    /// The most look-ups between two [forgettings][#forget], so that nobody makes it look for ever.
    private static final int MOST = 256;

    private final long own;
    private final Map<Integer, Boolean> known = new HashMap<>();

    private UserNamespaces(long own) {
        this.own = own;
    }

    static UserNamespaces of(ProcDir init) throws IOException {
        return new UserNamespaces(inode(init));
    }

    /// Whether a process is in another namespace than the container's; false if it has ended.
    boolean below(int process) {
        Boolean before = known.get(process);
        if (before == null && known.size() < MOST) {
            before = look(process);
            known.put(process, before);
        }
        return Boolean.TRUE.equals(before);
    }

    private boolean look(int process) {
        if (process <= 0) {
            return false;
        }
        try (ProcDir directory = ProcDir.open(process)) {
            return inode(directory) != own;
        } catch (IOException ended) {
            return false;
        }
    }

    private static long inode(ProcDir process) throws ErrnoException {
        try (Descriptor users = Libc.openat(process.descriptor(), "ns/user", Libc.O_RDONLY, 0)) {
            return Libc.fstat(users).inode();
        }
    }

    /// Forgets the answers: a process may enter another namespace, and its number become another's.
    void forget() {
        known.clear();
    }
}
