package dev.capdrop.core.plan;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;

/// What a unit will miss at the next boot.
///
/// @param dropped what PID 1's bounding set holds now and will not hold then
/// @param honoured those of them that the kernel honours in this container
/// @param version the first number of systemd's version; 0 when unknown
record Missing(CapabilitySet dropped, CapabilitySet honoured, int version) {
    boolean anyOf(String... names) {
        return !dropped.intersect(CapabilitySet.named(names)).isEmpty();
    }

    boolean contains(String name) {
        return dropped.contains(Capability.of(name));
    }

    /// The first number of a version such as `257.8-1~deb13u2`; 0 when there is none.
    static int major(String version) {
        int end = 0;
        while (end < version.length() && end < 6 && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end == 0 ? 0 : Integer.parseInt(version.substring(0, end));
    }
}
