package dev.capdrop.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Environment;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.OptionValues;
import dev.capdrop.cli.drop.PlanOptions;
import dev.capdrop.core.plan.Plan.Goal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

final class CommandLineWordsTest {
    @Test
    void capabilitiesAreNamedInAnyUsualWay() {
        assertThat(OptionValues.capabilities("sys_rawio, CAP_SYS_MODULE"))
                .isEqualTo(CapabilitySet.of("sys_rawio", "sys_module"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", " ", "sys_foo", "sys_rawio;mknod", "99"})
    void whatNamesNoCapabilityIsRefused(String text) {
        assertThatThrownBy(() -> OptionValues.capabilities(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-5", "1d", "abc", "99999999999", "1.5s"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> OptionValues.duration(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("expected for example 90s, 2m or 1h");
    }

    @Test
    void aDurationWithoutAUnitIsInSeconds() {
        assertThat(OptionValues.duration("90")).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void aGoalIsOneOfTheWordsOfTheHelp() {
        assertThat(PlanOptions.goalOf("none")).isEqualTo(Goal.NONE);
        assertThatThrownBy(() -> PlanOptions.goalOf("NONE"))
                .hasMessage("'NONE' is no goal, expected one of none, healthy, inert, new, least");
    }

    @Test
    void anEmptyFolderIsNotTheCurrentOne() {
        assertThatThrownBy(() -> OptionValues.folder(""))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'' names no folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "plan", "apply", "undo", "status", "config"})
    void theHelpOfWhatFindsSomethingSaysHowItsExitStatusTells(String command) {
        String help =
                requireNonNull(
                                CommandLineTool.line(Environment.own(), Defaults.NONE, command)
                                        .getSubcommands()
                                        .get(command))
                        .getUsageMessage(CommandLine.Help.Ansi.OFF);
        assertThat(help)
                .contains("Exit status:", "\n  0     ", "\n  1     ", "\n  2     could not run");
        assertThat(help).contains("\n  130   interrupted by ^C; by SIGTERM 143");
        assertThat(help.lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void eachCommandIsFoundByItsNameAlone() {
        for (Command command : Command.values()) {
            String name = command.name();
            assertThat(
                            CommandLineTool.line(Environment.own(), Defaults.NONE, name)
                                    .getSubcommands())
                    .containsOnlyKeys(name);
            assertThat(command.spec(Environment.own(), Defaults.NONE).userObject().toString())
                    .containsIgnoringCase("." + name + "Command@");
        }
        assertThat(CommandLineTool.line(Environment.own(), Defaults.NONE).getSubcommands())
                .hasSize(Command.values().length + 1)
                .containsKey("help");
    }

    @Test
    void theHelpHasEachCommandOnALineInItsGroup() {
        List<String> help =
                CommandLineTool.line(Environment.own(), Defaults.NONE)
                        .getUsageMessage(CommandLine.Help.Ansi.OFF)
                        .lines()
                        .toList();
        assertThat(help)
                .allMatch(line -> line.length() <= 80)
                .doesNotContain("Commands:")
                .containsSubsequence(
                        "Find and heal:",
                        "  check     what is wrong with these containers, and why",
                        "",
                        "Explain:",
                        "",
                        "Measure what is needed:",
                        "",
                        "Record and report:",
                        "  report    one HTML page of all containers");
        for (Command command : Command.values()) {
            assertThat(help)
                    .filteredOn(line -> line.startsWith("  " + command.name() + " "))
                    .hasSize(1);
        }
    }

    @Test
    void ofAMistypedCommandTheRightOneIsNamed() {
        assertThat(mistake("chekc"))
                .startsWith("'chekc' is no command, expected one of check, plan, ")
                .endsWith("did you mean 'check'?");
        assertThat(mistake("nosuch")).endsWith("report, doctor, help");
        assertThat(mistake("plan", "a", "b")).isEqualTo("'b' is one argument too many");
        assertThat(mistake("check", "--nope")).startsWith("unknown option '--nope'");
    }

    /// picocli forgives every other word where help is asked for.
    @ParameterizedTest
    @CsvSource({
        "chekc --help, '''chekc'' is no command, expected one of check, plan, '",
        "completion --help, '''completion'' is no command, expected one of check, plan, '",
        "--help nosuch, '''nosuch'' is no command, expected one of check, plan, '",
        "help nosuch, '''nosuch'' is no command, expected one of check, plan, '",
        "--version nosuch, '''nosuch'' is no command, expected one of check, plan, '",
        "--nosuch --help, 'unknown option ''--nosuch'''",
        "check --nosuch --help, 'unknown option ''--nosuch'''",
        "plan a b --help, '''b'' is one argument too many'"
    })
    void aWordThatIsNotKnownIsRefusedBesideHelpToo(String words, String sentence) {
        String[] arguments = words.split(" ");
        StringWriter out = new StringWriter();
        CommandLine line = CommandLineTool.line(Environment.own(), Defaults.NONE, arguments);
        List<String> said = new ArrayList<>();
        line.setParameterExceptionHandler((wrong, _) -> {
            said.add(Mistakes.sentence(wrong));
            return ExitCode.FAILURE.status();
        });
        line.setOut(new PrintWriter(out));
        assertThat(line.execute(arguments)).isEqualTo(ExitCode.FAILURE.status());
        assertThat(said).singleElement(STRING).startsWith(sentence);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "check --help", "help check", "help", "--version"})
    void helpAloneIsHelp(String words) {
        assertThat(said(words.split(" "))).contains("capdrop");
    }

    @Test
    void theVersionSaysOnlyWhereThatIsAskedWhatTheProgramIsMadeOf() {
        assertThat(said("--version").lines()).hasSize(1);
        assertThat(said("--version", "-v").lines())
                .hasSize(2)
                .last(STRING)
                .isEqualTo(OwnReview.OwnBuild.own().finding().found());
    }

    private static String said(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine line =
                CommandLineTool.line(Environment.own(), Defaults.NONE, arguments)
                        .setOut(new PrintWriter(out));
        assertThat(line.execute(arguments)).isZero();
        return out.toString();
    }

    @Test
    void aMistakeOfTheProgramIsOneSentence() {
        assertThat(Mistakes.sentence(new IllegalStateException("why")))
                .startsWith("this is a mistake in capdrop")
                .contains("why")
                .doesNotContain("\n");
    }

    private static String mistake(String... arguments) {
        try {
            CommandLineTool.line(Environment.own(), Defaults.NONE, arguments).parseArgs(arguments);
        } catch (ParameterException wrong) {
            return Mistakes.sentence(wrong);
        }
        throw new AssertionError("accepted");
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
}
