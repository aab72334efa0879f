package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private static final Map<Capability, String> BY_HAND = new LinkedHashMap<>();

    static {
        BY_HAND.put(Capability.of("net_raw"), "ping, tcpdump, traceroute");
        BY_HAND.put(Capability.of("net_admin"), "ip, iptables, nft");
        BY_HAND.put(Capability.of("sys_ptrace"), "strace, gdb, lsof");
        BY_HAND.put(Capability.of("sys_chroot"), "chroot");
        BY_HAND.put(Capability.of("sys_nice"), "renice, chrt");
        BY_HAND.put(Capability.of("chown"), "chown, apt");
        BY_HAND.put(Capability.of("dac_override"), "apt, editors of other users' files");
        BY_HAND.put(Capability.of("fowner"), "chmod of other users' files");
    }

    private LeastGaps() {}

    static List<String> of(Systemd systemd, CapabilitySet drop) {
        List<String> gaps = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        for (UnitState unit : systemd.units()) {
            String missing = missing(unit);
            if (missing != null) {
                waiting.add(unit.name() + " (" + missing + ")");
            }
        }
        if (!waiting.isEmpty()) {
            int more = waiting.size() - NAMED;
            gaps.add(
                    "what these use once they are configured, for which alone they are skipped: "
                            + String.join(", ", waiting.stream().limit(NAMED).toList())
                            + (more > 0 ? " and " + more + " more" : ""));
        }
        List<String> tools = new ArrayList<>();
        BY_HAND.forEach((capability, names) -> {
            if (drop.contains(capability)) {
                tools.add("without " + capability.name() + " " + names);
            }
        });
        if (!tools.isEmpty()) {
            gaps.add("what people run by hand, and is refused then: " + String.join("; ", tools));
        }
        return gaps;
    }

    private static @Nullable String missing(UnitState unit) {
        if (Outcome.of(unit) != Outcome.SKIPPED
                || !unit.detail().files().state().equals("enabled")) {
            return null;
        }
        String missing = null;
        for (Condition.Tested row : unit.conditions()) {
            if (row.result() == Condition.Result.FAILED) {
                Condition failed = row.condition();
                if (failed.negate() || !OF_FILES.contains(failed.type())) {
                    return null;
                }
                missing = missing == null ? failed.format() : missing;
            }
        }
        return missing;
    }
}
