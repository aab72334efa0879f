package dev.capdrop.lab;

/// Which user namespace a container lives in.
public enum Privilege {
    /// One of its own, whose root is an ordinary user of the host.
    UNPRIVILEGED,
    /// The initial one: its root is the host's root.
    PRIVILEGED
}
