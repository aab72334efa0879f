package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.LineDocument;
import java.util.List;
import java.util.function.Predicate;

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
}
