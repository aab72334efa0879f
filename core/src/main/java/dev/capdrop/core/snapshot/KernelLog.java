package dev.capdrop.core.snapshot;

import module java.base;

/// The lines of the host's kernel log about one container, as the kernel wrote them, oldest first.
/// No line of the container's own journal is among them, whatever it looks like.
///
/// A line that is missing proves nothing: the kernel limits how many it writes, and its ring holds
/// only the last ones.
///
/// @param unread why the log, or the part of it since the container's start, could not be read, a
///   sentence; empty where it was
public record KernelLog(Owner owner, List<Line> lines, String unread) {
    public static final KernelLog NONE = new KernelLog(Owner.NOBODY, List.of(), "");

    public KernelLog {
        lines = List.copyOf(lines);
    }

    /// What tells the lines about a container from those about others.
    ///
    /// @param groups its control groups as the host names them, without a slash at their end: one
    ///   of version 2, or one for each hierarchy of version 1
    /// @param profile the AppArmor profile that its PID 1 is confined by, where no other container
    ///   has one of this name; else empty
    public record Owner(List<String> groups, String profile) {
        static final Owner NOBODY = new Owner(List.of(), "");

        public Owner {
            groups = groups.stream().filter(group -> group.length() > 1).distinct().toList();
        }
    }

    /// A line of the kernel's.
    ///
    /// @param atMicros when it was written, µs since the epoch, by the host's clock
    public record Line(long atMicros, String text) {}

    /// Returns what the lines say, oldest first.
    public List<KernelRefusal> refusals() {
        List<KernelRefusal> refusals = new ArrayList<>();
        for (Line line : lines) {
            KernelRefusal refusal = KernelRefusal.of(line, owner);
            if (refusal != null) {
                refusals.add(refusal);
            }
        }
        return refusals;
    }
}
