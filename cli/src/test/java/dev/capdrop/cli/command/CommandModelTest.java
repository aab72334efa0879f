package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.capdrop.cli.command.CommandModel.Several;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

final class CommandModelTest {
    private final List<String> read = new ArrayList<>();

    private CommandLine line(CommandModel model) {
        return new CommandLine(model.spec().name("tool"));
    }

    private List<String> parsed(CommandModel model, String words) {
        return parsed(line(model), words);
    }

    private List<String> parsed(CommandLine line, String words) {
        line.parseArgs(words.split(" "));
        return read;
    }

    private static CommandModel model() {
        List<String[]> rows =
                List.of(
                        new String[] {"--flag", "what it is"},
                        new String[] {"--some", "what"},
                        new String[] {"--size", "how large"},
                        new String[] {"--size", "(default: ${DEFAULT-VALUE})"},
                        new String[] {"REST", "what"},
                        new String[] {"WORD", "what"});
        return new CommandModel(new CommandHelp("tool", rows), () -> ExitCode.OK);
    }

    private CommandModel flag() {
        return model().flag("-f,--flag", on -> read.add("" + on));
    }

    private CommandModel several(Several several) {
        return model().option("--some", "N")
                .each(several, Integer.class, some -> keep(some))
                .operands("REST", "0..*", rest -> read.addAll(rest));
    }

    private void keep(List<Integer> some) {
        read.clear();
        some.forEach(number -> read.add("" + number));
    }

    @ParameterizedTest
    @CsvSource({"-f, true", "--flag, true", "--flag=true, true", "--flag=false, false"})
    void aFlagIsSetByAnyOfItsNames(String words, String value) {
        assertThat(parsed(flag(), words)).containsExactly(value);
    }

    @Test
    void whatIsNotGivenIsLeftAlone() {
        line(several(Several.ONE_EACH)).parseArgs();
        assertThat(read).isEmpty();
    }

    @Test
    void severalValuesComeTogetherAsDeclared() {
        assertThat(parsed(several(Several.ONE_EACH), "--some 1 --some 2"))
                .containsExactly("1", "2");
        assertThat(parsed(several(Several.ALL_THAT_FOLLOW), "--some 1 2 --some 3"))
                .containsExactly("1", "2", "3");
        assertThat(parsed(several(Several.BETWEEN_COMMAS), "--some 1,2 --some 3"))
                .containsExactly("1", "2", "3");
    }

    @Test
    void anOptionThatTakesOneEachLeavesTheRestToTheOperands() {
        assertThat(parsed(several(Several.ONE_EACH), "--some 1 a b")).contains("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1..*"})
    void anOperandThatMustBeIsMissed(String arity) {
        CommandModel model = model().operands("WORD", arity, read::addAll);
        assertThatThrownBy(() -> line(model).parseArgs())
                .isInstanceOf(ParameterException.class)
                .hasMessage("Missing required parameter: 'WORD'");
    }

    @Test
    void anOperandThatMayBeIsNotMissed() {
        CommandLine line = line(model().operand("WORD", "0..1", read::add));
        line.parseArgs();
        assertThat(read).isEmpty();
        assertThat(parsed(line, "x")).containsExactly("x");
    }

    @Test
    void aConverterReadsTheValueAndTheHelpShowsTheInitialOne() {
        CommandModel model =
                model().option("--size", "N")
                        .as(text -> Integer.parseInt(text, 16), 255, size -> read.add("" + size));
        CommandLine line = line(model);
        assertThat(line.getUsageMessage(Ansi.OFF))
                .contains("--size=N", "  how large\n", "  (default: 255)\n");
        assertThat(parsed(line, "--size ff")).containsExactly("255");
    }

    @Test
    void anOptionOfWhichTheHelpSaysNothingIsNoOption() {
        assertThatThrownBy(() -> model().flag("--other", _ -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("help.tsv says nothing of '--other' in its section 'tool'");
    }

    @Test
    void eachCommandHasHelpAndVersion() {
        assertThat(line(flag()).parseArgs("--help").isUsageHelpRequested()).isTrue();
        assertThat(line(flag()).parseArgs("-V").isVersionHelpRequested()).isTrue();
        assertThat(line(flag()).getCommandSpec().version())
                .singleElement(STRING)
                .startsWith("capdrop ");
    }
}
