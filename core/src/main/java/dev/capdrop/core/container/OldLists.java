package dev.capdrop.core.container;

import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Notes where liblxc 4.0.6 reads lines otherwise: it keeps a list for each key, looks at their
/// words only when the container starts, and reads numbers in base 10.
final class OldLists {
    private static final String OLD = "liblxc 4.0.6 ";
    private static final Pattern BINARY = Pattern.compile("\\+?0[bB].*");
    private final List<EffectiveCapabilities.Remark> remarks = new ArrayList<>();
    private boolean dropped;
    private boolean kept;

    static @Nullable LoadError refusal(List<EffectiveCapabilities.CapabilityLine> lines) {
        boolean drops = false;
        EffectiveCapabilities.CapabilityLine keeping = null;
        for (EffectiveCapabilities.CapabilityLine line : lines) {
            boolean reset =
                    line.clears()
                            && line.adds().isEmpty()
                            && !line.text().contains(CapabilityWords.NONE);
            if (line.text().stripLeading().startsWith(LxcKeys.DROP)) {
                drops = !reset;
            } else {
                keeping = reset ? null : line;
            }
        }
        String why =
                OLD
                        + "keeps two lists, so that lxc.cap.drop is in force beside lxc.cap.keep,"
                        + " which are mutually exclusive";
        return !drops || keeping == null
                ? null
                : new LoadError(keeping.file(), keeping.line(), keeping.text(), why);
    }

    List<EffectiveCapabilities.Remark> remarks() {
        return remarks;
    }

    void note(LxcLine.Setting setting, LoadError place, boolean keeping) {
        List<String> words = CapabilityWords.split(setting.value());
        if (setting.value().isEmpty()) {
            reset(place, keeping);
        } else if (words.isEmpty() && keeping) {
            remark(place, OLD + "takes a list of blanks for no list: everything is kept there");
        } else if (keeping) {
            kept = true;
        } else {
            dropped = true;
        }
        words.forEach(word -> number(word, place));
    }

    void loadsButDoesNotStart(LoadError place) {
        remark(place, OLD + "loads this and fails when the container starts");
    }

    private void reset(LoadError place, boolean keeping) {
        if (keeping ? dropped : kept) {
            String key = keeping ? LxcKeys.DROP : LxcKeys.KEEP;
            remark(place, OLD + "keeps two lists: this does not clear " + key + " there");
        }
        dropped = dropped && keeping;
        kept = kept && !keeping;
    }

    private void number(String word, LoadError place) {
        if (BINARY.matcher(word).matches()) {
            remark(place, "'" + word + "' is a number where the C library reads binary ones");
        } else if (CapabilityWords.baseMatters(word)) {
            remark(place, OLD + "reads '" + word + "' in base 10");
        }
    }

    void remark(LoadError place, String text) {
        remarks.add(new EffectiveCapabilities.Remark(place.file(), place.line(), text));
    }
}
