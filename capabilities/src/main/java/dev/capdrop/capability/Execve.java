package dev.capdrop.capability;

/// One execve(2): what it makes of a thread's capabilities, with every operand of the sum
/// (capabilities(7), "Transformation of capabilities during execve()").
///
/// The rule is the kernel's own, from `bprm_fill_uid` and `cap_bprm_creds_from_file`, which the
/// manual page tells in short. Where they differ the kernel counts: under no_new_privs file
/// capabilities are not passed over, they give what the thread's permitted set holds already.
///
/// @param before the thread's credentials before
/// @param file the file
/// @param fileUse what became of its capabilities
/// @param idUse what became of its set-ID bits
/// @param rootUse what came of being root
/// @param sum what was added up
/// @param outcome what the thread has then, or why it was refused
public record Execve(
        Credentials before,
        ExecutedFile file,
        FileUse fileUse,
        IdUse idUse,
        RootUse rootUse,
        Sum sum,
        Outcome outcome) {
    /// What becomes of a file's capabilities.
    public enum FileUse {
        /// It has none.
        ABSENT,
        /// They count.
        HONOURED,
        /// Passed over for the mount's sake.
        NOSUID,
        /// Passed over: they belong to the root of a user namespace that the thread does not lie
        /// in.
        FOREIGN
    }

    /// What becomes of a file's set-user-ID and set-group-ID bits.
    public enum IdUse {
        /// It has none.
        ABSENT,
        /// They count.
        HONOURED,
        /// Passed over for the mount's sake.
        NOSUID,
        /// Passed over because no_new_privs is set.
        NO_NEW_PRIVS,
        /// Passed over: the owner or the group has no number in the thread's user namespace.
        UNMAPPED
    }

    /// What comes of being root in the thread's user namespace.
    public enum RootUse {
        /// The thread is not root, and does not become it.
        NO_ROOT,
        /// Root gets all that the bounding and the inheritable set hold.
        ALL,
        /// Nothing: the securebit `noroot` is set.
        NOROOT,
        /// Nothing: the file makes another user root and has capabilities of its own.
        FILE_CAPABILITIES
    }

    /// What makes up the permitted set.
    ///
    /// @param fromFile the file's permitted set as far as the bounding set lets it through
    /// @param inherited the file's inheritable set as far as the thread's holds it
    /// @param asRoot the bounding and the inheritable set; empty unless root gets them
    /// @param withheld what is taken away again because the thread did not have it before, and has
    ///   no_new_privs set, is traced, or shares its file system attributes
    /// @param ambient the ambient set, empty where the file has capabilities or changes ids
    /// @param allEffective whether all that is permitted is effective at once; else only what is
    ///   ambient is
    public record Sum(
            CapabilitySet fromFile,
            CapabilitySet inherited,
            CapabilitySet asRoot,
            CapabilitySet withheld,
            CapabilitySet ambient,
            boolean allEffective) {
        /// The permitted set that this comes to.
        public CapabilitySet permitted() {
            return fromFile.union(inherited).union(asRoot).minus(withheld).union(ambient);
        }

        /// The effective set that this comes to.
        public CapabilitySet effective() {
            return allEffective ? permitted() : ambient;
        }
    }

    /// How it ends.
    public sealed interface Outcome {
        /// The program runs.
        ///
        /// @param after what it runs with
        record Executed(Credentials after) implements Outcome {}

        /// EPERM: the file's effective bit is set, and not all of its permitted set can be had.
        ///
        /// @param missing what cannot
        record Refused(CapabilitySet missing) implements Outcome {}
    }

    /// Executes a file.
    public static Execve of(Credentials before, ExecutedFile file, Kernel kernel) {
        return new ExecveRule(before, file, kernel, false).carryOut();
    }

    /// Executes a file in a thread that is traced by somebody without CAP_SYS_PTRACE over its user
    /// namespace, or that shares its file system attributes with another process (clone(2),
    /// CLONE_FS): it gains nothing by that.
    public static Execve whileHeld(Credentials before, ExecutedFile file, Kernel kernel) {
        return new ExecveRule(before, file, kernel, true).carryOut();
    }
}
