package dev.capdrop.cli.render;

import com.google.errorprone.annotations.CompileTimeConstant;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Writes [Text] for people: data to one stream, talk to the other, wrapped, and coloured where
/// that is wanted. [Text#of] explains the templates.
public final class Terminal {
    private static final int MOST_HELD = 100;

    private final DataStream data;
    private final PrintStream out;
    private final PrintStream talk;
    private final Style style;
    private final Style talkStyle;
    private final CharsetEncoder encoder;

    /// The talk that waits for the end of a screen.
    private final Deque<Text> held = new ArrayDeque<>();

    private int screens;

    /// The colour of one of the two streams, and the columns to wrap at.
    public record Style(boolean color, int width) {}

    public Terminal(
            DataStream out, Style style, OutputStream talk, Style talkStyle, Charset charset) {
        this.data = out;
        this.out = new PrintStream(new BufferedOutputStream(out), false, charset);
        this.style = style;
        this.talk = new PrintStream(talk, true, charset);
        this.talkStyle = talkStyle;
        this.encoder = charset.newEncoder();
    }

    public int width() {
        return style.width();
    }

    /// Returns the text with the characters that this terminal can show, as wide as it will be.
    public synchronized Text shown(Text text) {
        return text.shownBy(encoder);
    }

    public void line(Text line) {
        out.println(shown(line).written(style.color()));
    }

    @FormatMethod
    public void line(@CompileTimeConstant @FormatString String template, Object... arguments) {
        line(Text.of(template, arguments));
    }

    /// Writes a line of data that begins with a path in its own bytes: never to a terminal.
    public void line(LinePath path, Text rest) {
        out.writeBytes(path.bytes());
        out.println(rest.written(false));
    }

    /// Writes a paragraph of data at the margin.
    @FormatMethod
    public void paragraph(@CompileTimeConstant @FormatString String template, Object... arguments) {
        paragraph(0, 0, template, arguments);
    }

    /// Writes a paragraph that begins at the margin, its other lines a little behind it.
    @FormatMethod
    public void head(@CompileTimeConstant @FormatString String template, Object... arguments) {
        paragraph(0, 2, template, arguments);
    }

    /// Writes the paragraph that others belong to.
    @FormatMethod
    public void title(@CompileTimeConstant @FormatString String template, Object... arguments) {
        paragraph(0, 4, template, arguments);
    }

    /// Writes a paragraph below a title.
    @FormatMethod
    public void body(@CompileTimeConstant @FormatString String template, Object... arguments) {
        paragraph(2, 2, template, arguments);
    }

    /// Writes one of several things below a title.
    @FormatMethod
    public void item(@CompileTimeConstant @FormatString String template, Object... arguments) {
        paragraph(2, 4, template, arguments);
    }

    /// Writes one of several things below a title that are a sentence or more each.
    @FormatMethod
    public void detail(@CompileTimeConstant @FormatString String template, Object... arguments) {
        paragraph(2, 6, template, arguments);
    }

    /// Writes one of several things below an item.
    @FormatMethod
    public void under(@CompileTimeConstant @FormatString String template, Object... arguments) {
        paragraph(4, 6, template, arguments);
    }

    /// Writes a paragraph below an item.
    @FormatMethod
    public void note(@CompileTimeConstant @FormatString String template, Object... arguments) {
        paragraph(6, 6, template, arguments);
    }

    @FormatMethod
    public void paragraph(
            int first,
            int rest,
            @CompileTimeConstant @FormatString String template,
            Object... arguments) {
        out.println(wrapped(first, rest, Text.of(template, arguments), style));
    }

    /// Writes a command that puts something right, in one piece, and its effect.
    public void fix(Text command, Text effect) {
        paragraph(2, 7, "%s %s   %s", Text.of("fix:").good(), command.unbroken(), effect);
    }

    /// Writes talk, which is not data.
    @FormatMethod
    public void talk(@CompileTimeConstant @FormatString String template, Object... arguments) {
        talk(Text.of("capdrop: %s", Text.of(template, arguments)));
    }

    public void ask(Text question) {
        talk.print(wrapped(0, 2, question, talkStyle) + " ");
        talk.flush();
    }

    /// Ends the line of a question that nobody answered.
    public void endQuestion() {
        talk.println();
    }

    /// Says what went wrong, and what to do, behind the data that was written before.
    @FormatMethod
    public void complain(@CompileTimeConstant @FormatString String template, Object... arguments) {
        talk(Text.of("%s %s", Text.of("capdrop:").alarming(), Text.of(template, arguments)));
    }

