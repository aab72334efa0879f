package dev.capdrop.cli.learn;

import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.LearnedText;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.cli.render.TextTable;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.snapshot.ContainerId;
import module java.base;
import org.jspecify.annotations.Nullable;

record LearnText(Terminal terminal) {
    private static final int UNITS_COLUMN = 2;

    public void write(ContainerId container, Observation seen) {
        List<Observation.CapabilityUse> uses = seen.uses();
        writeLine(container, seen);
        if (uses.stream().anyMatch(Observation.CapabilityUse::seen)) {
            table(uses);
        }
        terminal.body("not seen: %s", notSeen(uses, seen.bounding()));
        coverage(seen);
    }

    public void writeLine(ContainerId container, Observation seen) {
        long used = seen.uses().stream().filter(use -> !use.used().isEmpty()).count();
        terminal.head(
                "%s used %s of the %s capabilities that it holds, watched for %s.",
                Text.from(container.target()).strong(),
                used,
                seen.bounding().size(),
                LearnedText.duration(seen.coverage().seconds()));
    }

    private void table(List<Observation.CapabilityUse> uses) {
        TextTable table = new TextTable(terminal, "capability", "seen", "units");
        for (Observation.CapabilityUse use : uses) {
            LearnedText.addRows(
                    table, use.capability().name(), use.used(), use.missed(), use.neverHonoured());
        }
        table.write(UNITS_COLUMN);
    }

    private static Text notSeen(List<Observation.CapabilityUse> uses, CapabilitySet held) {
        CapabilitySet rest =
                CapabilitySet.of(
                        uses.stream()
                                .filter(Predicate.not(Observation.CapabilityUse::seen))
                                .map(Observation.CapabilityUse::capability)
                                .filter(held::contains)
                                .toList());
        return rest.isEmpty() ? Text.of("none") : Text.whole(rest.toString());
    }

    private void coverage(Observation seen) {
        Observation.Coverage coverage = seen.coverage();
        terminal.body(
                "coverage: %s, %s; units that had processes: %s; %s",
                LearnedText.duration(coverage.seconds()),
                coverage.boots() == 0 ? "no boot" : "one whole boot",
                coverage.units().size(),
                lost(coverage.lost()));
        switch (coverage.end()) {
            case TIME -> {}
            case USER -> terminal.body("It was ended before the time was over.");
            case CONTAINER -> terminal.body("The container stopped before the time was over.");
        }
        terminal.body(
                "Not seen is not unused: what a unit does once a month, or at its start, was seen only if it happened. Nor does the kernel tell of capabilities that execve(2) takes from files, or of a look at the bounding set.");
        if (!coverage.unseen().isEmpty()) {
            terminal.body(
                    "This kernel tells of its checks by a kprobe, which does not see every one of %s: that is not known to be unused.",
                    coverage.unseen());
        }
        if (seen.privileged()) {
            terminal.body(
                    "In a privileged container the kernel asks for sys_admin whenever memory is mapped, so that its use says nothing.");
        }
    }

    private static Text lost(long lost) {
        return lost == 0
                ? Text.of("no check was lost")
                : Text.of(
                        "%s, so that what was not seen may have happened",
                        LearnedText.checksLost(lost));
    }

    /// Returns the report of several watches' [#target].
    public static Object report(List<? extends @Nullable Object> targets) {
        return object("schema", "capdrop/learn/1", "targets", targets);
    }

    public static Map<String, @Nullable Object> target(ContainerId container, Observation seen) {
        Observation.Coverage coverage = seen.coverage();
        return members()
                .with("target", container.target())
                .with("lxcPath", container.lxcPath())
                .with("unprivileged", !seen.privileged())
                .with("bounding", seen.bounding().formatHex())
                .with("seconds", coverage.seconds())
                .with("boots", coverage.boots())
                .with("lost", coverage.lost())
                .with("unseen", coverage.unseen().formatHex())
                .with("ended", Json.word(coverage.end()))
                .with("unitsSeen", coverage.units())
                .list("capabilities", seen.uses(), use -> capability(use, seen));
    }

    private static Map<String, @Nullable Object> capability(
            Observation.CapabilityUse use, Observation seen) {
        return members()
                .with("capability", use.capability().name())
                .with("held", seen.bounding().contains(use.capability()))
                .with("used", !use.used().isEmpty())
                .with("refused", !use.missed().isEmpty())
                .with("neverHonoured", !use.neverHonoured().isEmpty())
                .with("units", units(use.used()))
                .with("refusedUnits", units(use.missed()))
                .with("neverHonouredUnits", units(use.neverHonoured()))
                .with("first", use.seen() ? seen.zero().plusNanos(use.first()).toString() : null)
                .with("last", use.seen() ? seen.zero().plusNanos(use.last()).toString() : null);
    }

    /// Returns the units' names; null stands for the processes that are in no unit.
    private static List<@Nullable String> units(List<String> units) {
        List<@Nullable String> names = new ArrayList<>();
        units.forEach(unit -> names.add(unit.isEmpty() ? null : unit));
        return names;
    }
}
