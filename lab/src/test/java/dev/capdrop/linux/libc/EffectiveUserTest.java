package dev.capdrop.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.lab.Bench;
import dev.capdrop.lab.Command;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.lab.NeedsContainers;
import dev.capdrop.lab.Privilege;
import dev.capdrop.lab.Suite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the root of a container can do to a thread that has taken his user for a moment, as
/// [Libc#connectFrom] does, and, to show that the attacks work, to a process of the host that is
/// that user altogether and to one of the container.
@NeedsContainers
final class EffectiveUserTest {
    private static final Path SELF = Path.of("/proc/thread-self");

    /// Says of each attack whether it succeeds. `numbers PID…` attacks by numbers, as somebody can
    /// who sees the processes of the host; `socket PATH` attacks who connects there, whose number
    /// is of no use in a container, by the descriptor of its process (SO_PEERPIDFD, socket(7));
    /// `child PATH` attacks a process of its own namespace that waits to connect there, for the
    /// queue of the listener is full, and lets it in after that.
    private static final String ATTACK =
            """
            use strict; use Socket; $| = 1;
            sub say_of { my ($what, $done) = @_; printf "%s: %s\\n", $what, $done ? "yes" : "no" }
            sub attack {
                my $pid = shift;
                say_of("signal", kill(0, $pid));
                say_of("stop", kill("STOP", $pid)) if shift;
                say_of("trace", syscall(101, 0x4206, $pid + 0, 0, 0) == 0);
                say_of("memory", open(my $mem, "<", "/proc/$pid/mem"));
                say_of("environment", open(my $env, "<", "/proc/$pid/environ"));
                say_of("descriptors", opendir(my $fds, "/proc/$pid/fd"));
            }
            my $how = shift;
            if ($how eq "numbers") {
                attack($_) for @ARGV;
                exit;
            }
            my $path = shift;
            socket(my $server, PF_UNIX, SOCK_STREAM, 0) or die $!;
            bind($server, pack_sockaddr_un($path)) or die $!;
            my @full;
            if ($how eq "child") {
                listen($server, 0) or die $!;
                do {
                    socket(my $own, PF_UNIX, SOCK_STREAM | 04000, 0) or die $!;
                    push @full, $own;
                } while (connect($full[-1], pack_sockaddr_un($path)));
                my $root = qr/^Uid:\\t(?!0)\\d+\\t0\\t(?!0)/m;
                my $child;
                my $end = time + 60;
                chmod 0777, $path;
                until ($child) {
                    die "nobody connects" if time > $end;
                    for my $file (glob "/proc/[0-9]*/status") {
                        open(my $in, "<", $file) or next;
                        local $/;
                        $child = $1 if (<$in> // "") =~ $root and $file =~ /(\\d+)/;
                    }
                }
                attack($child, 1);
                accept(my $first, $server) or die $!;
            } else {
                chmod 0777, $path;
                listen($server, 1) or die $!;
            }
            accept(my $peer, $server) or die $!;
            my $cred = getsockopt($peer, SOL_SOCKET, 17) or die "SO_PEERCRED: $!";
            my ($its, $user) = unpack "lll", $cred;
            printf "user: %d\\n", $user;
            if ($how eq "child") { printf "in this namespace: %s\\n", $its > 0 ? "yes" : "no"; exit }
            my $got = getsockopt($peer, SOL_SOCKET, 77);
            if (!defined $got) { print "no SO_PEERPIDFD: $!\\n"; exit }
            my $process = unpack "l", $got;
            say_of("signal by descriptor", syscall(424, $process, 0, 0, 0) == 0);
            say_of("descriptor of another", grep { syscall(438, $process, $_, 0) >= 0 } 0 .. 20);
            """;

