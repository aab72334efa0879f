package dev.capdrop.capability;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Finds names similar to a misspelt one.
public final class NearNames {
    private static final int MOST = 3;

    private NearNames() {}

    /// Returns at most three names similar to `word`, best first; none where nothing is similar.
    public static List<String> of(String word, Collection<String> names) {
        int limit = Math.max(1, word.length() / 3);
        return names.stream()
                .filter(name -> distance(word, name) <= limit)
                .sorted(
                        Comparator.comparingInt((String name) -> distance(word, name))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    /// Returns `; did you mean 'a' or 'b'?`, empty where nothing is similar.
    public static String question(String word, Collection<String> names) {
        List<String> near = of(word, names);
        return near.isEmpty()
                ? ""
                : near.stream()
                        .map(name -> "'" + name + "'")
                        .collect(Collectors.joining(" or ", "; did you mean ", "?"));
    }

    /// Returns the number of letters to add, omit, exchange or swap (optimal string alignment).
    private static int distance(String word, String name) {
        if (word.length() >= MOST && name.contains(word)) {
            return 1;
        }
        int[][] rows = new int[word.length() + 1][name.length() + 1];
        for (int i = 0; i <= word.length(); i++) {
            for (int j = 0; j <= name.length(); j++) {
                rows[i][j] = i == 0 || j == 0 ? i + j : step(rows, word, name, i, j);
            }
        }
        return rows[word.length()][name.length()];
    }

    private static int step(int[][] rows, String word, String name, int i, int j) {
        boolean same = word.charAt(i - 1) == name.charAt(j - 1);
        int exchanged = rows[i - 1][j - 1] + (same ? 0 : 1);
        int best = Math.min(exchanged, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
        boolean swapped =
                i > 1
                        && j > 1
                        && word.charAt(i - 1) == name.charAt(j - 2)
                        && word.charAt(i - 2) == name.charAt(j - 1);
        return swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
    }
}
