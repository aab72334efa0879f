package dev.capdrop.capability;

/// An [execve(2)](https://man7.org/linux/man-pages/man2/execve.2.html) and its effect on a thread's
/// capabilities, with every operand of the sum (capabilities(7), "Transformation of capabilities
/// during execve()").
///
/// The rule is the kernel's own, from `bprm_fill_uid` and `cap_bprm_creds_from_file`, which the
/// manual page tells in short. Where they differ the kernel counts: under no_new_privs file
/// capabilities are not ignored, they give what the thread's permitted set holds already.
///
/// ```java
/// Execve execve = Execve.of(credentials, ExecutedFile.with(fileCapabilities), kernel);
/// String result = switch (execve.outcome()) {
///     case Execve.Outcome.Refused refused -> "EPERM, for want of " + refused.missing();
///     case Execve.Outcome.Executed executed -> "with " + executed.after().capabilities().effective();
/// };
/// ```
///
/// @param outcome the thread's credentials then, or why it was refused
/// @since 0.1
public record Execve(
        Credentials before,
        ExecutedFile file,
        FileUse fileUse,
        IdUse idUse,
        RootUse rootUse,
        Sum sum,
        Outcome outcome) {
    /// The use of a file's capabilities.
    public enum FileUse {
        /// The file has none.
        ABSENT,
        /// The capabilities count.
        HONOURED,
        /// Ignored for the mount's sake.
        NOSUID,
        /// Ignored: they belong to the root of a user namespace that the thread does not lie in.
        FOREIGN
    }

    /// The use of a file's set-user-ID and set-group-ID bits.
    public enum IdUse {
        /// The file has none.
        ABSENT,
        /// The bits count.
        HONOURED,
        /// Ignored for the mount's sake.
        NOSUID,
        /// Ignored because no_new_privs is set.
        NO_NEW_PRIVS,
        /// Ignored: the owner or the group has no number in the thread's user namespace.
        UNMAPPED
    }

    /// The effect of being root in the thread's user namespace.
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

    /// The operands of the permitted set.
    ///
    /// @param fromFile the file's permitted set as far as the bounding set lets it through
    /// @param inherited the file's inheritable set as far as the thread's holds it
    /// @param asRoot the bounding and the inheritable set; empty unless root gets them
    /// @param withheld the capabilities taken away again because the thread did not have them
    ///   before, and has no_new_privs set, is traced, or shares its file system attributes
    /// @param ambient the ambient set, empty where the file has capabilities or changes ids
    /// @param allEffective whether all that is permitted is effective at once; else only the
    ///   ambient set is
    public record Sum(
            CapabilitySet fromFile,
            CapabilitySet inherited,
            CapabilitySet asRoot,
            CapabilitySet withheld,
            CapabilitySet ambient,
            boolean allEffective) {
        /// Returns the resulting permitted set.
        public CapabilitySet permitted() {
            return fromFile.union(inherited).union(asRoot).minus(withheld).union(ambient);
        }

        /// Returns the resulting effective set.
        public CapabilitySet effective() {
            return allEffective ? permitted() : ambient;
        }
    }

    /// The result of the call.
    public sealed interface Outcome {
        /// The program runs.
        ///
        /// @param after the credentials it runs with
        record Executed(Credentials after) implements Outcome {}

        /// EPERM: the file's effective bit is set, and some of its permitted set cannot be had.
        ///
        /// @param missing the capabilities that cannot
        record Refused(CapabilitySet missing) implements Outcome {}
    }

    /// Executes a file.
    public static Execve of(Credentials before, ExecutedFile file, Kernel kernel) {
        return new ExecveRule(before, file, kernel, false).carryOut();
    }

    /// Executes a file in a thread that is traced by somebody without CAP_SYS_PTRACE over its user
    /// namespace, or that shares its file system attributes with another process (clone(2),
    /// CLONE_FS), so that it gains nothing.
    public static Execve whileHeld(Credentials before, ExecutedFile file, Kernel kernel) {
        return new ExecveRule(before, file, kernel, true).carryOut();
    }
}
