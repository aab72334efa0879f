package dev.capdrop.cli.render;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

/// Writes text for people: data to one stream, talk to the other, wrapped, and coloured where that
/// is wanted.
public final class Terminal {
    private final DataStream data;
    private final PrintStream out;
    private final PrintStream talk;
    private final Style style;
    private final Style talkStyle;
    private final CharsetEncoder encoder;

    /// How one of the two looks.
    ///
    /// @param color whether it is coloured
    /// @param width the columns to wrap at
    public record Style(boolean color, int width) {}

    /// @param out where data goes
    /// @param talk where progress and complaints go
    /// @param charset what both are written in
    public Terminal(
            DataStream out, Style style, OutputStream talk, Style talkStyle, Charset charset) {
        this.data = out;
        this.out = new PrintStream(new BufferedOutputStream(out), false, charset);
        this.style = style;
        this.talk = new PrintStream(talk, true, charset);
        this.talkStyle = talkStyle;
        this.encoder = charset.newEncoder();
    }

    /// The columns that data is wrapped at.
    int width() {
        return style.width();
    }

    /// Text from a container, escaped.
    public synchronized String untrusted(String text) {
        return Untrusted.escape(text, encoder);
    }

    /// Names from a container, each escaped, none left out.
    public String names(Collection<String> names) {
        return names.stream().map(this::untrusted).collect(Collectors.joining(", "));
    }

    /// Writes a line of data as it is.
    public void line(String line) {
        out.println(line);
    }

    /// Writes a line of data that begins with bytes of no encoding, as they are: never to a
    /// terminal.
    public void rawLine(byte[] start, String rest) {
        byte[] end = rest.concat(System.lineSeparator()).getBytes(out.charset());
        byte[] line = Arrays.copyOf(start, start.length + end.length);
        System.arraycopy(end, 0, line, start.length, end.length);
        out.writeBytes(line);
    }

    /// Writes a paragraph of data, wrapped; every line begins with `indent` blanks.
    public void paragraph(int indent, String text) {
        paragraph(indent, indent, text);
    }

    /// The same with another indent for the first line.
    public void paragraph(int first, int rest, String text) {
        Wrapping.lines(first, rest, text, style.width()).forEach(out::println);
    }

    /// Writes a command that puts something right, in one piece, and what it does.
    ///
    /// @param command escaped
    void fix(String command, String effect) {
        paragraph(2, 7, good("fix:") + " " + Wrapping.unbroken(command) + "   " + effect);
    }

    /// Says something that is not data.
    public void talk(String sentence) {
        talk.println(wrapped("capdrop: " + untrusted(sentence)));
    }

    /// Asks without ending the line.
    public void ask(String question) {
        talk.print(wrapped(untrusted(question)) + " ");
        talk.flush();
    }

    /// Ends the line of a question that nobody answered.
    public void endQuestion() {
        talk.println();
    }

    /// Says what went wrong, and what to do, behind the data that was written before.
    public void complain(String sentence) {
        out.flush();
        String line = wrapped("capdrop: " + untrusted(sentence));
        talk.println(
                talkStyle.color()
                        ? line.replaceFirst("capdrop: ", "\u001b[1;31mcapdrop: \u001b[0m")
                        : line);
    }

    public String good(String text) {
        return paint("32", text);
    }

    public String bad(String text) {
        return paint("31", text);
    }

    public String strong(String text) {
        return paint("1", text);
    }

    public String faint(String text) {
        return paint("2", text);
    }

    /// Writes out what is held back.
    ///
    /// @return whether the reader of our data has gone
    /// @throws IOException when data is lost for another reason
    public boolean closed() throws IOException {
        requireWritten();
        return data.closed();
    }

    /// Writes out what is held back.
    ///
    /// @throws IOException when data is lost for another reason than that nobody reads it
    public void requireWritten() throws IOException {
        out.flush();
        data.requireWritten();
    }

    private String wrapped(String text) {
        return String.join("\n", Wrapping.lines(0, 2, text, talkStyle.width()));
    }

    private String paint(String code, String text) {
        return style.color() && !text.isEmpty()
                ? "\u001b[" + code + "m" + text + "\u001b[0m"
                : text;
    }
}