    /// Adds what to try, behind a complaint.
    @FormatMethod
    public void hint(@CompileTimeConstant @FormatString String template, Object... arguments) {
        talk(Text.of(template, arguments));
    }

    /// Writes talk behind earlier data, or keeps it until the end of a [Screen].
    private void talk(Text sentence) {
        synchronized (held) {
            if (screens > 0) {
                held.addLast(sentence);
                if (held.size() > MOST_HELD) {
                    held.removeFirst();
                }
                return;
            }
        }
        out.flush();
        talk.println(wrapped(0, 2, sentence, talkStyle));
    }

    /// Shows pictures on the terminal's second screen. Showing and closing wait for as long as the
    /// terminal takes nothing; talk meanwhile does not.
    public final class Screen implements AutoCloseable {
        // xterm's control sequences, which every terminal since the VT100 but a dumb one obeys, or
        // leaves out: second screen, cursor, and no new line where a line is full
        private static final String BEGIN = "\u001b[?1049h\u001b[?25l\u001b[?7l";
        private static final String END = "\u001b[?7h\u001b[?25h\u001b[?1049l";
        private static final String HOME = "\u001b[H";
        private static final String CLEAR_LINE = "\u001b[K";
        private static final String CLEAR_BELOW = "\u001b[J";

        private boolean begun;
        private boolean closed;

        private Screen() {
            synchronized (held) {
                screens++;
            }
        }

        /// Shows these lines from the top, at most as many as the terminal has rows.
        public synchronized void show(List<Text> lines) {
            if (closed) {
                return;
            }
            // nothing is erased before it is written over, so that nothing flickers
            StringBuilder picture = new StringBuilder(begun ? HOME : BEGIN + HOME);
            begun = true;
            for (int i = 0; i < lines.size(); i++) {
                picture.append(i == 0 ? "" : "\r\n")
                        .append(shown(lines.get(i)).written(style.color()))
                        .append(CLEAR_LINE);
            }
            atOnce(picture.append(CLEAR_BELOW).toString());
        }

        /// Returns the last waiting talk; empty where there is none.
        public Text said() {
            synchronized (held) {
                return held.isEmpty() ? Text.EMPTY : held.getLast();
            }
        }

        /// Closes the screen and writes the waiting talk. It may be closed twice.
        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (begun) {
                atOnce(END);
            }
            List<Text> sentences;
            synchronized (held) {
                screens--;
                sentences = List.copyOf(held);
                held.clear();
            }
            sentences.forEach(Terminal.this::talk);
        }
    }

    private void atOnce(String picture) {
        out.print(picture);
        out.flush();
    }

    /// Begins to show pictures; only for data that goes to a terminal which obeys.
    public Screen screen() {
        return new Screen();
    }

    /// Flushes, and returns whether the reader of our data has gone.
    public boolean closed() throws IOException {
        requireWritten();
        return data.closed();
    }

    /// Flushes, or throws when data is lost though somebody reads it.
    public void requireWritten() throws IOException {
        out.flush();
        data.requireWritten();
    }

    private String wrapped(int first, int rest, Text text, Style style) {
        return shown(text).lines(first, rest, style.width()).stream()
                .map(line -> line.written(style.color()))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    /// A stream that remembers its first failure, as a PrintStream does not, and then stops.
    public static final class DataStream extends FilterOutputStream {
        private @Nullable IOException failure;

        public DataStream(OutputStream out) {
            super(out);
        }

        /// Whether the reader has gone: a pipe without one, or a terminal that was hung up.
        boolean closed() {
            return failure != null && readerGone(failure);
        }

        /// Throws if data is lost for another reason than that nobody reads it.
        public void requireWritten() throws IOException {
            if (failure != null && !readerGone(failure)) {
                throw new IOException(
                        "cannot write to standard output: " + failure.getMessage(), failure);
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (failure != null) {
                return;
            }
            try {
                out.write(bytes, offset, length);
            } catch (IOException failed) {
                failure = failed;
            }
        }

        /// Whether the reader has gone, by glibc's texts (strerror(3)) in the launcher's locale.
        private static boolean readerGone(IOException failure) {
            String reason = String.valueOf(failure.getMessage());
            return reason.contains("Broken pipe") || reason.contains("Input/output error");
        }
    }
}
