package dev.capdrop.linux.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BusConnectionTest {
    private static final IdMap SHIFTED = IdMap.parse("0 100000 65536");
    private static final BusLimits SMALL = new BusLimits(4096, 20_000, 100_000, 3);
    private static final long SLACK_MILLIS = 15_000;

    @TempDir Path tree;

    private BusConnection open(Duration patience, BusLimits limits) throws IOException {
        try (SafeRoot root = SafeRoot.of(tree)) {
            return BusConnection.open(root, pid -> true, SHIFTED, Deadline.in(patience), limits);
        }
    }

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(400);

    @Test
    void aSilentBusIsGivenUpAtTheDeadline() throws Exception {
        try (HostileBus bus = new HostileBus(tree, b -> {})) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> open(SHORT, BusLimits.DEFAULT))
                    .isInstanceOf(IOException.class)
                    .hasMessage("D-Bus did not answer within 0.4 s");
            assertSoon(start);
            assertThat(bus.received()).isZero();
        }
    }

    @Test
    void drippingBytesDoNotExtendTheDeadline() throws Exception {
        try (HostileBus bus =
                new HostileBus(
                        tree,
                        b -> {
                            b.greet();
                            b.call();
                            byte[] fixed = HostileBus.message(new byte[0], 0, new byte[0], 4000);
                            for (int i = 0; i < 4000; i++) {
                                b.send(Arrays.copyOfRange(fixed, i % 16, i % 16 + 1));
                                sleep(20);
                            }
                        })) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> manager(SHORT, BusLimits.DEFAULT))
                    .hasMessage("D-Bus did not answer within 0.4 s");
            assertSoon(start);
            assertThat(bus.received()).isPositive();
        }
    }

    @Test
    void aFloodOfMessagesThatAnswerNothingEndsAtTheLimit() throws Exception {
        byte[] noise = HostileBus.reply(987_654, "s", HostileBus.text("noise"));
        assertRefused(
                b -> {
                    b.greet();
                    while (true) {
                        b.send(noise);
                    }
                },
                SMALL,
                "D-Bus sent more than 20000 bytes");
    }

    @Test
    void anOversizedMessageIsRefusedByItsHeader() throws Exception {
        assertRefused(
                b -> {
                    b.greet();
                    b.call();
                    b.send(HostileBus.message(new byte[0], 0, new byte[0], 1 << 30));
                },
                BusLimits.DEFAULT,
                "D-Bus sent a message of 1073741840 bytes");
    }

    @Test
    void aNegativeLengthIsAHugeOne() throws Exception {
        assertRefused(
                b -> {
                    b.greet();
                    b.call();
                    b.send(HostileBus.message(new byte[0], 0, new byte[0], -1));
                },
                BusLimits.DEFAULT,
                "D-Bus sent a message of 4294967311 bytes");
    }

    @Test
    void aHeaderFieldOfAnotherTypeIsNotDecoded() throws Exception {
        byte[] emptyStructures = {5, 4, 'a', '(', ')', 'v', 0, 0, -1, -1, -1, 127};
        assertRefused(
                b -> {
                    b.greet();
                    b.call();
                    b.send(HostileBus.message(emptyStructures, 12, new byte[0], 0));
                },
                BusLimits.DEFAULT,
                "D-Bus sent a malformed message: a signature with an empty structure");
    }

    @Test
    void aTruncatedHeaderIsMalformed() throws Exception {
        byte[] cut = {5, 1, 'u', 0, 1};
        assertRefused(
                b -> {
                    b.greet();
                    b.call();
                    b.send(HostileBus.message(cut, cut.length, new byte[0], 0));
                },
                BusLimits.DEFAULT,
                "D-Bus sent a malformed message: a value of 4 bytes where 1 are left");
    }

    @Test
    void whatIsNoMessageIsRefused() throws Exception {
        assertRefused(
                b -> {
                    b.greet();
                    b.send("HTTP/1.1 200 OK\r\n\r\n");
                },
                BusLimits.DEFAULT,
                "D-Bus sent what is no D-Bus message");
    }

    @Test
    void anAnswerOfAnotherTypeIsRefused() throws Exception {
        assertRefused(
                b -> {
                    b.greet();
                    byte[] deep = HostileBus.variant("v", HostileBus.variant("s", new byte[5]));
                    b.send(HostileBus.reply(b.call(), "v", deep));
                },
                BusLimits.DEFAULT,
                "D-Bus answered Get[org.freedesktop.systemd1.Manager, SystemState] with another"
                        + " type than 's'");
    }

    @Test
    void aTextLongerThanItsMessageIsMalformed() throws Exception {
        assertRefused(
                b -> {
                    b.greet();
                    byte[] text = HostileBus.text("running");
                    text[3] = 127;
                    b.send(HostileBus.reply(b.call(), "v", HostileBus.variant("s", text)));
                },
                BusLimits.DEFAULT,
                "D-Bus sent a malformed message: a value of 2130706440 bytes where 8 are left");
    }

    @Test
    void anEndlessLineIsRefused() throws Exception {
        assertRefused(
                b -> {
                    while (true) {
                        b.send("x".repeat(100));
                    }
                },
                BusLimits.DEFAULT,
                "D-Bus sent a line of more than 1024 bytes");
    }

    @Test
    void aClosedConnectionSaysSo() throws Exception {
        assertRefused(
                b -> {
                    b.greet();
                    b.hangUp();
                },
                BusLimits.DEFAULT,
                "D-Bus closed the connection");
    }

    @Test
    void moreUnitsThanTheLimitAreRefused() throws Exception {
        assertThatThrownBy(() -> units("a.service", "b.service", "c.service", "d.service"))
                .hasMessage("systemd lists 4 units");
    }

    @Test
    void aUnitWithAnInvalidNameIsLeftOutAndNoted() throws Exception {
        List<String> problems = new ArrayList<>();
        assertThat(units(problems, "a.service", "x;reboot\033[2J", "../b.mount"))
                .extracting(UnitState::name)
                .containsExactly("a.service");
        assertThat(problems)
                .containsExactly("2 units are left out, for their names are not valid unit names");
    }

    @Test
    void aProcessOutsideTheContainerIsSentNothing() throws Exception {
        try (HostileBus bus = new HostileBus(tree, b -> b.take(1));
                SafeRoot root = SafeRoot.of(tree)) {
            assertThatThrownBy(() ->
                            BusConnection.open(
                                    root,
                                    pid -> false,
                                    SHIFTED,
                                    Deadline.in(LONG),
                                    BusLimits.DEFAULT))
                    .hasMessage(
                            "'/run/dbus/system_bus_socket' belongs to process "
                                    + ProcessHandle.current().pid()
                                    + ", which is not in the container; nothing was sent to it");
            sleep(100);
            assertThat(bus.received()).isZero();
        }
    }

    @Test
    void theClaimedUserIsTheImageOfTheHostsRoot() throws Exception {
        assertThat(claim(IdMap.parse("0 100000 65536"))).isEqualTo("65534");
        assertThat(claim(IdMap.parse("0 100000 10\n1000 0 1"))).isEqualTo("1000");
        assertThat(claim(IdMap.parse("0 0 4294967295"))).isEqualTo("0");
    }

    private String claim(IdMap map) throws Exception {
        List<String> lines = new ArrayList<>();
        Files.deleteIfExists(tree.resolve("run/dbus/system_bus_socket"));
        try (HostileBus bus =
                        new HostileBus(
                                tree,
                                b -> {
                                    lines.add(b.line());
                                    b.send("REJECTED EXTERNAL\r\n");
                                    lines.add(b.line());
                                    b.send("DATA\r\n");
                                    lines.add(b.line());
                                    b.send("REJECTED EXTERNAL\r\n");
                                });
                SafeRoot root = SafeRoot.of(tree)) {
            assertThatThrownBy(() ->
                            BusConnection.open(
                                    root, pid -> true, map, Deadline.in(LONG), BusLimits.DEFAULT))
                    .hasMessage("D-Bus refused the host's root");
            assertThat(bus.received()).isPositive();
        }
        assertThat(lines.subList(1, 3)).containsExactly("AUTH EXTERNAL\r\n", "DATA\r\n");
        String hex = lines.getFirst().replace("\0AUTH EXTERNAL ", "").strip();
        return new String(java.util.HexFormat.of().parseHex(hex), StandardCharsets.US_ASCII);
    }

    @Test
    void aMissingSocketMeansThatThereIsNoBus() {
        assertThatThrownBy(() -> open(LONG, BusLimits.DEFAULT))
                .isInstanceOf(SystemdBus.AbsentException.class)
                .hasMessage("no D-Bus: '/run/dbus/system_bus_socket' is missing");
    }

    @Test
    void aSocketThatNobodyListensOnIsDead() throws Exception {
        Files.createDirectories(tree.resolve("run/dbus"));
        try (ServerSocketChannel closed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            closed.bind(UnixDomainSocketAddress.of(tree.resolve("run/dbus/system_bus_socket")));
        }
        assertThatThrownBy(() -> open(LONG, BusLimits.DEFAULT))
                .isInstanceOf(SystemdBus.AbsentException.class)
                .hasMessage("D-Bus is dead: nothing listens on its socket");
    }

    @Test
    void anAbsoluteSymlinkDoesNotLeadToAnotherBus() throws Exception {
        Path host = Files.createDirectory(tree.resolve("host"));
        Path inside = Files.createDirectory(tree.resolve("inside"));
        Files.createDirectories(inside.resolve("run/dbus"));
        Files.createSymbolicLink(
                inside.resolve("run/dbus/system_bus_socket"),
                host.resolve("run/dbus/system_bus_socket"));
        try (HostileBus bus = new HostileBus(host, b -> b.take(1));
                SafeRoot root = SafeRoot.of(inside)) {
            assertThatThrownBy(() ->
                            BusConnection.open(
                                    root,
                                    pid -> true,
                                    SHIFTED,
                                    Deadline.in(LONG),
                                    BusLimits.DEFAULT))
                    .isInstanceOf(SystemdBus.AbsentException.class);
            assertThat(bus.received()).isZero();
        }
    }

    @Test
    void aFileInThePlaceOfTheSocketIsNotOpened() throws Exception {
        Files.createDirectories(tree.resolve("run/dbus"));
        Path fifo = tree.resolve("run/dbus/system_bus_socket");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        assertThatThrownBy(() -> open(LONG, BusLimits.DEFAULT))
                .hasMessage("no D-Bus: '/run/dbus/system_bus_socket' is not a socket");
    }

    @Test
    void systemdIsToldAllAtOnceAndItsSignalsAreNoAnswers() throws Exception {
        List<String> lines = new ArrayList<>();
        try (HostileBus systemd =
                        systemd(b -> {
                            lines.add(b.line());
                            lines.add(b.line());
                            b.send("OK 0123456789abcdef0123456789abcdef\r\n");
                            b.send(signal());
                            byte[] list = list("a.service");
                            b.send(HostileBus.reply(b.call(), "a(ssssssouso)", list));
                        });
                BusConnection connection = openPrivate(OWN)) {
            assertThat(new SystemdBus(connection).units(new ArrayList<>()))
                    .extracting(UnitState::name)
                    .containsExactly("a.service");
            assertThat(systemd.received()).isPositive();
        }
        assertThat(lines).containsExactly("\0AUTH EXTERNAL 30\r\n", "BEGIN\r\n");
    }

    private static byte[] signal() {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        List<String> texts = List.of("/a", "a.b", "Changed");
        for (int field = 1; field <= texts.size(); field++) {
            pad(fields, 8);
            fields.writeBytes(new byte[] {(byte) field, 1, (byte) (field == 1 ? 'o' : 's'), 0});
            fields.writeBytes(HostileBus.text(texts.get(field - 1)));
        }
        byte[] message = HostileBus.message(fields.toByteArray(), fields.size(), new byte[0], 0);
        message[1] = 4;
        return message;
    }

    @Test
    void whoListensInThePlaceOfSystemdIsSentNothing() throws Exception {
        try (HostileBus impostor = systemd(b -> b.take(1))) {
            assertThatThrownBy(() -> openPrivate(1))
                    .hasMessage(
                            "'/run/systemd/private' belongs to process %s, which is not its PID 1;"
                                    + " nothing was sent to it",
                            OWN);
            sleep(100);
            assertThat(impostor.received()).isZero();
        }
    }

    @Test
    void whereSystemdDoesNotListenOrTurnsUsAwayItIsAbsent() throws Exception {
        assertThatThrownBy(() -> openPrivate(OWN))
                .isInstanceOf(SystemdBus.AbsentException.class)
                .hasMessage("systemd has no socket: '/run/systemd/private' is missing");
        try (HostileBus systemd = systemd(HostileBus::hangUp)) {
            assertThatThrownBy(() -> openPrivate(OWN))
                    .isInstanceOf(SystemdBus.AbsentException.class)
                    .hasMessage("systemd closed the connection");
            assertThat(systemd.received()).isZero();
        }
    }

    private static final int OWN = (int) ProcessHandle.current().pid();

    private HostileBus systemd(HostileBus.Script script) throws IOException {
        return new HostileBus(tree, BusConnection.PRIVATE, script);
    }

    private BusConnection openPrivate(int init) throws IOException {
        try (SafeRoot root = SafeRoot.of(tree)) {
            return BusConnection.openPrivate(
                    root, Libc::connect, init, Deadline.in(LONG), BusLimits.DEFAULT);
        }
    }

    private void manager(Duration patience, BusLimits limits) throws IOException {
        try (BusConnection bus = open(patience, limits)) {
            new SystemdBus(bus).manager();
        }
    }

    private void assertRefused(HostileBus.Script script, BusLimits limits, String message)
            throws Exception {
        try (HostileBus bus = new HostileBus(tree, script)) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> manager(LONG, limits))
                    .isInstanceOf(IOException.class)
                    .hasMessage(message);
            assertSoon(start);
            assertThat(bus.received()).isNotNegative();
        }
    }

    private List<UnitState> units(String... names) throws Exception {
        return units(new ArrayList<>(), names);
    }

    private List<UnitState> units(List<String> problems, String... names) throws Exception {
        try (HostileBus server =
                        new HostileBus(
                                tree,
                                b -> {
                                    b.greet();
                                    byte[] list = list(names);
                                    b.send(HostileBus.reply(b.call(), "a(ssssssouso)", list));
                                });
                BusConnection bus = open(LONG, SMALL)) {
            assertThat(server.received()).isPositive();
            return new SystemdBus(bus).units(problems);
        }
    }

    private static byte[] list(String... names) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (String name : names) {
            pad(rows, 8);
            for (String text : List.of(name, "", "loaded", "active", "running", "", "/u")) {
                pad(rows, 4);
                rows.writeBytes(HostileBus.text(text));
            }
            pad(rows, 4);
            rows.writeBytes(new byte[4]);
            rows.writeBytes(HostileBus.text(""));
            pad(rows, 4);
            rows.writeBytes(HostileBus.text("/"));
        }
        ByteBuffer body = ByteBuffer.allocate(8 + rows.size()).order(ByteOrder.LITTLE_ENDIAN);
        return body.putInt(rows.size()).putInt(0).put(rows.toByteArray()).array();
    }

    private static void pad(ByteArrayOutputStream out, int alignment) {
        while (out.size() % alignment != 0) {
            out.write(0);
        }
    }

    private static void assertSoon(long start) {
        assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(SLACK_MILLIS);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
