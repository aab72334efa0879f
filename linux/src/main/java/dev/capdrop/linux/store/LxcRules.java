package dev.capdrop.linux.store;

import dev.capdrop.core.journal.Journal;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import module java.base;

/// The rules of plain LXC: liblxc's lock, and a new file that keeps mode, owner and, where the file
/// system lets us, extended attributes.
///
/// A file that belongs to a user of the host, or is in a folder of one's, is not written; the users
/// that a container's own are mapped to have no name there.
record LxcRules(ConfigLock lock) implements FileConfigStore.ConfigRules {
    @Override
    public Journal.Lock lock(Path named) throws IOException {
        return lock.take(named);
    }

    @Override
    public byte[] read(Path file) throws IOException {
        return ConfigFile.read(file);
    }

    @Override
    public void requireWritable(Path named, byte[] content) throws IOException {
        Caller caller = Caller.now();
        requireKept(named, caller);
        String owner = Files.getOwner(named, LinkOption.NOFOLLOW_LINKS).getName();
        int uid = (Integer) Files.getAttribute(named, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!caller.owns(uid) && isNamed(owner)) {
            throw elsewhere(named, "belongs to the user '" + owner + "'", "file");
        }
        requireKept(named.toRealPath(), caller);
    }

    /// Throws for a file whose folder, or one above it, can be replaced by a user of the host.
    private static void requireKept(Path file, Caller caller) throws IOException {
        Path folder = Objects.requireNonNull(file.getParent());
        FolderWalk.open(folder, entered -> requireKept(file, entered, caller)).close();
    }

    private static void requireKept(Path file, Descriptor folder, Caller caller)
            throws IOException {
        Libc.FileStatus status = Libc.fstat(folder);
        if (!caller.owns(status)) {
            String owner = Files.getOwner(Path.of(folder.path())).getName();
            if (isNamed(owner)) {
                throw elsewhere(file, "is in a folder of the user '" + owner + "'", "folder");
            }
        } else if (Caller.everybodyRenamesIn(status)) {
            throw elsewhere(file, "is in a folder in which every user can rename", "folder");
        }
    }

    private static boolean isNamed(String owner) {
        return !owner.matches("[0-9]+");
    }

    private static IOException elsewhere(Path file, String why, String what) {
        return new IOException(
                "'%s' %s, who could have root write elsewhere by a link; if root starts that container, make the %s root's (chown root); nothing was written"
                        .formatted(file, why, what));
    }

    /// liblxc's lock keeps out liblxc and us; other writers take none.
    @Override
    public void replace(Path file, String shown, byte[] old, byte[] next) throws IOException {
        Aside.removeLeft(file);
        ConfigFile.requireContent(read(file), old, shown);
        new DurableFile(file)
                .replace(
                        next,
                        // O_EXCL; the JDK sets mode, owner and attributes by descriptor
                        temporary ->
                                Files.copy(
                                        file,
                                        temporary,
                                        StandardCopyOption.COPY_ATTRIBUTES,
                                        LinkOption.NOFOLLOW_LINKS),
                        complete -> {
                            if (!ExchangedFile.exchange(file, shown, old, next)) {
                                ConfigFile.requireContent(read(file), old, shown);
                                complete.rename();
                            }
                        });
    }

    @Override
    public void removeLeft(Path file) throws IOException {
        Aside.removeLeft(file);
    }

    @Override
    public IOException failure(Path file, IOException failed, String consequence) {
        return Failure.of("write", file, failed, consequence);
    }
}
