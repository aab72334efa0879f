package dev.capdrop.linux.libc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.capdrop.linux.libc.ErrnoException.Errno;
import dev.capdrop.linux.libc.Libc.SharedMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What memory holds, how long it is there, and who touches it when it is there no more.
final class MemorySentences {
    private static final int MIB = 1 << 20;
    private static final int AT_PAGESZ = 6;

    private MemorySentences() {}

    static List<Sentence> all() {
        return List.of(
                new Sentence("memory is zero at first", MemorySentences::zero),
                new Sentence("numbers lie as C has them", MemorySentences::numbers),
                new Sentence("who looks beyond memory gets an exception", MemorySentences::beyond),
                new Sentence("closed memory is not touched", MemorySentences::closed),
                new Sentence("memory is given back when it is closed", MemorySentences::givenBack),
                new Sentence("a thread's memory ends with it", MemorySentences::endedThreads),
                new Sentence("shared memory is the file's", MemorySentences::shared),
                new Sentence("sharing is refused with its reason", MemorySentences::unshared),
                new Sentence(
                        "who looks beyond shared memory gets an exception",
                        MemorySentences::beyondShared),
                new Sentence(
                        "shared memory that is closed is not touched",
                        MemorySentences::closedShared),
                new Sentence("shared memory is closed after a look", MemorySentences::closedLate),
                new Sentence("a page is as long as the kernel says", MemorySentences::page));
    }

    private static void zero() {
        for (int round = 0; round < 100; round++) {
            try (Memory memory = Memory.of(4096)) {
                for (int at = 0; at < 4096; at += Long.BYTES) {
                    Expected.equal(memory.getLong(at), 0L);
                    memory.putLong(at, -1);
                }
            }
        }
    }

    private static void numbers() {
        try (Memory memory = Memory.of(16)) {
            memory.putShort(0, 0x8001).putInt(2, 0x80000002).putLong(8, Long.MIN_VALUE + 3);
            Expected.equal(memory.getShort(0), (short) 0x8001);
            Expected.equal(memory.getInt(2), 0x80000002);
            Expected.equal(memory.getLong(8), Long.MIN_VALUE + 3);
            boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
            Expected.equal(memory.bytes().get(0), little ? (byte) 1 : (byte) 0x80);
            Expected.equal(memory.readLongs(2)[1], Long.MIN_VALUE + 3);
        }
    }

    private static void beyond() throws Exception {
        try (Memory memory = Memory.of(8)) {
            Expected.thrown(IndexOutOfBoundsException.class, () -> memory.getLong(1));
            Expected.thrown(IndexOutOfBoundsException.class, () -> memory.putInt(-1, 1));
            Expected.thrown(
                    IndexOutOfBoundsException.class, () -> memory.writeText(0, new byte[8]));
            Expected.thrown(IndexOutOfBoundsException.class, () -> memory.read(9));
        }
    }

    private static void closed() throws Exception {
        Memory memory = Memory.of(8);
        memory.close();
        memory.close();
        Expected.thrown(IllegalStateException.class, () -> memory.getLong(0));
        Expected.thrown(IllegalStateException.class, () -> memory.putLong(0, 1));
        Expected.thrown(IllegalStateException.class, () -> memory.read(1));
        Expected.thrown(IllegalStateException.class, memory::bytes);
        Expected.thrown(IllegalStateException.class, memory::address);
    }

    private static void givenBack() throws IOException {
        long before = kibibytes("VmSize");
        for (int i = 0; i < 2000; i++) {
            try (Memory memory = Memory.of(MIB)) {
                memory.putLong(MIB - 8, 1);
            }
        }
        grewLittle("VmSize", before, 200 * 1024L);
    }

    /// 2,000 threads have 74 MB.
    private static void endedThreads() throws Exception {
        aThreadThatCalls(20);
        System.gc();
        long before = kibibytes("VmRSS");
        for (int i = 0; i < 20; i++) {
            aThreadThatCalls(100);
            System.gc();
            Thread.sleep(5);
        }
        grewLittle("VmRSS", before, 40 * 1024L);
    }

