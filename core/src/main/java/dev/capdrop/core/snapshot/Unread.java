package dev.capdrop.core.snapshot;

import java.util.List;

/// A part of a container that a reading did not come to: nothing follows from its absence.
///
/// @param part what
/// @param units the units of which it is missing; empty where that cannot be told by units
/// @param why one sentence, as in [Snapshot#problems]
public record Unread(Part part, List<String> units, String why) {
    public Unread {
        units = List.copyOf(units);
    }

    /// What a reading may not come to.
    public enum Part {
        /// All that systemd would say: it is there, and did not answer in time or made no sense.
        SYSTEMD,
        /// The same where nobody is there to answer: neither its D-Bus nor its own socket.
        SYSTEMD_GONE,
        /// The same where PID 1 is another program: there is no systemd.
        OTHER_INIT,
        /// The conditions and the details of units.
        UNITS,
        /// The files of units.
        UNIT_FILES,
        /// What conditions come to at the next boot.
        NEXT_BOOT,
        /// The programs in the container's root directory.
        PROGRAMS
    }
}