    @Test
    void theRootOfAContainerCanDoNothingToTheThreadThatHasTakenHisUser() throws Exception {
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            var _ = container.boot();
            long user = user(container);
            Process other =
                    new ProcessBuilder(
                                    "setpriv",
                                    "--reuid=" + user,
                                    "--regid=" + user,
                                    "--clear-groups",
                                    "sleep",
                                    "60")
                            .start();
            try {
                try (Taken taken = new Taken(user, null)) {
                    String status =
                            Files.readString(Path.of("/proc/" + taken.number() + "/status"));
                    assertThat(status).contains("Uid:\t0\t" + user + "\t0\t" + user);
                    assertThat(byNumbers(container, taken.number()))
                            .contains("signal: no", "trace: no")
                            .doesNotContain("yes");
                }
                assertThat(byNumbers(container, other.pid()))
                        .contains("signal: yes", "descriptors: yes");
                assertThat(byNumbers(container, init(container)))
                        .contains("signal: yes", "trace: yes", "memory: yes", "environment: yes");
            } finally {
                other.destroyForcibly();
            }
        }
    }

    @Test
    void whoeverListensHasNoUseOfTheProcessThatConnectsAsHim() throws Exception {
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            var _ = container.boot();
            Files.writeString(container.rootfs().resolve("attack.pl"), ATTACK);
            Path socket = container.rootfs().resolve("evil");
            try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
                Future<Command.Result> attack =
                        executor.submit(
                                () -> container.attach("perl", "/attack.pl", "socket", "/evil"));
                awaitListener(socket);
                try (Taken taken = new Taken(user(container), socket)) {
                    assertThat(taken.number()).isPositive();
                    assertThat(attack.get(1, TimeUnit.MINUTES).out())
                            .isEqualTo(
                                    """
                                    user: 0
                                    signal by descriptor: no
                                    descriptor of another: no
                                    """);
                }
            }
        }
    }

    @Test
    void theRootOfAContainerCanDoNothingToTheChildThatConnectsToItsSystemd() throws Exception {
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            var _ = container.boot();
            Files.writeString(container.rootfs().resolve("attack.pl"), ATTACK);
            Path socket = container.rootfs().resolve("full");
            try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
                Future<Command.Result> attack =
                        executor.submit(
                                () -> container.attach("perl", "/attack.pl", "child", "/full"));
                awaitListener(socket);
                try (Descriptor namespace = Libc.open("/proc/" + init(container) + "/ns/pid", 0);
                        // one that waits: the product's own does not, and is gone too soon for this
                        Descriptor client = Native.open(Syscall.SOCKET, "unix socket", 1, 1)) {
                    Libc.connectFrom(namespace, user(container), client, socket.toString());
                    assertThat(attack.get(1, TimeUnit.MINUTES).out())
                            .isEqualTo(
                                    """
                                    signal: no
                                    stop: no
                                    trace: no
                                    memory: no
                                    environment: no
                                    descriptors: no
                                    user: 0
                                    in this namespace: yes
                                    """);
                }
            }
        }
    }

    private static void awaitListener(Path socket) throws IOException, InterruptedException {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!Files.exists(socket)
                || !Files.getPosixFilePermissions(socket)
                        .contains(java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE)) {
            assertThat(System.nanoTime()).as("nobody listens").isLessThan(end);
            Thread.sleep(20);
        }
        Thread.sleep(200);
    }

    /// Who its root is on the host.
    private static long user(LabContainer container) throws IOException {
        return ((Integer) Files.getAttribute(container.rootfs(), "unix:uid")).longValue();
    }

    private static long init(LabContainer container) {
        String path = Bench.shared().lxcPath().toString();
        return Long.parseLong(
                Command.of("lxc-info", "-P", path, "-n", container.name(), "-pH").runOrFail());
    }

    /// As the container's root with all capabilities there, but among the processes of the host.
    private static String byNumbers(LabContainer container, long target) {
        return Command.of(
                        "nsenter",
                        "-t",
                        Long.toString(init(container)),
                        "-U",
                        "-S",
                        "0",
                        "-G",
                        "0",
                        "perl",
                        "-e",
                        ATTACK,
                        "numbers",
                        Long.toString(target))
                .run()
                .toString();
    }

    /// A thread that has taken the user, until this is closed.
    private static final class Taken implements AutoCloseable {
        private final CountDownLatch ended = new CountDownLatch(1);
        private final CompletableFuture<Long> number = new CompletableFuture<>();
        private final Thread thread;

        /// @param connectTo the socket to which it connects as that user; null for none
        Taken(long user, @Nullable Path connectTo) {
            thread = Thread.ofPlatform().start(() -> hold(user, connectTo));
        }

        private void hold(long user, @Nullable Path connectTo) {
            try (Descriptor client = Libc.unixSocket()) {
                long own = Long.parseLong(Files.readSymbolicLink(SELF).getFileName().toString());
                Libc.setEffectiveUser(user);
                try {
                    if (connectTo != null) {
                        Libc.connect(client, connectTo.toString());
                    }
                    number.complete(own);
                    ended.await();
                } finally {
                    Libc.setEffectiveUser(0);
                }
            } catch (IOException | InterruptedException failed) {
                number.completeExceptionally(failed);
            }
        }

        long number() {
            return number.orTimeout(20, TimeUnit.SECONDS).join();
        }

        @Override
        public void close() {
            ended.countDown();
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
