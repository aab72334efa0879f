package dev.capdrop.linux.store;

import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// The rules of Proxmox VE: a `VMID.conf` on pmxcfs, and Proxmox VE's lock.
///
/// pmxcfs gives every file its mode and owner, has neither links nor extended attributes, takes
/// files up to 1 MiB, and refuses all writes while the cluster has no quorum (EACCES). The new
/// content is written to `VMID.conf.tmp.PID`, which none of Proxmox VE's programs takes for a
/// container.
final class ProxmoxRules implements FileConfigStore.ConfigRules {
    private final ClusterFileSystem cluster;
    private final ProxmoxLock lock;

    ProxmoxRules(Path directory, ProxmoxLock lock) {
        this.cluster = new ClusterFileSystem(directory);
        this.lock = lock;
    }

    @Override
    public Journal.Lock lock(Path named) throws IOException {
        requireMounted();
        return lock.take(vmid(named));
    }

    @Override
    public byte[] read(Path file) throws IOException {
        return ClusterFileSystem.outlast(() -> ConfigFile.read(file));
    }

    @Override
    public void requireWritable(Path named, byte[] content) throws IOException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        ProxmoxGuest guest =
                ProxmoxGuest.of(vmid(named), "", true, ProxmoxConfig.parse(text).main(), false);
        if (guest.refusal() != null) {
            throw new IOException(guest.refusal() + "; nothing was written");
        }
        if (!cluster.quorate()) {
            throw noQuorum("; nothing was written");
        }
    }

    /// pmxcfs cannot exchange two files: a write without the lock between our last look and the
    /// rename is lost.
    @Override
    public void replace(Path file, String shown, byte[] old, byte[] next) throws IOException {
        removeLeft(file);
        String name = temporaryPrefix(file) + ProcessHandle.current().pid();
        new DurableFile(file, file.resolveSibling(name))
                .replace(
                        next,
                        Files::createFile,
                        complete -> {
                            ConfigFile.requireContent(read(file), old, shown);
                            complete.rename();
                        });
    }

    @Override
    public void removeLeft(Path file) throws IOException {
        String prefix = temporaryPrefix(file);
        Path folder = Objects.requireNonNull(file.getParent());
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(
                        folder, path -> path.getFileName().toString().startsWith(prefix))) {
            for (Path path : left) {
                String pid = path.getFileName().toString().substring(prefix.length());
                if (pid.matches("\\d+") && Files.notExists(Path.of("/proc", pid))) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    @Override
    public IOException failure(Path file, IOException failed, String consequence) {
        return failed instanceof AccessDeniedException && Errand.or(false, () -> !cluster.quorate())
                ? noQuorum(consequence)
                : Failure.of("write", file, failed, consequence);
    }

    private IOException noQuorum(String consequence) {
        return new IOException(
                "the cluster has no quorum, so that '%s' is read-only: see 'pvecm status'%s"
                        .formatted(cluster.directory(), consequence));
    }

    private void requireMounted() throws IOException {
        try {
            cluster.node();
        } catch (IOException absent) {
            throw new IOException(absent.getMessage() + "; nothing was written", absent);
        }
    }

    private static String temporaryPrefix(Path file) {
        return file.getFileName() + ".tmp.";
    }

    private static String vmid(Path file) {
        return file.getFileName().toString().replaceFirst("\\.conf$", "");
    }
}
