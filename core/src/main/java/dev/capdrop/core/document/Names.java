package dev.capdrop.core.document;

import module java.base;

import org.jspecify.annotations.Nullable;

/// Lists: one element, and the first few names in a sentence.
public final class Names {
    private Names() {}

    /// Returns the element of this name in a list that is sorted by names; null where none has it.
    public static <T> @Nullable T find(List<T> sorted, Function<T, String> name, String wanted) {
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (name.apply(sorted.get(middle)).compareTo(wanted) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        boolean found = low < sorted.size() && name.apply(sorted.get(low)).equals(wanted);
        return found ? sorted.get(low) : null;
    }

    /// Returns the first element that passes a test; null where none does.
    public static <T> @Nullable T find(Collection<T> all, Predicate<T> test) {
        return all.stream().filter(test).findFirst().orElse(null);
    }

    /// Returns the first few names, with the number of the others: `a, b and 3 more`.
    public static String some(List<String> names, int most) {
        int more = names.size() - most;
        String first = String.join(", ", names.subList(0, Math.min(most, names.size())));
        return more > 0 ? first + " and " + more + " more" : first;
    }
}
