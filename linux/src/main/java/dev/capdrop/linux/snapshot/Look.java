package dev.capdrop.linux.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.Libc.DirectoryEntry;
import dev.capdrop.linux.libc.Libc.FileStatus;
import dev.capdrop.linux.root.HostFile.Bounded;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.root.SafeRoot.MountWalk;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// One look at a file of a container, of which nothing is to be believed (execve(2); elf(5)).
final class Look {
    /// The room for an ELF file's header and program headers as linkers lay them out, and for the
    /// first line of a script (the kernel reads 256 bytes).
    static final int BEGINNING = 4096;

    private static final int EXECUTABLE = 0111;
    private static final int ELF_HEADER = 64;
    private static final int MAGIC = 0x464c457f;
    private static final int MACHINE_AT = 18;
    private static final int CLASS_AT = 4;
    private static final int ORDER_AT = 5;
    private static final int CLASS_64 = 2;
    private static final int LITTLE = 1;
    private static final int HEADERS_AT = 32;
    private static final int HEADER_COUNT_AT = 56;
    private static final int HEADER_SIZE = 56;
    private static final int INTERPRETER = 3;
    private static final int MOST_TEXT = 4 << 20;
    private static final Map<String, Integer> MACHINES =
            Map.of("amd64", 62, "aarch64", 183, "riscv64", 243, "ppc64le", 21, "s390x", 22);

    private static final Map<Integer, String> NAMES =
            Map.of(3, "i386", 40, "arm", 62, "x86-64", 183, "arm64", 243, "riscv", 21, "ppc64");

    private final SafeRoot root;
    private final Map<String, String> texts = new HashMap<>();

    Look(SafeRoot root) {
        this.root = root;
    }

    /// Returns what stands there, links followed; null when nothing does, or it cannot be told.
    @Nullable FileStatus status(String path) {
        try {
            return root.stat(path);
        } catch (IOException onAnotherMount) {
            try (MountWalk.Found found = root.across(path, true)) {
                return found.status();
            } catch (IOException unreachable) {
                return null;
            }
        }
    }

    /// Returns the names in a folder but for links; none where it is none, or a mount.
    List<String> names(String path, int most) {
        return Errand.or(List.<DirectoryEntry>of(), () -> root.entries(path, most)).stream()
                .filter(entry -> !entry.maybeSymlink())
                .map(DirectoryEntry::name)
                .toList();
    }

    Standing standing(String path) {
        try {
            if (root.stat(path) != null) {
                return Standing.FITS;
            }
            return root.lstat(path) == null ? Standing.MISSING : Standing.DANGLING;
        } catch (IOException onAnotherMount) {
            return across(path);
        }
    }

    private Standing across(String path) {
        try (MountWalk.Found _ = root.across(path, true)) {
            return Standing.FITS;
        } catch (IOException e) {
            return ErrnoException.isAbsence(e) ? Standing.MISSING : Standing.UNREADABLE;
        }
    }

    /// Returns the target of a link that leads nowhere; empty for all else.
    String leadsNowhere(String path) {
        Standing standing = standing(path);
        if (standing != Standing.DANGLING && standing != Standing.MISSING) {
            return "";
        }
        try {
            return Objects.requireNonNullElse(root.readlink(path), "");
        } catch (IOException onAnotherMount) {
            try (MountWalk.Found link = root.across(path, false)) {
                return link.status().symlink() ? Libc.readlinkat(link.file(), "") : "";
            } catch (IOException unreachable) {
                return "";
            }
        }
    }

    /// Returns the path that a link stands for, by its own text; else the path itself.
    String target(String path) {
        String target = Errand.orNull(() -> root.readlink(path));
        return target != null && target.matches("[\\w.@/-]{1,200}")
                ? Path.of(path).resolveSibling(target).normalize().toString()
                : path;
    }

    boolean isOtherThanDirectory(String path) {
        FileStatus status = status(path);
        return status != null && !status.directory();
    }

    String text(String path) {
        return texts.computeIfAbsent(
                path, _ -> Errand.or("", () -> root.readText(path, MOST_TEXT)));
    }

