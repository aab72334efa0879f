package dev.capdrop.cli.drop;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CheckSite;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.cli.render.TextTable;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.observe.UseHistory.Learnt;
import dev.capdrop.core.snapshot.ContainerId;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Writes the history of a container's capabilities, for people.
public record LearnedText(Terminal terminal) {
    private static final int UNITS_COLUMN = 2;
    private static final int MOST_SITES = 2;
    private static final int USED_COLUMN = 3;

    private static final int DATE = 10;

    public void write(ContainerId container, UseHistory learnt) {
        terminal.head(
                "%s was seen to use %s: %s.",
                Text.from(container.target()).strong(),
                learnt.used().size() == 1
                        ? Text.of("1 capability")
                        : Text.of("%s capabilities", learnt.used().size()),
                covered(learnt.covered()));
        TextTable table = new TextTable(terminal, "capability", "seen", "units");
        for (int number = 0; number <= Capability.MAX_NUMBER; number++) {
            addRows(
                    table,
                    new Capability(number).name(),
                    learnt.units(number, Meaning.USED),
                    learnt.units(number, Meaning.MISSED),
                    learnt.units(number, Meaning.NEVER_HONOURED));
        }
        table.write(UNITS_COLUMN);
        terminal.body(
                "first watch: %s, last: %s", learnt.first().toString(), learnt.last().toString());
        if (learnt.covered().lost() > 0) {
            terminal.body(
                    "%s, so that what was not seen may have happened%s",
                    checksLost(learnt.covered().lost()), sinceLoss(learnt.covered()));
        }
    }

    private static Text sinceLoss(UseHistory.Covered covered) {
        return covered.sinceLoss() == 0
                ? Text.EMPTY
                : Text.of("; since then it was watched for %s", life(covered.sinceLoss()));
    }

    /// Writes the histories of all containers, a line each, `here` or gone from this host.
    public void write(List<Learnt> all, Predicate<Learnt> here) {
        if (all.isEmpty()) {
            terminal.talk(
                    "nothing was learnt so far; 'capdrop learn --all --for 24h' watches this host");
            return;
        }
        TextTable table = new TextTable(terminal, "container", "seen", "last", "used");
        for (Learnt entry : all) {
            UseHistory learnt = entry.history();
            table.row(
                    TextTable.Color.NONE,
                    here.test(entry) ? entry.target() : Text.of("%s (gone)", entry.target()),
                    covered(learnt.covered()),
                    learnt.last().toString().substring(0, DATE),
                    learnt.used().toString());
        }
        table.write(USED_COLUMN);
    }

    public void write(String name, UseHistory learnt) {
        UnitHistory unit = learnt.unit(name);
        terminal.line(Text.of("seen in use").faint());
        if (unit == null) {
            terminal.item(
                    "it had no process while the container was watched (%s)",
                    covered(learnt.covered()));
            return;
        }
        terminal.item(
                "whole boots that it ran in: %s (of all: %s); last seen %s",
                unit.boots(), covered(learnt.covered()), unit.last().toString());
        if (unit.upgraded()) {
            terminal.item(
                    "learnt before its upgrade: its file or its program is another one by now, so that what it never asked for says nothing");
        }
        for (UnitHistory.Use use : unit.uses()) {
            terminal.item(
                    "%s %s (%s), from %s to %s%s",
                    new Capability(use.capability()).name(),
                    meaning(use.meaning()),
                    use.count(),
                    use.first().toString(),
                    use.last().toString(),
                    asking(use));
        }
        if (unit.uses().isEmpty()) {
            terminal.item("it asked for no capability");
        }
    }

    /// Returns the kernel's functions that ask so, where these are few enough to say which it was.
    private static Text asking(UnitHistory.Use use) {
        Knowledge known = new Capability(use.capability()).knowledge();
        List<CheckSite> sites =
                known == null
                        ? List.of()
                        : use.meaning() == Meaning.NEVER_HONOURED
                                ? known.initialOnlyAt()
                                : known.honouredAt();
        return sites.isEmpty() || sites.size() > MOST_SITES
                ? Text.EMPTY
                : Text.of(
                        "; what asks is %s",
                        sites.stream().map(CheckSite::format).collect(Collectors.joining(" or ")));
    }

