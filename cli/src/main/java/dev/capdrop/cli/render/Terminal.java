package dev.capdrop.cli.render;

import com.google.errorprone.annotations.CompileTimeConstant;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.util.stream.Collectors;

/// Writes [Text] for people: data to one stream, talk to the other, wrapped, and coloured where
/// that is wanted. Where a method takes a template, [Text#of] says what becomes of it.
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
    public int width() {
        return style.width();
    }

    /// The text with the characters that this terminal can show, as wide as it will be.
    synchronized Text shown(Text text) {
        return text.shownBy(encoder);
    }

    /// Writes a line of data as it is.
    public void line(Text line) {
        out.println(shown(line).written(style.color()));
    }

    @FormatMethod
    public void line(@CompileTimeConstant @FormatString String template, Object... arguments) {
        line(Text.of(template, arguments));
    }

    /// Writes a line of data that begins with a path in its own bytes: never to a terminal.
    void line(LinePath path, Text rest) {
        out.writeBytes(path.bytes());
        out.println(rest.written(false));
    }

    /// Writes a paragraph of data, wrapped; every line begins with `indent` blanks.
    public void paragraph(int indent, Text text) {
        paragraph(indent, indent, text);
    }

    @FormatMethod
    public void paragraph(
            int indent, @CompileTimeConstant @FormatString String template, Object... arguments) {
        paragraph(indent, Text.of(template, arguments));
    }

    /// The same with another indent for the first line.
    public void paragraph(int first, int rest, Text text) {
        out.println(wrapped(first, rest, text, style));
    }

    @FormatMethod
    public void paragraph(
            int first,
            int rest,
            @CompileTimeConstant @FormatString String template,
            Object... arguments) {
        paragraph(first, rest, Text.of(template, arguments));
    }

    /// Writes a command that puts something right, in one piece, and what it does.
    void fix(Text command, Text effect) {
        paragraph(2, 7, "%s %s   %s", Text.of("fix:").good(), command.unbroken(), effect);
    }

    /// Says something that is not data.
    @FormatMethod
    public void talk(@CompileTimeConstant @FormatString String template, Object... arguments) {
        talk(Text.of("capdrop: %s", Text.of(template, arguments)));
    }

    /// Asks without ending the line.
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

    /// What was written before it comes before it, where both go to one terminal.
    private void talk(Text sentence) {
        out.flush();
        talk.println(wrapped(0, 2, sentence, talkStyle));
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

    private String wrapped(int first, int rest, Text text, Style style) {
        return shown(text).lines(first, rest, style.width()).stream()
                .map(line -> line.written(style.color()))
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
