package dev.capdrop.linux.libc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.ErrnoException.Errno;
import dev.capdrop.linux.libc.Libc.FileStatus;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// What calls return, and what is written and read by them.
final class CallSentences {
    private static final long ENOSYS = -38;
    private static final long NO_CALL = 100_000;
    private static final int LONGEST_PATH = 4095;

    private CallSentences() {}

    static List<Sentence> all() {
        return List.of(
                new Sentence("a result may be longer than 32 bits", CallSentences::longResult),
                new Sentence("a refusal is minus errno", CallSentences::refusals),
                new Sentence(
                        "a call that no kernel has is refused, too", CallSentences::noSuchCall),
                new Sentence("a quick call returns what any other returns", CallSentences::quick),
                new Sentence("no bytes are written and read", CallSentences::noBytes),
                new Sentence("many bytes come back as they were written", CallSentences::manyBytes),
                new Sentence("every byte comes back as it was written", CallSentences::everyByte),
                new Sentence("a name is not only of ASCII", CallSentences::unicodeName),
                new Sentence("a name with a NUL is refused by us", CallSentences::nul),
                new Sentence("a path is as long as the kernel takes it", CallSentences::longPath),
                new Sentence("a path that is too long is refused", CallSentences::tooLongPath),
                new Sentence("a structure is read as the kernel wrote it", CallSentences::status),
                new Sentence("a directory is read whole", CallSentences::directory),
                new Sentence("a child connects for us, and is gone", CallSentences::child),
                new Sentence("the encoding is the locale's", CallSentences::encoding));
    }

    private static void longResult() throws Exception {
        long far = 1L << 40;
        try (Bench bench = new Bench();
                Descriptor file = bench.file("far")) {
            long end = Kernels.HERE.call(Syscall.LSEEK.number(), file.number(), far, 0, 0, 0);
            Expected.equal(end, far);
        }
    }

    private static void refusals() {
        long close = Syscall.CLOSE.number();
        long read = Syscall.READ.number();
        KernelPort kernel = Kernels.HERE;
        Expected.equal(kernel.call(close, -1, 0, 0, 0, 0), minus(Errno.EBADF));
        try (Memory name = Memory.of(16)) {
            name.writeText(0, "/no/file".getBytes(UTF_8));
            long open = Syscall.OPENAT.number();
            Expected.equal(kernel.call(open, -100, name.address(), 0, 0, 0), minus(Errno.ENOENT));
            name.writeText(0, "/".getBytes(UTF_8));
            long root = kernel.call(open, -100, name.address(), 0, 0, 0);
            Expected.equal(kernel.call(read, root, name.address(), 1, 0, 0), minus(Errno.EISDIR));
            Expected.equal(kernel.call(close, root, 0, 0, 0, 0), 0L);
        }
        long pipe = Syscall.PIPE2.number();
        Expected.equal(kernel.call(pipe, 1, 0, 0, 0, 0), minus(Errno.EFAULT));
    }

    private static long minus(Errno errno) {
        return -errno.number();
    }

    private static void child() throws Exception {
        try (Bench bench = new Bench();
                Memory address = Memory.of(110)) {
            address.putShort(0, 1);
            address.writeText(2, (bench.folder + "/socket").getBytes(UTF_8));
            Expected.equal(connected(address), minus(Errno.ENOENT));
            try (ServerSocketChannel server =
                            ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                    Descriptor socket = Libc.unixSocket()) {
                server.bind(UnixDomainSocketAddress.of(bench.folder.resolve("socket")));
                Expected.equal(connect(socket, address), 0L);
                ByteBuffer heard = ByteBuffer.allocate(4);
                try (SocketChannel accepted = server.accept()) {
                    Libc.writeAll(socket, "said".getBytes(UTF_8));
                    while (heard.hasRemaining()) {
                        Expected.that(accepted.read(heard) > 0, "the end");
                    }
                }
                Expected.equal(new String(heard.array(), UTF_8), "said");
            }
            Expected.equal(connected(address), minus(Errno.ECONNREFUSED));
            // any that sends no SIGCHLD, as those of others do
            long left = Kernels.HERE.call(Syscall.WAIT4.number(), -1, 0, 0x80000001L, 0, 0);
            Expected.equal(left, -10L);
        }
    }

    private static long connected(Memory address) throws ErrnoException {
        try (Descriptor socket = Libc.unixSocket()) {
            return connect(socket, address);
        }
    }

    private static long connect(Descriptor socket, Memory address) {
        int size = address.size();
        return Kernels.HERE.connectInChild(socket.number(), address.address(), size);
    }

    private static void noSuchCall() {
        Expected.equal(Kernels.HERE.call(NO_CALL, 0, 0, 0, 0, 0), ENOSYS);
        Expected.equal(Kernels.HERE.quick().call(NO_CALL, 0, 0, 0, 0, 0), ENOSYS);
    }

    private static void quick() throws Exception {
        KernelPort.QuickCall quick = Kernels.HERE.quick();
        long close = Syscall.CLOSE.number();
        long attribute = Syscall.LGETXATTR.number();
        try (Bench bench = new Bench();
                Memory path = Memory.of(4096);
                Memory name = Memory.of(64)) {
            Files.writeString(bench.folder.resolve("plain"), "text");
            name.writeText(0, "security.capability".getBytes(UTF_8));
            Expected.equal(quick.call(close, -1, 0, 0, 0, 0), minus(Errno.EBADF));
            for (String last : List.of("plain", "absent", "plain/below")) {
                path.writeText(0, (bench.folder + "/" + last).getBytes(UTF_8));
                Expected.equal(
                        quick.call(attribute, path.address(), name.address(), 0, 0, 0),
                        Kernels.HERE.call(attribute, path.address(), name.address(), 0, 0, 0));
            }
        }
    }

