package dev.capdrop.linux.store;

import dev.capdrop.core.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Plain LXC: an ordinary file system, and liblxc's lock.
///
/// The new file keeps mode, owner and extended attributes, POSIX ACLs and security labels among
/// them where the file system lets us.
///
/// A file that belongs to a user of the host is not written; the users that a container's own are
/// mapped to have no name there.
final class LxcRules implements ConfigRules {
    private static final Path SELF = Path.of("/proc/self");

    private final ConfigLock lock;

    LxcRules(ConfigLock lock) {
        this.lock = lock;
    }

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
        String owner = Files.getOwner(named, LinkOption.NOFOLLOW_LINKS).getName();
        int uid = (Integer) Files.getAttribute(named, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        boolean ours = uid == 0 || uid == (Integer) Files.getAttribute(SELF, "unix:uid");
        if (!ours && !owner.matches("[0-9]+")) {
            throw new IOException(
                    "'%s' belongs to the user '%s', who could have root write elsewhere by a link; if root starts that container, make the file root's (chown root); nothing was written"
                            .formatted(named, owner));
        }
    }

    /// liblxc's lock keeps out liblxc and us; whoever else writes there takes none.
    @Override
    public void replace(Path file, String shown, byte[] old, byte[] next) throws IOException {
        Aside.removeLeft(file);
        ConfigFile.requireContent(read(file), old, shown);
        DurableFile complete = new DurableFile(file);
        complete.replace(
                next,
                temporary -> create(file, temporary),
                () -> {
                    if (!ExchangedFile.exchange(file, shown, old, next)) {
                        ConfigFile.requireContent(read(file), old, shown);
                        complete.rename();
                    }
                });
    }

    /// The JDK opens the copy with O_EXCL and sets mode, owner and attributes by descriptor.
    private static void create(Path file, Path temporary) throws IOException {
        Files.copy(file, temporary, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
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
