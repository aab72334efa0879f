package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.UNDECIDED;

import dev.capdrop.core.unit.Words;
import module java.base;

/// The tests of security technologies, and of credentials.
final class SecurityFacts {
    private static final int AUDIT_ASKED_SINCE = 248;
    private static final String SET_CREDENTIAL = "systemd.set_credential";

    /// The CPU flags of a guest whose memory the host cannot read, written by its kernel.
    private static final Set<String> CONFIDENTIAL =
            Set.of("tdx_guest", "sev", "sev_es", "sev_snp", "sme");

    static Condition.Result security(Machine machine, String parameter) {
        return switch (parameter) {
            case "selinux" -> selinux(machine);
            case "smack" -> exists(machine, "/sys/fs/smackfs");
            case "apparmor" -> apparmor(machine);
            case "audit" -> audit(machine);
            case "ima" -> exists(machine, "/sys/kernel/security/ima");
            case "tomoyo" -> exists(machine, "/sys/kernel/security/tomoyo/version");
            case "uefi-secureboot", "tpm2", "measured-uki" -> ofFirmware(machine);
            case "cvm" -> confidential(machine);
            default -> FAILED;
        };
    }

    private static Condition.Result exists(Machine machine, String path) {
        return Condition.Result.of(HardwareFacts.exists(machine, path));
    }

    private static Condition.Result selinux(Machine machine) {
        Condition.Result folder = exists(machine, "/sys/fs/selinux");
        if (folder != Condition.Result.SUCCEEDED) {
            return folder;
        }
        return Condition.Result.of(
                machine.mount("/sys/fs/selinux"),
                mount -> mount.type().equals("selinuxfs") && !mount.readOnly());
    }

    private static Condition.Result apparmor(Machine machine) {
        return Condition.Result.of(
                machine.text("/sys/module/apparmor/parameters/enabled"),
                text -> Words.flag(text.strip(), false),
                FAILED);
    }

    /// Tests for audit: the kernel talks of it to nobody outside of the initial user namespace,
    /// which systemd finds out since 248.
    private static Condition.Result audit(Machine machine) {
        Boolean built = HardwareFacts.exists(machine, "/proc/1/loginuid");
        if (built == null || !built) {
            return Condition.Result.of(built);
        }
        Boolean other = machine.userNamespace();
        return machine.systemd() < AUDIT_ASKED_SINCE
                ? Condition.Result.SUCCEEDED
                : Condition.Result.of(other).negated();
    }

    private static Condition.Result ofFirmware(Machine machine) {
        Boolean uefi = HardwareFacts.uefi(machine);
        return uefi == null || uefi ? UNDECIDED : FAILED;
    }

    private static Condition.Result confidential(Machine machine) {
        Set<String> flags = machine.cpuFlags();
        boolean none = flags != null && flags.stream().noneMatch(CONFIDENTIAL::contains);
        return none ? FAILED : UNDECIDED;
    }

    /// Tests for a credential. A container gets them from its starter, by a directory below
    /// /run/host or by arguments; LXC passes none.
    static Condition.Result credential(Machine machine, String parameter) {
        boolean valid =
                parameter.matches("[^/\\x00-\\x1f\\x7f]{1,255}") && !parameter.matches("\\.\\.?");
        if (!valid) {
            return FAILED;
        }
        List<String> arguments = machine.commandLine();
        boolean told =
                arguments == null || arguments.stream().anyMatch(a -> a.startsWith(SET_CREDENTIAL));
        return told || !"lxc".equals(machine.virtualization()) ? UNDECIDED : FAILED;
    }
}