    private static void aThreadThatCalls(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            Thread thread =
                    Thread.ofPlatform()
                            .start(() -> {
                                Memory buffer = Scratch.ofThread().buffer;
                                for (int at = 0; at < buffer.size(); at += 1024) {
                                    buffer.putLong(at, at);
                                }
                            });
            thread.join();
        }
    }

    private static void grewLittle(String what, long before, long most) throws IOException {
        long grown = kibibytes(what) - before;
        Expected.that(grown < most, what + " has grown by " + grown + " KiB");
    }

    private static long kibibytes(String what) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(what + ":")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new AssertionError("no " + what);
    }

    private static void shared() throws Exception {
        int size = SharedMemory.pageSize();
        try (Bench bench = new Bench();
                Descriptor file = bench.file("page")) {
            Libc.ftruncate(file, 2L * size);
            try (SharedMemory memory = SharedMemory.map(file, 2L * size)) {
                ByteBuffer second = memory.bytes(size, size);
                memory.look(() -> second.putInt(0, 0x31323334).order() == ByteOrder.nativeOrder());
                byte[] found = new byte[4];
                Expected.equal(Libc.pread(file, found, size), 4);
                Expected.equal(new String(found, US_ASCII), "4321");
                Libc.lseek(file, size);
                Libc.write(file, new byte[] {7}, 0, 1);
                Expected.that(memory.look(() -> second.get(0) == 7), "not what was written");
            }
        }
    }

    private static void unshared() throws Exception {
        try (Bench bench = new Bench();
                Descriptor folder =
                        Libc.openat(Descriptor.WORKING_DIRECTORY, bench.folder.toString(), 0, 0);
                Descriptor file = bench.file("file")) {
            Expected.refused(Errno.EACCES, () -> SharedMemory.map(folder, 4096));
            Expected.refused(Errno.EINVAL, () -> SharedMemory.map(file, 0));
            Expected.refused(Errno.ENOMEM, () -> SharedMemory.map(file, Long.MAX_VALUE));
        }
    }

    private static void beyondShared() throws Exception {
        int size = SharedMemory.pageSize();
        try (Bench bench = new Bench();
                Descriptor file = bench.file("page");
                SharedMemory memory = SharedMemory.map(file, size)) {
            Libc.ftruncate(file, size);
            Expected.thrown(IndexOutOfBoundsException.class, () -> memory.bytes(1, size));
            Expected.thrown(IndexOutOfBoundsException.class, () -> memory.bytes(-1, 1));
            Expected.thrown(IndexOutOfBoundsException.class, () -> memory.bytes(0, -1));
            Expected.thrown(IndexOutOfBoundsException.class, () -> memory.bytes(Long.MAX_VALUE, 1));
            ByteBuffer part = memory.bytes(8, 8);
            Expected.thrown(
                    IndexOutOfBoundsException.class, () -> memory.look(() -> part.get(8) == 0));
        }
    }

    private static void closedShared() throws Exception {
        int size = SharedMemory.pageSize();
        try (Bench bench = new Bench();
                Descriptor file = bench.file("page")) {
            Libc.ftruncate(file, size);
            SharedMemory memory = SharedMemory.map(file, size);
            ByteBuffer bytes = memory.bytes(0, size);
            Expected.that(mapped(bench), "not mapped");
            memory.close();
            memory.close();
            Expected.that(!mapped(bench), "still mapped");
            Expected.thrown(
                    IllegalStateException.class, () -> memory.look(() -> bytes.get(0) == 0));
            Expected.thrown(IllegalStateException.class, () -> memory.bytes(0, 1));
        }
    }

    private static boolean mapped(Bench bench) throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains(bench.folder.toString());
    }

    private static void closedLate() throws Exception {
        int size = SharedMemory.pageSize();
        try (Bench bench = new Bench();
                Descriptor file = bench.file("page")) {
            Libc.ftruncate(file, size);
            SharedMemory memory = SharedMemory.map(file, size);
            ByteBuffer bytes = memory.bytes(0, size);
            Expected.thrown(
                    IllegalStateException.class,
                    () ->
                            memory.look(() -> {
                                memory.close();
                                return true;
                            }));
            CountDownLatch looking = new CountDownLatch(1);
            Thread closing = Thread.ofPlatform().unstarted(memory::close);
            memory.look(() -> {
                closing.start();
                return !slowly(looking) && bytes.get(0) == 0;
            });
            closing.join();
            Expected.that(!mapped(bench), "still mapped");
        }
    }

    /// Time for another thread to do what it must not.
    private static boolean slowly(CountDownLatch never) {
        try {
            return never.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// As the kernel tells each program (getauxval(3)).
    private static void page() throws IOException {
        ByteBuffer vector =
                ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
                        .order(ByteOrder.nativeOrder());
        while (vector.remaining() >= 16) {
            long type = vector.getLong();
            long value = vector.getLong();
            if (type == AT_PAGESZ) {
                Expected.equal((long) SharedMemory.pageSize(), value);
                return;
            }
        }
        throw new AssertionError("no AT_PAGESZ");
    }
}
