package dev.capdrop.core.container;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import java.util.List;

/// One line of a configuration that says something about capabilities.
///
/// @param file its file
/// @param line its number, from 1; 0 for what a runtime does without being told
/// @param text the line as written, without its end
/// @param adds the names it adds to the list, as this program spells them
/// @param clears whether it clears the list, which an empty value does
public record CapabilityLine(
        String file, int line, String text, List<String> adds, boolean clears) {
    public CapabilityLine {
        adds = List.copyOf(adds);
    }

    /// Its file, and behind a colon its line; a runtime's own default has none.
    public String place() {
        return line > 0 ? file + ":" + line : file;
    }

    /// The capabilities that it adds to the list.
    public CapabilitySet set() {
        CapabilitySet set = CapabilitySet.EMPTY;
        for (String name : adds) {
            Capability named = Capability.named(name);
            set = set.with(named == null ? new Capability(Integer.parseInt(name)) : named);
        }
        return set;
    }
}
