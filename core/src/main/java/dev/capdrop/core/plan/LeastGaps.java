package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What no watch of a container shows, and goal `least` takes away: the work of services that have
/// no configuration yet, and that of people.
///
/// Source: systemd.unit(5), "Conditions and Asserts"; the programs' manual pages.
final class LeastGaps {
    private static final Set<String> OF_FILES =
            Set.of(
                    "PathExists",
                    "PathExistsGlob",
                    "PathIsDirectory",
                    "DirectoryNotEmpty",
                    "FileNotEmpty");

    private static final int NAMED = 10;

    /// A capability, and the programs that people run which want it.
    private static final List<String> BY_HAND =
            List.of(
                    "net_raw ping, tcpdump, traceroute",
                    "net_admin ip, iptables, nft",
                    "sys_ptrace strace, gdb, lsof",
                    "sys_chroot chroot",
                    "sys_nice renice, chrt",
                    "chown chown, apt",
                    "dac_override apt, editors of other users' files",
                    "fowner chmod of other users' files");

    private LeastGaps() {}

    static List<String> of(Systemd systemd, CapabilitySet drop) {
        List<String> gaps = new ArrayList<>();
        List<String> waiting =
                systemd.units().stream().map(LeastGaps::waiting).filter(Objects::nonNull).toList();
        if (!waiting.isEmpty()) {
            gaps.add(
                    "what these use once they are configured, for which alone they are skipped: "
                            + Names.some(waiting, NAMED));
        }
        String tools =
                BY_HAND.stream()
                        .filter(row ->
                                drop.contains(Capability.of(row.substring(0, row.indexOf(' ')))))
                        .map(row -> "without " + row)
                        .collect(Collectors.joining("; "));
        if (!tools.isEmpty()) {
            gaps.add("what people run by hand, and is refused then: " + tools);
        }
        return gaps;
    }

    private static @Nullable String waiting(UnitState unit) {
        List<Condition> failed =
                unit.conditions().stream()
                        .filter(row -> row.result() == Condition.Result.FAILED)
                        .map(Condition.Tested::condition)
                        .toList();
        return Outcome.of(unit) == Outcome.SKIPPED
                        && unit.detail().files().state().equals("enabled")
                        && !failed.isEmpty()
                        && failed.stream().noneMatch(Condition::negate)
                        && failed.stream().allMatch(it -> OF_FILES.contains(it.type()))
                ? unit.name() + " (" + failed.getFirst().format() + ")"
                : null;
    }
}