    Trouble.NamedFile program(String setting, String path) {
        Standing standing = standing(path);
        FileStatus status = standing == Standing.FITS ? status(path) : null;
        if (status == null) {
            return new Trouble.NamedFile(setting, path, standing, "");
        }
        if (!status.regular()) {
            return new Trouble.NamedFile(setting, path, Standing.OTHER_KIND, "");
        }
        if ((status.permissions() & EXECUTABLE) == 0) {
            return new Trouble.NamedFile(setting, path, Standing.NOT_EXECUTABLE, "");
        }
        try (MountWalk.Found found = root.across(path, true)) {
            return found.mount().noExec()
                    ? new Trouble.NamedFile(setting, path, Standing.NO_EXEC, found.mount().point())
                    : executable(setting, path, found.file());
        } catch (IOException withoutMounts) {
            return onOneMount(setting, path);
        }
    }

    private Trouble.NamedFile onOneMount(String setting, String path) {
        try (Descriptor found = root.openPath(path, 0)) {
            return executable(setting, path, found);
        } catch (IOException unreadable) {
            return new Trouble.NamedFile(setting, path, Standing.UNREADABLE, "");
        }
    }

    private Trouble.NamedFile executable(String setting, String path, Descriptor found)
            throws IOException {
        if (!Libc.fstat(found).regular()) {
            return new Trouble.NamedFile(setting, path, Standing.OTHER_KIND, "");
        }
        byte[] bytes;
        try (Descriptor file = Libc.reopen(found, Libc.TO_READ)) {
            bytes = Bounded.beginning(file, BEGINNING);
        }
        String interpreter = "";
        if (bytes.length > 2 && bytes[0] == '#' && bytes[1] == '!') {
            interpreter = scriptInterpreter(bytes);
        } else if (bytes.length >= ELF_HEADER && header(bytes).getInt(0) == MAGIC) {
            int machine = Short.toUnsignedInt(header(bytes).getShort(MACHINE_AT));
            Integer ours = MACHINES.get(System.getProperty("os.arch", ""));
            if (ours != null && ours != machine && !(ours == 62 && machine == 3)) {
                String name = NAMES.getOrDefault(machine, "machine " + machine);
                return new Trouble.NamedFile(setting, path, Standing.FOREIGN, name);
            }
            interpreter = elfInterpreter(bytes);
        } else {
            return new Trouble.NamedFile(setting, path, Standing.NO_PROGRAM, "");
        }
        if (interpreter.startsWith("/")
                && Set.of(Standing.MISSING, Standing.DANGLING).contains(standing(interpreter))) {
            return new Trouble.NamedFile(setting, path, Standing.NO_INTERPRETER, interpreter);
        }
        byte[] attribute =
                Libc.getxattr(found, FileCapabilities.ATTRIBUTE, FileCapabilities.MAX_BYTES);
        String hex = HexFormat.of().formatHex(attribute);
        return new Trouble.NamedFile(setting, path, Standing.FITS, hex);
    }

    /// Returns the first word behind `#!`; a carriage return belongs to it.
    private static String scriptInterpreter(byte[] bytes) {
        String line = new String(bytes, 2, bytes.length - 2, UTF_8).split("\n", 2)[0];
        return line.strip().isEmpty() ? "" : line.stripLeading().split("[ \t]", 2)[0];
    }

    private static ByteBuffer header(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Returns what PT_INTERP names; empty where that is not in the beginning of a file of 64 bits.
    private static String elfInterpreter(byte[] bytes) {
        ByteBuffer file = header(bytes);
        if (bytes[CLASS_AT] != CLASS_64 || bytes[ORDER_AT] != LITTLE) {
            return "";
        }
        long at = file.getLong(HEADERS_AT);
        int count = Short.toUnsignedInt(file.getShort(HEADER_COUNT_AT));
        for (int i = 0; i < count; i++) {
            long entry = at + (long) i * HEADER_SIZE;
            if (entry < 0 || entry + HEADER_SIZE > bytes.length) {
                return "";
            }
            if (file.getInt((int) entry) == INTERPRETER) {
                long offset = file.getLong((int) entry + 8);
                long size = file.getLong((int) entry + 32);
                boolean inside =
                        offset >= 0 && size > 1 && size <= 256 && offset + size <= bytes.length;
                return inside ? new String(bytes, (int) offset, (int) size - 1, ISO_8859_1) : "";
            }
        }
        return "";
    }
}
