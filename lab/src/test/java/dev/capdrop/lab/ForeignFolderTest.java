package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `-o` writes into a folder of another user of the host, as node_exporter's is, while that
/// user renames and links in it as fast as he can, and has root write and chmod by it if he can.
@NeedsContainers
final class ForeignFolderTest {
    private static final Path EXAMPLE = Path.of("../examples/trixie-degraded.json");
    private static final int TRIES = 60;
    private static final int MOST_TRIES = 1000;
    private static final String KEPT = "root's alone\n";

    /// Puts a link to root's file in the place of whatever comes into the folder, and counts.
    private static final String LINKS =
            """
            my ($folder, $victim) = @ARGV;
            my $hits = 0;
            $| = 1;
            print "ready\\n";
            while (1) {
                opendir(my $d, $folder) or next;
                for my $name (grep { /^\\.capdrop/ } readdir $d) {
                    if (rename("$folder/$name", "$folder/taken") && symlink($victim, "$folder/$name")) {
                        print "hit\\n";
                    }
                }
                closedir $d;
            }
            """;

    /// Has the folder's name lead to root's folder every other moment.
    private static final String SWAPS =
            """
            my ($folder, $victim) = @ARGV;
            symlink($victim, "$folder.link") or die $!;
            $| = 1;
            print "ready\\n";
            while (1) {
                rename($folder, "$folder.own") && rename("$folder.link", $folder) && print "hit\\n";
                rename($folder, "$folder.link") && rename("$folder.own", $folder);
            }
            """;

    /// Has the file itself be a link to root's.
    private static final String LAST =
            """
            my ($folder, $victim) = @ARGV;
            $| = 1;
            print "ready\\n";
            while (1) {
                symlink($victim, "$folder/new") && rename("$folder/new", "$folder/capdrop.prom") && print "hit\\n";
            }
            """;

    @TempDir Path temp = Path.of("");

    private Path theirs = Path.of("");
    private Path folder = Path.of("");
    private Path ours = Path.of("");

    /// As Debian's prometheus-node-exporter has it: two folders, both of its own user.
    @BeforeEach
    void theirFolderAndOurs() throws IOException {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        theirs = Files.createDirectory(temp.resolve("prometheus"));
        folder = Files.createDirectory(theirs.resolve("node-exporter"));
        Command.of("chown", "-R", "nobody", theirs.toString()).runOrFail();
        ours = Files.createDirectory(temp.resolve("ours"));
        Files.writeString(ours.resolve("secret"), KEPT);
        Files.setPosixFilePermissions(
                ours.resolve("secret"), PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void nothingOfRootsHasChanged() throws IOException {
        assertThat(ours.resolve("secret")).hasContent(KEPT);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(ours.resolve("secret"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(ours)) {
            assertThat(files).containsExactly(ours.resolve("secret"));
        }
    }

    @Test
    void whoLinksInTheFolderHasRootWriteNothingElse() throws IOException {
        writeBeside(LINKS, ours.resolve("secret"));
    }

    @Test
    void whoPutsALinkInTheFoldersPlaceHasRootWriteNothingElse() throws IOException {
        writeBeside(SWAPS, ours);
    }

    @Test
    void whoLinksTheFileItselfHasRootWriteNothingElse() throws IOException {
        writeBeside(LAST, ours.resolve("secret"));
    }

    private void writeBeside(String attack, Path victim) throws IOException {
        Path log = temp.resolve("log");
        Process attacker =
                new ProcessBuilder(
                                "setpriv",
                                "--reuid=nobody",
                                "--clear-groups",
                                "perl",
                                "-e",
                                attack,
                                folder.toString(),
                                victim.toString())
                        .redirectOutput(log.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            for (int i = 0; i < TRIES || (hits(log) == 0 && i < MOST_TRIES); i++) {
                Command.Result ran =
                        Tool.runApartFromContainers(
                                "metrics",
                                "-o",
                                folder.resolve("capdrop.prom").toString(),
                                "--from",
                                EXAMPLE.toString());
                assertThat(ran.exit()).as(ran.toString()).isIn(0, 2);
            }
        } finally {
            attacker.destroyForcibly();
            attacker.onExit().join();
        }
        assertThat(hits(log)).as("how often he was fast enough").isPositive();
    }

    private static long hits(Path log) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter("hit"::equals).count();
        }
    }
}
