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

    /// Writes every line that took part and the sum, then the same of pending changes, and a line
    /// for each snapshot.
    ///
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`
    public void write(ConfigSections sections, int last) {
        terminal.line(terminal.strong(terminal.untrusted(sections.path())));
        write(sections.current(), last);
        if (sections.pending() != null) {
            terminal.line(terminal.strong("with the pending changes, as the next start has it"));
            write(sections.pending(), last);
        }
        sections.snapshots()
                .forEach((name, effective) ->
                        terminal.paragraph(
                                0,
                                4,
                                "snapshot '"
                                        + terminal.untrusted(name)
                                        + "': "
                                        + brief(effective)));
    }

    private String brief(EffectiveCapabilities effective) {
        return effective.error() == null
                ? sum(effective)
                : terminal.bad("would not start: ") + place(effective.error());
    }

    private void write(EffectiveCapabilities effective, int last) {
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
        if (effective.error() == null) {
            terminal.paragraph(2, 4, terminal.strong(sum(effective)));
            terminal.line("  bounding set " + effective.bounding(last).formatHex());
        } else {
            terminal.paragraph(
                    2, 4, terminal.bad("liblxc refuses it: ") + place(effective.error()));
        }
    }

    private String place(LoadError error) {
        return terminal.untrusted(
                error.place()
                        + ": "
                        + error.reason()
                        + (error.text().isEmpty() ? "" : ": " + error.text().strip()));
    }

    static String sum(EffectiveCapabilities effective) {
        return switch (effective.mode()) {
            case NONE -> "drops nothing";
            case DROP ->
                    effective.names().isEmpty() ? "drops nothing" : "drops " + effective.names();
            case KEEP ->
                    effective.names().isEmpty()
                            ? "keeps nothing at all"
                            : "keeps only " + effective.names();
        };
    }

    private static String meaning(CapabilityLine line) {
        return line.clears() ? "   (clears the list)" : "";
    }
}
