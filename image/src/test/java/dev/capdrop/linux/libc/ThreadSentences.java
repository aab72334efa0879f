package dev.capdrop.linux.libc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.ErrnoException.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/// Calls of several threads, of threads that wait in them, and of threads that signals reach.
final class ThreadSentences {
    private static final boolean X86_64 = System.getProperty("os.arch").equals("amd64");
    private static final long GETPID = X86_64 ? 39 : 172;
    private static final long GETTID = X86_64 ? 186 : 178;
    private static final long TGKILL = X86_64 ? 234 : 131;
    private static final int LONG = 60;
    private static final int REFUSALS = 20_000;

    private ThreadSentences() {}

    static List<Sentence> all() {
        return List.of(
                new Sentence("each thread has the errno of its own call", ThreadSentences::errno),
                new Sentence("quick calls have it, too", ThreadSentences::quickErrno),
                new Sentence(
                        "a thread that waits for ever in a call stops no garbage collection",
                        ThreadSentences::waitingForEver),
                new Sentence("a signal ends a call that waits", ThreadSentences::interrupted),
                new Sentence("an interrupted call is made again", ThreadSentences::madeAgain));
    }

    private static void errno() throws Exception {
        long close = Syscall.CLOSE.number();
        long open = Syscall.OPENAT.number();
        whileGarbageIsCollected(() -> {
            try (Memory name = Memory.of(16)) {
                name.writeText(0, "/no/file".getBytes(UTF_8));
                for (int i = 0; i < REFUSALS; i++) {
                    refusals(Kernels.HERE::call, close, open, name.address());
                }
            }
        });
    }

    private static void quickErrno() throws Exception {
        long close = Syscall.CLOSE.number();
        long open = Syscall.OPENAT.number();
        whileGarbageIsCollected(() -> {
            KernelPort.QuickCall quick = Kernels.HERE.quick();
            try (Memory name = Memory.of(16)) {
                name.writeText(0, "/no/file".getBytes(UTF_8));
                for (int i = 0; i < REFUSALS; i++) {
                    refusals(quick, close, open, name.address());
                }
            }
        });
    }

    private static void refusals(KernelPort.QuickCall kernel, long close, long open, long name) {
        long closed = kernel.call(close, -1, 0, 0, 0, 0);
        long opened = kernel.call(open, -100, name, 0, 0, 0);
        if (closed != -Errno.EBADF.number() || opened != -Errno.ENOENT.number()) {
            throw new AssertionError("close(2): " + closed + ", open(2): " + opened);
        }
    }

    /// Runs it in four threads, until all are through.
    private static void whileGarbageIsCollected(Runnable work) throws Exception {
        List<CompletableFuture<Void>> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            CompletableFuture<Void> result = new CompletableFuture<>();
            results.add(result);
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        try {
                            work.run();
                            result.complete(null);
                        } catch (Throwable failed) {
                            result.completeExceptionally(failed);
                        }
                    });
        }
        var all = CompletableFuture.allOf(results.toArray(CompletableFuture[]::new));
        while (!all.isDone()) {
            System.gc();
        }
        all.get(LONG, TimeUnit.SECONDS);
    }

    private static void waitingForEver() throws Exception {
        CountDownLatch about = new CountDownLatch(1);
        try (Pipe pipe = Pipe.open()) {
            Thread waiting =
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> {
                                about.countDown();
                                read(pipe.readEnd());
                            });
            about.await();
            Thread.sleep(50);
            CompletableFuture<Long> collected = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> collected.complete(garbage()));
            Expected.that(collected.get(LONG, TimeUnit.SECONDS) > 0, "no garbage");
            Expected.that(waiting.isAlive(), "it did not wait");
            Libc.write(pipe.writeEnd(), new byte[1], 0, 1);
            waiting.join(TimeUnit.SECONDS.toMillis(LONG));
            Expected.that(!waiting.isAlive(), "it waits though there is something to read");
        }
    }

    private static void read(Descriptor file) {
        try {
            Libc.read(file, new byte[1], 0, 1);
        } catch (ErrnoException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private static long garbage() {
        long sum = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] piece = new byte[1 << 20];
            piece[i] = 1;
            sum += piece[i];
        }
        System.gc();
        return sum;
    }

    private static void interrupted() throws Exception {
        try (Pipe pipe = Pipe.open();
                Memory entry = Memory.of(8)) {
            entry.putInt(0, pipe.readEnd().number()).putShort(4, Libc.POLLIN);
            try (Nagging _ = new Nagging()) {
                long result =
                        Kernels.HERE.call(Syscall.PPOLL.number(), entry.address(), 1, 0, 0, 0);
                Expected.equal(result, (long) -Errno.EINTR.number());
            }
        }
    }

    private static void madeAgain() throws Exception {
        try (Pipe pipe = Pipe.open();
                Nagging nagging = new Nagging()) {
            Thread.ofPlatform().daemon().start(() -> writeAfter(nagging, pipe.writeEnd()));
            Expected.equal(Libc.poll(pipe.readEnd(), Libc.POLLIN, Long.MAX_VALUE), Libc.POLLIN);
        }
    }

    private static void writeAfter(Nagging nagging, Descriptor file) {
        try {
            nagging.reached.await();
            Thread.sleep(100);
            Libc.write(file, new byte[1], 0, 1);
        } catch (InterruptedException | ErrnoException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    /// Signals for the thread that made this, every few milliseconds.
    private static final class Nagging implements AutoCloseable {
        private static final Signal URGENT = new Signal("URG");

        final CountDownLatch reached = new CountDownLatch(3);
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Thread nag;

        Nagging() {
            long thread = Kernels.HERE.call(GETTID, 0, 0, 0, 0, 0);
            Signal.handle(URGENT, _ -> reached.countDown());
            nag = Thread.ofPlatform().daemon().start(() -> nag(thread));
        }

        private void nag(long thread) {
            long process = Kernels.HERE.call(GETPID, 0, 0, 0, 0, 0);
            while (!ended.get()) {
                Kernels.HERE.call(TGKILL, process, thread, Libc.SIGURG, 0, 0);
                try {
                    Thread.sleep(5);
                } catch (InterruptedException impossible) {
                    throw new IllegalStateException(impossible);
                }
            }
        }

        /// From now on nothing interrupts the thread.
        @Override
        public void close() {
            ended.set(true);
            try {
                nag.join();
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
