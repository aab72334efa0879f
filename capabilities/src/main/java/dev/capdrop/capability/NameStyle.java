package dev.capdrop.capability;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A style of writing a capability's name; one without a name is its number in each.
public enum NameStyle {
    /// The style of lxc.container.conf(5), `sys_rawio`.
    LXC("", "sys_rawio"),
    /// The style of libcap, `cap_sys_rawio`.
    LIBCAP("cap_", "cap_sys_rawio"),
    /// The style of capabilities(7) and systemd.unit(5), `CAP_SYS_RAWIO`.
    SYSTEMD("CAP_", "CAP_SYS_RAWIO");

    private final String prefix;
    private final String example;

    NameStyle(String prefix, String example) {
        this.prefix = prefix;
        this.example = example;
    }

    public String format(Capability capability) {
        Knowledge known = capability.knowledge();
        if (known == null) {
            return Integer.toString(capability.number());
        }
        String name = prefix + known.name();
        return this == SYSTEMD ? name.toUpperCase(Locale.ROOT) : name;
    }

    /// Parses a name that [#format] writes just so, and no other spelling.
    ///
    /// @throws CapabilitySyntaxException when there is none
    public Capability parse(String name) {
        Capability found = name.matches("[0-9]{1,2}") ? numbered(name) : Capability.named(name);
        if (found == null || !format(found).equals(name)) {
            throw CapabilitySyntaxException.at(
                    name, 0, "a capability's name, as '" + example + "'");
        }
        return found;
    }

    /// Returns the style of a known name; null where it is in none of them.
    public static @Nullable NameStyle of(String name) {
        for (NameStyle style : values()) {
            Capability found = Capability.named(name);
            if (found != null && style.format(found).equals(name)) {
                return style;
            }
        }
        return null;
    }

    private static @Nullable Capability numbered(String digits) {
        int number = Integer.parseInt(digits);
        return number > Capability.MAX_NUMBER ? null : new Capability(number);
    }
}
