package dev.capdrop.cli.explain;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.explanation.ContainerExplanation.Holding;
import module java.base;

/// The matrix of containers and the capabilities that they hold, in blocks that fit the terminal.
record MatrixText(Terminal terminal) {
    private static final int NAME = 22;
    private static final int CELL = 4;

    public void write(List<Holding> all) {
        terminal.paragraph(
                "What %s: # held and honoured, o held and never honoured, . not held; ? beside it: a unit's ConditionCapability= asks for it%s",
                all.size() == 1
                        ? Text.of("the container of this host holds")
                        : Text.of("the %s containers of this host hold", all.size()),
                all.stream().allMatch(holding -> holding.used().isEmpty())
                        ? Text.EMPTY
                        : Text.of("; * beside it: seen in use ('capdrop learn')"));
        int columns = Math.max(1, (terminal.width() - NAME) / CELL);
        for (int from = 0; from < all.size(); from += columns) {
            terminal.line("");
            writeBlock(all.subList(from, Math.min(all.size(), from + columns)), from + 1);
        }
        terminal.line("");
        writeSum(all);
    }

    private void writeBlock(List<Holding> some, int first) {
        for (int i = 0; i < some.size(); i++) {
            Holding holding = some.get(i);
            terminal.line(
                    "  %s  %s%s%s",
                    number(first + i),
                    holding.target(),
                    holding.unprivileged() ? Text.EMPTY : Text.of(", privileged").faint(),
                    holding.running()
                            ? Text.EMPTY
                            : Text.of(", stopped: at its next start").faint());
        }
        List<Text> heading = new ArrayList<>(List.of(Text.of("").padded(NAME)));
        for (int i = 0; i < some.size(); i++) {
            heading.add(number(first + i).padded(CELL));
        }
        terminal.line(Text.join("", heading).stripped().faint());
        for (Group group : Group.all()) {
            terminal.line(Text.foreign(group.title()).faint());
            for (Capability capability : group.members()) {
                List<Text> cells = new ArrayList<>();
                cells.add(Text.of("  %s", capability).padded(NAME));
                some.forEach(holding -> cells.add(cell(holding, capability)));
                terminal.line(Text.join("", cells).stripped());
            }
        }
    }

    private static Text number(int number) {
        return Text.of("%s", number);
    }

    private static Text cell(Holding holding, Capability capability) {
        Text mark =
                switch (holding.mark(capability)) {
                    case HONOURED -> Text.of("#");
                    case NEVER_HONOURED -> Text.of("o");
                    case NOT_HELD -> Text.of(".").faint();
                };
        Text asked = holding.asked().contains(capability) ? Text.of("?") : Text.EMPTY;
        Text used = holding.used().contains(capability) ? Text.of("*") : Text.EMPTY;
        return Text.of(" %s%s%s", mark, asked, used).padded(CELL);
    }

    private void writeSum(List<Holding> all) {
        long inVain = all.stream().filter(holding -> !holding.useless().isEmpty()).count();
        long told =
                all.stream()
                        .filter(holding -> !holding.useless().intersect(holding.asked()).isEmpty())
                        .count();
        terminal.paragraph(
                "%s of %s hold what the kernel never honours there%s",
                inVain,
                all.size(),
                told == 0
                        ? Text.EMPTY
                        : Text.of(
                                "; in %s a unit starts because of it: 'capdrop check' says which",
                                told));
    }
}
