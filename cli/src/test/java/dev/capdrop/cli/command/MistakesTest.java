package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.drop.RefusedException;
import dev.capdrop.core.plan.Planner.Refusal;
import java.nio.file.InvalidPathException;
import org.junit.jupiter.api.Test;

/// What cannot be planned, what the caller did wrong and what is our own mistake are told apart.
final class MistakesTest {
    @Test
    void aRefusalIsSaidAsItIs() {
        assertThat(Mistakes.sentence(new RefusedException(new Refusal.TooMuchToTry(3, 11))))
                .startsWith("3 failed units name 11 capabilities");
    }

    @Test
    void aBrokenPromiseInsideIsOurs() {
        for (Exception ours :
                new Exception[] {
                    new IllegalArgumentException("x"),
                    new IllegalStateException("x"),
                    new NumberFormatException("x")
                }) {
            assertThat(Mistakes.sentence(ours))
                    .startsWith(
                            "this is a mistake in capdrop, please report it with this line and ")
                    .contains(ours + " at ")
                    .contains("dev.capdrop.cli.command.MistakesTest.");
        }
    }

    @Test
    void aNameThatTheLocaleHasNotIsTheCallers() {
        assertThat(Mistakes.sentence(new InvalidPathException("/srv/\u00e4", "unmappable")))
                .isEqualTo("the locale's encoding cannot name '/srv/\u00e4' (set LC_ALL=C.UTF-8)");
        assertThat(Mistakes.sentence(new InvalidPathException("/srv/a\0b", "Nul")))
                .isEqualTo("'/srv/a\0b' names no file: it has a NUL byte");
    }
}
