package dev.capdrop.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GroupTest {
    @Test
    void everyCapabilityBelongsToOneGroup() {
        List<Capability> all =
                Group.all().stream().flatMap(group -> group.members().stream()).toList();
        assertThat(all).containsExactlyInAnyOrderElementsOf(Capability.all());
    }
}
