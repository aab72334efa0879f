package dev.capdrop.core.execution;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import module java.base;

/// The capabilities that units will miss at the next boot.
///
/// @param dropped what PID 1's bounding set holds now and will not hold then
/// @param version the first number of systemd's version; 0 when unknown
/// @param kernelRelease the machine's kernel, as uname(2) says it
public record Missing(
        CapabilitySet dropped,
        CapabilitySet honoured,
        CapabilitySet held,
        boolean unprivileged,
        int version,
        String kernelRelease) {
    private static final Pattern RELEASE = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})");

    /// Returns what the next boot of a container that runs lacks, were PID 1's bounding set another
    /// one.
    public static Missing of(Observed seen, CapabilitySet bounding) {
        return of(seen, seen.init().bounding(), bounding);
    }

    /// Returns what the boot that was seen lacked of what the host could give it.
    public static Missing inForce(Observed seen) {
        return of(seen, seen.snapshot().host().bounding(), seen.init().bounding());
    }

    private static Missing of(Observed seen, CapabilitySet all, CapabilitySet bounding) {
        Snapshot snapshot = seen.snapshot();
        CapabilitySet dropped = all.minus(bounding);
        return new Missing(
                dropped,
                dropped.only(snapshot::honours),
                bounding,
                seen.init().unprivileged(),
                major(seen.systemd().manager().version()),
                snapshot.host().kernelRelease());
    }

    boolean contains(String name) {
        return dropped.contains(Capability.of(name));
    }

    /// Whether the kernel is as new as this version; one of which nothing is known is.
    boolean kernelIsFrom(int major, int minor) {
        Matcher release = RELEASE.matcher(kernelRelease);
        if (!release.lookingAt()) {
            return true;
        }
        int first = Integer.parseInt(release.group(1));
        return first > major || (first == major && Integer.parseInt(release.group(2)) >= minor);
    }

    static int major(String version) {
        int end = 0;
        while (end < version.length() && end < 6 && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end == 0 ? 0 : Integer.parseInt(version.substring(0, end));
    }
}
