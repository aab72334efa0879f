package dev.capdrop.cli.drop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlanOptionsTest {
    private static Snapshot example() throws IOException {
        return Targets.recorded(Path.of("../examples/trixie-degraded.json"));
    }

    @Test
    void aUnitThatMayBeLostIsAServiceWhereItNamesNoType() throws IOException {
        PlanOptions options = new PlanOptions();
        options.allowSkip = List.of("dbus", "dbus.socket");
        assertThat(options.request(example()).allowSkip())
                .containsExactlyInAnyOrder("dbus.service", "dbus.socket");
        assertThat(options.request().allowSkip())
                .containsExactlyInAnyOrder("dbus.service", "dbus.socket");
    }

    @Test
    void aUnitThatTheContainerDoesNotHaveCannotBeLost() {
        PlanOptions options = new PlanOptions();
        options.allowSkip = List.of("dbsu");
        assertThatThrownBy(() -> options.request(example()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("has no unit 'dbsu.service'")
                .hasMessageContaining("'dbus.service'");
    }

    @Test
    void whatIsToBeDroppedAndKeptAtOnceIsAMistakeOfTheCaller() {
        PlanOptions options = new PlanOptions();
        options.drop = CapabilitySet.of("kill", "mknod");
        options.keep = CapabilitySet.of("kill");
        assertThatThrownBy(options::request)
                .isInstanceOf(UsageException.class)
                .hasMessage("'kill' stands in both --drop and --keep");
    }
}
