package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.execution.Shortfalls.Shortfall;
import module java.base;

/// The capabilities that a container lacks and that a program may want which says that it was
/// refused something: by the rows of the resource `suspects.tsv`.
final class Suspects {
    /// EPERM in words of a program's own.
    private static final Pattern LACKS_PRIVILEGE =
            Pattern.compile(
                    "(?i)(?:missing|insufficient|lack\\w* of|not enough) (?:permission|privilege)"
                            + "|unable to (?:force-)?\\w*bind existing log handler");

    /// EPERM said of a program that a shell could not execute.
    private static final Pattern PROGRAM_NOT_PERMITTED =
            Pattern.compile("/[^\\s:]+: Operation not permitted$");

    private static final List<Hint> HINTS =
            ResourceTable.rows("diagnosis/suspects.tsv").stream().map(Hint::parse).toList();

    /// Capabilities that reach the host's kernel as a whole: no container gets these back for the
    /// sake of one of its units. LXC's own list (share/lxc/config/common.conf).
    static final CapabilitySet OF_THE_HOST =
            CapabilitySet.of("sys_module", "sys_rawio", "sys_time", "mac_admin", "mac_override");

    /// execve(2) says EPERM of a program whose file makes capabilities effective that may not be
    /// held; these are the statuses of a shell that could not execute one.
    private static final Set<Integer> NOT_EXECUTED = Set.of(126, 127);

    /// The LSB's and sysexits' words for a user who may not.
    private static final Set<Integer> NO_PERMISSION = Set.of(4, 77);

    private record Hint(CapabilitySet wants, Pattern about) {
        static Hint parse(String[] cells) {
            return new Hint(
                    CapabilitySet.of(cells[0].split(" ")), Pattern.compile("(?i)" + cells[1]));
        }
    }

    static CapabilitySet of(Patient patient) {
        if (!(patient.shortfall() instanceof Shortfall.Undecided undecided)) {
            return CapabilitySet.EMPTY;
        }
        CapabilitySet lacking = undecided.capabilities();
        List<String> refused = new ArrayList<>();
        String before = "";
        for (String line : patient.trouble().log()) {
            if (Signatures.REFUSED.matcher(line).find()) {
                // Python says what it was about to do in the line above
                refused.add(line.startsWith("PermissionError") ? before + " " + line : line);
            }
            before = line;
        }
        boolean sayByStatus =
                refused.isEmpty()
                        && (NO_PERMISSION.contains(patient.status())
                                || patient.says(LACKS_PRIVILEGE));
        List<String> lines = sayByStatus ? patient.trouble().log() : refused;
        CapabilitySet wanted = CapabilitySet.EMPTY;
        for (Hint hint : HINTS) {
            if (lines.stream().anyMatch(line -> hint.about.matcher(line).find())) {
                wanted = wanted.union(hint.wants.intersect(lacking));
            }
        }
        boolean byFile =
                NOT_EXECUTED.contains(patient.status()) && patient.says(PROGRAM_NOT_PERMITTED);
        return wanted.isEmpty() && byFile ? lacking.minus(OF_THE_HOST) : wanted;
    }
}
