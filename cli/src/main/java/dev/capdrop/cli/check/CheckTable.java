package dev.capdrop.cli.check;

import dev.capdrop.cli.check.CheckRow.Fix.Remedy;
import dev.capdrop.cli.check.CheckRow.Member;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.cli.render.TextTable;
import dev.capdrop.core.document.ShellWord;
import module java.base;

/// Writes the result of `check` on many containers: a row for each as long as that fits a screen,
/// else one for all of which the same is to be said. Other commands are told `arguments`, which say
/// where the containers are, and `excluded`.
record CheckTable(Terminal terminal, TableOptions options, String arguments, String excluded) {
    /// The lines of a screen of 24 that a command and the next prompt leave.
    private static final int SCREEN = 22;

    /// The most columns of names that stand for their number, of a command, a state, unknown ones.
    private static final int NAMES = 14;

    private static final int COMMAND = 44;
    private static final int STATE = 16;
    private static final int UNKNOWN = 100;

    private static final int INDENT = 4;

    public void write(List<CheckRow> rows) {
        List<CheckRow> sorted = options.sorted(rows);
        CheckTotals totals = CheckTotals.of(rows);
        String next = next(rows);
        List<Text> last = lines(totals.last("", next));
        boolean few = options.verbose || rows.size() < SCREEN;
        List<Text> lines =
                switch (options.grouping) {
                    case node -> nodes(sorted);
                    case cause -> List.of();
                    case null -> few ? each(sorted) : List.of();
                };
        boolean limited = options.grouping == null && !options.verbose;
        if (lines.isEmpty() || (limited && height(lines) + last.size() > SCREEN)) {
            last = lines(totals.last(" (-v has a row for each)", next));
            lines = groups(sorted, SCREEN - last.size());
        }
        Stream.concat(lines.stream(), last.stream()).forEach(terminal::line);
    }

    private List<Text> lines(Text paragraph) {
        return paragraph.lines(0, INDENT, terminal.width());
    }

    private int height(List<Text> lines) {
        int width = terminal.width();
        return lines.stream().mapToInt(line -> Math.ceilDiv(line.columns(), width)).sum();
    }

    /// Returns a row for each container, what is not known of some, and the causes that several
    /// share. A recording stays on one line, so that a thousand of them can be sorted and searched.
    private List<Text> each(List<CheckRow> rows) {
        boolean recorded = recorded(rows);
        boolean named = rows.stream().anyMatch(row -> !first(row).name().isEmpty());
        boolean guests = rows.stream().noneMatch(row -> first(row).name().isEmpty());
        List<String> headings = new ArrayList<>();
        if (recorded) {
            headings.add("FILE");
        }
        headings.add(guests ? "VMID" : "TARGET");
        if (named) {
            headings.add("NAME");
        }
        headings.addAll(List.of("STATE", "FAILED", "CAUSE", "FIX"));
        TextTable table = new TextTable(terminal, headings);
        for (CheckRow row : rows) {
            List<Object> cells = new ArrayList<>();
            if (recorded) {
                cells.add(first(row).file());
            }
            boolean unread = recorded && first(row).word().equals(first(row).file());
            cells.add(unread ? "-" : first(row).word());
            if (named) {
                cells.add(first(row).name());
            }
            cells.addAll(List.of(row.state(), failed(row), row.causes().text(), fix(row)));
            table.row(row.color(), cells);
        }
        int cause = headings.indexOf("CAUSE");
        List<Text> lines =
                new ArrayList<>(recorded && options.verbose ? table.lines() : table.lines(cause));
        for (CheckRow row : rows) {
            for (String problem : first(row).problems()) {
                lines.addAll(lines(Text.of("%s: %s", first(row).title(), problem)));
            }
        }
        CheckTotals.of(rows).causes().forEach(shared -> lines.addAll(lines(shared)));
        return lines;
    }

    private static boolean recorded(List<CheckRow> rows) {
        return rows.stream().anyMatch(row -> !first(row).file().isEmpty());
    }

    private static Member first(CheckRow row) {
        return row.members().getFirst();
    }

    private static Object failed(CheckRow row) {
        return row.seen() ? row.failed() : "-";
    }

    /// Returns a row for all of which the same is said; of too many, the smallest share one.
    private List<Text> groups(List<CheckRow> rows, int room) {
        List<Text> unknown = unknown(rows);
        List<CheckRow> kept = grouped(rows);
        List<CheckRow> folded = new ArrayList<>();
        List<Text> lines = table(kept, folded);
        if (height(lines) + unknown.size() > room) {
            kept = grouped(rows.stream().map(CheckRow::coarse).toList());
            lines = table(kept, folded);
        }
        while (height(lines) + unknown.size() > room && kept.size() > 1) {
            do {
                folded.add(kept.remove(smallest(kept)));
            } while (kept.size() > room);
            lines = table(kept, folded);
        }
        return Stream.concat(lines.stream(), unknown.stream()).toList();
    }

    private List<CheckRow> grouped(List<CheckRow> rows) {
        return new ArrayList<>(options.sorted(CheckRow.grouped(rows)));
    }

    private static int smallest(List<CheckRow> rows) {
        int smallest = rows.size() - 1;
        for (int i = smallest; i > 0; i--) {
            if (rows.get(i).size() < rows.get(smallest).size()) {
                smallest = i;
            }
        }
        return smallest;
    }

