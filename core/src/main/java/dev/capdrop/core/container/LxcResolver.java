package dev.capdrop.core.container;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities.CapabilityLine;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.container.EffectiveCapabilities.Mode;
import dev.capdrop.core.document.LineDocument;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Reads a configuration up to its end, or to the line that liblxc refuses, and says what the lines
/// mean. liblxc 5 and later keep one list and one flag: an empty value of either key clears both;
/// `keep` sets the flag, also when it names nothing; `none` clears the list only.
final class LxcResolver {
    private static final int MOST_NESTED = 100;
    private static final int MOST_FILES = 4096;

    /// The keys whose empty value also clears the keys below them.
    private static final Pattern NETWORKS = Pattern.compile("lxc\\.net(\\.[0-9]+)?");

    private final ConfigSource source;
    private final int last;
    private final LxcKeys keys = new LxcKeys();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<CapabilityLine> lines = new ArrayList<>();
    private final Map<String, List<String>> values = new HashMap<>();
    private final OldLists old = new OldLists();
    private final Openings openings = new Openings();
    private CapabilitySet names = CapabilitySet.EMPTY;
    private boolean keep;
    private final List<String> missing = new ArrayList<>();
    private int files;
    private @Nullable LoadError error;

    private LxcResolver(ConfigSource source, int last) {
        this.source = source;
        this.last = last;
    }

    static LxcResolver read(String path, ConfigSource source, int last) {
        LxcResolver resolver = new LxcResolver(source, last);
        resolver.error = resolver.file(path, new LoadError(path, 0, "", ""));
        return resolver;
    }

    static LxcResolver read(String path, List<LxcLine> lines, ConfigSource source, int last) {
        LxcResolver resolver = new LxcResolver(source, last);
        resolver.error = resolver.lines(path, lines);
        return resolver;
    }

    static LxcResolver generated(String runtime, String text, ConfigSource source, int last) {
        List<LxcLine> lines = new ArrayList<>(LxcSyntax.parse(LineDocument.parse(text)));
        lines.removeIf(LxcLine.Broken.class::isInstance);
        lines.replaceAll(line -> ((LxcLine.Setting) line).nowhere());
        return read(runtime, lines, source, last);
    }

    LxcResolver goOn(String place, String text) {
        if (error == null) {
            error = lines(place, LxcSyntax.parse(LineDocument.parse(text)));
        }
        return this;
    }

    static LxcResolver refused(String path, ConfigSource source, String reason) {
        LxcResolver resolver = new LxcResolver(source, 0);
        resolver.error = new LoadError(path, 0, "", reason);
        return resolver;
    }

    LxcResolver without(List<String> absent) {
        missing.addAll(absent);
        return this;
    }

    ConfigFormat.Reading reading() {
        return new ConfigFormat.Reading(
                new EffectiveCapabilities(
                        keep ? Mode.KEEP : names.isEmpty() ? Mode.NONE : Mode.DROP,
                        names,
                        List.copyOf(lines),
                        error,
                        old.remarks(),
                        List.copyOf(missing)),
                new LxcSettings(values),
                openings.all(keep ? CapabilitySet.upTo(last).minus(names) : names));
    }

    private @Nullable LoadError file(String path, LoadError from) {
        String text = source.read(path);
        if (text == null) {
            return because(from, "cannot read '" + path + "'");
        }
        if (open.contains(path)) {
            return because(from, "'" + path + "' is included in itself, on which liblxc crashes");
        }
        if (open.size() >= MOST_NESTED) {
            return because(from, "files are included more than " + MOST_NESTED + " deep");
        }
        if (++files > MOST_FILES) {
            return because(from, "more than " + MOST_FILES + " files are included");
        }
        open.push(path);
        LoadError refusal = lines(path, LxcSyntax.parse(LineDocument.parse(text)));
        open.pop();
        return refusal;
    }

    private @Nullable LoadError lines(String path, List<LxcLine> all) {
        for (LxcLine line : all) {
            LoadError place = new LoadError(path, line.index() + 1, line.text(), "");
            LoadError error =
                    line instanceof LxcLine.Setting setting
                            ? setting(setting, place)
                            : because(place, "a line that starts with 'lxc.' needs a '='");
            if (error != null) {
                return error;
            }
        }
        return null;
    }

    private @Nullable LoadError setting(LxcLine.Setting setting, LoadError place) {
        String refusal = refusal(setting.key(), setting.value(), place);
        if (refusal != null) {
            return because(place, refusal);
        }
        remember(setting.key(), setting.value());
        openings.note(setting, place, keep ? CapabilitySet.EMPTY : names);
        return switch (setting.key()) {
            case LxcKeys.DROP -> capabilities(setting, place, false);
            case LxcKeys.KEEP -> capabilities(setting, place, true);
            case LxcKeys.INCLUDE -> include(setting.value(), place);
            default -> null;
        };
    }

