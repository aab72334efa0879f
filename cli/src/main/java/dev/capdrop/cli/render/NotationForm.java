package dev.capdrop.cli.render;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.IabTuple;
import dev.capdrop.capability.NameStyle;
import dev.capdrop.capability.Notation;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A form that capabilities can be written in, by its word on the command line.
public enum NotationForm {
    mask("a mask is one set, and this holds several that differ"),
    lxc("a list is one set, and this holds several that differ"),
    libcap("a list is one set, and this holds several that differ"),
    systemd("a list is one set, and this holds several that differ"),
    text("an IAB tuple says nothing of the permitted and the effective set"),
    iab("a tuple says nothing of the permitted and the effective set"),
    attribute(
            "a file has a permitted and an inheritable set, and all of both is effective or nothing");

    private final String obstacle;

    NotationForm(String obstacle) {
        this.obstacle = obstacle;
    }

    /// Why this form cannot say what another says.
    public String obstacle() {
        return obstacle;
    }

    /// Writes it in this form; null where the form cannot say as much.
    ///
    /// @param last the highest capability of the kernel
    public @Nullable String write(Notation notation, int last) {
        CapabilitySet one = notation.one();
        CapabilityState state = notation.state();
        IabTuple tuple = notation.iab(last);
        FileCapabilities file = notation.file();
        return switch (this) {
            case mask -> one == null ? null : one.formatHex();
            case lxc -> one == null ? null : names(one, NameStyle.LXC, " ");
            case libcap -> one == null ? null : names(one, NameStyle.LIBCAP, ",");
            case systemd -> one == null ? null : names(one, NameStyle.SYSTEMD, " ");
            case text -> state == null ? null : state.format(last);
            case iab -> tuple == null ? null : tuple.format();
            case attribute -> file == null ? null : hex(file);
        };
    }

    /// An attribute as `getfattr -e hex` writes it.
    static String hex(FileCapabilities file) {
        return "0x" + HexFormat.of().formatHex(file.encode());
    }

    private static String names(CapabilitySet set, NameStyle style, String between) {
        return set.members().stream().map(style::format).collect(Collectors.joining(between));
    }
}
