package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.Notation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `capdrop/decode/1` as a tree for [Json].
public final class NotationReports {
    private NotationReports() {}

    /// What was read.
    ///
    /// @param decoded in order
    /// @param last the highest capability of the kernel
    public static Object decode(List<Decoded> decoded, int last) {
        Map<String, @Nullable Object> report = object("schema", "capdrop/decode/1");
        if (decoded.size() == 1) {
            Notation only = decoded.getFirst().notation();
            report.put("mask", NotationForm.mask.write(only, last));
            report.put("names", only.all().names());
            report.put("text", NotationForm.text.write(only, last));
        }
        report.put("decoded", decoded.stream().map(one -> one(one, last)).toList());
        return report;
    }

    private static Object one(Decoded decoded, int last) {
        Notation notation = decoded.notation();
        FileCapabilities file = notation.file();
        return object(
                "input", decoded.input(),
                "file", decoded.file().isEmpty() ? null : decoded.file(),
                "kind", kind(notation),
                "mask", NotationForm.mask.write(notation, last),
                "names", notation.all().names(),
                "text", NotationForm.text.write(notation, last),
                "iab", NotationForm.iab.write(notation, last),
                "attribute", NotationForm.attribute.write(notation, last),
                "sets", sets(notation, last),
                "rootid", file == null ? null : file.rootId());
    }

    private static String kind(Notation notation) {
        return switch (notation) {
            case Notation.Mask _ -> "mask";
            case Notation.Names _ -> "names";
            case Notation.StatusLine _ -> "status";
            case Notation.Text _ -> "text";
            case Notation.Iab _ -> "iab";
            case Notation.Attribute _ -> "attribute";
        };
    }

    private static Map<String, @Nullable Object> sets(Notation notation, int last) {
        Map<String, @Nullable Object> sets = new LinkedHashMap<>();
        NotationText.sets(notation, last).forEach((word, set) -> sets.put(word, set.formatHex()));
        return sets;
    }
}
