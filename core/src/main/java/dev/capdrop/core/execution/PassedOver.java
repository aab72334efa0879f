package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.RecordRule;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.UnitState;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Programs of systemd whose start goes on when these are refused, although they were seen to use
/// them: a row each. It counts only beside a record that shows what else they ask for, and for
/// systemd's own units.
///
/// Source: the functions that its [RecordRule] names. None of these units came to another state
/// when one of these capabilities alone was dropped, in any recorded boot, of systemd 247 to 262.
enum PassedOver {
    TMPFILES(
            RecordRule.SET_UP_OF_FILES,
            "systemd-tmpfiles",
            "systemd-tmpfiles-setup",
            "chown",
            "dac_override",
            "dac_read_search",
            "fowner",
            "fsetid"),
    /// sys_ptrace to read of a sender, the others to pass its message on.
    JOURNALD(
            RecordRule.SENDERS_OF_MESSAGES,
            "systemd-journald",
            "systemd-journald",
            "sys_ptrace",
            "setuid",
            "setgid"),
    UDEVD(RecordRule.RECEIVE_BUFFER, "systemd-udevd", "systemd-udevd", "net_admin");

    /// What takes a program's lines: src/basic/log.c, `log_open` and `log_dispatch_internal` go on
    /// without it, and src/core/exec-invoke.c (src/core/execute.c), `setup_output`, gives a process
    /// /dev/null where it does not answer.
    private static final Set<String> JOURNAL =
            Set.of("systemd-journald.service", "systemd-journal-flush.service");

    private static final List<String> FOLDERS =
            List.of("/usr/lib/systemd/system/", "/lib/systemd/system/");

    private final RecordRule rule;
    private final String program;
    private final String units;
    private final CapabilitySet capabilities;

    /// @param units how the names of its units begin
    PassedOver(RecordRule rule, String program, String units, String... capabilities) {
        this.rule = rule;
        this.program = program;
        this.units = units;
        this.capabilities = CapabilitySet.of(capabilities);
    }

    /// What the start of a unit passes over; null where nothing is known of it.
    static @Nullable GoingOn by(UnitState unit, Execution execution) {
        boolean own = isOwn(unit.detail().files().fragment());
        List<ExecLine> commands = execution.commands();
        PassedOver row = own && commands.size() == 1 ? of(commands.getFirst()) : null;
        return row != null && unit.name().startsWith(row.units)
                ? new GoingOn(row.rule, row.capabilities)
                : null;
    }

    /// Whether a unit that is started after another one does the same without that: true(1) does
    /// nothing; netatalk starts its servers, of which afpd looks for avahi again and again
    /// (etc/afpd/afp_avahi.c, `AVAHI_CLIENT_NO_FAIL`); systemd-tmpfiles works on files alone, and
    /// asks nothing of the journal but to take its lines.
    static boolean isAloneBeside(UnitState unit, Execution execution, String other) {
        return areAll(execution, "true")
                || (other.equals("avahi-daemon.service") && areAll(execution, "netatalk"))
                || isSetUpOfFiles(unit, execution, other);
    }

    private static boolean isSetUpOfFiles(UnitState unit, Execution execution, String other) {
        return JOURNAL.contains(other)
                && isOwn(unit.detail().files().fragment())
                && unit.name().startsWith(TMPFILES.units)
                && areAll(execution, TMPFILES.program);
    }

    private static boolean areAll(Execution execution, String program) {
        return execution.commands().stream().allMatch(command -> command.name().equals(program));
    }

    private static boolean isOwn(String file) {
        return FOLDERS.stream().anyMatch(file::startsWith);
    }

    private static @Nullable PassedOver of(ExecLine command) {
        for (PassedOver row : values()) {
            if (row.program.equals(command.name())) {
                return row;
            }
        }
        return null;
    }
}
