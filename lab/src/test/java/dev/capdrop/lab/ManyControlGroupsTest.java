package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A container whose root user makes control groups without end: what looks at it takes no longer
/// for that than it may, and says what it could not look at.
@NeedsContainers
final class ManyControlGroupsTest {
    /// More than `learn` looks at in one walk.
    private static final int GROUPS = 70_000;

    private static final String MAKE =
            """
            open(M, "/proc/mounts"); while (<M>) { $at = (split)[1] if / cgroup2 / } close M;
            mkdir "$at/many"; mkdir "$at/many/g$_" or die "$_: $!" for 1..GROUPS; print "made";
            """;

    private static final String REMOVE =
            """
            open(M, "/proc/mounts"); while (<M>) { $at = (split)[1] if / cgroup2 / } close M;
            rmdir "$at/many/g$_" for 1..GROUPS; rmdir "$at/many";
            """;

    @TempDir private Path state;

    @BeforeAll
    static void requireTracepoint() {
        LearnTest.requireTracepoint();
    }

    @Test
    void controlGroupsWithoutEndNeitherHoldUpNorHide() throws IOException {
        Tool tool = Tool.of(Bench.shared(), state);
        try (LabContainer container =
                SmallBoot.make(Bench.shared(), Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String count = Integer.toString(GROUPS);
            assertThat(container.attachOrFail("perl", "-e", MAKE.replace("GROUPS", count)))
                    .isEqualTo("made");
            try {
                for (String words : List.of("check NAME", "ps NAME", "learn NAME --for 3s")) {
                    Command.Result ran =
                            tool.run(words.replace("NAME", container.name()).split(" "));
                    assertThat(ran.exit()).as(ran.toString()).isIn(0, 1);
                    if (words.startsWith("learn")) {
                        assertThat(ran.out().replaceAll("\\s+", " "))
                                .contains("lost, so that what was not seen may have happened");
                    }
                }
            } finally {
                container.attachOrFail("perl", "-e", REMOVE.replace("GROUPS", count));
            }
        }
    }
}
