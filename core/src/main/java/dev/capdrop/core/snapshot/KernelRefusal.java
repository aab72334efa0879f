package dev.capdrop.core.snapshot;

import dev.capdrop.core.snapshot.KernelLog.Line;
import dev.capdrop.core.snapshot.KernelLog.Owner;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Something that the kernel refused a container, by a line of its log.
///
/// A container names its control groups and processes: their names are its own text, and can look
/// like other fields of a line. A line in which a field occurs twice is not believed.
///
/// Source: Linux mm/oom_kill.c (`dump_oom_victim`) and mm/memcontrol.c
/// (`mem_cgroup_print_oom_context`); kernel/cgroup/pids.c (`pids_event`); security/apparmor/audit.c
/// (`audit_pre`) and lib/audit.c; kernel/auditsc.c (`audit_seccomp`).
public sealed interface KernelRefusal {
    /// The line that says so.
    Line line();

    /// Memory ran short, and the kernel killed a process.
    ///
    /// @param limited the control group whose limit was reached; empty for the host itself
    /// @param group where the victim ran, a control group below the container's, as `/a.service`;
    ///   empty for the container's own
    /// @param process the victim's name, at most 15 bytes
    record OutOfMemory(Line line, Limited limited, String group, String process)
            implements KernelRefusal {}

    /// A process of this control group below the container's could not start another.
    ///
    /// The limit that was reached is that of the group, or of any group above it.
    record ForkRejected(Line line, String group) implements KernelRefusal {}

    /// AppArmor refused something.
    ///
    /// @param operation as `mount`
    /// @param name what it was about, as a path; may be empty
    /// @param process the name of the process, at most 15 bytes
    record AppArmorDenied(Line line, String operation, String name, String process)
            implements KernelRefusal {}

    /// A filter of system calls killed a process.
    record Seccomp(Line line, String process, int call, int signal) implements KernelRefusal {}

    /// Whose limit was reached.
    enum Limited {
        /// That of a control group below the container's: a unit's own.
        UNIT,
        /// The container's.
        CONTAINER,
        /// That of a control group that the host made above it.
        ABOVE,
        /// The host had no memory left.
        HOST
    }

    /// Returns what a line says that is about this container; null where it says nothing of these,
    /// or is about another.
    static @Nullable KernelRefusal of(Line line, Owner owner) {
        KernelRefusal memory = OfLimits.memory(line, owner);
        KernelRefusal found = memory == null ? OfLimits.fork(line, owner) : memory;
        return found == null ? OfAudit.refusal(line, owner) : found;
    }

    /// The lines about limits of control groups.
    final class OfLimits {
        private static final Pattern KILLED =
                Pattern.compile(
                        "oom-kill:constraint=(CONSTRAINT_[A-Z_]+),nodemask=.*,task_memcg=(/.*)"
                                + ",task=(.{0,64}),pid=[0-9]+,uid=[0-9]+");
        private static final String LIMITED = ",oom_memcg=";
        private static final Pattern REJECTED =
                Pattern.compile("cgroup: fork rejected by pids controller in (/.*)");

        private OfLimits() {}

        static @Nullable KernelRefusal memory(Line line, Owner owner) {
            String text = line.text();
            Matcher killed = KILLED.matcher(text);
            boolean once =
                    Stream.of(LIMITED, ",task_memcg=", ",task=", ",global_oom", ",mems_allowed=")
                            .allMatch(field -> text.indexOf(field) == text.lastIndexOf(field));
            if (!once || !killed.matches()) {
                return null;
            }
            String victim = killed.group(2);
            String home = home(victim, owner);
            if (home == null) {
                return null;
            }
            int begin = text.indexOf(LIMITED);
            Limited limited;
            if (begin < 0) {
                limited = Limited.HOST;
            } else {
                String group = text.substring(begin + LIMITED.length(), killed.start(2) - 12);
                limited =
                        group.equals(home)
                                ? Limited.CONTAINER
                                : isBelow(group, home) ? Limited.UNIT : Limited.ABOVE;
            }
            return new OutOfMemory(line, limited, victim.substring(home.length()), killed.group(3));
        }

        static @Nullable KernelRefusal fork(Line line, Owner owner) {
            Matcher rejected = REJECTED.matcher(line.text());
            if (!rejected.matches()) {
                return null;
            }
            String group = rejected.group(1);
            String home = home(group, owner);
            return home == null ? null : new ForkRejected(line, group.substring(home.length()));
        }

        private static @Nullable String home(String group, Owner owner) {
            for (String home : owner.groups()) {
                if (group.equals(home) || isBelow(group, home)) {
                    return home;
                }
            }
            return null;
        }

        private static boolean isBelow(String group, String home) {
            return group.startsWith(home + "/");
        }
    }

    /// The lines of audit: `NAME=VALUE`, a value in quotation marks, or in hexadecimal where it
    /// holds one of these, a blank or a control character, so that none can look like another.
    final class OfAudit {
        private static final Pattern DENIED =
                Pattern.compile(
                        "(?:audit: type=1400 audit\\([0-9.:]+\\):|AVC) apparmor=\"DENIED\" .*");
        private static final Pattern FILTERED =
                Pattern.compile("audit: type=1326 audit\\([0-9.:]+\\): .*");
        private static final Pattern FIELD =
                Pattern.compile("(?<![^ ])([a-z_]+)=(?:\"([^\"]*)\"|([^ \"]+))");

        /// What a stacked profile goes on with.
        private static final String STACK = "//&";

        private OfAudit() {}

        static @Nullable KernelRefusal refusal(Line line, Owner owner) {
            boolean denied = DENIED.matcher(line.text()).matches();
            if (owner.profile().isEmpty()
                    || (!denied && !FILTERED.matcher(line.text()).matches())) {
                return null;
            }
            Map<String, String> fields = fields(line.text());
            String confined = fields.getOrDefault(denied ? "profile" : "subj", "");
            boolean its =
                    confined.equals(owner.profile())
                            || confined.startsWith(owner.profile() + STACK)
                            || confined.startsWith(owner.profile() + " ");
            if (!its) {
                return null;
            }
            String process = fields.getOrDefault("comm", "");
            return denied
                    ? new AppArmorDenied(
                            line,
                            fields.getOrDefault("operation", ""),
                            fields.getOrDefault("name", ""),
                            process)
                    : new Seccomp(
                            line,
                            process,
                            number(fields.get("syscall")),
                            number(fields.get("sig")));
        }

        private static Map<String, String> fields(String text) {
            Map<String, String> fields = new HashMap<>();
            Matcher field = FIELD.matcher(text);
            while (field.find()) {
                String quoted = field.group(2);
                fields.putIfAbsent(field.group(1), quoted == null ? bare(field) : quoted);
            }
            return fields;
        }

        /// Returns a value without quotation marks: of these fields it is text in hexadecimal.
        private static String bare(Matcher field) {
            String value = field.group(3);
            boolean text = Set.of("comm", "name", "profile").contains(field.group(1));
            return text && value.matches("(?:[0-9A-F]{2})+")
                    ? new String(HexFormat.of().parseHex(value), StandardCharsets.UTF_8)
                    : value;
        }

        private static int number(@Nullable String value) {
            return value != null && value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : 0;
        }
    }
}
