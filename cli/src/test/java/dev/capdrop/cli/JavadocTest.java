package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// javac's own check of the comments takes no notice of what only Markdown makes a link.
final class JavadocTest {
    @Test
    void theJavadocOfEveryModuleBuilds(@TempDir Path pages) throws IOException {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int status = ToolProvider.findFirst("javadoc").orElseThrow().run(out, out, words(pages));
        assertThat(status).as(said.toString()).isZero();
        assertThat(pages.resolve("index.html")).exists();
    }

    private static String[] words(Path pages) throws IOException {
        List<String> words =
                new ArrayList<>(
                        List.of("-quiet", "-Werror", "-Xdoclint:all,-missing", "-package", "-d"));
        words.add(pages.toString());
        // Pages that only list what is in the others.
        words.addAll(List.of("-noindex", "-notree", "-nohelp", "-nodeprecatedlist", "-nonavbar"));
        words.add("-classpath");
        words.add(
                System.getProperty("jdk.module.path", "")
                        + File.pathSeparator
                        + System.getProperty("java.class.path"));
        for (String module : House.MODULES) {
            Path sources = House.root().resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.endsWith("module-info.java"))
                        .forEach(file -> words.add(file.toString()));
            }
        }
        return words.toArray(String[]::new);
    }
}
