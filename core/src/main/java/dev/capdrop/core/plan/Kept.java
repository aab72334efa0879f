package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import java.util.List;

/// A capability that goal `inert` or `least` looked at and does not drop.
///
/// @param capability the capability
/// @param by what kind of thing would miss it
/// @param who the names of those that would: programs, units, engines; empty where it is none of
///   these
/// @param why one sentence fragment
public record Kept(Capability capability, By by, List<String> who, String why) {
    /// What kind of thing would miss it.
    public enum By {
        /// The administrator keeps it by name.
        REQUEST("request"),
        /// The kernel honours it in this container.
        KERNEL("kernel"),
        /// The runtime lends it to the container, or confines it in a way that makes it count.
        RUNTIME("runtime"),
        /// A container engine inside sets it for its own containers.
        ENGINE("engine"),
        /// A program's file capabilities demand it.
        FILE("file"),
        /// It was seen to be used.
        USE("use"),
        /// systemd itself needs it, perhaps at a time that nobody has watched.
        SYSTEMD("systemd"),
        /// A unit would be lost, or nobody could say what becomes of it.
        UNIT("unit");

        private final String word;

        By(String word) {
            this.word = word;
        }

        /// The word for it in JSON.
        public String word() {
            return word;
        }
    }

    public Kept {
        who = List.copyOf(who);
    }
}
