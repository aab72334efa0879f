package dev.capdrop.core.container;

/// What an installed liblxc makes of a key.
public enum KeyAnswer {
    LOADS,
    /// It refuses the whole configuration for it.
    REFUSED,
    /// There is none, or it could not be asked.
    NOT_KNOWN
}
