package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// One word for one thing: the words that docs/reference/words.md gives up are in no name of core,
/// and those of them that mean nothing else in no sentence.
final class GlossaryTest {
    private static final String TEXT = House.text(House.root().resolve("docs/reference/words.md"));

    /// | forecast | what it is | what-if, course |
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| [a-z, ]+ \\| [^|]+ \\| ([^|]+) \\|$");

    @Test
    void noNameOfCoreIsMadeOfAWordThatWasGivenUp() {
        Set<String> given = givenUp();
        assertThat(given).contains("whatif", "predicted", "shaky", "doubtful", "leaveopen");
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

    /// Words that mean nothing else in any sentence of ours.
    private static final Set<String> UNMISTAKABLE =
            Set.of(
                    "what-if",
                    "prophecy",
                    "foretell",
                    "foretells",
                    "foretold",
                    "foreseen",
                    "foresight",
                    "predict",
                    "predicts",
                    "predicted",
                    "prediction",
                    "predictions",
                    "left open",
                    "leave open",
                    "leaves open",
                    "shaky",
                    "doubtful");

    /// A type or a constant of core that is called so would say of a forecast that it is undecided;
    /// as a part of a name, and as what one does to a file, the word means other things.
    private static final Set<String> OPEN = Set.of("Open", "OPEN", "isOpen");

    /// Comments, messages and documents. Words of JSON, in quotes, are older than the table.
    @Test
    void noSentenceIsMadeOfAWordThatWasGivenUp() {
        Pattern word =
                Pattern.compile(
                        "(?i)(?<![\\w`\"-])("
                                + String.join("|", UNMISTAKABLE)
                                + ")(?![\\w`\"-]|\\.md)");
        Set<String> found = new TreeSet<>();
        for (Path file : texts()) {
            String text = House.text(file);
            Matcher matcher = word.matcher(file.endsWith("words.md") ? "" : text);
            while (matcher.find()) {
                found.add(House.root().relativize(file) + " says " + matcher.group());
            }
        }
        assertThat(found).isEmpty();
    }

    /// A comment that begins so hides its subject. "Whether" is none of them: it says that the
    /// answer is yes or no.
    private static final Pattern NAMELESS =
            Pattern.compile(
                    "^\\s*/// (?:What|The same|That|Those|Who|Whose|Which|How|Of|It|Its)\\b.*");

    /// The packages that are still to be put into words. A package goes from here and never comes
    /// back.
    private static final Set<String> NAMELESS_YET =
            Set.of("core.diagnosis core.execution core.forecast linux.bus".split(" "));

    @Test
    void aCommentNamesItsSubjectAtItsBeginning() {
        Set<String> packages = new TreeSet<>();
        Set<String> found = new TreeSet<>();
        for (Path file : sources()) {
            String name = packageOf(file);
            String before = "";
            for (String line : House.text(file).lines().toList()) {
                boolean begins = !before.strip().startsWith("///");
                if (begins && NAMELESS.matcher(line).matches()) {
                    packages.add(name);
                    found.add(name + ", " + file.getFileName() + ": " + line.strip());
                }
                before = line;
            }
        }
        found.removeIf(line -> NAMELESS_YET.contains(line.substring(0, line.indexOf(','))));
        assertThat(found).isEmpty();
        assertThat(packages).as("a package in the list that is clean").containsAll(NAMELESS_YET);
    }

    private static List<Path> sources() {
        return texts().stream().filter(file -> file.toString().endsWith(".java")).toList();
    }

    private static String packageOf(Path file) {
        String folder = Objects.requireNonNull(file.getParent()) + "/";
        return folder.substring(folder.indexOf("src/main/java/") + "src/main/java/".length())
                .replace("dev/capdrop/", "")
                .replaceFirst("/$", "")
                .replace('/', '.');
    }

    private static List<Path> texts() {
        List<Path> all = new ArrayList<>();
        List<Path> folders = new ArrayList<>(List.of(House.root().resolve("docs")));
        House.MODULES.forEach(one -> folders.add(House.root().resolve(one).resolve("src/main")));
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().matches(".*\\.(java|md)")).forEach(all::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        all.add(House.root().resolve("ARCHITECTURE.md"));
        all.add(House.root().resolve("README.md"));
        all.add(House.root().resolve("CONTRIBUTING.md"));
        assertThat(all).hasSizeGreaterThan(500);
        return all;
    }

    private static void look(String name, String where, Set<String> given, Set<String> found) {
        if (OPEN.contains(name)) {
            found.add(where + " says open, and means undecided");
        }
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
        Matcher row = ROW.matcher(TEXT);
        while (row.find()) {
            for (String word : row.group(1).split(", ")) {
                words.add(word.replaceAll("[- ]", "").toLowerCase(Locale.ROOT));
            }
        }
        words.remove("not");
        return words;
    }
}
