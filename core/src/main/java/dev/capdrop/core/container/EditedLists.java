package dev.capdrop.core.container;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.LineDocument;
import module java.base;

/// The text of a configuration file whose lists are being edited.
final class EditedLists {
    private final ConfigFormat format;
    private LineDocument document;

    EditedLists(ConfigFormat format, String text) {
        this.format = format;
        document = LineDocument.parse(text);
    }

    String format() {
        return document.format();
    }

    List<LxcLine> lines() {
        return format.lines(document);
    }

    /// Returns the lines that set `key` and pass `test`, last first, so that edits move no other.
    List<LxcLine.Setting> settings(String key, Predicate<LxcLine.Setting> test) {
        return lines().reversed().stream()
                .filter(LxcLine.Setting.class::isInstance)
                .map(LxcLine.Setting.class::cast)
                .filter(setting -> setting.key().equals(key) && test.test(setting))
                .toList();
    }

    /// Takes names from a line, and deletes an emptied one, which would clear the list.
    void take(LxcLine.Setting setting, CapabilitySet names) {
        String rest = CapabilityWords.without(setting.value(), names, format::capability);
        if (rest.isEmpty()) {
            delete(setting);
        } else {
            replace(setting, rest);
        }
    }

    void replace(LxcLine.Setting setting, String value) {
        splice(setting, setting.valueFrom(), setting.value().length(), value);
    }

    void insert(int index, String body) {
        document = document.insert(index, body);
    }

    void delete(LxcLine.Setting setting) {
        boolean alone = setting.text().length() == document.body(setting.index()).length();
        if (alone) {
            document = document.remove(setting.index());
        } else {
            splice(setting, setting.from(), setting.text().length(), "");
        }
    }

    private void splice(LxcLine.Setting setting, int from, int length, String with) {
        String body = document.body(setting.index());
        String edited = body.substring(0, from) + with + body.substring(from + length);
        document = document.withBody(setting.index(), edited);
    }

    /// Takes an edit back from a file that others have changed since, and keeps their changes.
    /// Names on a drop list are taken from every new line; names taken from keep lists come back
    /// where the edited lines, with a line of context on each side, still stand exactly once (as
    /// patch(1) does), else on the last keep line in force.
    record TakeBack(ConfigFormat format, Editing.ConfigEdit edit) {
        String from(String current) {
            String reverted =
                    edit.removedFromKeep().isEmpty() ? current : withHunkReverted(current);
            EditedLists text = new EditedLists(format, reverted);
            undrop(text);
            keepAgain(text, edit.removedFromKeep());
            return text.format();
        }

        private void undrop(EditedLists text) {
            if (edit.addedToDrop().isEmpty()) {
                return;
            }
            List<String> others = new ArrayList<>();
            new EditedLists(format, edit.before())
                    .settings(format.dropKey(), _ -> true)
                    .forEach(line -> others.add(line.value()));
            List<LxcLine.Setting> ours = new ArrayList<>();
            // ours was put behind all others, so it is the last of equal lines
            for (LxcLine.Setting line : text.settings(format.dropKey(), this::names).reversed()) {
                if (!others.remove(line.value())) {
                    ours.addFirst(line);
                }
            }
            ours.forEach(line -> text.take(line, edit.addedToDrop()));
        }

        private boolean names(LxcLine.Setting line) {
            String without =
                    CapabilityWords.without(line.value(), edit.addedToDrop(), format::capability);
            return !without.equals(line.value());
        }

        private static void keepAgain(EditedLists text, CapabilitySet names) {
            CapabilitySet missing = names;
            LxcLine.Setting inForce = null;
            for (LxcLine line : text.lines()) {
                if (line instanceof LxcLine.Setting setting
                        && setting.value().isEmpty()
                        && (setting.key().equals(LxcKeys.DROP)
                                || setting.key().equals(LxcKeys.KEEP))) {
                    missing = names;
                    inForce = null;
                } else if (line instanceof LxcLine.Setting setting
                        && setting.key().equals(LxcKeys.KEEP)) {
                    missing = missing(setting, missing, names);
                    inForce = setting;
                }
            }
            if (inForce != null && !missing.isEmpty()) {
                text.replace(inForce, CapabilityWords.with(inForce.value(), missing));
            }
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

        private String withHunkReverted(String current) {
            LineDocument document = LineDocument.parse(current);
            List<String> all = document.lines();
            int end = Math.min(format.end(document), all.size());
            List<String> lines = new ArrayList<>(all.subList(0, end));
            revertHunk(lines, editable(edit.before()), editable(edit.after()));
            lines.addAll(all.subList(end, all.size()));
            return String.join("", lines);
        }

        private List<String> editable(String text) {
            LineDocument document = LineDocument.parse(text);
            return document.lines().subList(0, Math.min(format.end(document), document.size()));
        }

        private static void revertHunk(
                List<String> lines, List<String> before, List<String> after) {
            int head = commonHead(before, after);
            int tail =
                    Math.min(
                            commonHead(before.reversed(), after.reversed()),
                            Math.min(before.size(), after.size()) - head);
            // one line of context shows where deleted lines belong
            int from = Math.max(0, head - 1);
            int less = Math.max(0, tail - 1);
            List<String> old = before.subList(from, before.size() - less);
            List<String> edited = after.subList(from, after.size() - less);
            int at = Collections.indexOfSubList(lines, edited);
            if (at >= 0
                    && !edited.isEmpty()
                    && at == Collections.lastIndexOfSubList(lines, edited)) {
                List<String> place = lines.subList(at, at + edited.size());
                place.clear();
                place.addAll(old);
            }
        }

        private static int commonHead(List<String> left, List<String> other) {
            int head = 0;
            while (head < Math.min(left.size(), other.size())
                    && left.get(head).equals(other.get(head))) {
                head++;
            }
            return head;
        }
    }
}
