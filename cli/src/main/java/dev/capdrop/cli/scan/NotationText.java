package dev.capdrop.cli.scan;

import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.IabTuple;
import dev.capdrop.capability.NameStyle;
import dev.capdrop.capability.Notation;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Writes the meaning of a text, a mask or an attribute, for people.
record NotationText(Terminal terminal, int last) {
    /// The most missing capabilities by which a set is told.
    private static final int FEW = 8;

    /// The longest text shown of a single set; a longer one only repeats its names.
    private static final int LONGEST_TEXT = 64;

    private static final int INDENT = 2;
    private static final int LABEL = 13;

    /// Writes the sets, and their other notations; a line of a status stays one line.
    public void write(Decoded decoded, boolean firstOfFile) {
        Notation notation = decoded.notation();
        if (firstOfFile && !decoded.file().isEmpty()) {
            terminal.line(Text.foreign(decoded.file()).strong());
        }
        if (!(notation instanceof Notation.StatusLine)) {
            String summary = summary(notation);
            terminal.head(
                    "%s%s",
                    Text.foreign(decoded.input()).strong(),
                    summary.isEmpty() ? "" : "  " + summary);
        }
        sets(notation, last)
                .forEach((word, set) -> row(word, set.formatHex() + "  " + describe(set)));
        forms(notation).forEach(form -> row(label(form), written(form, notation)));
    }

    /// Returns the forms that tell something new beside the sets.
    private static List<Form> forms(Notation notation) {
        return switch (notation) {
            case Notation.Mask _ -> List.of(Form.lxc, Form.text);
            case Notation.Names _ -> List.of(Form.mask, Form.lxc, Form.text);
            case Notation.StatusLine _ -> List.of();
            case Notation.Text _ -> List.of(Form.text, Form.attribute);
            case Notation.Iab _ -> List.of(Form.iab);
            case Notation.Attribute _ -> List.of(Form.text);
        };
    }

    private static String label(Form form) {
        return form == Form.lxc ? "names" : form.name();
    }

    /// Returns the sets by the man page's words; none for a mask or a list, which belong to none.
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

    private @Nullable String written(Form form, Notation notation) {
        if (form == Form.text && notation instanceof Notation.Attribute attribute) {
            return attribute.file().formatWithRootId(last);
        }
        String written = form.write(notation, last);
        boolean repeats = form == Form.text && notation.one() != null;
        return repeats && written != null && written.length() > LONGEST_TEXT ? null : written;
    }

    private void row(String label, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            int indent = INDENT + LABEL;
            terminal.paragraph(
                    INDENT, indent, "%s%s", Text.foreign(label).padded(LABEL), Text.whole(value));
        }
    }

    public static Object decode(List<Decoded> decoded, int last) {
        Map<String, @Nullable Object> report = object("schema", "capdrop/decode/1");
        if (decoded.size() == 1) {
            Notation only = decoded.getFirst().notation();
            report.put("mask", Form.mask.write(only, last));
            report.put("names", only.all().names());
            report.put("text", Form.text.write(only, last));
        }
        report.put("decoded", decoded.stream().map(one -> one(one, last)).toList());
        return report;
    }

    private static Object one(Decoded decoded, int last) {
        Notation notation = decoded.notation();
        FileCapabilities file = notation.file();
        return members()
                .with("input", decoded.input())
                .text("file", decoded.file())
                .with("kind", Json.word(notation.getClass()).replaceFirst("-line$", ""))
                .with("mask", Form.mask.write(notation, last))
                .with("names", notation.all().names())
                .with("text", Form.text.write(notation, last))
                .with("iab", Form.iab.write(notation, last))
                .with("attribute", Form.attribute.write(notation, last))
                .with("sets", hex(notation, last))
                .with("rootid", file == null ? null : file.rootId());
    }

    private static Map<String, @Nullable Object> hex(Notation notation, int last) {
        Map<String, @Nullable Object> sets = new LinkedHashMap<>();
        sets(notation, last).forEach((word, set) -> sets.put(word, set.formatHex()));
        return sets;
    }

    /// A form that capabilities can be written in, by its word on the command line.
    public enum Form {
        mask("a mask is one set, and this holds several that differ"),
        lxc("a list is one set, and this holds several that differ"),
        libcap("a list is one set, and this holds several that differ"),
        systemd("a list is one set, and this holds several that differ"),
        text("an IAB tuple says nothing of the permitted and the effective set"),
        iab("a tuple says nothing of the permitted and the effective set"),
        attribute(
                "a file has a permitted and an inheritable set, and all of both is effective or nothing");

        final String obstacle;

        Form(String obstacle) {
            this.obstacle = obstacle;
        }

        /// Returns the notation in this form, on a kernel up to `last`; null where it says less.
        public @Nullable String write(Notation notation, int last) {
            CapabilitySet single = notation.one();
            CapabilityState state = notation.state();
            IabTuple tuple = notation.iab(last);
            FileCapabilities file = notation.file();
            return switch (this) {
                case mask -> single == null ? null : single.formatHex();
                case lxc -> single == null ? null : names(single, NameStyle.LXC, " ");
                case libcap -> single == null ? null : names(single, NameStyle.LIBCAP, ",");
                case systemd -> single == null ? null : names(single, NameStyle.SYSTEMD, " ");
                case text -> state == null ? null : state.format(last);
                case iab -> tuple == null ? null : tuple.format();
                case attribute -> file == null ? null : hex(file);
            };
        }

        /// Returns an attribute as `getfattr -e hex` writes it.
        static String hex(FileCapabilities file) {
            return "0x" + HexFormat.of().formatHex(file.encode());
        }

        private static String names(CapabilitySet set, NameStyle style, String between) {
            return set.members().stream().map(style::format).collect(Collectors.joining(between));
        }
    }

    /// A decoded text, and its file by grep(1) or getfattr(1), or an empty name.
    public record Decoded(String file, String input, Notation notation) {}
}
