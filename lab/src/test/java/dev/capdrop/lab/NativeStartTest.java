package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a native program finds when it starts, and a JVM's launcher or the JVM sees to otherwise.
final class NativeStartTest {
    private static final String EXAMPLE =
            Clone.root().resolve("examples/trixie-degraded.json").toString();

    @TempDir Path temp = Path.of("");

    @BeforeEach
    void isThere() {
        assumeTrue(Program.isNative(), "LAB_PROGRAM names no native program");
    }

    /// Runs a command line by a shell that does something before.
    private static Command.Result after(String shell, String... words) {
        List<String> line = new ArrayList<>(List.of("bash", "-c", shell + "; exec \"$@\"", "bash"));
        line.addAll(Program.line());
        line.addAll(List.of(words));
        return Command.of(line.toArray(String[]::new)).run();
    }

    /// Else the file that it opens first is its standard output.
    @ParameterizedTest
    @ValueSource(strings = {"exec >&-", "exec 2>&-", "exec <&- >&-", "exec <&- >&- 2>&-"})
    void aClosedStreamIsNoFileThatItOpens(String closing) throws IOException {
        Path page = temp.resolve("page.html");
        String file = page.toString();
        Command.Result ran = after(closing, "report", "--from", EXAMPLE, "-o", file);
        assertThat(ran.exit()).as(ran.toString()).isIn(1, 2);
        assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    }

    @Test
    void nothingIsWrittenInVainInSilence() {
        Command.Result ran = after("exec >&-", "explain");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.err()).contains("cannot write to standard output");
    }

    @Test
    void inAFolderThatIsGoneItSaysSoInOneSentence() {
        Command.Result ran =
                after("d=$(mktemp -d) && cd $d && rmdir $d", "check", "--from", EXAMPLE);
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .isEqualTo("capdrop: the working directory is gone; go to another one\n");
    }

    @Test
    void optionsOfARuntimeAreNoneOfItsOwn() {
        for (String option : List.of("-Xmx1g", "-XX:+PrintGC", "-Dx=y")) {
            Command.Result ran = after(":", "check", option, "--from", EXAMPLE);
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err()).contains("unknown option '" + option.substring(0, 2));
        }
    }

    /// A JVM cannot tell what such a name is.
    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8", "nowhere_XX.ISO-8859-1"})
    void aFileIsFoundByItsNameInAnyLocale(String locale) throws IOException {
        Path file = temp.resolve("gr\u00fc\u00df\u5bb9.json");
        Files.copy(Path.of(EXAMPLE), file);
        Command.Result ran = after("export LC_ALL=" + locale, "check", "--from", file.toString());
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
    }

    /// The program has few encodings, and needs two.
    @Test
    void anEncodingThatItDoesNotHaveIsTakenForAscii() {
        String locale = temp.resolve("ja_JP.EUC-JP").toString();
        Command.Result made = Command.of("localedef", "-f", "EUC-JP", "-i", "ja_JP", locale).run();
        assumeTrue(made.exit() <= 1, "the sources of locales are not here: " + made);
        List<String> line = new ArrayList<>(Program.line());
        line.addAll(List.of("explain", "sys_rawio"));
        // not by a shell, which would look for the locale before it knows where
        Command.Result ran =
                Command.of(line.toArray(String[]::new))
                        .with("LOCPATH", temp.toString())
                        .with("LC_ALL", "ja_JP.EUC-JP")
                        .run();
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.err()).isEmpty();
    }
}
