package dev.capdrop.linux.perf;

import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.Libc.PerfEventAttr;
import dev.capdrop.linux.proc.ProcDir;
import module java.base;

/// Finds out the kernel's addresses of the host's and of a container's user namespace, which is the
/// only name that a check bears of them.
///
/// It asks to enter the container's mount namespace, from a thread that the kernel must refuse
/// because it shares its working directory: `mntns_install()` in fs/namespace.c demands sys_admin
/// in the namespace that owns the other, then sys_chroot and sys_admin in the caller's own, and
/// only then looks at who shares what.
final class NamespaceAddresses {
    private static final int SYS_CHROOT = 18;
    private static final int SYS_ADMIN = 21;
    private static final int PAGES = 8;

    /// @param init the container's first process, or one of the host's: then both are the host's
    static Namespaces find(ProcDir init, CheckFormat format) throws IOException {
        FutureTask<List<CapabilityCheck>> asked = new FutureTask<>(asking(init, format));
        // a thread of its own: were it let in, nothing else would run in the other namespace
        Thread.ofPlatform().daemon().start(asked);
        try {
            return fromChecks(asked.get());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException e) {
                throw e;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Callable<List<CapabilityCheck>> asking(ProcDir init, CheckFormat format) {
        return () -> {
            PerfEventAttr attr = new PerfEventAttr(format.id(), Ring.SAMPLE, 1, false, false);
            List<CapabilityCheck> checks = new ArrayList<>();
            try (Descriptor mounts = Libc.openat(init.descriptor(), "ns/mnt", Libc.O_RDONLY, 0);
                    Ring ring = Ring.of(recording(attr), PAGES, format, false)) {
                requireOwnMounts(init, mounts);
                ring.start();
                Libc.askForMountNamespace(mounts);
                ring.drain(checks::add);
            }
            return checks;
        };
    }

    private static Descriptor recording(PerfEventAttr attr) throws IOException {
        try {
            return Libc.perfEventOfThread(attr, 0);
        } catch (ErrnoException refused) {
            if (refused.errno() == ErrnoException.Errno.EACCES
                    || refused.errno() == ErrnoException.Errno.EPERM) {
                throw new IOException(
                        "the kernel lets nobody watch capability checks who holds neither CAP_PERFMON nor CAP_SYS_ADMIN (perf_event_open(2)); run capdrop with one of them",
                        refused);
            }
            throw refused;
        }
    }

    private static void requireOwnMounts(ProcDir init, Descriptor mounts) throws IOException {
        try (Descriptor owner = Libc.ownerOf(mounts);
                Descriptor users = Libc.openat(init.descriptor(), "ns/user", Libc.O_RDONLY, 0)) {
            if (Libc.fstat(owner).inode() != Libc.fstat(users).inode()) {
                throw new IOException(
                        "the container's mount namespace belongs to another user namespace than its first process lives in, so capdrop cannot tell whose capability is asked for");
            }
        }
    }

    static Namespaces fromChecks(List<CapabilityCheck> checks) throws IOException {
        long container = 0;
        for (CapabilityCheck check : checks) {
            if (check.capability() == SYS_CHROOT && container != 0) {
                return new Namespaces(check.demanded(), container);
            }
            if (check.capability() == SYS_ADMIN) {
                container = check.demanded();
            }
        }
        throw new IOException(
                "this kernel did not report the capability checks of setns(2), so capdrop cannot tell whose capability is asked for");
    }

    /// The two user namespaces that give a check its meaning, by the kernel's addresses.
    ///
    /// @param container the container's; equals `initial` for a privileged container
    record Namespaces(long initial, long container) {
        boolean privileged() {
            return initial == container;
        }

        /// Returns the meaning of a check made within the container's control groups.
        /// `cap_capable()` walks from the demanded namespace up to that of the process, and refuses
        /// where it is not on the way, so that the container is always refused in the initial one.
        Meaning meaning(CapabilityCheck check) {
            if (check.granted()) {
                if (check.granting() == container) {
                    return Meaning.USED;
                }
                return check.granting() == initial ? Meaning.HOST : Meaning.BELOW;
            }
            if (check.demanded() == container) {
                return Meaning.MISSED;
            }
            return check.demanded() == initial ? Meaning.NEVER_HONOURED : Meaning.BELOW;
        }
    }
}
