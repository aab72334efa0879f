package dev.capdrop.capability;

/// One of libcap's names for what securebits and sets come to together
/// ([cap_get_mode(3)](https://man7.org/linux/man-pages/man3/cap_get_mode.3.html)).
public enum CapabilityMode {
    /// None of those below.
    UNCERTAIN,
    /// No privilege, and none to be had from any file.
    NOPRIV,
    /// Capabilities alone, and nothing to be inherited: what user id 0 is worth is locked away.
    PURE1E_INIT,
    /// Capabilities alone; some are inheritable.
    PURE1E,
    /// No securebits: user id 0 has its old meaning.
    HYBRID;

    private static final Securebits PURE =
            Securebits.NONE
                    .with(Securebit.NOROOT)
                    .locked(Securebit.NOROOT)
                    .with(Securebit.NO_SETUID_FIXUP)
                    .locked(Securebit.NO_SETUID_FIXUP)
                    .locked(Securebit.KEEP_CAPS)
                    .with(Securebit.NO_CAP_AMBIENT_RAISE)
                    .locked(Securebit.NO_CAP_AMBIENT_RAISE);

    /// Returns the mode that libcap's cap_get_mode(3) gives such a thread.
    public static CapabilityMode of(ThreadCapabilities capabilities, Securebits securebits) {
        if (securebits.equals(Securebits.NONE)) {
            return HYBRID;
        }
        if (!securebits.equals(PURE) || !capabilities.ambient().isEmpty()) {
            return UNCERTAIN;
        }
        if (!capabilities.inheritable().isEmpty()) {
            return PURE1E;
        }
        boolean none = capabilities.permitted().isEmpty() && capabilities.bounding().isEmpty();
        return none ? NOPRIV : PURE1E_INIT;
    }
}
