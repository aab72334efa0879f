package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// One word for one thing: the words that ARCHITECTURE.md gives up are in no name of core.
final class GlossaryTest {
    private static final String TEXT = House.text(House.root().resolve("ARCHITECTURE.md"));

    /// | forecast | what it is | what-if, course |
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| [a-z, ]+ \\| [^|]+ \\| ([^|]+) \\|$");

    @Test
    void noNameOfCoreIsMadeOfAWordThatWasGivenUp() {
        Set<String> given = givenUp();
        assertThat(given).contains("whatif", "shaky", "doubtful");
        Set<String> found = new TreeSet<>();
        for (JavaClass type : House.read().classes()) {
            if (type.getPackageName().startsWith("dev.capdrop.core.")) {
                look(type.getSimpleName(), type.getName(), given, found);
                for (JavaMember member : type.getMembers()) {
                    look(member.getName(), member.getFullName(), given, found);
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static void look(String name, String where, Set<String> given, Set<String> found) {
        String lower = name.replace("_", "").toLowerCase(Locale.ROOT);
        for (String word : given) {
            if (lower.contains(word)) {
                found.add(where + " says " + word);
            }
        }
    }

    /// The last column of the table "Words", as names are written.
    private static Set<String> givenUp() {
        Set<String> words = new TreeSet<>();
        int from = TEXT.indexOf("## Words");
        assertThat(from).isPositive();
        Matcher row = ROW.matcher(TEXT.substring(from, TEXT.indexOf("\n## ", from)));
        while (row.find()) {
            for (String word : row.group(1).split(", ")) {
                words.add(word.replaceAll("[- ]", "").toLowerCase(Locale.ROOT));
            }
        }
        words.remove("not");
        return words;
    }
}
