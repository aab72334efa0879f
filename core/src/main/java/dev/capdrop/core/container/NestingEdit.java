package dev.capdrop.core.container;

import dev.capdrop.core.document.LineDocument;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The edit that makes a file allow nesting, and its reversal.
sealed interface NestingEdit {
    List<String> allowed(boolean generated);

    String withdrawn(String after, String current);

    record Needless() implements NestingEdit {
        @Override
        public List<String> allowed(boolean generated) {
            return List.of();
        }

        @Override
        public String withdrawn(String after, String current) {
            return current;
        }
    }

    /// An edit by lines of lxc.container.conf(5); of each key the last value counts.
    record OfLines(ConfigFormat format, String text) implements NestingEdit {
        @Override
        public List<String> allowed(boolean generated) {
            LineDocument document = LineDocument.parse(text);
            String nesting = format.line(LxcKeys.APPARMOR_NESTING, "1");
            String profile = format.line(LxcKeys.APPARMOR_PROFILE, LxcSettings.GENERATED);
            return places(document)
                    .map(place -> {
                        LineDocument edited = document.insert(place, nesting);
                        return (generated ? edited : edited.insert(place, profile)).format();
                    })
                    .toList();
        }

        private Stream<Integer> places(LineDocument document) {
            int behind = DropEdit.behindLast(format.lines(document), "lxc.apparmor.");
            int end = format.end(document);
            return behind > 0 ? Stream.of(behind, end).distinct() : Stream.of(end);
        }

        @Override
        public String withdrawn(String after, String current) {
            LineDocument document = LineDocument.parse(current);
            List<String> before = bodies(LineDocument.parse(text));
            List<String> ours = bodies(LineDocument.parse(after));
            before.forEach(ours::remove);
            for (String line : ours.reversed()) {
                List<String> now = bodies(document);
                // where somebody else wrote the same line, ours is the last
                if (count(now, line) > count(before, line)) {
                    document = document.remove(now.lastIndexOf(line));
                }
            }
            return document.format();
        }

        private static List<String> bodies(LineDocument document) {
            return IntStream.range(0, document.size())
                    .mapToObj(document::body)
                    .collect(Collectors.toCollection(ArrayList::new));
        }

        private static long count(List<String> lines, String line) {
            return lines.stream().filter(line::equals).count();
        }
    }

    /// An edit of `features: KEY=VALUE,...` of pct.conf(5); of several such lines the last counts.
    record OfFeatures(String text) implements NestingEdit {
        private static final String KEY = "features";
        private static final String ALLOWS = "nesting=1";
        private static final Pattern PROPERTY = Pattern.compile("([a-z][a-z_]*\\d*):\\s*(.+?)\\s*");

        @Override
        public List<String> allowed(boolean generated) {
            LineDocument document = LineDocument.parse(text);
            int at = features(document);
            if (at < 0) {
                return List.of(document.insert(place(document), KEY + ": " + ALLOWS).format());
            }
            List<String> items = items(document, at);
            int own = nesting(items);
            if (own < 0) {
                items.add(ALLOWS);
            } else {
                items.set(own, ALLOWS);
            }
            return List.of(with(document, at, items).format());
        }

        @Override
        public String withdrawn(String after, String current) {
            LineDocument document = LineDocument.parse(current);
            int at = features(document);
            List<String> now = at < 0 ? List.of() : items(document, at);
            if (nesting(now) < 0 || !now.get(nesting(now)).equals(ALLOWS)) {
                return current;
            }
            LineDocument before = LineDocument.parse(text);
            int then = features(before);
            LineDocument edited = LineDocument.parse(after);
            if (document.body(at).equals(edited.body(features(edited)))) {
                return then < 0
                        ? document.remove(at).format()
                        : document.withBody(at, before.body(then)).format();
            }
            List<String> were = then < 0 ? List.of() : items(before, then);
            if (nesting(were) < 0) {
                now.remove(ALLOWS);
            } else {
                now.set(nesting(now), were.get(nesting(were)));
            }
            return with(document, at, now).format();
        }

        private static LineDocument with(LineDocument document, int at, List<String> items) {
            return items.isEmpty()
                    ? document.remove(at)
                    : document.withBody(at, KEY + ": " + String.join(",", items));
        }

        private static int features(LineDocument document) {
            return IntStream.range(0, end(document))
                    .filter(index -> KEY.equals(key(document, index)))
                    .max()
                    .orElse(-1);
        }

        private static List<String> items(LineDocument document, int index) {
            Matcher line = PROPERTY.matcher(document.body(index));
            return line.matches()
                    ? new ArrayList<>(List.of(line.group(2).split(",")))
                    : new ArrayList<>();
        }

        private static int nesting(List<String> items) {
            return IntStream.range(0, items.size())
                    .filter(index -> items.get(index).strip().startsWith("nesting="))
                    .findFirst()
                    .orElse(-1);
        }

        /// Returns the line where Proxmox VE writes it: by name, below the description.
        private static int place(LineDocument document) {
            int place = 0;
            for (int index = 0; index < end(document); index++) {
                String key = key(document, index);
                if (key != null && (key.compareTo(KEY) < 0 || place == 0)) {
                    place = key.compareTo(KEY) < 0 ? index + 1 : index;
                }
            }
            return place;
        }

        private static @Nullable String key(LineDocument document, int index) {
            Matcher line = PROPERTY.matcher(document.body(index));
            return line.matches() ? line.group(1) : null;
        }

        private static int end(LineDocument document) {
            return ProxmoxConfig.parse(document).main().end();
        }
    }
}
