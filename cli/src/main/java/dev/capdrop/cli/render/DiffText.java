package dev.capdrop.cli.render;

import dev.capdrop.core.container.Editing.ConfigEdit;

/// Writes a configuration edit as a coloured diff.
final class DiffText {
    private final Terminal terminal;

    DiffText(Terminal terminal) {
        this.terminal = terminal;
    }

    void write(ConfigEdit edit) {
        UnifiedDiff.lines(edit).forEach(this::write);
    }

    private void write(String line) {
        Text safe = Text.foreign(line);
        char first = line.isEmpty() ? ' ' : line.charAt(0);
        terminal.line(first == '+' ? safe.good() : first == '-' ? safe.bad() : safe);
    }
}
