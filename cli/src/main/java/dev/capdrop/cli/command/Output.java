package dev.capdrop.cli.command;

import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.linux.session.TerminalSize;
import dev.capdrop.linux.store.GivenFile;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The options that say how to write, and the streams that follow from them.
public final class Output implements CommandModel.OptionGroup {
    private static final int WIDTH = 80;

    private static final int MIN_WIDTH = 40;
    private static final int MAX_WIDTH = 120;

    /// A sentence on stderr that goes to a file or a pipe stays one line.
    private static final int UNWRAPPED = Integer.MAX_VALUE / 2;

    static final int STDIN = 0;
    public static final int STDOUT = 1;
    static final int STDERR = 2;

    Format format = Format.text;
    boolean json;
    Color color = Color.auto;

    private final Environment environment;
    private final Environment.Streams streams;
    private final Terminal.DataStream data;
    private final Set<Format> formats = EnumSet.of(Format.text, Format.json);

    public Output(Environment environment) {
        this.environment = environment;
        this.streams = environment.streams();
        this.data = new Terminal.DataStream(streams.out());
    }

    public Output forCi() {
        Collections.addAll(formats, Format.sarif, Format.junit);
        return this;
    }

    public Output forRepositories() {
        Collections.addAll(formats, Format.terraform, Format.ansible, Format.incus);
        return this;
    }

    @Override
    public void addTo(CommandModel model) {
        model.of("output")
                .option("--format", "FORMAT")
                .among(formats, chosen -> format = chosen)
                .flag("--json", on -> json = on)
                .option("--color", "WHEN")
                .as(Color.class, color, when -> color = when);
    }

    static Environment.Streams own() {
        return new Environment.Streams(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                new FileInputStream(FileDescriptor.in),
                isTerminal(STDIN) && isTerminal(STDERR),
                () -> obeys(System.getenv("TERM")) ? TerminalSize.of(STDOUT) : TerminalSize.NONE);
    }

    /// Whether a terminal of this kind obeys control sequences (term(7)).
    public static boolean obeys(@Nullable String kind) {
        return kind != null && !kind.isEmpty() && !kind.equals("dumb");
    }

    /// All formats; a repository's have the names of the tools that read them.
    public enum Format {
        text,
        json,
        sarif,
        junit,
        terraform,
        ansible,
        incus
    }

    enum Color {
        auto,
        always,
        never
    }

    /// Returns the format that was chosen; two are refused.
    public Format format() {
        if (json && format != Format.text && format != Format.json) {
            throw new UsageException("--json and --format " + format + " exclude each other");
        }
        return json ? Format.json : format;
    }

    public boolean isJson() {
        return format() == Format.json;
    }

    /// Returns the language of a repository that was chosen; null where none was.
    public @Nullable Format repository() {
        return switch (format()) {
            case terraform, ansible, incus -> format;
            case text, json, sarif, junit -> null;
        };
    }

    public void writeBytes(byte[] document) throws IOException {
        data.write(document);
        data.requireWritten();
    }

    /// Writes to the file, whatever the umask says, or to standard output where none is named.
    public void write(@Nullable Path file, byte[] content, int mode) throws IOException {
        if (file == null) {
            writeBytes(content);
        } else {
            File.replace(file, content, mode);
        }
    }

    /// The terminal: text to stdout, talk to stderr.
    public Terminal terminal() {
        return new Terminal(
                data,
                new Terminal.Style(colored(STDOUT), width(STDOUT)),
                streams.err(),
                new Terminal.Style(colored(STDERR), isTerminal(STDERR) ? width(STDERR) : UNWRAPPED),
                charset());
    }

    public void writeJson(Object tree) throws IOException {
        environment.made().write(data, tree);
        data.requireWritten();
    }

    public Environment.Streams streams() {
        return streams;
    }

    private static Charset charset() {
        // by its name: a native image has few of the encodings that a locale may have
        return TerminalSize.encoding().equalsIgnoreCase("UTF-8")
                ? StandardCharsets.UTF_8
                : StandardCharsets.US_ASCII;
    }

    /// Whether the standard stream of this number is a terminal, as the kernel names it (proc(5)).
    public static boolean isTerminal(int stream) {
        Path file = Errand.orNull(() -> Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream)));
        return file != null && file.toString().matches("/dev/(pts/\\d+|tty.*|console)");
    }

    private boolean colored(int stream) {
        String noColor = System.getenv("NO_COLOR");
        return switch (color) {
            case always -> true;
            case never -> false;
            case auto -> (noColor == null || noColor.isEmpty()) && isTerminal(stream);
        };
    }

    /// Returns the width that COLUMNS names, as for ls(1); else the terminal's own.
    private static int width(int stream) {
        String columns = System.getenv("COLUMNS");
        if (columns != null && columns.matches("[0-9]{2,4}")) {
            return Math.clamp(Integer.parseInt(columns), MIN_WIDTH, MAX_WIDTH);
        }
        int own = isTerminal(stream) ? TerminalSize.of(stream).columns() : 0;
        return own == 0 ? WIDTH : Math.clamp(own, MIN_WIDTH, MAX_WIDTH);
    }

    /// The file that `-o` names: the old or the whole new one, nowhere else ([GivenFile]).
    public static final class File {
        /// For its owner alone, as what tells of a container's inside.
        public static final int PRIVATE = 0600;

        /// For everybody, as node_exporter's own user reads it.
        public static final int READABLE = 0644;

        private File() {}

        /// Refuses a name that no file can get, before anything is looked at for it.
        public static void requirePlace(@Nullable Path file) throws IOException {
            if (file != null) {
                try (GivenFile given = open(file)) {
                    requireReplaceable(file, given);
                }
            }
        }

        private static GivenFile open(Path file) throws IOException {
            try {
                return GivenFile.at(file);
            } catch (NoSuchFileException | NotDirectoryException none) {
                throw new UsageException("'" + file + "': its folder does not exist", none);
            } catch (IOException refused) {
                throw failure(file, refused, "");
            }
        }

        private static void requireReplaceable(Path file, GivenFile given) throws IOException {
            if (!given.isReplaceable()) {
                throw new UsageException(
                        "'%s' is no regular file, so it is not replaced; without -o it goes to standard output"
                                .formatted(file));
            }
        }

        private static void replace(Path file, byte[] content, int mode) throws IOException {
            try (GivenFile given = open(file)) {
                requireReplaceable(file, given);
                try {
                    given.replace(content, mode);
                } catch (IOException refused) {
                    throw failure(
                            file,
                            refused,
                            given.isThere()
                                    ? "; what it held before is left"
                                    : "; nothing is written");
                }
            }
        }

        private static IOException failure(Path file, IOException refused, String consequence) {
            return new IOException(
                    "cannot write '" + file + "': " + Mistakes.reason(refused) + consequence,
                    refused);
        }
    }
}
