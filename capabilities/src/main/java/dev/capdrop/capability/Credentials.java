package dev.capdrop.capability;

/// The credentials of a thread that decide what execve(2) gives it (capabilities(7),
/// credentials(7)).
///
/// @param ids in the numbers of the initial user namespace
/// @param noNewPrivs whether PR_SET_NO_NEW_PRIVS is set (prctl(2))
public record Credentials(
        ThreadIds ids,
        ThreadCapabilities capabilities,
        Securebits securebits,
        boolean noNewPrivs,
        UserNamespace namespace) {
    /// Returns credentials without securebits and without no_new_privs.
    public static Credentials of(
            ThreadIds ids, ThreadCapabilities capabilities, UserNamespace namespace) {
        return new Credentials(ids, capabilities, Securebits.NONE, false, namespace);
    }

    public Credentials with(ThreadCapabilities other) {
        return new Credentials(ids, other, securebits, noNewPrivs, namespace);
    }

    public Credentials with(ThreadIds other) {
        return new Credentials(other, capabilities, securebits, noNewPrivs, namespace);
    }

    public Credentials with(Securebits other) {
        return new Credentials(ids, capabilities, other, noNewPrivs, namespace);
    }

    /// Returns a copy with PR_SET_NO_NEW_PRIVS, which never goes away again.
    public Credentials withNoNewPrivs() {
        return new Credentials(ids, capabilities, securebits, true, namespace);
    }
}