    private static void noBytes() throws Exception {
        try (Bench bench = new Bench();
                Descriptor file = bench.file("empty")) {
            Expected.equal(Libc.write(file, new byte[0], 0, 0), 0);
            Expected.equal(Libc.read(file, new byte[10], 0, 10), 0);
            Expected.equal(Libc.read(file, new byte[0], 0, 0), 0);
            Expected.equal(Libc.pread(file, new byte[0], 0), 0);
            Expected.equal(Libc.fstat(file).size(), 0L);
        }
        try (Memory none = Memory.of(0)) {
            Expected.equal(none.size(), 0);
        }
    }

    private static void manyBytes() throws Exception {
        byte[] many = new byte[3_000_001];
        new Random(1).nextBytes(many);
        try (Bench bench = new Bench();
                Descriptor file = bench.file("many")) {
            Expected.equal(Libc.write(file, many, 0, many.length), many.length);
            byte[] back = new byte[many.length + 1];
            Expected.equal(Libc.pread(file, back, 0), many.length);
            Expected.that(Arrays.equals(many, Arrays.copyOf(back, many.length)), "other bytes");
            Expected.equal(Libc.pread(file, new byte[2], many.length - 1L), 1);
        }
    }

    private static void everyByte() throws Exception {
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        try (Pipe pipe = Pipe.open()) {
            Expected.equal(Libc.write(pipe.writeEnd(), every, 100, 156), 156);
            byte[] back = new byte[256];
            Expected.equal(Libc.read(pipe.readEnd(), back, 100, 156), 156);
            Expected.that(Arrays.equals(every, 100, 256, back, 100, 256), "other bytes");
        }
    }

    private static void unicodeName() throws Exception {
        String name = "gr\u00fc\u00df-\u5bb9\u5668-\ud83d\udce6";
        try (Bench bench = new Bench();
                Descriptor folder = folder(bench);
                Descriptor file = bench.file(name)) {
            Expected.equal(Libc.getdents(folder, 9).getFirst().name(), name);
            String link = Libc.readlinkat(Descriptor.WORKING_DIRECTORY, file.path());
            Expected.equal(link, bench.folder + "/" + name);
            Libc.renameat(folder, name, "b");
            Libc.unlinkat(folder, "b");
        }
    }

    private static Descriptor folder(Bench bench) throws ErrnoException {
        return Libc.openat(
                Descriptor.WORKING_DIRECTORY, bench.folder.toString(), Libc.O_DIRECTORY, 0);
    }

    private static void nul() throws Exception {
        Descriptor here = Descriptor.WORKING_DIRECTORY;
        Expected.refused(Errno.EINVAL, () -> Libc.openat(here, "/etc\0/x", 0, 0));
        Expected.refused(Errno.EINVAL, () -> Libc.unlinkat(here, "no\0such"));
    }

    /// Slashes count, too.
    private static void longPath() throws Exception {
        try (Descriptor root =
                Libc.openat(
                        Descriptor.WORKING_DIRECTORY, "/".repeat(LONGEST_PATH), Libc.O_PATH, 0)) {
            Expected.equal(Libc.readlinkat(Descriptor.WORKING_DIRECTORY, root.path()), "/");
        }
    }

    private static void tooLongPath() throws Exception {
        Descriptor here = Descriptor.WORKING_DIRECTORY;
        String slashes = "/".repeat(LONGEST_PATH + 1);
        Expected.refused(Errno.ENAMETOOLONG, () -> Libc.openat(here, slashes, Libc.O_PATH, 0));
        Expected.refused(Errno.ENAMETOOLONG, () -> Libc.unlinkat(here, slashes));
        Expected.refused(Errno.ENAMETOOLONG, () -> Libc.openat(here, "n".repeat(256), 0, 0));
    }

    private static void status() throws Exception {
        try (Bench bench = new Bench();
                Descriptor file = bench.file("twelve")) {
            Libc.write(file, new byte[12], 0, 12);
            Libc.fchmod(file, 0640);
            FileStatus status = Libc.fstat(file);
            Expected.equal(status.size(), 12L);
            Expected.equal(status.mode() & 07777, 0640);
            Expected.equal(
                    status.inode(), Files.getAttribute(bench.folder.resolve("twelve"), "unix:ino"));
        }
    }

    private static void directory() throws Exception {
        try (Bench bench = new Bench();
                Descriptor folder = folder(bench)) {
            for (int i = 0; i < 1000; i++) {
                bench.file("a file with a name of some length " + i).close();
            }
            Expected.equal(Libc.getdents(folder, 5000).size(), 1000);
        }
    }

    /// In the two locales that every machine has, or in none; of others an image may know the name
    /// alone.
    private static void encoding() {
        String locale = "";
        for (String variable : List.of("LANG", "LC_CTYPE", "LC_ALL")) {
            String named = System.getenv().getOrDefault(variable, "");
            locale = named.isEmpty() ? locale : named;
        }
        if (locale.equals("C.UTF-8")) {
            Expected.equal(Charset.forName(Libc.encoding()), UTF_8);
        } else if (List.of("", "C", "POSIX").contains(locale)) {
            Expected.equal(Charset.forName(Libc.encoding()), US_ASCII);
        } else {
            Expected.that(!Libc.encoding().isEmpty(), "no encoding");
        }
    }
}
