package dev.capdrop.linux.scan;

import dev.capdrop.capability.CapabilitySyntaxException;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.observe.Findings;
import dev.capdrop.core.observe.Findings.RawPath;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.DirectoryCursor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.scan.PendingFolder.Anchor;
import module java.base;
import org.jspecify.annotations.Nullable;

/// One thread of a walk, and its findings.
final class Walker {
    private static final byte[] DOT = {'.'};
    private static final long NO_LINKS = Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_SYMLINKS;

    /// The path's length from which a directory becomes an anchor: any name still fits behind it.
    private static final int FAR = DirectoryCursor.MAX_PATH - 256;

    private final WorkList work;
    private final boolean setIds;
    private final DirectoryCursor cursor;

    /// The pending folders. The last is taken first, which keeps the list short and anchors few.
    private final Deque<PendingFolder> own = new ArrayDeque<>();

    private final List<Findings.FoundFile> files = new ArrayList<>();
    private final List<Findings.Unreadable> unreadable = new ArrayList<>();

    /// The reason why the entry's attribute cannot be read; null where it can.
    private @Nullable ErrnoException refusal;

    private int attributeLength;
    private boolean setId;

    Walker(WorkList work, boolean setIds, DirectoryCursor cursor) {
        this.work = work;
        this.setIds = setIds;
        this.cursor = cursor;
    }

    List<Findings.FoundFile> files() {
        return files;
    }

    List<Findings.Unreadable> unreadable() {
        return unreadable;
    }

    void begin(RawPath top) {
        try {
            cursor.at(top.bytes());
            cursor.stat();
            int type = cursor.statType();
            if (type == DirectoryCursor.DT_LNK) {
                unreadable(top, "a symbolic link, which is not followed");
            }
            if (isNotable(type)) {
                add(top);
            }
            if (type == DirectoryCursor.DT_DIR) {
                Descriptor directory = cursor.open(Descriptor.WORKING_DIRECTORY, top.bytes(), 0);
                work.add(PendingFolder.at(new Anchor(directory, top)));
            }
        } catch (ErrnoException e) {
            unreadable(top, e.reason());
        }
    }

    void walk() throws InterruptedException {
        for (PendingFolder place = work.take(); place != null; place = work.take()) {
            own.push(place);
            while (!own.isEmpty() && !work.stopped) {
                visit(own.pop());
                if (work.isWanted() && !own.isEmpty()) {
                    // the oldest, which is nearest to the top, has most below it
                    work.add(own.removeLast());
                }
            }
            work.finish();
        }
    }

    private void visit(PendingFolder place) {
        byte[] path = place.relative.length == 0 ? DOT : place.relative;
        try {
            cursor.enter(place.anchor.directory, path, NO_LINKS);
            if (path.length < FAR) {
                list(place);
            } else {
                Anchor anchor = new Anchor(cursor.reopen(), place.path());
                try {
                    list(PendingFolder.at(anchor));
                } finally {
                    anchor.release();
                }
            }
        } catch (ErrnoException e) {
            report(place.path(), e);
        } finally {
            cursor.leave();
            place.anchor.release();
        }
    }

    private void list(PendingFolder place) throws ErrnoException {
        while (cursor.read()) {
            while (setIds ? cursor.next() : cursor.nextBeyondPlainFiles()) {
                entry(place);
            }
        }
    }

    private void entry(PendingFolder place) {
        try {
            int type = cursor.type();
            if (type == DirectoryCursor.DT_UNKNOWN) {
                cursor.stat();
                type = cursor.statType();
            }
            if (type == DirectoryCursor.DT_DIR) {
                own.push(place.child(cursor));
            }
            if (isNotable(type)) {
                add(place.path().below(name()));
            }
        } catch (ErrnoException e) {
            report(place.path().below(name()), e);
        }
    }

    /// Whether the cursor's entry gives something to its caller, or nobody can tell.
    private boolean isNotable(int type) throws ErrnoException {
        refusal = null;
        attributeLength = 0;
        if (type == DirectoryCursor.DT_REG) {
            try {
                attributeLength = cursor.attribute();
            } catch (ErrnoException e) {
                refusal = e;
            }
        }
        setId = false;
        if (setIds && type != DirectoryCursor.DT_LNK) {
            cursor.stat();
            setId = status().setId();
        }
        return attributeLength > 0 || setId || refusal != null;
    }

    /// Adds the cursor's entry after [#isNotable(int)], also a set-ID bit beside a refusal.
    private void add(RawPath path) {
        if (refusal != null) {
            report(path, refusal);
        }
        FileCapabilities capabilities = attributeLength > 0 ? capabilities(path) : null;
        if (capabilities != null || setId) {
            files.add(new Findings.FoundFile(path, capabilities, setIds ? status() : null));
        }
    }

    private @Nullable FileCapabilities capabilities(RawPath path) {
        try {
            return FileCapabilities.decode(cursor.value(attributeLength));
        } catch (CapabilitySyntaxException malformed) {
            unreadable(
                    path, FileCapabilities.ATTRIBUTE + " is malformed: " + malformed.getMessage());
            return null;
        }
    }

    private RawPath name() {
        return RawPath.of(cursor.name());
    }

    private Findings.FoundFile.Status status() {
        return new Findings.FoundFile.Status(cursor.mode(), cursor.user(), cursor.group());
    }

    private void report(RawPath path, ErrnoException refused) {
        switch (refused.errno()) {
            case ENOENT, ESRCH -> {
                // it was removed, or its process ended, after its directory was listed
            }
            case ELOOP, ENOTDIR -> unreadable(path, "another file took its place in the meantime");
            case EOVERFLOW ->
                    unreadable(
                            path,
                            "its capabilities belong to a user namespace whose root has no number in this one");
            case EINVAL ->
                    unreadable(
                            path,
                            FileCapabilities.ATTRIBUTE
                                    + " is malformed, or of version 1, which the kernel honours and does not show");
            default -> unreadable(path, refused.reason());
        }
    }

    private void unreadable(RawPath path, String why) {
        unreadable.add(new Findings.Unreadable(path, why));
    }

    /// The work shared by the threads of a walk: each puts a place here where another wants one.
    static final class WorkList {
        private final Deque<PendingFolder> waiting = new ArrayDeque<>();

        private int unfinished;

        private int idle;
        private volatile boolean wanted;
        private volatile boolean stopped;

        /// Whether some thread waits for a place. Costs no lock.
        boolean isWanted() {
            return wanted;
        }

        synchronized void add(PendingFolder place) {
            waiting.push(place);
            unfinished++;
            wanted = idle > waiting.size();
            notify();
        }

        /// Returns the next place, which is to be finished by [#finish()]; null when there is no
        /// more.
        synchronized @Nullable PendingFolder take() throws InterruptedException {
            idle++;
            while (waiting.isEmpty() && unfinished > 0 && !stopped) {
                wanted = true;
                wait();
            }
            idle--;
            PendingFolder place = stopped ? null : waiting.poll();
            wanted = idle > waiting.size();
            return place;
        }

        synchronized void finish() {
            unfinished--;
            if (unfinished == 0) {
                notifyAll();
            }
        }

        synchronized void stop() {
            stopped = true;
            notifyAll();
        }
    }
}