    private @Nullable String refusal(String key, String value, LoadError place) {
        boolean unlisted = LxcKeys.unlisted(key);
        if (!unlisted && !LxcKeys.varies(key)) {
            return keys.refusal(key, value);
        }
        ConfigSource.KeyAnswer answer = source.asked(key, value.isEmpty());
        if (answer == ConfigSource.KeyAnswer.REFUSED) {
            return LxcKeys.unknown(key);
        }
        if (unlisted && answer == ConfigSource.KeyAnswer.NOT_KNOWN) {
            old.remark(
                    place,
                    "the key '%s' is not known to capdrop, and no liblxc could be asked whether it loads it"
                            .formatted(key));
        }
        return unlisted ? null : keys.refusal(key, value);
    }

    private void remember(String key, String value) {
        if (value.isEmpty()) {
            values.remove(key);
            if (NETWORKS.matcher(key).matches()) {
                values.keySet().removeIf(other -> other.startsWith(key + "."));
            }
        } else {
            values.computeIfAbsent(key, any -> new ArrayList<>()).add(value);
        }
    }

    private @Nullable LoadError capabilities(
            LxcLine.Setting setting, LoadError place, boolean keeping) {
        old.note(setting, place, keeping);
        if (setting.value().isEmpty()) {
            names = CapabilitySet.EMPTY;
            keep = false;
            lines.add(line(place, List.of(), true));
            return null;
        }
        boolean other = keeping ? !keep && !names.isEmpty() : keep;
        if (other) {
            old.loadsButDoesNotStart(place);
            return because(
                    place,
                    "lxc.cap.drop and lxc.cap.keep are mutually exclusive, and %s is in force here"
                            .formatted(keeping ? LxcKeys.DROP : LxcKeys.KEEP));
        }
        keep = keeping;
        return words(setting.value(), place);
    }

    private @Nullable LoadError words(String value, LoadError place) {
        List<String> adds = new ArrayList<>();
        boolean clears = false;
        LoadError error = null;
        for (String word : CapabilityWords.split(value)) {
            Capability capability = CapabilityWords.read(word, last);
            if (keep && word.equals(CapabilityWords.NONE)) {
                names = CapabilitySet.EMPTY;
                adds.clear();
                clears = true;
            } else if (capability != null) {
                names = names.with(capability);
                adds.add(capability.name());
            } else {
                old.loadsButDoesNotStart(place);
                error = because(place, refusal(word));
                break;
            }
        }
        lines.add(line(place, adds, clears));
        return error;
    }

    private String refusal(String word) {
        if (word.equals(CapabilityWords.NONE)) {
            return "'none' is valid for lxc.cap.keep only";
        }
        Capability meant = Capability.named(word);
        String hint = meant == null ? "" : "; it is spelled '" + meant.name() + "' here";
        return "liblxc knows no capability '%s', expected a name in lower case without 'cap_' or a number up to %d%s"
                .formatted(word, last, hint);
    }

    private @Nullable LoadError include(String value, LoadError place) {
        if (value.isEmpty()) {
            return null;
        }
        String path = path(value, place);
        boolean slash = path.endsWith("/");
        String directory = slash ? path : path + "/";
        List<String> members = source.list(directory);
        if (members == null) {
            return slash ? noDirectory(path, place) : file(path, place);
        }
        for (String member : members) {
            LoadError error = file(member, place);
            if (error != null) {
                return error;
            }
        }
        return null;
    }

    private @Nullable LoadError noDirectory(String path, LoadError place) {
        if (source.read(path.substring(0, path.length() - 1)) != null) {
            return because(place, "'" + path + "' is a file, not a directory");
        }
        old.remark(
                place,
                "there is no directory '%s': nothing since liblxc 4.0.12, before an error"
                        .formatted(path));
        return null;
    }

    private String path(String value, LoadError place) {
        String path =
                new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        if (path.startsWith("/")) {
            return path;
        }
        old.remark(
                place,
                "'%s' is looked up in the directory of whoever starts the container; '/' is assumed"
                        .formatted(path));
        return "/" + path;
    }

    private static CapabilityLine line(LoadError place, List<String> adds, boolean clears) {
        return new CapabilityLine(place.file(), place.line(), place.text(), adds, clears);
    }

    private static LoadError because(LoadError place, String reason) {
        return new LoadError(place.file(), place.line(), place.text(), reason);
    }
}
