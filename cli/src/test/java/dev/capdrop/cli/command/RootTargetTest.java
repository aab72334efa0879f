package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RootTargetTest {
    @TempDir Path directory;

    private Snapshot read(int owner) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may give files away");
        Files.setAttribute(directory, "unix:uid", owner);
        return Objects.requireNonNull(RootTarget.of("root:" + directory)).read(new Host.Facts());
    }

    @Test
    void theOwnerOfItsRootTellsAPrivilegedOneFromAnUnprivilegedOne() throws IOException {
        assertThat(Objects.requireNonNull(read(0).init())).matches(init -> !init.unprivileged());
        Snapshot other = read(231072);
        assertThat(Objects.requireNonNull(other.init())).matches(Init::unprivileged);
        assertThat(other.isolation()).isEqualTo(new Isolation(231072, false, false));
        assertThat(other.problems())
                .contains(
                        "no configuration goes with a root directory: taken for an unprivileged"
                                + " container that drops nothing, for its / belongs to the host's"
                                + " user 231072");
    }
}
