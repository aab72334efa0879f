package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `capdrop decode` on what other programs print, and on what nobody can decode.
@NeedsContainers
final class DecodeTest {
    @TempDir Path folder = Path.of("");

    @Test
    void whatGrepPrintsOfSeveralProcessesIsDecodedBySet() throws IOException {
        String printed =
                Command.of("grep", "-H", "Cap", "/proc/1/status", "/proc/self/status").runOrFail();
        Path input = Files.writeString(folder.resolve("grep"), printed + "\n");
        Command.Result argument = decode(printed);
        Command.Result standardInput = Tool.apartFromContainers("decode", "-").reading(input).run();
        assertThat(argument.exit()).as(argument.toString()).isZero();
        assertThat(standardInput).extracting(Command.Result::out).isEqualTo(argument.out());
        assertThat(argument.out().lines().filter(line -> line.startsWith("/proc/")))
                .containsExactly("/proc/1/status", "/proc/self/status");
        assertThat(argument.out().lines().map(String::strip).filter(line -> !line.startsWith("/")))
                .hasSize(10)
                .allMatch(line -> line.matches("[a-z]+ +[0-9a-f]{16}  .*"));
    }

    /// In the text of getfattr(1).
    @Test
    void whatGetfattrPrintsOfSeveralFilesIsDecodedByFile() {
        String held = "security.capability=0x0100000200200000000000000000000000000000\n\n";
        Command.Result decoded = decode("# file: one\n" + held + "# file: two\n" + held);
        assertThat(decoded.exit()).as(decoded.toString()).isZero();
        assertThat(decoded.out().lines().filter(line -> !line.startsWith(" ")).toList())
                .hasSize(4)
                .startsWith("one")
                .contains("two");
        assertThat(decoded.out())
                .contains("  attribute of\n  version 2\n", "  text         cap_net_raw=ep\n");
    }

    @Test
    void aMistakeStandsBehindWhatWasDecodedBeforeItAndIsShort() throws IOException {
        Command.Result shown =
                Tool.apartFromContainersOnTerminal("decode", "2000", "net_rwa", "f".repeat(5000));
        assertThat(shown.exit()).isEqualTo(2);
        String told = Arrays.stream(shown.out().split("\\s+")).collect(Collectors.joining(" "));
        assertThat(told)
                .containsSubsequence(
                        "text cap_net_raw=ep",
                        "'net_rwa': column 1: found 'net_rwa'",
                        "; did you mean 'net_raw'?",
                        "'" + "f".repeat(60) + "...': column 1: found 5000 hex digits");
        assertThat(decode("--to", "iab", "--json", "3").err())
                .isEqualTo("capdrop: --json holds every form: leave out --to, or --json\n");
    }

    private static Command.Result decode(String... words) {
        String[] line = new String[words.length + 1];
        line[0] = "decode";
        System.arraycopy(words, 0, line, 1, words.length);
        return Tool.runApartFromContainers(line);
    }
}
