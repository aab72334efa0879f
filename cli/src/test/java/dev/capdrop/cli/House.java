package dev.capdrop.cli;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The packages of all modules as they were built, and what each may use.
///
/// The row of a package is the sentence "May use: ..." in its package-info.java, which names
/// packages of its own module, whole modules (`core`), or packages of another one (`core's change
/// and snapshot`). Who may use a package may use what that package may use.
final class House {
    static final List<String> MODULES = List.of("capabilities", "core", "record", "linux", "cli");

    private static final Pattern MAY_USE = Pattern.compile("May use: ([^.]*)\\.");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

    private final Map<String, Set<String>> rows = new TreeMap<>();
    private final JavaClasses classes;

    private House(Map<String, String> sentences, JavaClasses classes) {
        for (String name : sentences.keySet()) {
            rows.put(name, resolve(name, sentences.get(name), sentences.keySet()));
        }
        this.classes = classes;
    }

    /// Reads the sources and the classes of this build.
    static House read() {
        Map<String, String> sentences = new TreeMap<>();
        List<Path> built = new ArrayList<>();
        for (String module : MODULES) {
            built.add(root().resolve(module).resolve("target/classes"));
            for (Path info : packageInfos(root().resolve(module).resolve("src/main/java"))) {
                String text = text(info);
                sentences.put(find(PACKAGE, text, info), find(MAY_USE, comment(text), info));
            }
        }
        return new House(sentences, new ClassFileImporter().importPaths(built));
    }

    /// The top folder of the clone.
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve(".mvn")) ? here : here.resolveSibling("");
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JavaClasses classes() {
        return classes;
    }

    Set<String> packages() {
        return rows.keySet();
    }

    /// What a package's row names, with modules spelled out as their packages.
    Set<String> row(String name) {
        return rows.getOrDefault(name, Set.of());
    }

    /// Everything that a package may use, itself included.
    Set<String> mayUse(String name) {
        Set<String> reached = new TreeSet<>();
        reach(name, reached);
        return reached;
    }

    private void reach(String name, Set<String> reached) {
        if (reached.add(name)) {
            row(name).forEach(used -> reach(used, reached));
        }
    }

    /// The packages that a sentence's words mean.
    ///
    /// @throws AssertionError when a word is neither a package nor a module
    static Set<String> resolve(String owner, String sentence, Set<String> packages) {
        Set<String> uses = new TreeSet<>();
        String module = module(owner);
        for (String word : sentence.split(",\\s*(?:and\\s+)?|\\s+and\\s+")) {
            if (word.equals("nothing") || word.startsWith("all that ")) {
                continue;
            }
            int of = word.indexOf("'s ");
            module = of < 0 ? module : word.substring(0, of);
            uses.addAll(meaning(owner, module, word.substring(of < 0 ? 0 : of + 3), packages));
        }
        return uses;
    }

    private static Set<String> meaning(
            String owner, String module, String word, Set<String> packages) {
        String one = "dev.capdrop." + module + "." + word;
        if (packages.contains(one)) {
            return Set.of(one);
        }
        Set<String> all = new TreeSet<>(packages);
        all.removeIf(name -> !module(name).equals(word));
        if (all.isEmpty()) {
            throw new AssertionError(
                    "the row of '" + owner + "' names '" + word + "', which is no package");
        }
        return all;
    }

    private static String module(String packageName) {
        return packageName.split("\\.", -1)[2];
    }

    private static List<Path> packageInfos(Path sources) {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.endsWith("package-info.java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String comment(String source) {
        return source.replaceAll("\\n///", "").replaceAll("\\s+", " ");
    }

    private static String find(Pattern pattern, String text, Path file) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError(file + " says no '" + pattern + "'");
        }
        return matcher.group(1);
    }
}