    private List<Text> table(List<CheckRow> rows, List<CheckRow> folded) {
        TextTable table = new TextTable(terminal, "CONTAINERS", "STATE", "FAILED", "CAUSE", "FIX");
        for (CheckRow row : rows) {
            Text state = Text.foreign(row.state()).cut(STATE);
            table.row(
                    row.color(),
                    containers(row),
                    state,
                    failed(row),
                    row.causes().text(),
                    fix(row));
        }
        if (!folded.isEmpty()) {
            table.row(
                    TextTable.Color.NONE,
                    folded.stream().mapToInt(CheckRow::size).sum(),
                    "various",
                    folded.stream().mapToInt(CheckRow::failed).sum(),
                    folded.size() + " more causes and states",
                    "");
        }
        return table.lines(3);
    }

    private static Object containers(CheckRow row) {
        List<String> words = row.members().stream().map(Member::word).toList();
        Text names = Text.join(" ", words);
        if (row.size() > 1) {
            return names.columns() <= NAMES ? names : row.size();
        }
        return names.cut(NAMES);
    }

    private List<Text> unknown(List<CheckRow> rows) {
        List<Text> names = new ArrayList<>();
        int columns = 0;
        int more = 0;
        for (CheckRow row : rows) {
            if (first(row).problems().isEmpty()) {
                continue;
            }
            Text name = Text.foreign(first(row).word());
            columns += name.columns() + 2;
            if (columns <= UNKNOWN || names.isEmpty()) {
                names.add(name.cut(UNKNOWN));
            } else {
                more++;
            }
        }
        if (names.isEmpty()) {
            return List.of();
        }
        Text rest = more == 0 ? Text.EMPTY : Text.of(" and %s more", more);
        return lines(
                Text.of("not all is known of %s%s; -v says why", Text.join(", ", names), rest));
    }

    /// Returns a row for each node, with the number of containers of each kind.
    private List<Text> nodes(List<CheckRow> rows) {
        Map<String, List<CheckRow>> nodes =
                rows.stream()
                        .collect(
                                Collectors.groupingBy(
                                        row -> first(row).node(),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        TextTable table = new TextTable(terminal, "NODE", "CONTAINERS", "FAILED", "CAUSE", "FIX");
        nodes.forEach((node, here) -> {
            int failed = here.stream().mapToInt(CheckRow::failed).sum();
            boolean apply = here.stream().anyMatch(row -> row.fix().remedy() == Remedy.APPLY);
            table.row(
                    here.stream().anyMatch(row -> row.kind().sick())
                            ? TextTable.Color.BAD
                            : TextTable.Color.NONE,
                    node.isEmpty() ? "-" : node,
                    here.size(),
                    failed,
                    CheckTotals.of(here).kindsInWords(),
                    apply ? ofAll("apply") : "");
        });
        return table.lines(3);
    }

    private Object fix(CheckRow row) {
        List<String> parts = new ArrayList<>(List.of(remedy(row)));
        parts.addAll(row.fix().notes());
        parts.removeIf(String::isEmpty);
        return Text.whole(String.join(", ", parts));
    }

    private String remedy(CheckRow row) {
        String one = row.size() == 1 ? first(row).command() : "";
        return switch (row.fix().remedy()) {
            case NONE -> "";
            case APPLY -> one.isEmpty() ? ofAll("apply") : "capdrop apply " + one;
            case PLAN -> one.isEmpty() ? ofAll("plan") : "capdrop plan " + one;
            case RESTART -> one.isEmpty() ? "restart each of them" : "restart it";
            case RESUME -> one.isEmpty() ? "capdrop status" + arguments : "capdrop apply " + one;
            case CONFIG ->
                    one.isEmpty() || !first(row).file().isEmpty()
                            ? look(row)
                            : "capdrop config " + one;
            case LOOK -> look(row);
        };
    }

    private String ofAll(String command) {
        return "capdrop " + command + " --all" + arguments + excluded;
    }

    /// Returns the command about these, or about the first where they are too many for one.
    private String look(CheckRow row) {
        String names =
                row.members().stream()
                        .map(Member::word)
                        .map(ShellWord::quoted)
                        .collect(Collectors.joining(" "));
        boolean all = names.length() <= COMMAND && first(row).file().isEmpty();
        return row.size() > 1 && all ? "capdrop check " + names + arguments : first(row).look();
    }

    /// Returns the command that shows the drops that heal something; else the one about the worst.
    private String next(List<CheckRow> rows) {
        List<CheckRow> drops =
                rows.stream()
                        .filter(row -> row.fix().remedy() == Remedy.APPLY)
                        .filter(row -> first(row).file().isEmpty())
                        .toList();
        if (!drops.isEmpty()) {
            return drops.size() == 1
                    ? "capdrop plan " + first(drops.getFirst()).command()
                    : ofAll("plan");
        }
        return rows.stream()
                .filter(row -> row.kind().compareTo(CheckTotals.Kind.NOT_READ) <= 0)
                .filter(row -> !first(row).command().isEmpty())
                .min(CheckRow.WORST)
                .map(row -> first(row).look())
                .orElse("");
    }
}
