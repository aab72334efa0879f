package dev.capdrop.cli.explain;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.document.ResourceTable;

/// Ten minutes of reading about capabilities and containers. Source: capabilities(7),
/// user_namespaces(7), systemd.unit(5), lxc.container.conf(5); the knowledge table.
record OverviewText(Terminal terminal) {
    private static final String FILE = "overview.tsv";
    private static final int NAME = 20;
    private static final int WORTH = 12;

    public void write() {
        ResourceTable.rows(OverviewText.class.getResourceAsStream(FILE), FILE)
                .forEach(row -> write(row[0], row[1]));
        writeGroups();
        terminal.line("");
        terminal.head(
                "Words that 'capdrop explain WORD' explains: %s",
                Text.join(" ", Term.all().stream().map(Term::word).toList()));
        terminal.paragraph(
                "More: 'capdrop explain sys_rawio' tells all about one, 'capdrop explain NAME' about a container, 'capdrop explain UNIT@NAME' about one of its units.");
    }

    public void write(Term term) {
        terminal.line(Text.foreign(term.title()).strong());
        terminal.body("%s", Text.whole(term.text()));
        terminal.body("more: %s", Text.whole(term.source()));
    }

    private void title(String title) {
        terminal.line("");
        terminal.line(Text.whole(title).strong());
    }

    private void write(String kind, String text) {
        switch (kind) {
            case "paragraph" -> terminal.paragraph("%s", Text.whole(text));
            case "title" -> title(text);
            case "body" -> terminal.body("%s", Text.whole(text));
            case "way" -> terminal.paragraph(2, 5, "%s", Text.whole(text));
            default ->
                    terminal.paragraph(
                            2, 15, "%s %s", Text.foreign(kind).padded(12), Text.whole(text));
        }
    }

    private void writeGroups() {
        title("All of them, and what each is worth in an unprivileged container");
        for (Group group : Group.all()) {
            terminal.line("  %s", Text.foreign(group.title()).faint());
            group.members().forEach(this::write);
        }
    }

    private void write(Capability capability) {
        Knowledge known = capability.knowledge();
        if (known != null) {
            terminal.paragraph(
                    4,
                    4 + NAME + WORTH,
                    "%s%s%s",
                    Text.foreign(known.name()).padded(NAME),
                    Text.foreign(worth(known)).padded(WORTH),
                    Text.whole(known.permits()));
        }
    }

    private static String worth(Knowledge known) {
        return switch (known.scope()) {
            case INERT -> "nothing";
            case NEARLY_INERT -> "hardly any";
            case PARTLY -> "partly";
            case HONOURED -> "honoured";
        };
    }
}
