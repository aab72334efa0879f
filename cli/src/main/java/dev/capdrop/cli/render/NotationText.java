package dev.capdrop.cli.render;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.IabTuple;
import dev.capdrop.capability.Notation;
import dev.capdrop.capability.ThreadSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a text, a mask or an attribute means, for people.
public final class NotationText {
    /// A set that lacks no more than this is told by what it lacks.
    private static final int FEW = 8;

    /// A longer text of a single set would only repeat its names, and does not fit a line.
    private static final int LONGEST_TEXT = 64;

    private static final int INDENT = 2;
    private static final int LABEL = 13;

    private final Terminal terminal;
    private final int last;

    /// @param last the highest capability of the running kernel
    public NotationText(Terminal terminal, int last) {
        this.terminal = terminal;
        this.last = last;
    }

    /// Writes the sets, and how else to write them. A line of a status is one line, so that a whole
    /// status stays a table.
    ///
    /// @param firstOfFile whether the text before it was of another file
    public void write(Decoded decoded, boolean firstOfFile) {
        Notation notation = decoded.notation();
        if (firstOfFile && !decoded.file().isEmpty()) {
            terminal.line(Text.foreign(decoded.file()).strong());
        }
        if (!(notation instanceof Notation.StatusLine)) {
            String summary = summary(notation);
            terminal.paragraph(
                    0,
                    INDENT,
                    "%s%s",
                    Text.foreign(decoded.input()).strong(),
                    summary.isEmpty() ? "" : "  " + summary);
        }
        sets(notation, last)
                .forEach((word, set) -> row(word, set.formatHex() + "  " + describe(set)));
        forms(notation).forEach(form -> row(label(form), written(form, notation)));
    }

    /// In which forms it is shown: those that tell what the sets above them do not.
    private static List<NotationForm> forms(Notation notation) {
        return switch (notation) {
            case Notation.Mask _ -> List.of(NotationForm.lxc, NotationForm.text);
            case Notation.Names _ ->
                    List.of(NotationForm.mask, NotationForm.lxc, NotationForm.text);
            case Notation.StatusLine _ -> List.of();
            case Notation.Text _ -> List.of(NotationForm.text, NotationForm.attribute);
            case Notation.Iab _ -> List.of(NotationForm.iab);
            case Notation.Attribute _ -> List.of(NotationForm.text);
        };
    }

    private static String label(NotationForm form) {
        return form == NotationForm.lxc ? "names" : form.name();
    }

    /// The sets by the man page's words; none for a mask or a list, which are of none.
    static Map<String, CapabilitySet> sets(Notation notation, int last) {
        Map<String, CapabilitySet> sets = new LinkedHashMap<>();
        switch (notation) {
            case Notation.Mask _, Notation.Names _ -> {}
            case Notation.StatusLine line -> sets.put(line.which().word(), line.set());
            case Notation.Text text -> put(sets, text.state());
            case Notation.Attribute attribute -> put(sets, attribute.file().state());
            case Notation.Iab iab -> put(sets, iab.tuple(), last);
        }
        return sets;
    }

    private static void put(Map<String, CapabilitySet> sets, CapabilityState state) {
        sets.put(ThreadSet.PERMITTED.word(), state.permitted());
        sets.put(ThreadSet.INHERITABLE.word(), state.inheritable());
        sets.put(ThreadSet.EFFECTIVE.word(), state.effective());
    }

    private static void put(Map<String, CapabilitySet> sets, IabTuple tuple, int last) {
        sets.put(ThreadSet.INHERITABLE.word(), tuple.inheritable());
        sets.put(ThreadSet.AMBIENT.word(), tuple.ambient());
        sets.put(ThreadSet.BOUNDING.word(), CapabilitySet.upTo(last).minus(tuple.blocked()));
    }

    private String summary(Notation notation) {
        return switch (notation) {
            case Notation.Mask mask -> count(mask.set());
            case Notation.Names names -> count(names.set());
            case Notation.Attribute attribute -> layout(attribute.file());
            case Notation.StatusLine _, Notation.Text _, Notation.Iab _ -> "";
        };
    }

    private String count(CapabilitySet set) {
        String number = set.size() + (set.size() == 1 ? " capability" : " capabilities");
        return lacksFew(set) ? number + ", " + describe(set) : number;
    }

    private static String layout(FileCapabilities file) {
        String owner = file.rootId() == null ? "" : ", root id " + file.rootId();
        return "attribute of version " + file.version().number() + owner;
    }

    private boolean lacksFew(CapabilitySet set) {
        return CapabilitySet.upTo(last).minus(set).size() <= FEW;
    }

    private String describe(CapabilitySet set) {
        if (set.isEmpty()) {
            return "none";
        }
        if (!lacksFew(set)) {
            return set.toString();
        }
        CapabilitySet kernel = CapabilitySet.upTo(last);
        CapabilitySet lacking = kernel.minus(set);
        CapabilitySet beyond = set.minus(kernel);
        return (lacking.isEmpty() ? "all" : "all but " + lacking)
                + (beyond.isEmpty() ? "" : ", and " + beyond);
    }

    private @Nullable String written(NotationForm form, Notation notation) {
        if (form == NotationForm.text && notation instanceof Notation.Attribute attribute) {
            return attribute.file().formatWithRootId(last);
        }
        String written = form.write(notation, last);
        boolean repeats = form == NotationForm.text && notation.one() != null;
        return repeats && written != null && written.length() > LONGEST_TEXT ? null : written;
    }

    private void row(String label, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            int indent = INDENT + LABEL;
            terminal.paragraph(
                    INDENT, indent, "%s%s", Text.foreign(label).padded(LABEL), Text.whole(value));
        }
    }
}
