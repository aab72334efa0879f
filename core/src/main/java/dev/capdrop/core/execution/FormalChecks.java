package dev.capdrop.core.execution;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.rule.Rule.RecordRule;
import module java.base;

/// Checks that a record holds and that nothing hangs on: what is asked for is done as well without
/// the capability.
///
/// Source: the functions that each [RecordRule] names. No unit came to another state by them when
/// the capability alone was dropped, in any recorded boot.
final class FormalChecks {
    private static final CapabilitySet SETPCAP = CapabilitySet.of("setpcap");
    private static final Capability SETPCAP_ALONE = Capability.of("setpcap");

    /// The versions of systemd of which it is known how often they set a process's capabilities.
    private static final int FIRST = 247;

    private static final int LAST_THAT_ALWAYS_SETS = 252;
    private static final int FIRST_THAT_SETS_AMBIENT_ONLY = 255;

    static List<GoingOn> of(
            UnitHistory known, Execution execution, CapabilitySet told, int version) {
        List<GoingOn> all = new ArrayList<>();
        addOtherSteps(all, known, execution, told, version);
        if (told.contains(SETPCAP_ALONE) && isFormal(known, execution, version)) {
            all.add(new GoingOn(RecordRule.FORMAL_SETPCAP, SETPCAP));
        }
        return all;
    }

    private static void addOtherSteps(
            List<GoingOn> all,
            UnitHistory known,
            Execution execution,
            CapabilitySet told,
            int version) {
        long commands = known.boots() * setUpCommands(execution);
        for (Step step : Step.ALL) {
            Capability capability = Capability.of(step.capability);
            if (step.isTaken(known, execution, version, commands)
                    && known.count(capability.number(), Meaning.USED) == commands * step.checks) {
                all.add(
                        new GoingOn(
                                step.rule, CapabilitySet.EMPTY.with(capability).intersect(told)));
            }
        }
    }

    /// A step of systemd of which it passes over the error, and how often it asks in it for what.
    private record Step(RecordRule rule, String capability, int checks, int first, int last) {
        private static final int ON = Integer.MAX_VALUE;

        static final List<Step> ALL =
                List.of(
                        new Step(RecordRule.OWN_LOOPBACK, "net_admin", 4, 0, ON),
                        // Its maps, as 257 writes them.
                        new Step(RecordRule.TRIED_NAMESPACE, "setuid", 2, 257, 257),
                        new Step(RecordRule.TRIED_NAMESPACE, "setgid", 2, 257, 257),
                        // The maps as later versions write them, with root in them.
                        new Step(RecordRule.TRIED_NAMESPACE, "setfcap", 1, 258, ON));

        /// Folders that systemd makes for a service (systemd.exec(5)).
        private static final List<String> DIRECTORY_SETTINGS =
                List.of(
                        "RuntimeDirectory",
                        "StateDirectory",
                        "CacheDirectory",
                        "LogsDirectory",
                        "ConfigurationDirectory");

        private boolean isTaken(
                UnitHistory known, Execution execution, int version, long commands) {
            if (version < first || version > last || execution.changesGroups()) {
                return false;
            }
            return rule == RecordRule.OWN_LOOPBACK
                    ? execution.has("PrivateNetwork")
                    : DIRECTORY_SETTINGS.stream().anyMatch(execution::has)
                            && known.count(Capability.of("sys_ptrace").number(), Meaning.USED)
                                    >= commands;
        }
    }

    /// Whether setpcap was asked for exactly as often as systemd sets the inheritable capabilities
    /// of a process before it executes a command, and by nobody else. See
    /// [RecordRule#FORMAL_SETPCAP].
    private static boolean isFormal(UnitHistory known, Execution execution, int version) {
        boolean sets = execution.has("SecureBits") || execution.changesUser();
        return !sets
                && !known.has(SETPCAP_ALONE.number(), Meaning.MISSED)
                && known.count(SETPCAP_ALONE.number(), Meaning.USED)
                        == known.boots() * expected(execution, version);
    }

    private static long expected(Execution execution, int version) {
        boolean always = version >= FIRST && version <= LAST_THAT_ALWAYS_SETS;
        boolean known = always || version >= FIRST_THAT_SETS_AMBIENT_ONLY;
        if (!known || !(always || !execution.ambient().isEmpty())) {
            return 0;
        }
        return setUpCommands(execution);
    }

    private static long setUpCommands(Execution execution) {
        return execution.starting().stream().filter(command -> !command.fullPrivileges()).count();
    }
}
