package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.CommandModel.Several;
import dev.capdrop.cli.command.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
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

    private CommandModel flag() {
        return new CommandModel(() -> ExitCode.OK)
                .flag("-f,--flag", "what it is", on -> read.add("" + on));
    }

    private CommandModel several(Several several) {
        return new CommandModel(() -> ExitCode.OK)
                .option("--some", "N", "what")
                .each(several, Integer.class, some -> keep(some))
                .operands("REST", "0..*", "what", rest -> read.addAll(rest));
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
        CommandModel model =
                new CommandModel(() -> ExitCode.OK).operands("WORD", arity, "what", read::addAll);
        assertThatThrownBy(() -> line(model).parseArgs())
                .isInstanceOf(ParameterException.class)
                .hasMessage("Missing required parameter: 'WORD'");
    }

    @Test
    void anOperandThatMayBeIsNotMissed() {
        CommandLine line =
                line(
                        new CommandModel(() -> ExitCode.OK)
                                .operand("WORD", "0..1", "what", read::add));
        line.parseArgs();
        assertThat(read).isEmpty();
        assertThat(parsed(line, "x")).containsExactly("x");
    }

    @Test
    void aConverterReadsTheValueAndTheHelpShowsTheInitialOne() {
        CommandModel model =
                new CommandModel(() -> ExitCode.OK)
                        .option("--size", "N", "how large\n(default: ${DEFAULT-VALUE})")
                        .as(text -> Integer.parseInt(text, 16), 255, size -> read.add("" + size));
        CommandLine line = line(model);
        assertThat(line.getUsageMessage(Ansi.OFF))
                .contains("--size=N", "  how large\n", "  (default: 255)\n");
        assertThat(parsed(line, "--size ff")).containsExactly("255");
    }

    /// A command that is broken in the middle is none to copy.
    @Test
    void noLineOfAnExampleIsBrokenByTheHelp() {
        FakeHost host = new FakeHost();
        for (Command command : Command.values()) {
            CommandSpec spec = command.spec(host.environment(), Defaults.NONE);
            String help = host.run(command.name(), "--help").out();
            for (String line : spec.usageMessage().footer()) {
                assertThat(help.lines()).as(command.name()).contains(line);
                assertThat(line).hasSizeLessThan(CommandModel.WIDTH);
            }
        }
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
