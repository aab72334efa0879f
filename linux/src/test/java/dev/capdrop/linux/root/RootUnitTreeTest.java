package dev.capdrop.linux.root;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.unit.UnitTree.FileText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RootUnitTreeTest {
    private static final List<String> PATHS =
            List.of(
                    "/units/a.service",
                    "/units/empty.service",
                    "/units/alias.service",
                    "/units/nowhere.service",
                    "/units/absent.service",
                    "/units/a.service.d",
                    "/units/a.service.d/.",
                    "/units/a.service/..",
                    "/units/alias.service/",
                    "/units/\uFFFD.service",
                    "/other/a.service",
                    "/linked/a.service");

    @TempDir Path root;

    @BeforeEach
    void plantUnits() throws IOException {
        Path units = Files.createDirectory(root.resolve("units"));
        Files.writeString(units.resolve("a.service"), "[Unit]\n");
        Files.writeString(units.resolve("empty.service"), "");
        Files.createSymbolicLink(units.resolve("alias.service"), Path.of("a.service"));
        Files.createSymbolicLink(units.resolve("nowhere.service"), Path.of("/nowhere"));
        Files.createDirectory(units.resolve("a.service.d"));
        Files.createSymbolicLink(root.resolve("linked"), Path.of("units"));
    }

    private record Answer(String path, String link, FileText text, boolean empty) {}

    private static List<Answer> answers(RootUnitTree tree) {
        return PATHS.stream()
                .map(path ->
                        new Answer(
                                path,
                                String.valueOf(tree.link(path)),
                                tree.read(path),
                                tree.isEmpty(path)))
                .toList();
    }

    @Test
    void aListingAnswersAsTheFilesThemselvesDo() throws IOException {
        try (SafeRoot safe = SafeRoot.of(root)) {
            RootUnitTree listed = new RootUnitTree(safe);
            for (String directory : List.of("/units", "/other", "/linked")) {
                assertThat(listed.list(directory)).isEqualTo(listed.list(directory));
            }
            assertThat(answers(listed)).isEqualTo(answers(new RootUnitTree(safe)));
        }
    }

    /// In one of the two orders at least a folder comes last. The links lead nowhere, because JUnit
    /// sets modes by such names when it cleans up, and follows links there.
    @Test
    void aNameThatIsNotUtf8HidesNoneThatComesOutTheSame() throws Exception {
        String plant =
                "for n in a b c d e f g h; do ln -s /nowhere \"$n$(printf '\\357\\277\\275')\";"
                        + " mkdir \"$n$(printf '\\377')\"; done";
        Process shell =
                new ProcessBuilder("sh", "-ec", plant)
                        .directory(root.resolve("units").toFile())
                        .inheritIO()
                        .start();
        assertThat(shell.waitFor()).isZero();
        try (SafeRoot safe = SafeRoot.of(root)) {
            RootUnitTree tree = new RootUnitTree(safe);
            assertThat(tree.list("/units")).contains("h\uFFFD");
            assertThat(List.of("a", "b", "c", "d", "e", "f", "g", "h"))
                    .allSatisfy(name ->
                            assertThat(tree.link("/units/" + name + "\uFFFD"))
                                    .isEqualTo("/nowhere"));
        }
    }

    @Test
    void whatWasListedIsNotLookedForAgain() throws IOException {
        try (SafeRoot safe = SafeRoot.of(root)) {
            RootUnitTree tree = new RootUnitTree(safe);
            assertThat(tree.list("/units")).contains("a.service").doesNotContain("late.service");
            Files.writeString(root.resolve("units/late.service"), "[Unit]\n");
            assertThat(tree.read("/units/late.service")).isInstanceOf(FileText.Missing.class);
        }
    }

    @Test
    void onlyAnEmptyFileIsEmpty() throws IOException {
        try (SafeRoot safe = SafeRoot.of(root)) {
            RootUnitTree tree = new RootUnitTree(safe);
            assertThat(PATHS.stream().filter(tree::isEmpty))
                    .containsExactly("/units/empty.service");
        }
    }
}
