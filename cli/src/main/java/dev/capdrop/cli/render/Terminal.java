package dev.capdrop.cli.render;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;

/// Writes text for people: data to one stream, talk to the other, wrapped, and coloured where that
/// is wanted.
public final class Terminal {
    private final PrintStream out;
    private final PrintStream talk;
    private final boolean color;
    private final int width;
    private final CharsetEncoder encoder;

    /// @param out where data goes
    /// @param talk where progress and complaints go
    /// @param charset what both are written in
    /// @param color whether to colour
    /// @param width the columns to wrap at
    public Terminal(PrintStream out, PrintStream talk, Charset charset, boolean color, int width) {
        this.out = out;
        this.talk = talk;
        this.color = color;
        this.width = width;
        this.encoder = charset.newEncoder();
    }

    /// Text from a container, escaped.
    public synchronized String untrusted(String text) {
        return Untrusted.escape(text, encoder);
    }

    /// Writes a line of data as it is.
    public void line(String line) {
        out.println(line);
    }

    /// Writes a paragraph of data, wrapped; every line begins with `indent` blanks.
    public void paragraph(int indent, String text) {
        paragraph(indent, indent, text);
    }

    /// The same with another indent for the first line.
    public void paragraph(int first, int rest, String text) {
        StringBuilder line = new StringBuilder(" ".repeat(first));
        boolean empty = true;
        for (String word : text.split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > width) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(rest));
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        out.println(line.toString().stripTrailing());
    }

    /// Says something that is not data.
    public void talk(String sentence) {
        talk.println("capdrop: " + sentence);
    }

    /// Asks without ending the line.
    public void ask(String question) {
        talk.print(question);
        talk.flush();
    }

    /// Says what went wrong, and what to do.
    public void complain(String sentence) {
        talk.println(paint("1;31", "capdrop: ") + sentence);
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
    public void flush() {
        out.flush();
    }

    /// Whether the reader of our data has gone.
    public boolean closed() {
        return out.checkError();
    }

    private String paint(String code, String text) {
        return color ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