    private static Text meaning(Meaning meaning) {
        return switch (meaning) {
            case USED -> Text.of("used").good();
            case MISSED -> Text.of("refused: not held").bad();
            case NEVER_HONOURED -> Text.of("never honoured");
            case BELOW, HOST -> Text.of("not its own");
        };
    }

    public static void addRows(
            TextTable table,
            String capability,
            List<String> used,
            List<String> missed,
            List<String> neverHonoured) {
        addRow(table, TextTable.Color.GOOD, capability, Text.of("used"), used);
        addRow(table, TextTable.Color.BAD, capability, Text.of("refused: not held"), missed);
        addRow(table, TextTable.Color.NONE, capability, Text.of("never honoured"), neverHonoured);
    }

    private static void addRow(
            TextTable table,
            TextTable.Color color,
            String capability,
            Text meaning,
            List<String> units) {
        if (!units.isEmpty()) {
            table.row(color, capability, meaning, units(units));
        }
    }

    /// Returns the seen share of its life: `2 whole boots, 35 min`.
    static Text covered(UseHistory.Covered covered) {
        return Text.of("%s, %s", boots(covered.boots()), life(covered.seconds()));
    }

    public static Text boots(long boots) {
        return switch ((int) Math.min(boots, 2)) {
            case 0 -> Text.of("no whole boot");
            case 1 -> Text.of("1 whole boot");
            default -> Text.of("%s whole boots", boots);
        };
    }

    private static Text life(long seconds) {
        Duration time = Duration.ofSeconds(seconds);
        return time.toHours() >= 96 ? Text.of("%s days", time.toDays()) : duration(seconds);
    }

    public static Text units(List<String> units) {
        return Text.join(
                ", ",
                units.stream()
                        .map(unit -> unit.isEmpty() ? Text.of("(no unit)") : Text.from(unit))
                        .toList());
    }

    /// Returns `17 checks were lost`. A 1 also stands for a loss that nobody has counted.
    public static Text checksLost(long lost) {
        return lost == 1
                ? Text.of("at least 1 check was lost")
                : Text.of("%s checks were lost", lost);
    }

    public static Text duration(long seconds) {
        Duration time = Duration.ofSeconds(seconds);
        if (seconds < 120) {
            return Text.of("%s s", seconds);
        }
        return time.toMinutes() < 120
                ? Text.of("%s min", time.toMinutes())
                : Text.of("%s h", time.toHours());
    }

    public static Map<String, @Nullable Object> report(Learnt entry) {
        UseHistory learnt = entry.history();
        return document("capdrop/learned/1")
                .with("target", entry.target())
                .with("lxcPath", entry.lxcPath())
                .with("identity", learnt.identity())
                .with("first", learnt.first().toString())
                .with("last", learnt.last().toString())
                .with("seconds", learnt.covered().seconds())
                .with("boots", learnt.covered().boots())
                .with("lost", learnt.covered().lost())
                .with("sinceLoss", learnt.covered().sinceLoss())
                .with("unseen", learnt.covered().unseen().formatHex())
                .list("units", learnt.units(), LearnedText::unit);
    }

    /// Returns `capdrop/learned-all/1`, with whether this host has each container.
    public static Object report(List<Learnt> all, Predicate<Learnt> here) {
        List<Object> containers = new ArrayList<>();
        for (Learnt entry : all) {
            Map<String, @Nullable Object> report = report(entry);
            report.put("here", here.test(entry));
            containers.add(report);
        }
        return object("schema", "capdrop/learned-all/1", "containers", containers);
    }

    public static Map<String, @Nullable Object> unit(UnitHistory unit) {
        return members()
                .with("unit", unit.unit())
                .with("boots", unit.boots())
                .with("last", unit.last().toString())
                .list("uses", unit.uses(), LearnedText::use);
    }

    private static Map<String, @Nullable Object> use(UnitHistory.Use use) {
        return members()
                .with("capability", new Capability(use.capability()).name())
                .with("meaning", Json.word(use.meaning()))
                .with("count", use.count())
                .with("first", use.first().toString())
                .with("last", use.last().toString());
    }
}
