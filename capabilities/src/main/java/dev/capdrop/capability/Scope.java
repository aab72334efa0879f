package dev.capdrop.capability;

/// The worth of a capability to a process outside of the initial user namespace.
///
/// Source: the kernel's check sites. `capable()` asks the initial namespace and always refuses a
/// container; `ns_capable()` and its relatives ask the namespace that owns the object.
public enum Scope {
    /// No check site of the kernel ever grants the capability there.
    INERT,
    /// One or two exotic sites grant the capability; everything it is known for is refused.
    NEARLY_INERT,
    /// Some of what the capability is known for is granted.
    PARTLY,
    /// The capability is granted over everything that the namespace owns.
    HONOURED
}
