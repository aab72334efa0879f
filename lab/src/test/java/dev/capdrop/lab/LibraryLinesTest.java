package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// What this build was made of, held against the lines that their authors still mend.
///
/// Held against is the day of the release, which the top pom.xml says for its archives, and not
/// today's: who builds an old commit gets what that commit got.
final class LibraryLinesTest {
    private static final Path TABLE = Clone.root().resolve("docs/dependencies.md");
    private static final Pattern ROW =
            Pattern.compile(
                    "\\| `([^`]+)` \\| ([\\w.]+) \\| (open|[\\d-]+) \\| ([\\d-]+) \\| .+ \\|");
    private static final Pattern RESOLVED =
            Pattern.compile("\\s+([\\w.-]+:[\\w.-]+):jar:([\\w.-]+):\\w+\\b.*");
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([\\w.]+)}");

    /// One artifact in one version.
    private record Part(String name, String version) {}

    /// A row of the document; `ends` is `open`, or the day from which on nothing is mended.
    private record Line(String names, String line, String ends, LocalDate seen) {
        boolean holds(Part part) {
            boolean named =
                    names.endsWith("*")
                            ? part.name.startsWith(names.substring(0, names.length() - 1))
                            : part.name.equals(names);
            return named && (part.version + ".").startsWith(line + ".");
        }

        boolean isOver(LocalDate release) {
            return ends.equals("open")
                    ? seen.plusYears(1).isBefore(release)
                    : !release.isBefore(LocalDate.parse(ends));
        }
    }

    @Test
    void nothingThatThisBuildIsMadeOfIsOfALineThatHasEnded()
            throws IOException, SAXException, ParserConfigurationException {
        Set<String> faults = new TreeSet<>();
        for (Part part : parts()) {
            fault(part, table(), release()).forEach(faults::add);
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void eachRowIsOfSomethingThatThisBuildIsMadeOf()
            throws IOException, SAXException, ParserConfigurationException {
        List<Part> parts = parts();
        assertThat(table())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(parts).anyMatch(line::holds));
    }

    @Test
    void aLineIsOverFromItsEndOnAndAnOpenOneUntilSomebodyLooksAgain() {
        List<Line> table =
                List.of(
                        new Line("a:*", "2.20", "2026-01-19", LocalDate.parse("2026-11-30")),
                        new Line("a:*", "2.21", "2028-01-18", LocalDate.parse("2026-11-30")),
                        new Line("b:one", "4", "open", LocalDate.parse("2026-11-30")));
        assertThat(fault(new Part("a:x", "2.20.1"), table, LocalDate.parse("2026-01-18")))
                .isEmpty();
        assertThat(fault(new Part("a:x", "2.20.1"), table, LocalDate.parse("2026-01-19")))
                .containsExactly("a:x 2.20.1: its line 2.20 is over (2026-01-19)");
        assertThat(fault(new Part("a:x", "2.21"), table, LocalDate.parse("2028-01-17"))).isEmpty();
        assertThat(fault(new Part("a:x", "2.2.1"), table, LocalDate.parse("2026-01-18")))
                .containsExactly("a:x 2.2.1: no row of docs/dependencies.md has it");
        assertThat(fault(new Part("b:one", "4.7"), table, LocalDate.parse("2027-11-30"))).isEmpty();
        assertThat(fault(new Part("b:one", "4.7"), table, LocalDate.parse("2027-12-01")))
                .containsExactly(
                        "b:one 4.7: nobody has looked since 2026-11-30 whether line 4 is open");
        assertThat(fault(new Part("b:one", "40.7"), table, LocalDate.parse("2027-11-30")))
                .hasSize(1);
        assertThat(fault(new Part("b:onemore", "4.7"), table, LocalDate.parse("2027-11-30")))
                .hasSize(1);
    }

    private static List<String> fault(Part part, List<Line> table, LocalDate release) {
        String name = part.name + " " + part.version + ": ";
        List<Line> rows = table.stream().filter(line -> line.holds(part)).toList();
        if (rows.isEmpty()) {
            return List.of(name + "no row of docs/dependencies.md has it");
        }
        return rows.stream()
                .filter(line -> line.isOver(release))
                .map(line ->
                        line.ends.equals("open")
                                ? name
                                        + "nobody has looked since "
                                        + line.seen
                                        + " whether line "
                                        + line.line
                                        + " is open"
                                : name + "its line " + line.line + " is over (" + line.ends + ")")
                .toList();
    }

    private static List<Line> table() throws IOException {
        List<Line> lines = new ArrayList<>();
        for (String text : Files.readAllLines(TABLE)) {
            Matcher row = ROW.matcher(text);
            if (row.matches()) {
                LocalDate seen = LocalDate.parse(row.group(4));
                lines.add(new Line(row.group(1), row.group(2), row.group(3), seen));
            } else {
                assertThat(text).doesNotStartWith("| `");
            }
        }
        return lines;
    }

    private static LocalDate release()
            throws IOException, SAXException, ParserConfigurationException {
        String at = properties(xml(Clone.root())).get("project.build.outputTimestamp");
        return LocalDate.parse(String.valueOf(at).substring(0, "2026-11-25".length()));
    }

    /// All that Maven has resolved for the modules, and all that their pom.xml names a version of:
    /// plugins and processors are in no class path.
    private static List<Part> parts()
            throws IOException, SAXException, ParserConfigurationException {
        List<Part> parts = new ArrayList<>();
        Element top = xml(Clone.root());
        List<Path> folders = new ArrayList<>(List.of(Clone.root().resolve("image/builder")));
        NodeList modules = top.getElementsByTagName("module");
        for (int at = 0; at < modules.getLength(); at++) {
            Path folder = Clone.root().resolve(modules.item(at).getTextContent());
            folders.add(folder);
            parts.addAll(resolved(folder));
        }
        Map<String, String> properties = properties(top);
        declare(parts, top, properties);
        for (Path folder : folders) {
            Element pom = xml(folder);
            Map<String, String> own = new HashMap<>(properties);
            own.putAll(properties(pom));
            declare(parts, pom, own);
        }
        parts.removeIf(part -> part.name.startsWith("dev.capdrop:"));
        return parts;
    }

    private static List<Part> resolved(Path folder) throws IOException {
        Path list = folder.resolve("target/dependencies.txt");
        assertThat(list)
                .as("Maven writes what it resolved, for each module: build all of them")
                .exists();
        assertThat(Files.getLastModifiedTime(list))
                .as("%s is older than its pom.xml: build all modules", list)
                .isGreaterThanOrEqualTo(Files.getLastModifiedTime(folder.resolve("pom.xml")));
        List<Part> parts = new ArrayList<>();
        for (String text : Files.readAllLines(list)) {
            Matcher line = RESOLVED.matcher(text);
            if (line.matches()) {
                parts.add(new Part(line.group(1), line.group(2)));
            }
        }
        assertThat(parts).isNotEmpty();
        return parts;
    }

    private static void declare(List<Part> parts, Element pom, Map<String, String> properties) {
        NodeList versions = pom.getElementsByTagName("version");
        for (int at = 0; at < versions.getLength(); at++) {
            Element owner = (Element) versions.item(at).getParentNode();
            if (Set.of("project", "parent").contains(owner.getTagName())) {
                continue;
            }
            String version = versions.item(at).getTextContent();
            Matcher property = PROPERTY.matcher(version);
            if (property.matches()) {
                version = properties.getOrDefault(property.group(1), version);
            }
            parts.add(new Part(name(owner), version));
        }
    }

    private static String name(Element owner) {
        if (owner.getTagName().equals("googleJavaFormat")) {
            return "com.google.googlejavaformat:google-java-format";
        }
        return child(owner, "groupId", "org.apache.maven.plugins")
                + ":"
                + child(owner, "artifactId", owner.getTagName());
    }

    private static String child(Element owner, String name, String otherwise) {
        for (Element at : elements(owner)) {
            if (at.getTagName().equals(name)) {
                return at.getTextContent();
            }
        }
        return otherwise;
    }

    private static Map<String, String> properties(Element pom) {
        Map<String, String> properties = new HashMap<>();
        for (Element part : elements(pom)) {
            if (part.getTagName().equals("properties")) {
                elements(part)
                        .forEach(one -> properties.put(one.getTagName(), one.getTextContent()));
            }
        }
        return properties;
    }

    private static List<Element> elements(Element owner) {
        List<Element> elements = new ArrayList<>();
        for (Node at = owner.getFirstChild(); at != null; at = at.getNextSibling()) {
            if (at instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }

    private static Element xml(Path folder)
            throws IOException, SAXException, ParserConfigurationException {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("pom.xml").toFile())
                .getDocumentElement();
    }
}
