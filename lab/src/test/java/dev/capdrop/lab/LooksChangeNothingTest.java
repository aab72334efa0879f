package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who looks at a container leaves it as it is: each of its units and each of its processes.
@NeedsContainers
final class LooksChangeNothingTest {
    private static final String[] LOOKS = {
        "check NAME",
        "check",
        "plan NAME --timeout 5s",
        "explain NAME",
        "explain dbus.service@NAME",
        "snapshot NAME",
        "ps NAME",
        "metrics",
        "report -o REPORT",
        "status"
    };

    /// What is kept of a unit, and moves when anything happens to it.
    private static final String PROPERTIES =
            "--property=Id,LoadState,ActiveState,SubState,Result,InvocationID,NRestarts,NAccepted,"
                    + "MainPID,Job,StateChangeTimestampMonotonic";

    @TempDir Path folder = Path.of("");

    /// How a container may be found.
    enum State {
        RUNNING("", ":"),
        DEGRADED("sys-kernel-debug.mount", ":"),
        /// systemd holds the socket of the bus, and starts it for whoever comes first.
        BUS_ASLEEP("", "systemctl stop dbus.service"),
        /// The same, and there is nobody whom it could start.
        BUS_BROKEN(
                "",
                "mkdir -p /run/systemd/system/dbus.service.d;"
                        + " printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n'"
                        + " >/run/systemd/system/dbus.service.d/broken.conf;"
                        + " systemctl daemon-reload; systemctl stop dbus.service"),
        WITHOUT_BUS("", "systemctl stop dbus.socket dbus.service"),
        STARTING("long.service", ":");

        private final String more;
        private final String then;

        State(String more, String then) {
            this.more = more;
            this.then = then;
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachUnitAndProcessIsAsItWasBefore(State state) throws IOException {
        Bench bench = Bench.shared();
        Tool tool = Tool.of(bench, folder.resolve("state"));
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            SmallBoot.of(container.rootfs(), state.more);
            begin(container, state);
            Map<String, String> before = state(container);
            for (String look : LOOKS) {
                String words =
                        look.replace("NAME", container.name())
                                .replace("REPORT", folder.resolve("page.html").toString());
                Command.Result result = tool.run(words.split(" "));
                assertThat(result.toString()).as(look).doesNotContain("could not be asked");
                assertThat(difference(before, state(container))).as(look).isEmpty();
            }
        }
    }

    private static void begin(LabContainer container, State state) throws IOException {
        if (state != State.STARTING) {
            container.boot();
            container.attachOrFail("sh", "-c", state.then);
            return;
        }
        SmallBoot.service(
                container.rootfs(),
                "long.service",
                "Type=oneshot",
                "ExecStart=/bin/sh -c ': >/here; exec sleep infinity'");
        container.write(
                "/etc/systemd/system/dbus.service.d/late.conf",
                "[Unit]\nAfter=long.service\n",
                "rw-r--r--");
        container.start();
        while (!container.has("/here")) {
            Thread.onSpinWait();
        }
    }

    private static Map<String, String> difference(
            Map<String, String> before, Map<String, String> after) {
        Map<String, String> difference = new TreeMap<>();
        before.forEach((name, was) -> {
            if (!was.equals(after.get(name))) {
                difference.put(name, "was " + was + ", is " + after.get(name));
            }
        });
        after.forEach((name, is) -> {
            if (!before.containsKey(name)) {
                difference.put(name, "is new: " + is);
            }
        });
        return difference;
    }

    private static Map<String, String> state(LabContainer container) throws IOException {
        Map<String, String> state = new TreeMap<>();
        String units = container.attachOrFail("systemctl", "show", "*", PROPERTIES);
        for (String unit : units.split("\n\n")) {
            List<String> lines = unit.lines().sorted().toList();
            String id = lines.stream().filter(l -> l.startsWith("Id=")).findFirst().orElseThrow();
            state.put(id, lines.toString());
        }
        assertThat(state).containsKeys("Id=small.target", "Id=init.scope");
        addProcesses(container.initPid(), state);
        return state;
    }

    /// When each process of the container was started, by its number.
    private static void addProcesses(long init, Map<String, String> found) throws IOException {
        Path namespace = Files.readSymbolicLink(Path.of("/proc/" + init + "/ns/pid"));
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                try {
                    if (Files.readSymbolicLink(process.resolve("ns/pid")).equals(namespace)) {
                        String stat =
                                Files.readString(
                                        process.resolve("stat"), StandardCharsets.ISO_8859_1);
                        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                        found.put(
                                process.toString(),
                                stat.substring(0, stat.lastIndexOf(')') + 1) + " " + fields[19]);
                    }
                } catch (IOException ended) {
                    // no process of the container any more
                }
            }
        }
    }
}
