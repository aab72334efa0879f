package dev.capdrop.cli.render;

import dev.capdrop.core.container.CapabilityLine;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.LoadError;
import dev.capdrop.core.container.Remark;

/// What a configuration comes to, for people.
public final class ConfigText {
    private final Terminal terminal;

    public ConfigText(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Writes every line that took part, and the sum.
    public void write(String path, EffectiveCapabilities effective, int last) {
        terminal.line(terminal.strong(terminal.untrusted(path)));
        for (CapabilityLine line : effective.lines()) {
            terminal.line(
                    "  "
                            + terminal.untrusted(
                                    line.file() + ":" + line.line() + ": " + line.text().strip())
                            + terminal.faint(meaning(line)));
        }
        for (Remark remark : effective.remarks()) {
            terminal.paragraph(
                    2,
                    4,
                    "note: "
                            + terminal.untrusted(
                                    remark.file() + ":" + remark.line() + ": " + remark.text()));
        }
        LoadError error = effective.error();
        if (error != null) {
            terminal.paragraph(
                    2,
                    4,
                    terminal.bad("liblxc refuses it: ")
                            + terminal.untrusted(
                                    error.file()
                                            + (error.line() > 0 ? ":" + error.line() : "")
                                            + ": "
                                            + error.reason()
                                            + (error.text().isEmpty()
                                                    ? ""
                                                    : ": " + error.text().strip())));
            return;
        }
        String sum =
                switch (effective.mode()) {
                    case NONE -> "drops nothing";
                    case DROP ->
                            effective.names().isEmpty()
                                    ? "drops nothing"
                                    : "drops " + effective.names();
                    case KEEP ->
                            effective.names().isEmpty()
                                    ? "keeps nothing at all"
                                    : "keeps only " + effective.names();
                };
        terminal.paragraph(2, 4, terminal.strong(sum));
        terminal.line("  bounding set " + effective.bounding(last).formatHex());
    }

    private static String meaning(CapabilityLine line) {
        return line.clears() ? "   (clears the list)" : "";
    }
}
