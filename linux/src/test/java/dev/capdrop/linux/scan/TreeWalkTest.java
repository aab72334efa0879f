package dev.capdrop.linux.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.observe.Findings;
import dev.capdrop.core.observe.Findings.RawPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Set-ID bits, which need no privilege to plant; capabilities are looked for in the lab.
@Timeout(60)
final class TreeWalkTest {
    @TempDir Path folder;

    private void shell(String script) throws IOException, InterruptedException {
        Process bash =
                new ProcessBuilder("bash", "-c", script)
                        .directory(folder.toFile())
                        .inheritIO()
                        .start();
        assertThat(bash.waitFor()).isZero();
    }

    private static RawPath path(Path path) {
        return RawPath.of(path.toString().getBytes(UTF_8));
    }

    private List<String> found(boolean ownWorkingDirectories) throws IOException {
        Findings findings = new TreeWalk(true, ownWorkingDirectories).walk(path(folder), 3);
        assertThat(findings.unreadable()).isEmpty();
        int prefix = folder.toString().length();
        return findings.files().stream().map(f -> f.path().toString().substring(prefix)).toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everythingWithASetIdBitIsFoundAndNothingElse(boolean ownWorkingDirectories)
            throws Exception {
        shell(
                """
                mkdir -p a/b 'with blank' && touch a/b/plain a/b/u 'with blank/g' && mkfifo fifo
                chmod u+s a/b/u fifo && chmod g+s a 'with blank/g'
                ln -s u a/b/link && ln -s . a/loop
                """);
        assertThat(found(ownWorkingDirectories))
                .containsExactly("/a", "/a/b/u", "/fifo", "/with blank/g");
    }

    /// A path that the kernel takes in no call: the walk begins anew on the way, several times.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPathMayBeLongerThanTheKernelTakes(boolean ownWorkingDirectories) throws Exception {
        shell(
                """
                name=$(printf 'n%.0s' {1..200})
                for i in {1..100}; do mkdir "$name" && cd "$name" && touch x && chmod u+s x; done
                """);
        List<String> found = found(ownWorkingDirectories);
        shell("rm -r n*"); // JUnit cannot
        assertThat(found).hasSize(100).contains("/" + "n".repeat(200) + "/x");
        assertThat(found.stream().mapToInt(String::length).max()).hasValue(100 * 201 + 2);
    }

    @Test
    void aFileMayBeTheTop() throws Exception {
        shell("touch u && chmod 6755 u");
        Path top = folder.resolve("u");
        Findings findings = TreeWalk.of(path(top), true);
        assertThat(findings.files())
                .extracting(Findings.FoundFile::path)
                .containsExactly(path(top));
        assertThat(findings.files().getFirst().status())
                .isNotNull()
                .matches(s -> s.setUid() && s.setGid() && s.regular());
        assertThat(TreeWalk.of(path(top), false).files()).isEmpty();
    }

    @Test
    void aTopThatIsNotThereOrALinkIsSaid() throws Exception {
        shell("ln -s . link");
        assertThat(TreeWalk.of(path(folder.resolve("link")), true).unreadable())
                .extracting(Findings.Unreadable::reason)
                .containsExactly("a symbolic link, which is not followed");
        assertThat(TreeWalk.of(path(folder.resolve("none")), true).unreadable())
                .extracting(Findings.Unreadable::reason)
                .containsExactly("no such file or directory (statx)");
    }
}
