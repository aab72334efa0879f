package dev.capdrop.cli.command;

import dev.capdrop.cli.render.NotationForm;
import dev.capdrop.cli.render.NotationReports;
import dev.capdrop.cli.render.NotationText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.capability.CapabilitySyntaxException;
import dev.capdrop.core.capability.Notation;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `capdrop decode`: from one notation to the others.
@Command(
        name = "decode",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  capdrop decode 000001dffffdffff       a mask: its names",
            "  capdrop decode net_raw,CAP_BPF        names: their mask",
            "  capdrop decode '=ep cap_bpf-p'        cap_from_text(3)'s text: its sets",
            "  capdrop decode '!cap_chown,^cap_bpf'  an IAB tuple: its sets",
            "  getfattr -n security.capability -e hex FILE | capdrop decode -",
            "  capdrop decode - </proc/1/status      the sets of a process",
            "  capdrop decode --to systemd 202000    CAP_NET_RAW CAP_SYS_ADMIN"
        },
        description =
                "Says what capabilities a mask, a list of names, a text of cap_from_text(3), an IAB tuple, a line of"
                        + " /proc/PID/status or the bytes of security.capability stand for, and writes them"
                        + " in another of these forms.")
final class DecodeCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "TEXT|MASK",
            description = "what to decode; - for the lines of standard input")
    List<String> words = List.of();

    @Option(
            names = "--to",
            paramLabel = "FORM",
            description = "one line each, in this form only: ${COMPLETION-CANDIDATES}")
    @Nullable NotationForm form;

    @Mixin Output output = new Output();

    private final List<Map.Entry<String, Notation>> decoded = new ArrayList<>();
    private ExitCode status = ExitCode.OK;

    @Override
    public Integer call() throws IOException {
        Terminal terminal = output.terminal();
        int last = SnapshotReader.host().lastCapability();
        try {
            for (String word : words) {
                if (word.equals("-")) {
                    readLines(terminal, last);
                } else {
                    read(terminal, "'" + word + "'", word, last);
                }
            }
        } finally {
            terminal.requireWritten();
        }
        if (output.isJson()) {
            output.writeJson(NotationReports.decode(decoded, last));
        }
        return status.status();
    }

    private void readLines(Terminal terminal, int last) throws IOException {
        int before = decoded.size();
        try (LineInput lines = new LineInput(new FileInputStream(FileDescriptor.in))) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (!line.isBlank() && !isOtherField(line)) {
                    read(terminal, "standard input, line " + lines.number(), line, last);
                }
            }
        }
        if (decoded.size() == before && status == ExitCode.OK) {
            throw new UsageException("standard input holds nothing to decode");
        }
    }

    /// Whether it is a field of `/proc/PID/status` that tells of no capabilities, or what
    /// getfattr(1) writes around an attribute.
    private static boolean isOtherField(String line) {
        return line.startsWith("# file: ")
                || (line.matches("[A-Za-z_]+:\\t.*") && !line.startsWith("Cap"));
    }

    private void read(Terminal terminal, String where, String text, int last) {
        try {
            Notation notation = Notation.read(text, last);
            decoded.add(Map.entry(text.strip(), notation));
            show(terminal, text.strip(), notation, last);
        } catch (CapabilitySyntaxException | UsageException wrong) {
            terminal.complain(where + ": " + wrong.getMessage());
            status = ExitCode.FAILURE;
        }
    }

    private void show(Terminal terminal, String text, Notation notation, int last) {
        if (output.isJson()) {
            return;
        }
        if (form == null) {
            new NotationText(terminal, last).write(text, notation);
            return;
        }
        String written = form.write(notation, last);
        if (written == null) {
            throw new UsageException("it cannot be written as " + form + ": " + form.obstacle());
        }
        terminal.line(written);
    }
}
