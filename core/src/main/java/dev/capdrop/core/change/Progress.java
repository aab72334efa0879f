package dev.capdrop.core.change;

/// The port that is told of each step of a change, before it is taken.
@FunctionalInterface
public interface Progress {
    void step(String sentence);

    /// Returns what tells a step that is named again and again only once.
    default Progress ofChanges() {
        String[] last = {""};
        return sentence -> {
            if (!sentence.equals(last[0])) {
                last[0] = sentence;
                step(sentence);
            }
        };
    }
}
