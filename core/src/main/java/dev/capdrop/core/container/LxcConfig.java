package dev.capdrop.core.container;

import dev.capdrop.core.capability.CapabilitySet;
import org.jspecify.annotations.Nullable;

/// The configuration of an LXC container, read as liblxc 5 and later read it.
///
/// Source: lxc.container.conf(5), "CAPABILITIES" and "INCLUDES", and what liblxc 6.0.4 was seen to
/// do. A relative include is looked up from `/`, where services start. Keys are judged, values of
/// other keys than those two are not.
public final class LxcConfig {
    static final String DROP = "lxc.cap.drop";
    static final String KEEP = "lxc.cap.keep";
    static final String INCLUDE = "lxc.include";

    private LxcConfig() {}

    /// What the configuration at `path` comes to.
    ///
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`: a greater one is refused
    public static EffectiveCapabilities resolve(String path, ConfigSource source, int last) {
        return LxcResolver.resolve(path, source, last);
    }

    /// The last value that the configuration at `path` gives to a key of which liblxc keeps one
    /// value; null where it has none. Where the configuration does not load, the last one before
    /// the error.
    ///
    /// @param key such as `lxc.apparmor.profile`
    public static @Nullable String value(String path, ConfigSource source, String key) {
        return LxcResolver.value(path, source, key);
    }

    /// The smallest edit of the file at `path` after which the container no longer holds `drop`. It
    /// is proven by reading the configuration again with the edit in it.
    ///
    /// @throws IllegalArgumentException when the configuration does not load, or no edit of this
    ///   file can do it
    public static ConfigEdit drop(String path, ConfigSource source, CapabilitySet drop, int last) {
        return new DropEdit(path, source, last).drop(drop);
    }

    /// `current` without what `edit` did: byte-identical to `edit.before()` when `current` is
    /// `edit.after()`, else with our names taken back and everybody else's edits kept.
    ///
    /// A name that we added and somebody else added once more to a line of their own is taken from
    /// both: afterwards it is dropped no more.
    public static String takeBack(String current, ConfigEdit edit) {
        if (current.equals(edit.after())) {
            return edit.before();
        }
        return current.equals(edit.before()) ? current : TakeBack.from(current, edit);
    }
}
