package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The steps with which systemd sets the process of a unit up, by the exit status that it gives
/// when one fails: a row each.
///
/// Source: systemd.exec(5), "Process Exit Codes"; systemd's src/basic/exit-status.h.
public enum SetUp {
    CHDIR(200, "change to the working directory", "WorkingDirectory"),
    NICE(201, "set the priority", "Nice"),
    FDS(202, "set file descriptors up"),
    EXEC(203, "execute the program", "ExecStart"),
    MEMORY(204, "get memory for it"),
    LIMITS(205, "raise a resource limit", "LimitNOFILE"),
    OOM_ADJUST(206, "set the out-of-memory score", "OOMScoreAdjust"),
    SIGNAL_MASK(207, "set the signal mask"),
    STDIN(208, "open standard input", "StandardInput", "TTYPath"),
    STDOUT(209, "open standard output", "StandardOutput"),
    CHROOT(210, "change the root directory", "RootDirectory"),
    IOPRIO(211, "set the I/O priority", "IOSchedulingClass"),
    TIMERSLACK(212, "set the timer slack"),
    SECUREBITS(213, "set the secure bits", "SecureBits"),
    SETSCHEDULER(214, "set the scheduling policy", "CPUSchedulingPolicy", "CPUSchedulingPriority"),
    CPUAFFINITY(215, "bind it to CPUs"),
    GROUP(216, "change to the group", "Group", "SupplementaryGroups"),
    USER(217, "change to the user, or set its user namespace up", "User", "PrivateUsers"),
    CAPABILITIES(218, "set its capabilities", "AmbientCapabilities", "CapabilityBoundingSet"),
    CGROUP(219, "set its control group up", "Delegate"),
    SETSID(220, "make a session"),
    CONFIRM(221, "ask for confirmation"),
    STDERR(222, "open standard error", "StandardError"),
    PAM(224, "open a PAM session", "PAMName"),
    NETWORK(225, "set its network namespace up", "PrivateNetwork", "NetworkNamespacePath"),
    NAMESPACE(226, "set its mount namespace up"),
    NO_NEW_PRIVILEGES(227, "forbid new privileges", "NoNewPrivileges"),
    SECCOMP(228, "install the system call filter", "SystemCallFilter"),
    SELINUX_CONTEXT(229, "set the SELinux context"),
    PERSONALITY(230, "set the personality"),
    APPARMOR_PROFILE(231, "set the AppArmor profile", "AppArmorProfile"),
    ADDRESS_FAMILIES(232, "restrict address families", "RestrictAddressFamilies"),
    RUNTIME_DIRECTORY(233, "make the runtime directory", "RuntimeDirectory"),
    CHOWN(235, "change the owner of its socket"),
    SMACK_PROCESS_LABEL(236, "set the SMACK label"),
    KEYRING(237, "make its keyring", "KeyringMode"),
    STATE_DIRECTORY(238, "make the state directory", "StateDirectory"),
    CACHE_DIRECTORY(239, "make the cache directory", "CacheDirectory"),
    LOGS_DIRECTORY(240, "make the directory for logs", "LogsDirectory"),
    CONFIGURATION_DIRECTORY(241, "make the configuration directory", "ConfigurationDirectory"),
    NUMA_POLICY(242, "set the NUMA policy"),
    CREDENTIALS(
            243,
            "set its credentials up",
            "LoadCredential",
            "LoadCredentialEncrypted",
            "SetCredential",
            "SetCredentialEncrypted",
            "ImportCredential"),
    BPF(245, "load a BPF program", "RestrictFileSystems");

    private static final CapabilitySet OWNERSHIP = CapabilitySet.of("chown", "fowner");
    private static final CapabilitySet IDENTITY = CapabilitySet.of("setuid", "setgid");
    private static final CapabilitySet MOUNTING = CapabilitySet.of("sys_admin");

    private static final Map<SetUp, CapabilitySet> NEEDS =
            Map.of(
                    GROUP, CapabilitySet.of("setgid"),
                    USER, IDENTITY,
                    KEYRING, IDENTITY,
                    CAPABILITIES, CapabilitySet.of("setpcap"),
                    NAMESPACE, MOUNTING,
                    CREDENTIALS, MOUNTING,
                    RUNTIME_DIRECTORY, OWNERSHIP,
                    STATE_DIRECTORY, OWNERSHIP,
                    CACHE_DIRECTORY, OWNERSHIP,
                    LOGS_DIRECTORY, OWNERSHIP);

    private final int status;
    private final String what;
    private final List<String> settings;

    SetUp(int status, String what, String... settings) {
        this.status = status;
        this.what = what;
        this.settings = List.of(settings);
    }

    static @Nullable SetUp of(int status) {
        for (SetUp step : values()) {
            if (step.status == status) {
                return step;
            }
        }
        return null;
    }

    public int status() {
        return status;
    }

    /// What systemd could not do, to follow "systemd could not".
    public String what() {
        return what;
    }

    List<String> settings() {
        return settings;
    }

    CapabilitySet needs() {
        return NEEDS.getOrDefault(this, CapabilitySet.EMPTY);
    }
}
