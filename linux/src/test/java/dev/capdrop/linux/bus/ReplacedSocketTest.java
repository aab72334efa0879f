package dev.capdrop.linux.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.IdMap;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A container that puts the host's bus in the place of its own while it is asked: who is not of
/// the container does not get a byte.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ReplacedSocketTest {
    private static final int CALLS = 100;

    /// Says when it was called, and each time it got something.
    private static final String FOREIGN =
            """
            use IO::Socket::UNIX;
            my $server = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 99) or die;
            open my $said, '>', $ARGV[1] or die;
            $said->autoflush(1);
            print $said "listening\\n";
            while (my $caller = $server->accept) {
                print $said "called\\n";
                print $said "got\\n" while sysread $caller, my $bytes, 1000;
            }
            """;

    @TempDir Path host = Path.of("");

    @Test
    void aSocketThatIsExchangedMeanwhileGetsNothing() throws Exception {
        Path folder = Files.createDirectories(host.resolve("tree/run/dbus"));
        Path socket = folder.resolve("system_bus_socket");
        Path own = host.resolve("own");
        Path foreign = host.resolve("foreign");
        Path said = host.resolve("said");
        AtomicInteger received = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        Process other =
                new ProcessBuilder("perl", "-e", FOREIGN, foreign.toString(), said.toString())
                        .inheritIO()
                        .start();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(own));
            Thread.ofPlatform().daemon().start(() -> listen(server, received));
            while (!Files.exists(said) || Files.size(said) == 0) {
                assertThat(other.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            Files.createLink(socket, own);
            Thread owner = Thread.ofPlatform().start(() -> exchange(socket, own, foreign, over));
            try (SafeRoot root = SafeRoot.of(host.resolve("tree"))) {
                // and until the other one was met, on a busy machine
                for (int i = 0; i < CALLS || !Files.readString(said).contains("called"); i++) {
                    call(root);
                    assertThat(other.isAlive()).isTrue();
                }
            } finally {
                over.set(true);
                owner.join();
            }
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(received.get()).as("bytes that the container's own bus got").isPositive();
        assertThat(Files.readString(said)).contains("called").doesNotContain("got");
    }

    /// The container's bus never answers; whose it is is asked of the kernel.
    private static void call(SafeRoot root) {
        long self = ProcessHandle.current().pid();
        try {
            BusConnection.open(
                            root,
                            pid -> pid == self,
                            IdMap.parse("0 100000 65536"),
                            Deadline.in(Duration.ofMillis(50)),
                            BusLimits.DEFAULT)
                    .close();
        } catch (IOException refusedOrSilent) {
            // either is right
        }
    }

    private static void exchange(Path socket, Path own, Path foreign, AtomicBoolean over) {
        Path next = socket.resolveSibling("next");
        try {
            while (!over.get()) {
                for (Path one : new Path[] {foreign, own}) {
                    Files.createLink(next, one);
                    Files.move(next, socket, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException e) {
            over.set(true);
        }
    }

    private static void listen(ServerSocketChannel server, AtomicInteger received) {
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        while (server.isOpen()) {
            try (SocketChannel caller = server.accept()) {
                for (int n = caller.read(buffer); n > 0; n = caller.read(buffer)) {
                    received.addAndGet(n);
                    buffer.clear();
                }
            } catch (IOException closed) {
                // the next one, if there is any
            }
        }
    }
}
