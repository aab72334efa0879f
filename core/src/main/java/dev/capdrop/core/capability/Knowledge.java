package dev.capdrop.core.capability;

/// One row of the knowledge table: what this program knows of a capability.
///
/// @param capability the capability
/// @param name its name, lower case, without `cap_`
/// @param scope what it is worth inside a user namespace
/// @param permits what it permits in the initial namespace, a few words
/// @param refusal for the inert ones: what the kernel refuses in a user namespace, and where; else
///   empty
/// @param caution what user space may miss although the kernel does not honour it; else empty
public record Knowledge(
        Capability capability,
        String name,
        Scope scope,
        String permits,
        String refusal,
        String caution) {}
