package dev.capdrop.lab;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.capdrop.cli.command.CommandLineTool;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// The other side of a [WarmTool]: runs the command lines that it is told of, one after the other,
/// each as if it were the only one of a process.
///
/// A command has standard streams of its own, as descriptors, so that programs which it starts have
/// them, too, and a thread of its own, whose working directory may become another. What it leaves
/// of the things that the end of a process takes away is answered with its exit status.
final class WarmProcess {
    private static final String DESCRIPTORS = "/proc/self/fd/";
    private static final String NOTHING = "/dev/null";
    private static final int OUT = 1;
    private static final int ERR = 2;
    private static final int UNCAUGHT = 1;
    private static final int OF_A_FILE = 0600;
    private static final int READING = 0;
    private static final int WRITING = Libc.O_WRONLY | Libc.O_CREAT;

    /// How long a thread may take to end after the command.
    private static final long GRACE_MILLIS = 2_000;

    /// Threads of the JVM and its library, begun when first needed: those of the library end when
    /// they have been idle for a minute.
    private static final Pattern OF_THE_JVM =
            Pattern.compile("process reaper.*|Cleaner-.*|ForkJoinPool.*|SIG[A-Z]+ handler");

    /// Files that the JVM opens when it first needs them, for good.
    private static final Pattern OF_ITS_CLASSES =
            Pattern.compile("/dev/u?random|/.*([.]jar|/modules|[.]so)");

    private static final MethodHandle DUP2 = dup2();

    private WarmProcess() {}

    @SuppressWarnings("restricted") // this JVM is told to let it
    private static MethodHandle dup2() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("dup2"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    }

    /// Answers until nobody asks any more.
    public static void main(String[] none) throws IOException, InterruptedException {
        try (DataInputStream asked = new DataInputStream(new FileInputStream(DESCRIPTORS + 0));
                DataOutputStream answers =
                        new DataOutputStream(new FileOutputStream(DESCRIPTORS + OUT))) {
            redirect(0, NOTHING, READING);
            redirect(OUT, NOTHING, WRITING);
            openWhatChannelsKeep();
            List<String> words = read(asked);
            while (!words.isEmpty()) {
                write(answers, carriedOut(words));
                words = read(asked);
            }
        }
    }

    /// The JVM keeps a socket for good from the first close of a channel on, which nothing tells
    /// from one that a command has left.
    private static void openWhatChannelsKeep() throws IOException {
        SocketChannel.open(StandardProtocolFamily.UNIX).close();
    }

    /// Runs a command line.
    ///
    /// @param words the files for its standard output and its standard error, and the words of it
    /// @return its exit status, and what it has left
    private static List<String> carriedOut(List<String> words)
            throws IOException, InterruptedException {
        redirect(OUT, words.get(0), WRITING);
        redirect(ERR, words.get(1), WRITING);
        AtomicInteger status = new AtomicInteger(UNCAUGHT);
        String[] line = words.subList(2, words.size()).toArray(String[]::new);
        String left = leftBy(() -> status.set(CommandLineTool.run(line)));
        redirect(OUT, NOTHING, WRITING);
        return List.of(Integer.toString(status.get()), left);
    }

    /// Does what [dev.capdrop.cli.Capdrop] does with a command, but that the process goes on.
    ///
    /// @return the threads and open files that the command has left; empty where there are none
    static String leftBy(Runnable command) throws IOException, InterruptedException {
        Set<Thread> threads = Thread.getAllStackTraces().keySet();
        Set<String> open = open();
        Thread thread = new Thread(command, "command");
        thread.setUncaughtExceptionHandler((_, failure) -> failure.printStackTrace());
        thread.start();
        thread.join();
        System.out.flush();
        System.err.flush();
        return threadsBut(threads) + openBut(open);
    }

    private static String threadsBut(Set<Thread> before) throws InterruptedException {
        StringBuilder left = new StringBuilder();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(thread) && !OF_THE_JVM.matcher(thread.getName()).matches()) {
                thread.join(GRACE_MILLIS);
                left.append(thread.isAlive() ? " thread " + thread.getName() : "");
            }
        }
        return left.toString();
    }

    private static String openBut(Set<String> before) throws IOException {
        Set<String> more = open();
        more.removeAll(before);
        return more.isEmpty() ? "" : " open " + more;
    }

    /// What is open, but for what the JVM has its classes in.
    private static Set<String> open() throws IOException {
        Set<String> all = new TreeSet<>();
        Set<Path> numbers = new HashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(DESCRIPTORS))) {
            entries.forEach(numbers::add);
        }
        for (Path number : numbers) {
            try {
                String file = Files.readSymbolicLink(number).toString();
                if (!OF_ITS_CLASSES.matcher(file).matches()) {
                    all.add(number.getFileName() + " " + file);
                }
            } catch (IOException closed) {
                // It was the one by which they were listed.
            }
        }
        return all;
    }

    private static void redirect(int stream, String file, int how) throws IOException {
        try (Descriptor opened = Libc.openat(Descriptor.WORKING_DIRECTORY, file, how, OF_A_FILE)) {
            int number = Integer.parseInt(opened.path().substring(DESCRIPTORS.length()));
            if ((int) DUP2.invokeExact(number, stream) != stream) {
                throw new IOException("descriptor " + stream + " cannot be made " + file);
            }
        } catch (IOException | RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static void write(DataOutputStream to, List<String> words) throws IOException {
        to.writeInt(words.size());
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            to.writeInt(bytes.length);
            to.write(bytes);
        }
        to.flush();
    }

    /// The next words; none where the other side has ended.
    static List<String> read(DataInputStream from) throws IOException {
        List<String> words = new ArrayList<>();
        try {
            for (int left = from.readInt(); left > 0; left--) {
                words.add(new String(from.readNBytes(from.readInt()), StandardCharsets.UTF_8));
            }
            return words;
        } catch (EOFException ended) {
            return List.of();
        }
    }
}
