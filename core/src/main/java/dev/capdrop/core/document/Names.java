package dev.capdrop.core.document;

import static java.util.Objects.requireNonNull;

import module java.base;
import org.jspecify.annotations.Nullable;

/// Lists of names: known ones, one element of a list, and the first few in a sentence; forms of
/// what others write.
public final class Names {
    private static final Map<String, List<String>> LISTS =
            ResourceTable.rows("names.tsv").stream()
                    .collect(Collectors.toMap(cells -> cells[0], c -> ResourceTable.words(c[1])));

    private static final Map<String, List<Pattern>> FORMS =
            ResourceTable.rows("forms.tsv").stream()
                    .collect(
                            Collectors.groupingBy(
                                    cells -> cells[0],
                                    Collectors.mapping(
                                            cells -> Pattern.compile(cells[1]),
                                            Collectors.toUnmodifiableList())));

    private Names() {}

    /// Returns the regular expressions of this name of the resource `forms.tsv`, in their order.
    public static List<Pattern> forms(String name) {
        return requireNonNull(FORMS.get(name), name);
    }

    public static Pattern form(String name) {
        return forms(name).getFirst();
    }

    /// Returns a list of the resource `names.tsv`, where its source stands.
    public static List<String> list(String name) {
        return requireNonNull(LISTS.get(name), name);
    }

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
