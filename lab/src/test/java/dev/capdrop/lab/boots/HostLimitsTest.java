package dev.capdrop.lab.boots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HostLimitsTest {
    private static Boot boot(String status, String journal, String... dropped) {
        return new Boot(
                "b",
                CapabilitySet.of(dropped),
                1,
                Map.of(
                        "a.service", new Seen(Outcome.FAILED, status),
                        "b.service", new Seen(Outcome.FAILED, "exit-code 1")),
                journal);
    }

    @Test
    void aKeyringThatTheHostHadNoRoomForIsNotTheDropsDoing() {
        assertThat(HostLimits.met(boot("exit-code 237/KEYRING", "", "kill"), "a.service")).isTrue();
        assertThat(HostLimits.met(boot("exit-code 237/KEYRING", "", "setuid"), "a.service"))
                .isFalse();
        assertThat(HostLimits.met(boot("exit-code 237/KEYRING", "", "setgid"), "a.service"))
                .isFalse();
        assertThat(HostLimits.met(boot("exit-code 226/NAMESPACE", "", "kill"), "a.service"))
                .isFalse();
    }

    @Test
    void neitherIsOneInotifyInstanceTooMany() {
        String journal =
                """
                == a.service
                Failed to create inotify object: Too many open files
                == b.service
                no such file
                """;
        assertThat(HostLimits.met(boot("exit-code 1", journal, "kill"), "a.service")).isTrue();
        assertThat(HostLimits.met(boot("exit-code 1", journal, "kill"), "b.service")).isFalse();
    }
}
