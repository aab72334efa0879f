package dev.capdrop.core.diagnosis;

import module java.base;

/// The words, in small letters, one of which stands in each text where a regular expression finds
/// something: looking for these takes a hundredth of the time. Of a part of the expression that it
/// does not know it says that nothing need stand there.
final class Needles {
    private static final String ZERO_WIDTH = "bBAzZG";

    private final String form;
    private int at;

    private Needles(String form) {
        this.form = form;
    }

    /// Returns none where a text may have none of these.
    static List<String> of(Pattern form) {
        return new Needles(form.pattern()).alternatives();
    }

    private List<String> alternatives() {
        List<String> all = new ArrayList<>();
        boolean each = true;
        do {
            List<String> one = sequence();
            each &= !one.isEmpty();
            all.addAll(one);
        } while (skips('|'));
        return each ? all : List.of();
    }

    private List<String> sequence() {
        List<String> best = List.of();
        StringBuilder run = new StringBuilder();
        while (at < form.length() && form.charAt(at) != '|' && form.charAt(at) != ')') {
            List<String> part = List.of();
            char next = form.charAt(at++);
            if (next == '^' || next == '$' || (next == '\\' && isZeroWidth())) {
                continue;
            }
            boolean letter = next < 128 && "[.(".indexOf(next) < 0;
            if (next == '(') {
                part = group();
            } else if (next == '[') {
                skipClass();
            } else if (next == '\\') {
                next = form.charAt(at++);
                letter = next < 128 && !Character.isLetterOrDigit(next);
            }
            boolean again = at < form.length() && "?*+{".indexOf(form.charAt(at)) >= 0;
            boolean needed = !again || isNeeded();
            if (letter && needed) {
                run.append(Character.toLowerCase(next));
            } else if (needed) {
                best = better(best, part);
            }
            if (!letter || again) {
                best = better(best, List.of(run.toString()));
                run.setLength(0);
            }
        }
        return better(best, List.of(run.toString()));
    }

    private boolean isZeroWidth() {
        boolean zero = ZERO_WIDTH.indexOf(form.charAt(at)) >= 0;
        at += zero ? 1 : 0;
        return zero;
    }

    /// Whether what stands before this quantifier, which is skipped, has to be there.
    private boolean isNeeded() {
        char quantifier = form.charAt(at++);
        boolean needed = quantifier == '+';
        if (quantifier == '{') {
            needed = form.charAt(at) != '0';
            at = form.indexOf('}', at) + 1;
        }
        if (!skips('?')) {
            skips('+');
        }
        return needed;
    }

    /// Of what is looked at without being read nothing need stand there.
    private List<String> group() {
        boolean read = true;
        if (skips('?')) {
            int end = form.indexOf(':', at);
            boolean flags = form.substring(at).matches("(?s)[a-z-]+\\).*");
            read = end >= 0 && form.substring(at, end).matches("[a-z-]*");
            at = flags ? form.indexOf(')', at) : read ? end + 1 : at;
            read |= flags;
        }
        List<String> inside = alternatives();
        at++;
        return read ? inside : List.of();
    }

    private void skipClass() {
        skips('^');
        skips(']');
        while (form.charAt(at) != ']') {
            if (form.charAt(at) == '[') {
                at++;
                skipClass();
            } else {
                at += form.charAt(at) == '\\' ? 2 : 1;
            }
        }
        at++;
    }

    private boolean skips(char wanted) {
        boolean there = at < form.length() && form.charAt(at) == wanted;
        at += there ? 1 : 0;
        return there;
    }

    private static List<String> better(List<String> one, List<String> other) {
        return shortest(other) > shortest(one) ? other : one;
    }

    private static int shortest(List<String> words) {
        return words.stream().mapToInt(String::length).min().orElse(0);
    }
}
