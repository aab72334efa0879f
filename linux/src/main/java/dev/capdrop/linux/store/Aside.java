package dev.capdrop.linux.store;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import module java.base;

/// A file beside another one during their exchange: first the complete new file, then the replaced
/// one. Its name holds the inode numbers of both, so that after a crash it can be told which of the
/// two it is, or whether another program had put it there at that very moment.
///
/// @param fresh the inode of the new file, [#NOTHING] where the old one is to go
record Aside(Path target, long fresh, long old) {
    static final long NOTHING = 0;
    private static final Pattern INODES = Pattern.compile("(\\d{1,19})-(\\d{1,19})");

    String name() {
        return start(target) + fresh + "-" + old + DurableFile.SUFFIX;
    }

    private static String start(Path target) {
        return "." + target.getFileName() + ".";
    }

    /// Removes what killed processes have left beside this file, and gives back another program's
    /// file that one of them displaced.
    static void removeLeft(Path target) throws IOException {
        Files.deleteIfExists(DurableFile.hidden(target));
        Path folder = Objects.requireNonNull(target.getParent());
        String start = start(target);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (name.startsWith(start) && name.endsWith(DurableFile.SUFFIX)) {
                    end(file, target, name.substring(start.length()));
                }
            }
        }
    }

    private static void end(Path file, Path target, String rest) throws IOException {
        int length = rest.length() - DurableFile.SUFFIX.length();
        Matcher inodes = INODES.matcher(rest.substring(0, Math.max(0, length)));
        if (!inodes.matches()) {
            return;
        }
        long fresh = Long.parseLong(inodes.group(1));
        long old = Long.parseLong(inodes.group(2));
        long now = inode(file);
        if (now != fresh && now != old && inodeOrNothing(target) == fresh) {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.delete(file);
        }
    }

    private static long inodeOrNothing(Path file) throws IOException {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? inode(file) : NOTHING;
    }

    private static long inode(Path file) throws IOException {
        int flags = Libc.O_PATH | Libc.O_NOFOLLOW;
        try (Descriptor opened = Libc.open(file.toString(), flags)) {
            return Libc.fstat(opened).inode();
        }
    }
}
