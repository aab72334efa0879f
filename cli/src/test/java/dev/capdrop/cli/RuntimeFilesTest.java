package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How far a runtime reaches into the house: the source files that name it in their code, beside
/// those that are its own.
///
/// A runtime's own are the packages and the classes that bear its name. Comments and sentences do
/// not count, nor the classes for profiles, which of all runtimes only Incus has.
final class RuntimeFilesTest {
    private static final int MOST = 5;
    private static final Pattern NO_CODE =
            Pattern.compile(
                    "\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\n])'|//[^\n]*"
                            + "|/\\*[\\s\\S]*?\\*/|(?m)^package [^\n]*");

    /// Where profiles of Incus are named.
    private static final List<String> PROFILES =
            List.of(
                    "cli/drop/Changes",
                    "cli/change/HostApply",
                    "cli/command/Host",
                    "cli/change/ProfileRestarts",
                    "cli/drop/SharedOptions",
                    "cli/drop/HostDrop",
                    "core/journal/JournalEntry",
                    "core/plan/SharedProfile",
                    "core/snapshot/Subject",
                    "record/SnapshotJson");

    /// Where the format of `plan` is named that is for Incus, and for LXD.
    private static final List<String> FORMATS =
            List.of("cli/change/RepositoryLines", "cli/command/Output");

    /// A runtime and where it stands. Another file is found here first, before it is a habit.
    enum Row {
        NSPAWN(
                List.of("nspawn"),
                "core/container/ConfigFormat",
                "core/snapshot/RuntimeKind",
                "linux/proc/ProcessTable",
                "linux/proc/RunningContainers",
                "linux/runtime/HostRuntimes"),

        INCUS(
                List.of("incus"),
                "core/container/ConfigFormat",
                "core/snapshot/ContainerId",
                "core/snapshot/RuntimeKind",
                "linux/runtime/HostRuntimes",
                "linux/store/FileConfigSource"),

        LXD(List.of("lxd", "incus"), "core/snapshot/RuntimeKind", "linux/runtime/HostRuntimes");

        private final List<String> own;
        private final List<String> files;

        /// @param own what its own packages and classes begin with
        Row(List<String> own, String... files) {
            this.own = own;
            this.files = List.of(files);
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRuntimeStandsInAFewFilesBesideItsOwn(Row row) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        for (String module : House.MODULES) {
            Path sources = House.root().resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file : files.filter(RuntimeFilesTest::isClass).toList()) {
                    String name = sources.resolve("dev/capdrop").relativize(file).toString();
                    if (!isOwn(row, name) && code(House.text(file)).contains(row.word())) {
                        found.add(name.replace(".java", ""));
                    }
                }
            }
        }
        row.files.forEach(found::remove);
        if (row == Row.INCUS) {
            PROFILES.forEach(found::remove);
            FORMATS.forEach(found::remove);
        }
        assertThat(found).as("the row of %s does not list these", row).isEmpty();
        assertThat(row.files).hasSizeLessThanOrEqualTo(MOST);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsListedNamesIt(Row row) {
        assertThat(row.files).allSatisfy(name -> assertNames(name, row.word()));
    }

    @Test
    void whatIsListedForProfilesNamesThem() {
        assertThat(PROFILES).allSatisfy(name -> assertNames(name, Row.INCUS.word()));
        assertThat(PROFILES).allSatisfy(name -> assertNames(name, "profile"));
    }

    private static void assertNames(String name, String word) {
        Path file =
                House.root()
                        .resolve(name.substring(0, name.indexOf('/')))
                        .resolve("src/main/java/dev/capdrop")
                        .resolve(name + ".java");
        assertThat(code(House.text(file))).as(name).contains(word);
    }

    private static boolean isClass(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".java") && !name.endsWith("-info.java");
    }

    private static boolean isOwn(Row row, String name) {
        return Stream.of(name.toLowerCase(Locale.ROOT).split("/", -1))
                .anyMatch(part -> row.own.stream().anyMatch(part::startsWith));
    }

    private static String code(String text) {
        return NO_CODE.matcher(text).replaceAll("").toLowerCase(Locale.ROOT);
    }
}
