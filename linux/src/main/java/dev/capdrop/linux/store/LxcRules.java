package dev.capdrop.linux.store;

import dev.capdrop.core.change.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Plain LXC: an ordinary file system, and liblxc's lock.
///
/// The new file keeps mode, owner and extended attributes, POSIX ACLs and security labels among
/// them where the file system lets us.
final class LxcRules implements ConfigRules {
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
    public void requireWritable(Path named, byte[] content) {
        // liblxc's lock says all that there is to say
    }

    @Override
    public Path temporary(Path file) {
        return DurableFile.hidden(file);
    }

    /// The JDK opens the copy with O_EXCL and sets mode, owner and attributes by descriptor.
    @Override
    public void create(Path file, Path temporary) throws IOException {
        Files.copy(file, temporary, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void removeLeft(Path file) throws IOException {
        Files.deleteIfExists(DurableFile.hidden(file));
    }

    @Override
    public IOException failure(Path file, IOException failed, String consequence) {
        return Failure.of("write", file, failed, consequence);
    }
}
