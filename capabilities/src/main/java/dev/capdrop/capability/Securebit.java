package dev.capdrop.capability;

import java.util.Locale;

/// A switch in a thread's securebits
/// ([capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html), "The securebits
/// flags"), by its number in `linux/securebits.h`. The bit above each is its lock.
public enum Securebit {
    /// Root is no special user to execve(2).
    NOROOT(0),
    /// A change of user ids between root and others leaves the sets alone.
    NO_SETUID_FIXUP(2),
    /// The permitted set survives leaving root by user ids; an execve(2) clears the bit.
    KEEP_CAPS(4),
    /// Nothing can be made ambient.
    NO_CAP_AMBIENT_RAISE(6),
    /// Script interpreters are asked to run only what execve(2) would (since Linux 6.14).
    EXEC_RESTRICT_FILE(8),
    /// Script interpreters are asked to run no commands of a terminal (since Linux 6.14).
    EXEC_DENY_INTERACTIVE(10);

    private final int number;

    Securebit(int number) {
        this.number = number;
    }

    /// Returns the word of systemd.exec(5), `SecureBits=`: `no-setuid-fixup`.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    int mask() {
        return 1 << number;
    }

    int lock() {
        return 1 << (number + 1);
    }
}
