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
/// @param setUid whether the mode has the set-user-ID bit
/// @param setGid whether the mode has the set-group-ID bit
/// @param owner the host's user that owns it
/// @param calls how it deals with its own capabilities; null where that is not known: it was not
///   looked for, as in what no unit executes, or the file is no program that can be read so
public record ProgramFile(
        String path,
        Reading reading,
        String capabilities,
        boolean setUid,
        boolean setGid,
        long owner,
        @Nullable CapabilityCalls calls) {
    private static final Pattern BYTES = Pattern.compile("([0-9a-f]{2})*");

    /// What became of the attempt to look at it.
    public enum Reading {
        READ,
        /// No such file.
        MISSING,
        /// It is there, but it, or the way to it, could not be read.
        UNREADABLE
    }

    /// A file of which nobody has looked how it deals with its own capabilities.
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

    /// The same under the name that a unit gives it.
    public ProgramFile named(String name) {
        return new ProgramFile(name, reading, capabilities, setUid, setGid, owner, calls);
    }

    /// The same, with how it deals with its own capabilities.
    ProgramFile with(@Nullable CapabilityCalls known) {
        return new ProgramFile(path, reading, capabilities, setUid, setGid, owner, known);
    }

    /// Whether executing it can give more than its caller has.
    public boolean raises() {
        return setUid || setGid || !capabilities.isEmpty();
    }

    /// What a program's file tells of how it deals with its own capabilities.
    ///
    /// A program that gives up what it does not need calls capset(2), by itself or through libcap
    /// or libcap-ng; the kernel refuses the whole call when it asks for one that is not permitted.
    ///
    /// @param imports the functions that it imports for that, and those that the shared libraries
    ///   of its own or the programs that a script names import
    /// @param named the capabilities that the texts of a file name which hands text to
    ///   cap_from_text(3)
    public record CapabilityCalls(List<Import> imports, CapabilitySet named) {
        /// None at all.
        public static final CapabilityCalls NONE =
                new CapabilityCalls(List.of(), CapabilitySet.EMPTY);

        /// One function.
        ///
        /// @param file the library or program that imports it; empty for the program itself
        /// @param function its name: `capset`, `cap_set_proc`, `capng_apply`
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
