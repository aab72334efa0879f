package dev.capdrop.cli.command;

import dev.capdrop.core.document.ResourceTable;
import module java.base;

/// The words of the help on a command or on shared options: a section of `help.tsv`.
record CommandHelp(String section, List<String[]> rows) {
    private static final String FILE = "help.tsv";
    private static final String EXAMPLE = ">";
    private static final Map<String, List<String[]>> SECTIONS =
            sections(ResourceTable.rows(CommandHelp.class.getResourceAsStream(FILE), FILE));

    private static Map<String, List<String[]>> sections(List<String[]> rows) {
        Map<String, List<String[]>> sections = new LinkedHashMap<>();
        List<String[]> section = new ArrayList<>();
        for (String[] row : rows) {
            if (row.length == 1 && row[0].startsWith("[")) {
                section = new ArrayList<>();
                sections.put(row[0].substring(1, row[0].length() - 1), section);
            } else {
                section.add(row);
            }
        }
        return sections;
    }

    static CommandHelp of(String section) {
        return new CommandHelp(section, SECTIONS.getOrDefault(section, List.of()));
    }

    String[] description() {
        return rows.stream()
                .filter(row -> row.length == 1)
                .map(row -> row[0])
                .toArray(String[]::new);
    }

    List<String> examples() {
        return List.of(lines(EXAMPLE));
    }

    /// Returns the lines on an option, an operand or an exit status, which the section has to have.
    String[] about(String name) {
        String[] lines = lines(name);
        if (lines.length == 0) {
            throw new IllegalArgumentException(
                    "%s says nothing of '%s' in its section '%s'".formatted(FILE, name, section));
        }
        return lines;
    }

    boolean has(String name) {
        return lines(name).length > 0;
    }

    private String[] lines(String name) {
        return rows.stream()
                .filter(row -> row.length > 1 && row[0].equals(name))
                .map(row -> filled(row[1]))
                .toArray(String[]::new);
    }

    private static String filled(String words) {
        return words.replace("@WORDS@", Targets.WORDS)
                .replace("@OR_ROOT@", Targets.OR_ROOT)
                .replace("@SEVERAL@", Targets.SEVERAL)
                .replace("@DEFAULTS@", Host.HostOptions.DEFAULTS.toString());
    }
}
