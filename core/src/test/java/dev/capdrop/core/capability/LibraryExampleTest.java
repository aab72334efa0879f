package dev.capdrop.core.capability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example for other programs is compiled and run as its page says, against the module alone.
class LibraryExampleTest {
    private static final Path PAGE = Path.of("../docs/how-to/use-the-model-in-a-program.md");
    private static final String COMMAND = "$ java -p core/target/classes ";

    @TempDir Path folder;

    @Test
    void theExamplePrintsWhatItsPageSays() throws IOException, InterruptedException {
        List<String> page = Files.readAllLines(PAGE);
        Path example = folder.resolve("Example.java");
        Files.write(example, block(page, "import dev.capdrop.core.capability.*;"));
        List<String> shown = block(page, COMMAND + "--add-modules dev.capdrop.core Example.java");

        Path module =
                Path.of(
                        Capability.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath());
        Process java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-p",
                                module.toString(),
                                "--add-modules",
                                "dev.capdrop.core",
                                example.toString())
                        .redirectErrorStream(true)
                        .start();
        String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        String expected = String.join("\n", shown.subList(1, shown.size()));
        assertThat(printed.strip()).isEqualTo(expected.strip());
        assertThat(java.waitFor()).isZero();
    }

    /// The lines of an indented block, from the one that it begins with to the next that is not
    /// indented.
    private static List<String> block(List<String> page, String first) {
        return page.stream()
                .dropWhile(line -> !line.equals("    " + first))
                .takeWhile(line -> line.isEmpty() || line.startsWith("    "))
                .map(line -> line.isEmpty() ? "" : line.substring(4))
                .toList();
    }
}
