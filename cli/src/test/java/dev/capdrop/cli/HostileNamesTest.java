package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What this machine's shells offer where containers are called as nobody should call one.
final class HostileNamesTest {
    /// Each is offered as it is, and nothing in it is obeyed.
    private static final List<String> OFFERED =
            List.of(
                    "web",
                    "$(touch x)",
                    "`touch x`",
                    "a;touch x",
                    "a&touch x",
                    "a'b",
                    "a\"b",
                    "a b",
                    "*",
                    "~root",
                    "{a,b}",
                    "$HOME",
                    "a\\b",
                    "%n",
                    "#a",
                    "!!",
                    "wéb");

    private static final List<String> LEFT_OUT =
            List.of(
                    "a\nlxc:forged",
                    "\nlxc:forged\n",
                    "a\tb",
                    "a\u001b]0;x\u0007",
                    "a\rb",
                    "--yes",
                    "-x");

    @TempDir private Path temp;

    @BeforeEach
    void containersAndCompletions() throws IOException {
        for (List<String> names : List.of(OFFERED, LEFT_OUT)) {
            for (String name : names) {
                Path container = Files.createDirectories(temp.resolve("lxc/" + name));
                Files.createFile(container.resolve("config"));
            }
        }
        Path tool = Files.createDirectories(temp.resolve("bin")).resolve("lxc-config");
        Files.writeString(tool, "#!/bin/sh\necho " + temp.resolve("lxc") + "\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        Documents.main(new String[] {temp.resolve("share").toString(), "2026-11-25"});
        Files.createDirectory(temp.resolve("cwd"));
    }

    @Test
    void bashOffersEachAsAWordThatIsThatNameAndNothingElse() throws Exception {
        String script =
                """
                . "$0"; COMP_WORDS=(capdrop plan lxc : "") COMP_CWORD=4; compopt() { :; }
                _capdrop
                for word in "${COMPREPLY[@]}"; do eval "set -- $word"; printf '%s,%s\\0' $# "$1"; done
                """;
        String bash = completions("bash-completion/completions/capdrop");
        assertThat(run("bash", "--norc", "-c", script, bash).split("\0"))
                .containsExactlyInAnyOrderElementsOf(
                        OFFERED.stream().map(name -> "1," + name).toList());
    }

    @Test
    void zshOffersEachNameAndNothingElse() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/zsh")), "zsh is not installed");
        Path script = Path.of("../scripts/zsh-offers").toRealPath();
        assertThat(
                        run(
                                        script.toString(),
                                        completions("vendor-completions/_capdrop")
                                                .replace("/_capdrop", ""),
                                        "capdrop plan lxc:")
                                .lines())
                .containsExactlyInAnyOrderElementsOf(OFFERED);
    }

    @Test
    void fishOffersEachNameAndNothingElse() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/fish")), "fish is not installed");
        String fish = completions("fish/vendor_completions.d/capdrop.fish");
        String script = "source " + fish + "; complete -C 'capdrop plan lxc:'";
        assertThat(run("fish", "--no-config", "-c", script).lines())
                .containsExactlyInAnyOrderElementsOf(
                        OFFERED.stream().map(name -> "lxc:" + name).toList());
    }

    private String completions(String name) throws IOException {
        try (var files = Files.walk(temp.resolve("share"))) {
            return files.filter(file -> file.toString().endsWith(name))
                    .findAny()
                    .orElseThrow()
                    .toString();
        }
    }

    private String run(String... words) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(new ArrayList<>(List.of(words)))
                        .directory(temp.resolve("cwd").toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PATH", temp.resolve("bin") + ":/usr/bin:/bin");
        builder.environment().put("HOME", temp.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        try (var made = Files.list(temp.resolve("cwd"))) {
            assertThat(made).as("what a name had a shell do").isEmpty();
        }
        return out;
    }
}
