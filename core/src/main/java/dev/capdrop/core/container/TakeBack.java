package dev.capdrop.core.container;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.document.LineDocument;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Takes an edit back from a file that others have changed since.
///
/// Names on a drop list are taken from every line that was not there before the edit. Names taken
/// from keep lists come back where the edited lines still stand as we left them, else on the last
/// keep line in force.
final class TakeBack {
    private TakeBack() {}

    static String from(String current, ConfigEdit edit) {
        String reverted =
                edit.removedFromKeep().isEmpty() ? current : withHunkReverted(current, edit);
        CapabilityText text = new CapabilityText(reverted);
        undrop(text, edit);
        keepAgain(text, edit.removedFromKeep());
        return text.format();
    }

    private static void undrop(CapabilityText text, ConfigEdit edit) {
        if (edit.addedToDrop().isEmpty()) {
            return;
        }
        List<String> others = new ArrayList<>();
        for (LxcLine line : LxcSyntax.parse(LineDocument.parse(edit.before()))) {
            others.add(line.text());
        }
        List<LxcLine.Setting> lines = text.settings(LxcConfig.DROP, line -> names(line, edit));
        for (LxcLine.Setting line : lines) {
            if (!others.remove(line.text())) {
                text.take(line, edit.addedToDrop());
            }
        }
    }

    private static boolean names(LxcLine.Setting line, ConfigEdit edit) {
        return !CapabilityWords.without(line.value(), edit.addedToDrop()).equals(line.value());
    }

    private static void keepAgain(CapabilityText text, CapabilitySet names) {
        CapabilitySet missing = names;
        LxcLine.Setting inForce = null;
        for (LxcLine line : LxcSyntax.parse(text.document())) {
            if (line instanceof LxcLine.Setting setting
                    && setting.value().isEmpty()
                    && capabilities(setting)) {
                missing = names;
                inForce = null;
            } else if (line instanceof LxcLine.Setting setting
                    && setting.key().equals(LxcConfig.KEEP)) {
                missing = missing(setting, missing, names);
                inForce = setting;
            }
        }
        if (inForce != null && !missing.isEmpty()) {
            text.replace(inForce, CapabilityWords.with(inForce.value(), missing));
        }
    }

    private static boolean capabilities(LxcLine.Setting setting) {
        return setting.key().equals(LxcConfig.DROP) || setting.key().equals(LxcConfig.KEEP);
    }

    private static CapabilitySet missing(
            LxcLine.Setting line, CapabilitySet missing, CapabilitySet names) {
        CapabilitySet rest = missing;
        for (String word : CapabilityWords.split(line.value())) {
            Capability capability = CapabilityWords.read(word, Capability.MAX_NUMBER);
            if (word.equals(CapabilityWords.NONE)) {
                rest = names;
            } else if (capability != null) {
                rest = rest.minus(CapabilitySet.of(List.of(capability)));
            }
        }
        return rest;
    }

    /// `current` with the edited lines as they were before, where they stand in it exactly once.
    private static String withHunkReverted(String current, ConfigEdit edit) {
        List<String> before = LineDocument.parse(edit.before()).lines();
        List<String> after = LineDocument.parse(edit.after()).lines();
        int head = commonHead(before, after);
        int tail =
                Math.min(
                        commonHead(before.reversed(), after.reversed()),
                        Math.min(before.size(), after.size()) - head);
        // one line of context tells where deleted lines belong
        int from = Math.max(0, head - 1);
        int less = Math.max(0, tail - 1);
        List<String> old = before.subList(from, before.size() - less);
        List<String> edited = after.subList(from, after.size() - less);
        List<String> lines = new ArrayList<>(LineDocument.parse(current).lines());
        int at = Collections.indexOfSubList(lines, edited);
        if (at < 0 || edited.isEmpty() || at != Collections.lastIndexOfSubList(lines, edited)) {
            return current;
        }
        List<String> place = lines.subList(at, at + edited.size());
        place.clear();
        place.addAll(old);
        return String.join("", lines);
    }

    private static int commonHead(List<String> one, List<String> other) {
        int head = 0;
        while (head < Math.min(one.size(), other.size()) && one.get(head).equals(other.get(head))) {
            head++;
        }
        return head;
    }
}
