package dev.capdrop.lab;

import static dev.capdrop.lab.SchemasTest.assertValid;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The documents of a container while it is changed and changed back, held against our schemas.
@NeedsContainers
final class LiveSchemasTest {
    @TempDir Path state = Path.of("");

    @Test
    void eachDocumentOfAChangeHasExactlyTheFieldsOfItsSchema() throws IOException {
        Bench bench = Bench.shared();
        Tool tool = Tool.of(bench, state);
        Path shared = bench.lxcPath().resolve("userns.conf.d");
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            String name = container.name();
            valid(tool, "check-1", 1, "check");
            valid(tool, "explain-1", 0, "explain");
            valid(tool, "explain-1", 0, "explain", name);
            valid(tool, "explain-1", 0, "explain", "dbus.service@" + name);
            valid(tool, "ps-1", 0, "ps", name);
            valid(tool, "config-1", 0, "config", name);
            valid(tool, "learn-1", 0, "learn", name, "--for", "2s");
            valid(tool, "learned-1", 0, "learn", name, "--show");
            valid(tool, "learned-all-1", 0, "learn", "--all", "--show");
            valid(tool, "plan-units-1", 0, "plan", name, "--goal", "least", "--units");
            valid(tool, "trial-1", 0, "trial", name, "--goal", "none", "--drop", "sys_time");
            valid(tool, "plan-1", 1, "plan", name);
            valid(tool, "snapshot-all-1", 0, "snapshot", "--all", state.toString());
            valid(tool, "plan-all-2", 1, "plan", "--all");
            valid(tool, "plan-all-2", 0, "plan", "--host", "--userns-dir", shared.toString());
            valid(tool, "apply-2", 0, "apply", name, "--yes");
            valid(tool, "status-1", 0, "status");
            valid(tool, "apply-2", 0, "apply", name, "--yes");
            valid(tool, "undo-2", 0, "undo", name, "--yes");
            valid(tool, "apply-2", 0, "apply", "--all", "--yes");
            container.setConfig(container.config().replace("lxc.cap.drop", "#"));
            valid(tool, "status-1", 1, "status");
            valid(tool, "check-1", 1, "check");
        }
    }

    private static void valid(Tool tool, String schema, int exit, String... words)
            throws IOException {
        String[] line = Arrays.copyOf(words, words.length + 1);
        line[words.length] = "--json";
        Command.Result ran = tool.run(line);
        assertThat(ran.exit()).as("%s: %s", String.join(" ", line), ran).isEqualTo(exit);
        assertValid(schema, ran.out());
    }
}
