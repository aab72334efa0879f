package dev.capdrop.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.snapshot.RuntimeKind;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Whether shells and man(1) accept what is written is tried by `scripts/test-package`.
final class DocumentsTest {
    private static final CommandLine TOOL = CommandLineTool.declared();
    private static final Map<String, String> DOCUMENTS =
            Documents.all(TOOL, LocalDate.of(2026, 11, 25));

    @Test
    void eachCommandHasAPageThatNamesAllItsOptions() {
        TOOL.getSubcommands()
                .forEach((name, line) -> {
                    CommandSpec command = line.getCommandSpec();
                    if (!command.helpCommand()) {
                        assertThat(document("man/man1/capdrop-" + name + ".1"))
                                .startsWith(
                                        ".TH CAPDROP\\-"
                                                + name.toUpperCase(Locale.ROOT)
                                                + " 1 2026-11-25 ")
                                .contains(options(command, "\\fB%s\\fR"));
                        assertThat(document("man/man1/capdrop.1"))
                                .contains("\\fBcapdrop\\-" + name);
                    }
                });
        assertThat(DOCUMENTS).doesNotContainKey("man/man1/capdrop-help.1");
    }

    @Test
    void aPageSaysWhatTheHelpSays() {
        assertThat(document("man/man1/capdrop-check.1"))
                .contains(
                        "\ncapdrop\\-check \\- says what is wrong with these containers, and why\n")
                .contains("\\fBcapdrop check\\fR [\\fIOPTION\\fR]... [\\fITARGET\\fR...]\n")
                .contains(
                        ".TP\n\\fB\\-\\-state\\-dir\\fR=\\fIDIR\\fR\nwhere capdrop keeps its journal (default: /var/lib/capdrop)\n")
                .contains(".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\nnothing to do\n")
                .contains("\n  capdrop check web db             these two\n");
    }

    @Test
    void thePageOfTheDefaultsHasEverySetting() {
        String page = document("man/man5/capdrop.conf.5");
        assertThat(page)
                .startsWith(".TH CAPDROP.CONF 5 2026-11-25 ")
                .contains("\\fBuserns\\-dir\\fR = \\fI/usr/share/lxc")
                .contains(
                        "how long each container may take (default: 30s, longer on a busy\nmachine)\n.br\n");
        for (DefaultOption setting : DefaultOption.values()) {
            assertThat(page).contains(Roff.bold(setting.word) + " = ");
        }
    }

    /// Forgotten runtimes are found here: in help, manual pages and completions.
    @Test
    void aTargetIsSaidToBeOneOfEachRuntimeWhereverOneIsTaken() {
        List<String> taking = new ArrayList<>();
        TOOL.getSubcommands()
                .forEach((name, line) ->
                        line.getCommandSpec().positionalParameters().stream()
                                .filter(operand -> operand.paramLabel().contains("TARGET"))
                                .forEach(operand -> {
                                    taking.add(name);
                                    assertThat(String.join(" ", operand.description()))
                                            .as(name)
                                            .contains(RuntimeKind.samples());
                                    assertThat(oneLine("man/man1/capdrop-" + name + ".1"))
                                            .contains(Roff.escaped(RuntimeKind.samples()));
                                }));
        assertThat(taking).contains("check", "plan", "apply", "undo", "learn", "trial");
        assertThat(oneLine("man/man1/capdrop.1")).contains(Roff.escaped(RuntimeKind.samples()));
    }

    @ParameterizedTest
    @EnumSource
    void eachRuntimeIsInTheOverviewAndInWhatShellsOffer(RuntimeKind kind) {
        assertThat(oneLine("man/man1/capdrop.1"))
                .contains(Roff.escaped(kind.title()))
                .contains(Roff.bold(kind.manual().replaceAll("\\(.*", "")) + "(");
        for (String shell :
                List.of(
                        "bash-completion/completions/capdrop",
                        "zsh/vendor-completions/_capdrop",
                        "fish/vendor_completions.d/capdrop.fish")) {
            assertThat(document(shell)).containsPattern("\n(named|asked) " + kind.prefix() + " ");
        }
    }

    /// All three shells hold it in single quotes.
    @Test
    void whatListsTheContainersHasNoSingleQuote() {
        assertThat(ContainerNames.program()).doesNotContain("'");
    }

    @Test
    void whatGroffWouldObeyIsText() {
        String page = new Roff().text(".so /etc/shadow").text("'br \\n(.x a-b").toString();
        assertThat(page).isEqualTo("\\&.so /etc/shadow\n\\(aqbr \\(rsn(.x a\\-b\n");
    }

    @Test
    void eachShellIsOfferedEveryOption() {
        TOOL.getSubcommands()
                .forEach((name, line) -> {
                    CommandSpec command = line.getCommandSpec();
                    if (!command.helpCommand()) {
                        assertThat(document("bash-completion/completions/capdrop"))
                                .contains("        " + name + ")\n")
                                .contains(options(command, "%s"));
                        assertThat(document("zsh/vendor-completions/_capdrop"))
                                .contains("    " + name + ")\n")
                                .contains(options(command, "%s"));
                        assertThat(document("fish/vendor_completions.d/capdrop.fish"))
                                .contains("__fish_seen_subcommand_from " + name + "'");
                    }
                });
    }

    @Test
    void wordsAreOfferedWhereOnlyTheseAreKnown() {
        assertThat(document("bash-completion/completions/capdrop"))
                .contains("--color) _capdrop_value \"$word\" words 'auto always never'; return")
                .contains("--goal) _capdrop_value \"$word\" words '");
    }

    @Test
    void aNewLabelNeedsAnAnswerToWhatIsOfferedForIt() {
        OptionSpec option = OptionSpec.builder("--new").paramLabel("THING").arity("1").build();
        assertThatThrownBy(() -> Completed.of(option))
                .hasMessageStartingWith("'THING': what a shell offers for it");
    }

    private static String oneLine(String path) {
        return document(path).replace('\n', ' ');
    }

    private static String document(String path) {
        return requireNonNull(DOCUMENTS.get(path), path);
    }

    private static String[] options(CommandSpec command, String form) {
        return command.options().stream()
                .map(option ->
                        form.formatted(
                                form.equals("%s")
                                        ? option.longestName()
                                        : Roff.escaped(option.longestName())))
                .toArray(String[]::new);
    }
}
