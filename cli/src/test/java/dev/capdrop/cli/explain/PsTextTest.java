package dev.capdrop.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PsTextTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final ContainerId WEB = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");

    private static HostProcess process(
            int pid, String command, String unit, ThreadCapabilities sets) {
        return process(pid, 100_000, command, unit, sets);
    }

    private static HostProcess process(
            int pid, long uid, String command, String unit, ThreadCapabilities sets) {
        return new HostProcess(
                pid,
                1,
                uid,
                command,
                WEB,
                unit,
                new ThreadStatus(sets, false),
                CapabilitySet.EMPTY);
    }

    private static List<String> text(boolean all, HostProcess... processes) {
        return text(80, all, processes);
    }

    private static List<String> text(int width, boolean all, HostProcess... processes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, width);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        new PsText(terminal, 40, all).write(List.of(processes));
        assertThatCode(terminal::requireWritten).doesNotThrowAnyException();
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    static final HostProcess INIT =
            process(100, "systemd", "init.scope", ThreadCapabilities.ofRoot(ALL));

    @Test
    void processesStandBelowContainerAndUnit() {
        HostProcess plain = process(120, "cat", "a.service", ThreadCapabilities.ofUser(ALL));
        assertThat(text(false, INIT, plain))
                .containsExactly(
                        "      pid    uid command         capabilities",
                        "lxc:web  2 processes, 1 without a capability (--all); bounding set all",
                        "  init.scope",
                        "      100 100000 systemd          all");
        assertThat(text(true, INIT, plain)).contains("      120 100000 cat              none");
    }

    @Test
    void idsOfAnyLengthStandInTheirColumn() {
        ThreadCapabilities sets = ThreadCapabilities.ofRoot(ALL);
        HostProcess far = process(4_194_304, 4_294_967_294L, "systemd", "init.scope", sets);
        assertThat(text(100, false, process(100, "sh", "init.scope", sets), far))
                .containsExactly(
                        "      pid        uid command         capabilities",
                        "lxc:web  2 processes; bounding set all",
                        "  init.scope",
                        "      100     100000 sh               all",
                        "  4194304 4294967294 systemd          all");
    }

    @Test
    void onANarrowTerminalTheSetsStandBelow() {
        CapabilitySet net = CapabilitySet.of("net_raw", "net_admin");
        assertThat(text(60, false, process(120, "ping", "", ThreadCapabilities.ofRoot(net))))
                .endsWith("      120 100000 ping", "      net_admin net_raw");
    }

    @Test
    void namesakesAreKeptApart() {
        HostProcess other = INIT.in(new ContainerId(RuntimeKind.LXC, "web", "/srv/lxc"));
        assertThat(text(false, INIT, other))
                .filteredOn(line -> !line.startsWith(" "))
                .containsExactly(
                        "lxc:web in /srv/lxc  1 process; bounding set all",
                        "lxc:web in /var/lib/lxc  1 process; bounding set all");
    }

    @Test
    void whatDiffersIsNamed() {
        CapabilitySet net = CapabilitySet.of("net_raw");
        ThreadCapabilities sets = new ThreadCapabilities(net, net, CapabilitySet.EMPTY, net, net);
        assertThat(String.join(" ", text(false, INIT, process(120, "ping", "", sets))))
                .contains("no unit")
                .containsPattern(
                        "100000 ping             effective none; permitted net_raw; +inheritable, ambient, bounding the same");
    }

    @Test
    void anEmptyListHasNoHeading() {
        HostProcess plain = process(120, "cat", "a.service", ThreadCapabilities.ofUser(ALL));
        assertThat(text(false, plain))
                .containsExactly(
                        "lxc:web  1 process, 1 without a capability (--all); bounding set all");
    }

    @Test
    void aHostileNameIsEscapedAndColumnsHold() {
        CapabilitySet most = ALL.minus(CapabilitySet.of("chown", "kill", "mknod", "bpf", "lease"));
        List<String> lines =
                text(
                        false,
                        INIT,
                        process(
                                120,
                                "x\u001b[31m\nfake\u0007\u202e",
                                "",
                                ThreadCapabilities.ofRoot(most)),
                        process(
                                Integer.MAX_VALUE,
                                "fifteen-letters",
                                "",
                                ThreadCapabilities.ofRoot(most)));
        assertThat(lines)
                .allMatch(line -> line.length() <= 80)
                .allMatch(line -> line.codePoints().allMatch(p -> p >= ' ' && p < 0x7f))
                .anyMatch(line -> line.contains("x\\x1b[31m\\x0afake\\x07<U+202E>"));
    }
}
