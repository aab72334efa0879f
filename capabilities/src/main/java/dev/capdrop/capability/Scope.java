package dev.capdrop.capability;

/// What a capability is worth to a process whose user namespace is not the initial one.
///
/// Source: the kernel's check sites. `capable()` asks the initial namespace and always refuses a
/// container; `ns_capable()` and its relatives ask the namespace that owns the object.
public enum Scope {
    /// No check site of the kernel ever grants it there.
    INERT,
    /// One or two exotic sites grant it; everything it is known for is refused.
    NEARLY_INERT,
    /// Some of what it is known for is granted.
    PARTLY,
    /// Granted over everything that the namespace owns.
    HONOURED
}
