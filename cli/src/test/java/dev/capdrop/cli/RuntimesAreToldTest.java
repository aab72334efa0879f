package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.snapshot.RuntimeKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is told of the runtimes outside the program is no code that a compiler would look at.
final class RuntimesAreToldTest {
    @Test
    void ansibleNamesATargetAsTheCommandLineDoes() {
        assertThat(text("ansible/plugins/modules/capdrop.py")).contains(RuntimeKind.samples());
    }

    @ParameterizedTest
    @EnumSource
    void theServiceThatLearnsBeginsBehindWhatStartsContainers(IncusDaemon daemon) {
        assertThat(text("package/capdrop-learn.service"))
                .containsPattern("After=.* " + daemon.service() + "\\.service ")
                .containsPattern("After=.* machines\\.target\n");
    }

    private static String text(String file) {
        return House.text(House.root().resolve(file));
    }
}
