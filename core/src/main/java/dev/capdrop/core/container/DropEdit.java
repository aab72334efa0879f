package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.LineDocument;
import module java.base;

/// Finds the smallest edit of one file that drops capabilities: the first candidate that proves
/// itself when the configuration is read again, since later lines, included files and the runtime
/// decide what a line does.
///
/// Kept names are taken from the keep lines in force; then with `none` on the last one, since an
/// empty keep list keeps everything; then a new list is put behind a line that clears the others. A
/// drop line goes behind the last line about capabilities, then the last of LXC's lines, then the
/// end ([ConfigFormat#dropping] where a format writes other lines).
record DropEdit(
        ConfigFormat format,
        String path,
        ConfigSource source,
        int last,
        String before,
        EffectiveCapabilities now) {
    Editing drop(CapabilitySet drop) {
        CapabilitySet held = now.bounding(last).intersect(drop);
        if (held.isEmpty()) {
            return edit(before, CapabilitySet.EMPTY, CapabilitySet.EMPTY);
        }
        CapabilitySet wanted = now.bounding(last).minus(drop);
        boolean keeps = now.mode() == EffectiveCapabilities.Mode.KEEP;
        List<String> candidates =
                keeps ? keeping(held) : format.dropping(path, before, held, wanted);
        for (String candidate : candidates) {
            EffectiveCapabilities then = format.resolve(path, source.with(path, candidate), last);
            if (then.loads() && then.bounding(last).equals(wanted)) {
                return keeps
                        ? edit(candidate, CapabilitySet.EMPTY, held)
                        : edit(candidate, held, CapabilitySet.EMPTY);
            }
        }
        return new Editing.DropUndone(path, held, format.obstacle(before));
    }

    private Editing.ConfigEdit edit(String after, CapabilitySet added, CapabilitySet removed) {
        return new Editing.ConfigEdit(path, before, after, added, removed, false);
    }

    private List<String> keeping(CapabilitySet held) {
        CapabilitySet rest = now.names().minus(held);
        String kept = rest.isEmpty() ? CapabilityWords.NONE : rest.toString();
        List<String> anew = List.of(format.line(LxcKeys.KEEP, ""), format.line(LxcKeys.KEEP, kept));
        List<String> candidates = new ArrayList<>(inserted(format, before, anew));
        candidates.addAll(0, List.of(taken(held, false), taken(held, true)));
        return candidates;
    }

    private String taken(CapabilitySet held, boolean none) {
        Set<String> inForce = keepLinesInForce();
        EditedLists text = new EditedLists(format, before);
        boolean say = none;
        for (LxcLine.Setting line :
                text.settings(LxcKeys.KEEP, it -> inForce.contains(it.index() + 1 + it.text()))) {
            boolean emptied =
                    CapabilityWords.without(line.value(), held, format::capability).isEmpty();
            if (say && emptied) {
                text.replace(line, CapabilityWords.NONE);
                say = false;
            } else {
                text.take(line, held);
            }
        }
        return text.format();
    }

    private Set<String> keepLinesInForce() {
        Set<String> places = new HashSet<>();
        for (EffectiveCapabilities.CapabilityLine line : now.lines()) {
            if (line.clears()) {
                places.clear();
            }
            if (line.file().equals(path) && !line.adds().isEmpty()) {
                places.add(line.line() + line.text());
            }
        }
        return places;
    }

    static List<String> inserted(ConfigFormat format, String before, List<String> bodies) {
        return places(format, before).stream()
                .map(index -> {
                    EditedLists text = new EditedLists(format, before);
                    bodies.reversed().forEach(body -> text.insert(index, body));
                    return text.format();
                })
                .toList();
    }

    private static Set<Integer> places(ConfigFormat format, String before) {
        LineDocument document = LineDocument.parse(before);
        List<LxcLine> lines = format.lines(document);
        int behindCapabilities = behindLast(lines, "lxc.cap.");
        int end = format.end(document);
        Set<Integer> places = new LinkedHashSet<>();
        if (behindCapabilities > 0) {
            places.add(behindCapabilities);
        }
        places.add(lines.isEmpty() ? end : behindLast(lines, "lxc."));
        places.add(end);
        return places;
    }

    static int behindLast(List<LxcLine> lines, String prefix) {
        return lines.stream()
                .filter(line -> line.text().stripLeading().startsWith(prefix))
                .mapToInt(line -> line.index() + 1)
                .max()
                .orElse(0);
    }
}
