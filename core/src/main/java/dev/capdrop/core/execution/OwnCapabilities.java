package dev.capdrop.core.execution;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.GeneralRule;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.snapshot.ProgramFile.CapabilityCalls.Import;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.UnitState;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the programs of a service may ask capset(2) for. The kernel refuses the whole call with
/// EPERM when that is more than is permitted (security/commoncap.c, `cap_capset`), whether it would
/// ever honour the capability or not, and many a program ends then.
///
/// What it asks for is in its code, but three things tell of it: what it imports shows whether it
/// adds anything to a set at all, or asks first what it holds; one that hands text to
/// cap_from_text(3) has the names in it; and one that runs, and holds less than it might, holds
/// what it asked for. Where none of these tells, it may ask for all that it may hold.
final class OwnCapabilities {
    private static final CapabilitySet ALL = CapabilitySet.upTo(Capability.MAX_NUMBER);

    private static final Set<String> SETTING =
            Set.of("capset", "cap_set_proc", "cap_iab_set_proc", "capng_apply", "capng_change_id");

    /// What adds to a set that is then asked for.
    private static final Set<String> ADDING =
            Set.of(
                    ("capset cap_set_flag cap_fill cap_fill_flag cap_copy_int "
                                    + "cap_copy_int_check cap_iab_from_text cap_iab_fill cap_iab_set_vector "
                                    + "capng_update capng_updatev capng_fill capng_restore_state")
                            .split(" "));

    private static final String BY_TEXT = "cap_from_text";

    /// Who asks libcap-ng what is held does so to ask for no more (dbus 1.16.2, bus/audit.c,
    /// `_dbus_change_to_daemon_user`; rsyslog 8.2504, tools/rsyslogd.c). With libcap a program may
    /// look for other reasons (frr 10.3, lib/privs.c).
    private static final Set<String> LOOKING =
            Set.of("capng_have_capability", "capng_have_capabilities");

    /// systemd's own programs have this in a folder of their own. Its `drop_privileges` asks for
    /// what its caller names, which is a user's `User=` service by now and holds what its unit
    /// gives it; none of these services was ever seen to miss one that the kernel does not honour,
    /// in boots of systemd 245 to 257 with one capability less each.
    private static final String OF_SYSTEMD = "libsystemd-";

    private OwnCapabilities() {}

    /// What may become of a service by this.
    static Shortfall shortfall(
            UnitState unit, Execution execution, @Nullable Programs programs, Missing missing) {
        if (programs == null) {
            return Shortfall.NONE;
        }
        CapabilitySet lacking = Reach.of(execution, programs).capabilities();
        lacking = lacking.intersect(missing.dropped());
        if (lacking.isEmpty()) {
            return Shortfall.NONE;
        }
        for (ExecLine command : execution.commands()) {
            ProgramFile file = programs.file(command.program());
            if (file == null) {
                continue;
            }
            CapabilitySet refused = asked(file, unit).intersect(lacking);
            if (!refused.isEmpty()) {
                Why why =
                        Why.of(file.path() + " sets its own capabilities, may ask for ")
                                .then(refused)
                                .then(" and end when that is refused");
                return new Shortfall.Undecided(GeneralRule.OWN_CAPABILITIES, refused, why);
            }
        }
        return Shortfall.NONE;
    }

    /// What the programs of a service that runs have asked for, as far as something tells it for
    /// certain: they hold less than they might, or their list was read in their source.
    ///
    /// @param bounding what PID 1 holds
    static CapabilitySet certain(
            UnitState unit,
            Execution execution,
            @Nullable Programs programs,
            CapabilitySet bounding) {
        CapabilitySet held = unit.detail().held();
        if (programs == null || held == null) {
            return CapabilitySet.EMPTY;
        }
        CapabilitySet may = Reach.of(execution, programs).capabilities().intersect(bounding);
        boolean narrowed = !held.containsAll(may);
        CapabilitySet certain = CapabilitySet.EMPTY;
        for (ExecLine command : execution.commands()) {
            ProgramFile file = programs.file(command.program());
            if (file != null && (narrowed || known(name(file.path())) != null)) {
                certain = certain.union(asked(file, unit).intersect(may));
            }
        }
        return certain;
    }

    private static CapabilitySet asked(ProgramFile file, UnitState unit) {
        ProgramFile.CapabilityCalls calls = file.calls();
        if (calls == null) {
            return CapabilitySet.EMPTY;
        }
        Map<String, Set<String>> byFile = new TreeMap<>();
        for (Import one : calls.imports()) {
            byFile.computeIfAbsent(one.file(), _ -> new TreeSet<>()).add(one.function());
        }
        CapabilitySet asked = CapabilitySet.EMPTY;
        for (Map.Entry<String, Set<String>> one : byFile.entrySet()) {
            String path = one.getKey().isEmpty() ? file.path() : one.getKey();
            asked = asked.union(asked(path, one.getValue(), calls.named()));
        }
        return asked.intersect(held(unit));
    }

    private static CapabilitySet asked(String path, Set<String> functions, CapabilitySet named) {
        String name = name(path);
        boolean sets = functions.stream().anyMatch(SETTING::contains);
        if (!sets
                || name.startsWith(OF_SYSTEMD)
                || functions.stream().anyMatch(LOOKING::contains)) {
            return CapabilitySet.EMPTY;
        }
        CapabilitySet known = known(name);
        if (known != null) {
            return known;
        }
        if (functions.stream().anyMatch(ADDING::contains)) {
            return ALL;
        }
        return functions.contains(BY_TEXT) ? named : CapabilitySet.EMPTY;
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// What it has permitted by now, which it has asked for if it is less than all.
    private static CapabilitySet held(UnitState unit) {
        CapabilitySet held = unit.detail().held();
        return held == null ? ALL : held;
    }

    /// What a program asks for as its source says; null where nobody has read that.
    private static @Nullable CapabilitySet known(String name) {
        for (KnownProgram row : KnownProgram.of(KnownProgram.Fact.ASKS)) {
            String program = row.programs().getFirst();
            if (name.equals(program) || name.startsWith(program + "-")) {
                return row.without();
            }
        }
        return null;
    }
}
