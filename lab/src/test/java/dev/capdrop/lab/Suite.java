package dev.capdrop.lab;

/// The Debian releases that the bench makes roots of.
public enum Suite {
    /// Debian 11, systemd 247.
    BULLSEYE("bullseye"),
    /// Debian 12, systemd 252.
    BOOKWORM("bookworm"),
    /// Debian 13, systemd 257.
    TRIXIE("trixie"),
    /// Debian 14 before its release, systemd 262 in November 2026.
    FORKY("forky");

    private final String codename;

    Suite(String codename) {
        this.codename = codename;
    }

    /// The name that mmdebstrap takes.
    public String codename() {
        return codename;
    }
}
