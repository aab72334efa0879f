package dev.capdrop.linux.store;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// Opens a folder of the host, on the way to which folders may belong to other users, one name at a
/// time and by descriptor: renames meanwhile change nothing.
///
/// A symbolic link is followed only where nobody but root and the caller can have put it there: it
/// and its folder are theirs, and others may not write to that, or only under the sticky bit. (The
/// kernel's rule, `protected_symlinks` of proc_sys_fs(5), is for sticky folders alone.) Another
/// owner of a folder on the way leads nobody out of his own. A link of /proc that leads elsewhere
/// than its text is never followed.
final class FolderWalk {
    /// The kernel's own limit (path_resolution(7)).
    private static final int MOST_LINKS = 40;

    private final Caller caller;
    private final Deque<String> names = new ArrayDeque<>();
    private Descriptor at;
    private int links;
    private final Errand.With<Descriptor> look;

    private FolderWalk(Path folder, Errand.With<Descriptor> look) throws IOException {
        this.look = look;
        caller = Caller.now();
        at = root();
        add(folder);
    }

    /// Opens a folder to be worked in by descriptor, not to be read (O_PATH of open(2)).
    static Descriptor open(Path folder) throws IOException {
        return open(folder, _ -> {});
    }

    static Descriptor open(Path folder, Errand.With<Descriptor> look) throws IOException {
        FolderWalk walk = new FolderWalk(folder, look);
        boolean arrived = false;
        try {
            look.take(walk.at);
            while (!walk.names.isEmpty()) {
                walk.step(walk.names.pop());
            }
            arrived = true;
            return walk.at;
        } finally {
            if (!arrived) {
                walk.at.close();
            }
        }
    }

    private static Descriptor root() throws IOException {
        return Libc.open("/", Libc.O_PATH | Libc.O_DIRECTORY);
    }

    private void add(Path path) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            names.push(path.getName(i).toString());
        }
    }

    private void step(String name) throws IOException {
        Descriptor next = Libc.openat(at, name, Libc.O_PATH | Libc.O_NOFOLLOW, 0);
        boolean kept = false;
        try {
            Libc.FileStatus status = Libc.fstat(next);
            if (status.directory()) {
                look.take(next);
                go(next);
                kept = true;
            } else if (status.symlink()) {
                follow(name, next, status);
            } else {
                throw new NotDirectoryException(name);
            }
        } finally {
            if (!kept) {
                next.close();
            }
        }
    }

    private void go(Descriptor next) {
        at.close();
        at = next;
    }

    private void follow(String name, Descriptor link, Libc.FileStatus status) throws IOException {
        if (!caller.owns(status) || !caller.keeps(Libc.fstat(at))) {
            throw refusal(name, "which others than root can replace");
        }
        links++;
        if (links > MOST_LINKS) {
            throw new IOException("more than " + MOST_LINKS + " symbolic links are on its way");
        }
        if (isMagic(name)) {
            throw refusal(name, "which leads where its text does not say");
        }
        Path target = Path.of(Libc.readlinkat(link, ""));
        if (target.isAbsolute()) {
            go(root());
        }
        add(target);
    }

    /// Whether a link is one of /proc's that are no text (proc_pid_fd(5)).
    private boolean isMagic(String name) throws IOException {
        try (Descriptor _ = Libc.openat2(at, name, Libc.O_PATH, Libc.RESOLVE_NO_MAGICLINKS)) {
            return false;
        } catch (ErrnoException refused) {
            refused.unless(ErrnoException.Errno.ELOOP);
            return true;
        }
    }

    private IOException refusal(String name, String why) throws IOException {
        String where = Libc.readlink(at.path());
        return new IOException(
                "the symbolic link '%s' on its way, %s, is not followed; name the folder that is meant"
                        .formatted(Path.of(where, name), why));
    }
}
