package dev.capdrop.lab;

/// Which user namespace a container lives in.
public enum Privilege {
    /// One of its own, whose root is the host's user 100000.
    UNPRIVILEGED,
    /// The initial one: its root is the host's root.
    PRIVILEGED
}
