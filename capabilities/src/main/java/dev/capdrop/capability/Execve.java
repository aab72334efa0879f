package dev.capdrop.capability;

/// An [execve(2)](https://man7.org/linux/man-pages/man2/execve.2.html) and its effect on a thread's
/// capabilities, with every operand of the sum (capabilities(7), "Transformation of capabilities
/// during execve()").
///
/// The rule is the kernel's, from `bprm_fill_uid` and `cap_bprm_creds_from_file`. Where the manual
/// page differs the kernel counts: under no_new_privs file capabilities are not ignored, they give
/// what the thread's permitted set holds already.
///
/// ```java
/// Execve execve = Execve.of(credentials, ExecutedFile.with(fileCapabilities), kernel);
/// String result = switch (execve.outcome()) {
///     case Execve.Outcome.Refused refused -> "EPERM, for want of " + refused.missing();
///     case Execve.Outcome.Executed executed -> "with " + executed.after().capabilities().effective();
/// };
/// ```
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
        ABSENT,
        HONOURED,
        /// Ignored for the mount's sake.
        NOSUID,
        /// Ignored: they belong to the root of a user namespace that the thread does not lie in.
        FOREIGN
    }

    /// The use of a file's set-user-ID and set-group-ID bits.
    public enum IdUse {
        ABSENT,
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
    /// @param asRoot the bounding and the inheritable set; empty unless root gets them
    /// @param withheld new ones taken away: no_new_privs, traced, or shared file system attributes
    /// @param ambient empty where the file has capabilities or changes ids
    /// @param allEffective whether all that is permitted is effective; else only the ambient set is
    public record Sum(
            CapabilitySet fromFile,
            CapabilitySet inherited,
            CapabilitySet asRoot,
            CapabilitySet withheld,
            CapabilitySet ambient,
            boolean allEffective) {
        public CapabilitySet permitted() {
            return fromFile.union(inherited).union(asRoot).minus(withheld).union(ambient);
        }

        public CapabilitySet effective() {
            return allEffective ? permitted() : ambient;
        }
    }

    public sealed interface Outcome {
        /// The program runs, with these credentials.
        record Executed(Credentials after) implements Outcome {}

        /// EPERM: the file's effective bit is set, and some of its permitted set cannot be had.
        record Refused(CapabilitySet missing) implements Outcome {}
    }

    public static Execve of(Credentials before, ExecutedFile file, Kernel kernel) {
        return new ExecveRule(before, file, kernel, false).carryOut();
    }

    /// Executes a file in a thread that may gain nothing: traced by somebody without CAP_SYS_PTRACE
    /// over its user namespace, or sharing its file system attributes (clone(2), CLONE_FS).
    public static Execve whileHeld(Credentials before, ExecutedFile file, Kernel kernel) {
        return new ExecveRule(before, file, kernel, true).carryOut();
    }
}
