package dev.capdrop.cli.scan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySyntaxException;
import dev.capdrop.capability.Notation;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.cli.scan.FileLines.Decodable;
import dev.capdrop.cli.scan.NotationText.Decoded;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop decode`: from one notation to the others.
final class DecodeCommand extends HostCommand {
    private static final int QUOTED = 60;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_]{3,40}");

    private List<String> words = List.of();
    private NotationText.@Nullable Form form;
    private final List<Decoded> decoded = new ArrayList<>();
    private ExitCode status = ExitCode.OK;

    @Override
    protected CommandModel model() {
        return new CommandModel("decode", this)
                .operands("TEXT|MASK", "1..*", given -> words = given)
                .option("--to", "FORM")
                .as(NotationText.Form.class, form, to -> form = to)
                .with(output);
    }

    @Override
    public ExitCode call() throws IOException {
        if (form != null && output.isJson()) {
            throw new UsageException("--json holds every form: leave out --to, or --json");
        }
        Terminal terminal = output.terminal();
        int last = environment.facts().kernel().lastCapability();
        try {
            for (String word : words) {
                if (word.equals("-")) {
                    InputStream in = new FileInputStream(FileDescriptor.in);
                    readLines(terminal, "standard input", in, last);
                } else {
                    readWord(terminal, word, last);
                }
            }
        } finally {
            terminal.requireWritten();
        }
        if (output.isJson()) {
            output.writeJson(NotationText.decode(decoded, last));
        }
        return status;
    }

    /// Reads an argument, of several lines where a shell made it of `"$(grep Cap /proc/1/status)"`.
    private void readWord(Terminal terminal, String word, int last) throws IOException {
        String where =
                "'" + (word.length() <= QUOTED ? word : word.substring(0, QUOTED) + "...") + "'";
        if (!word.contains("\n")) {
            read(terminal, where, new Decodable("", word), last);
            return;
        }
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        readLines(terminal, where, new ByteArrayInputStream(bytes), last);
    }

    private void readLines(Terminal terminal, String where, InputStream in, int last)
            throws IOException {
        int before = decoded.size();
        FileLines files = new FileLines();
        try (LineInput lines = new LineInput(where, in)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                Decodable text = files.next(line);
                if (text != null) {
                    read(terminal, where + ", line " + lines.number(), text, last);
                }
            }
        }
        if (decoded.size() == before && status == ExitCode.OK) {
            throw new UsageException(where + " holds nothing to decode");
        }
    }

    private void read(Terminal terminal, String where, Decodable text, int last) {
        try {
            Decoded one =
                    new Decoded(text.file(), text.text().strip(), Notation.read(text.text(), last));
            show(terminal, one, last);
            decoded.add(one);
        } catch (CapabilitySyntaxException wrong) {
            complain(terminal, where + ": " + wrong.getMessage() + meant(text.text(), wrong));
        } catch (UsageException wrong) {
            complain(terminal, where + ": " + wrong.getMessage());
        }
    }

    private void complain(Terminal terminal, String sentence) {
        terminal.complain("%s", sentence);
        status = ExitCode.FAILURE;
    }

    private static String meant(String text, CapabilitySyntaxException wrong) {
        Matcher word = NAME.matcher(text.strip());
        boolean named = wrong.column() <= text.strip().length() && word.find(wrong.column() - 1);
        return named && word.start() == wrong.column() - 1
                ? Capability.suggestion(word.group())
                : "";
    }

    private void show(Terminal terminal, Decoded one, int last) {
        if (output.isJson()) {
            return;
        }
        if (form == null) {
            String before = decoded.isEmpty() ? "" : decoded.getLast().file();
            new NotationText(terminal, last).write(one, !one.file().equals(before));
            return;
        }
        String written = form.write(one.notation(), last);
        if (written == null) {
            throw new UsageException("it cannot be written as " + form + ": " + form.obstacle);
        }
        terminal.line(Text.whole(written));
    }
}
