package dev.capdrop.cli.render;

import dev.capdrop.core.container.Editing.ConfigEdit;

/// Writes a configuration edit as a coloured diff.
record DiffText(Terminal terminal) {
    void write(ConfigEdit edit) {
        UnifiedDiff.lines(edit).forEach(this::write);
    }

    private void write(String line) {
        Text safe = Text.foreign(line);
        char first = line.isEmpty() ? ' ' : line.charAt(0);
        terminal.line(first == '+' ? safe.good() : first == '-' ? safe.bad() : safe);
    }
}
