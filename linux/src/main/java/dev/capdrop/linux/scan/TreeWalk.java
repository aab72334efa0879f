package dev.capdrop.linux.scan;

import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.observe.Findings;
import dev.capdrop.linux.libc.DirectoryCursor;
import module java.base;

/// Walks a directory tree that may belong to an adversary, on several threads, and can neither be
/// led out nor held up: a directory is opened by its path from the top with openat2(2), which
/// refuses symbolic links anywhere in it; nothing but a directory is ever opened, and an entry's
/// attribute is asked for by its name without following it. Where a path grows longer than the
/// kernel takes, a directory on the way stays open to begin the rest of it at.
///
/// Mounts are crossed, as getcap(8) does. Entries that vanish meanwhile are skipped.
public final class TreeWalk {
    private final boolean setIds;
    private final boolean ownWorkingDirectories;
    private final Walker.WorkList work = new Walker.WorkList();

    /// @param setIds whether to look for set-ID bits, too, which takes one more call for each file
    /// @param ownWorkingDirectories whether each thread may have a working directory of its own
    TreeWalk(boolean setIds, boolean ownWorkingDirectories) {
        this.setIds = setIds;
        this.ownWorkingDirectories = ownWorkingDirectories;
    }

    /// Looks at `top` and all below it, on all cores; throws when this thread was interrupted.
    public static Findings of(Findings.RawPath top, boolean setIds) throws InterruptedIOException {
        return new TreeWalk(setIds, true).walk(top, Runtime.getRuntime().availableProcessors());
    }

    Findings walk(Findings.RawPath top, int threads) throws InterruptedIOException {
        List<Walker> walkers = new ArrayList<>();
        try (DirectoryCursor cursor = cursor(false)) {
            Walker first = new Walker(work, setIds, cursor);
            first.begin(top);
            walkers.add(first);
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            Callable<Walker> walk = this::walk;
            for (Future<Walker> walker : pool.invokeAll(Collections.nCopies(threads, walk))) {
                walkers.add(walker.get());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException failed) {
            throw failure(failed);
        }
        return findings(walkers);
    }

    private Walker walk() throws InterruptedException {
        try (DirectoryCursor cursor = cursor(ownWorkingDirectories)) {
            Walker walker = new Walker(work, setIds, cursor);
            walker.walk();
            return walker;
        } catch (Throwable failed) {
            work.stop();
            throw failed;
        }
    }

    private static DirectoryCursor cursor(boolean ownWorkingDirectory) {
        return new DirectoryCursor(
                FileCapabilities.ATTRIBUTE, FileCapabilities.MAX_BYTES, ownWorkingDirectory);
    }

    private static RuntimeException failure(ExecutionException failed) {
        if (failed.getCause() instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(failed);
    }

    private static Findings findings(List<Walker> walkers) {
        List<Findings.FoundFile> files = new ArrayList<>();
        List<Findings.Unreadable> unreadable = new ArrayList<>();
        for (Walker walker : walkers) {
            files.addAll(walker.files());
            unreadable.addAll(walker.unreadable());
        }
        // not Comparator.comparing: a lambda that the JDK makes itself is not in the AOT cache
        files.sort((left, right) -> left.path().compareTo(right.path()));
        unreadable.sort((left, right) -> left.path().compareTo(right.path()));
        return new Findings(files, unreadable);
    }
}
