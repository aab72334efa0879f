package dev.capdrop.core.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One section of a `VMID.conf`: the container as it is, its pending changes, or a snapshot.
///
/// @param properties the keys and their values; of a key that is repeated the last value counts
/// @param raw the lines for liblxc, in their order
/// @param end the line, from 0, behind the last that says anything in this section
public record ProxmoxSection(Map<String, String> properties, List<RawLine> raw, int end) {
    private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");

    public ProxmoxSection {
        properties = Map.copyOf(properties);
        raw = List.copyOf(raw);
    }

    /// The value of a property; null when it is not set.
    public @Nullable String property(String key) {
        return properties.get(key);
    }

    String property(String key, String otherwise) {
        return properties.getOrDefault(key, otherwise);
    }

    /// Whether a property is set to yes.
    public boolean flag(String key) {
        return TRUE.contains(property(key, "").toLowerCase(Locale.ROOT));
    }

    /// Whether its root is another user of the host: an id map of its own makes it so whatever the
    /// key says, and the key's default is no.
    public boolean unprivileged() {
        return flag("unprivileged") || hasIdMap();
    }

    /// Whether its raw lines say which users of the host its own are.
    boolean hasIdMap() {
        return raw.stream().anyMatch(l -> l.key().equals(LxcKeys.ID_MAP));
    }

    List<LxcLine> lxcLines() {
        List<LxcLine> lines = new ArrayList<>();
        raw.forEach(line -> lines.addAll(line.lxcLines()));
        return lines;
    }

    /// This section with pending changes applied, as the next start does it: a pending raw line
    /// replaces all raw lines.
    ProxmoxSection with(ProxmoxSection pending) {
        Map<String, String> next = new TreeMap<>(properties);
        for (String deleted : pending.properties.getOrDefault("delete", "").split("[,; \t\0]+")) {
            next.remove(deleted.startsWith("!") ? deleted.substring(1) : deleted);
        }
        next.putAll(pending.properties);
        next.remove("delete");
        return new ProxmoxSection(next, pending.raw.isEmpty() ? raw : pending.raw, end);
    }
}
