package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A file of the container that execve(2) may be asked for, as it stands in its root directory.
///
/// @param path as the unit's file names it: absolute, symlinks not yet followed; or a bare name,
///   which systemd looks up in its own list of directories (systemd.service(5), "Command lines")
/// @param reading whether the rest could be read; where it could not, the rest is empty
/// @param capabilities the bytes of its attribute `security.capability` as the host's root reads
///   them, in hex; empty where it has none
/// @param owner the host's user that owns it
/// @param calls how it handles its own capabilities; null where that was not looked for or could
///   not be read
public record ProgramFile(
        String path,
        Reading reading,
        String capabilities,
        boolean setUid,
        boolean setGid,
        long owner,
        @Nullable CapabilityCalls calls) {
    private static final Pattern BYTES = Pattern.compile("([0-9a-f]{2})*");

    public enum Reading {
        READ,
        MISSING,
        /// The file is there, but it, or the way to it, could not be read.
        UNREADABLE
    }

    public ProgramFile(
            String path,
            Reading reading,
            String capabilities,
            boolean setUid,
            boolean setGid,
            long owner) {
        this(path, reading, capabilities, setUid, setGid, owner, null);
    }

    public ProgramFile {
        if (!BYTES.matcher(capabilities).matches()) {
            throw new IllegalArgumentException(
                    "'" + capabilities + "' are no bytes in lower case hex");
        }
    }

    /// Returns the file under the name that a unit gives it.
    public ProgramFile named(String name) {
        return new ProgramFile(name, reading, capabilities, setUid, setGid, owner, calls);
    }

    ProgramFile with(@Nullable CapabilityCalls known) {
        return new ProgramFile(path, reading, capabilities, setUid, setGid, owner, known);
    }

    /// Whether executing the file can give more than its caller has.
    public boolean raises() {
        return setUid || setGid || !capabilities.isEmpty();
    }

    /// The calls by which a program handles its own capabilities, as its file tells.
    ///
    /// A program that gives up what it does not need calls capset(2), by itself or through libcap
    /// or libcap-ng; the kernel refuses the whole call when it asks for one that is not permitted.
    ///
    /// @param imports the functions imported for that by the program, its own shared libraries, or
    ///   the programs that a script names
    /// @param named the capabilities named in the texts of a file that hands text to
    ///   cap_from_text(3)
    public record CapabilityCalls(List<Import> imports, CapabilitySet named) {
        public static final CapabilityCalls NONE =
                new CapabilityCalls(List.of(), CapabilitySet.EMPTY);

        /// An imported function, such as `capset`; `file` is empty for the program's own import.
        public record Import(String file, String function) {}

        public CapabilityCalls {
            imports =
                    imports.stream()
                            .distinct()
                            .sorted(
                                    Comparator.comparing(Import::file)
                                            .thenComparing(Import::function))
                            .toList();
        }
    }
}
