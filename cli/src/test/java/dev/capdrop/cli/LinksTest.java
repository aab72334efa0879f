package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The documents lead where they say, and each is led to.
final class LinksTest {
    private static final Path ROOT = House.root();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");
    private static final Set<String> ELSEWHERE = Set.of("http", "https", "mailto");

    @Test
    void eachLinkLeadsToAFileAndToAHeadingInIt() throws IOException {
        Set<String> broken = new TreeSet<>();
        for (Path document : documents()) {
            for (String link : links(document)) {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty() ? document : resolved(document, parts[0]);
                boolean there =
                        Files.exists(target)
                                && (parts.length == 1 || anchors(target).contains(parts[1]));
                if (!there) {
                    broken.add(ROOT.relativize(document) + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void eachDocumentCanBeReachedFromTheReadme() throws IOException {
        Set<Path> reached = new TreeSet<>();
        reach(ROOT.resolve("README.md"), reached);
        assertThat(documents()).isSubsetOf(reached);
    }

    /// A link to a folder leads to all that is in it.
    private static void reach(Path document, Set<Path> reached) throws IOException {
        if (Files.isDirectory(document)) {
            try (Stream<Path> members = Files.list(document)) {
                for (Path member : members.toList()) {
                    reach(member, reached);
                }
            }
        } else if (document.toString().endsWith(".md") && reached.add(document)) {
            for (String link : links(document)) {
                reach(resolved(document, link.replaceFirst("#.*", "")), reached);
            }
        }
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> links(Path document) throws IOException {
        return LINK.matcher(Files.readString(document))
                .results()
                .map(result -> result.group(1))
                .filter(link -> !ELSEWHERE.contains(link.replaceFirst(":.*", "")))
                .toList();
    }

    private static Path resolved(Path document, String link) {
        return document.resolveSibling(link).normalize();
    }

    /// As the sites that show Markdown name their headings.
    private static Set<String> anchors(Path document) throws IOException {
        return HEADING.matcher(Files.readString(document))
                .results()
                .map(LinksTest::anchor)
                .collect(Collectors.toSet());
    }

    private static String anchor(MatchResult heading) {
        return heading.group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w\\- ]", "")
                .strip()
                .replace(' ', '-');
    }
}
