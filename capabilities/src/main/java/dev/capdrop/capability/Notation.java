package dev.capdrop.capability;

import org.jspecify.annotations.Nullable;

/// Capabilities in one of the notations in use, told apart by their form alone.
public sealed interface Notation {
    /// A mask in hex: `1fffffffff`, `0x2000`.
    record Mask(CapabilitySet set) implements Notation {}

    /// A list of names or decimal numbers, with commas or blanks: `cap_kill,net_raw`, `CAP_BPF 41`.
    record Names(CapabilitySet set) implements Notation {}

    /// A `Cap…` line of `/proc/PID/status`.
    record StatusLine(ThreadSet which, CapabilitySet set) implements Notation {}

    /// The text of cap_from_text(3): `cap_net_raw=ep`.
    record Text(CapabilityState state) implements Notation {}

    /// The text of cap_iab(3), with at least one prefix: `!cap_chown,^cap_kill`.
    record Iab(IabTuple tuple) implements Notation {}

    /// The bytes of `security.capability`, in hex or as getfattr(1) writes them.
    record Attribute(FileCapabilities file) implements Notation {}

    /// Parses a text in any notation; a single word of hex digits is a mask, and `all` goes up to
    /// `last`.
    ///
    /// @throws CapabilitySyntaxException when it is in none
    static Notation read(String text, int last) {
        return new NotationParser(text, last).parse();
    }

    /// Returns every capability that occurs.
    default CapabilitySet all() {
        return switch (this) {
            case Mask mask -> mask.set();
            case Names names -> names.set();
            case StatusLine line -> line.set();
            case Text text -> union(text.state());
            case Iab iab -> iab.tuple().inheritable().union(iab.tuple().blocked());
            case Attribute attribute -> union(attribute.file().state());
        };
    }

    /// Returns the one set that says it all; null where there are several, and they differ.
    default @Nullable CapabilitySet one() {
        return switch (this) {
            case Mask mask -> mask.set();
            case Names names -> names.set();
            case StatusLine line -> line.set();
            case Text text -> alike(text.state());
            case Iab unused -> null;
            case Attribute attribute -> alike(attribute.file().state());
        };
    }

    /// Returns the three sets, a single set being permitted and effective; null for an IAB tuple.
    default @Nullable CapabilityState state() {
        return switch (this) {
            case Mask mask -> granted(mask.set());
            case Names names -> granted(names.set());
            case StatusLine line -> granted(line.set());
            case Text text -> text.state();
            case Iab unused -> null;
            case Attribute attribute -> attribute.file().state();
        };
    }

    /// Returns the IAB tuple: a list or a mask is inheritable, a status line its set; null for
    /// other sets. Nothing above `last` counts as blocked.
    default @Nullable IabTuple iab(int last) {
        CapabilitySet none = CapabilitySet.EMPTY;
        return switch (this) {
            case Mask mask -> new IabTuple(mask.set(), none, none);
            case Names names -> new IabTuple(names.set(), none, none);
            case StatusLine line ->
                    switch (line.which()) {
                        case INHERITABLE -> new IabTuple(line.set(), none, none);
                        case AMBIENT -> new IabTuple(line.set(), line.set(), none);
                        case BOUNDING ->
                                new IabTuple(
                                        none, none, CapabilitySet.upTo(last).minus(line.set()));
                        case PERMITTED, EFFECTIVE -> null;
                    };
            case Iab iab -> iab.tuple();
            case Text unused -> null;
            case Attribute unused -> null;
        };
    }

    /// Returns the attribute that setcap(8) would write; null where a file cannot hold it.
    default @Nullable FileCapabilities file() {
        if (this instanceof Attribute attribute) {
            return attribute.file();
        }
        CapabilityState state = state();
        return state == null || !FileCapabilities.canHold(state)
                ? null
                : FileCapabilities.of(state, null);
    }

    private static CapabilityState granted(CapabilitySet set) {
        return new CapabilityState(set, CapabilitySet.EMPTY, set);
    }

    private static CapabilitySet union(CapabilityState state) {
        return state.permitted().union(state.inheritable()).union(state.effective());
    }

    private static @Nullable CapabilitySet alike(CapabilityState state) {
        CapabilitySet all = union(state);
        for (CapabilityState.Flag flag : CapabilityState.Flag.values()) {
            if (!state.get(flag).isEmpty() && !state.get(flag).equals(all)) {
                return null;
            }
        }
        return all;
    }
}
