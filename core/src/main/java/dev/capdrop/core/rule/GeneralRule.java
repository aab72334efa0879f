package dev.capdrop.core.rule;

import dev.capdrop.core.rule.Rule.Since;

/// The rules about units whatever they execute: a row each. Those about single programs are
/// [ProgramRule], those about what a record shows [RecordRule].
///
/// What a rule asks stands where it is applied, and there it names its row. What is known of it
/// stands here alone, in words that `capdrop explain` can say.
///
/// A rule keeps its name, for administrators and reports use it; docs/reference/rules.md is made of
/// this table.
public enum GeneralRule implements Rule {
    PARTIAL_READING(
            "what was read of its units is a part",
            "what was seen",
            Since.ANY,
            Rule.Evidence.test("PartialReadingTest")),
    FILES_UNREAD("its own files were not read", "what was seen", Since.ANY, Rule.Evidence.SOURCE),
    UNIT_GONE(
            "it runs, and its unit is gone or masked by now",
            "systemd.unit(5), \"Unit File Load Path\"",
            Since.BOOTED,
            Rule.Evidence.SOURCE),
    SIMPLY_THERE(
            "no job starts it: it is there with the manager or the kernel",
            "systemd.special(7); src/core/mount.c, mount_setup_unit",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    RUNTIME_MOUNT(
            "the runtime mounts it for a container with net_admin only",
            "liblxc, src/lxc/conf.c, lxc_mount_auto_mounts",
            new Since("since liblxc 4.0.6"),
            Rule.Evidence.RECORDED),
    NOT_IN_BOOT(
            "it runs, and no boot starts it",
            "src/core/transaction.c, transaction_add_job_and_dependencies",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    FAILED_OUTSIDE_BOOT(
            "it has failed, and no boot starts it",
            "src/core/transaction.c, transaction_add_job_and_dependencies",
            Since.BOOTED,
            Rule.Evidence.test("BootSetTest")),
    ON_DEMAND(
            "a timer, a path, a socket or the bus may start it",
            "systemd.timer(5), systemd.path(5), systemd.socket(5); "
                    + "systemd.service(5), BusName=",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    FILES_CHANGED(
            "its files changed since systemd read them",
            "systemctl(1), daemon-reload; " + "src/core/unit.c, unit_need_daemon_reload",
            Since.BOOTED,
            Rule.Evidence.test("RestartEffectsTest")),
    HELD_UP(
            "what it requires was not up: its conditions were never asked",
            "src/core/job.c, job_fail_dependencies",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    CONFLICT(
            "it conflicts with another unit of the boot",
            "systemd.unit(5), Conflicts=; " + "src/core/transaction.c, delete_one_unmergeable_job",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    CIRCLE(
            "it is ordered after itself by way of others",
            "src/core/transaction.c, transaction_verify_order_one",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    CONDITIONS(
            "a condition fails, or what it comes to is not known",
            "systemd.unit(5), \"Conditions and Asserts\"; "
                    + "src/core/unit.c, unit_test_condition",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    ASSERTIONS(
            "an assertion fails, or what it comes to is not known",
            "systemd.unit(5), \"Conditions and Asserts\"; " + "src/core/unit.c, unit_test_assert",
            Since.systemd(218),
            Rule.Evidence.RECORDED),
    NEVER_STARTED(
            "it was skipped, and will not be: what it does then nobody has seen",
            "what was seen",
            Since.ANY,
            Rule.Evidence.RECORDED),
    NEVER_TRIED(
            "the boot that was seen has not tried to start it",
            "what was seen",
            Since.ANY,
            Rule.Evidence.RECORDED),
    FREED(
            "AppArmor no longer refuses its mounts",
            "lxc.container.conf(5), lxc.apparmor.allow_nesting",
            Since.UNKNOWN,
            Rule.Evidence.test("NestingRemedyTest")),
    ENDED_LATER(
            "it ended after the boot, and the restart starts it again",
            "what was seen",
            Since.ANY,
            Rule.Evidence.RECORDED),
    FAILS_IF_TRIED(
            "its start fails, if what it requires is up",
            "src/core/job.c, job_fail_dependencies",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    WITH_FREED(
            "it went down with a unit of which AppArmor refuses no mounts then",
            "src/core/job.c, job_fail_dependencies",
            Since.BOOTED,
            Rule.Evidence.SOURCE),
    FAILED_BY_ITSELF(
            "its own program failed, as it need not at every boot",
            "systemd.service(5), $SERVICE_RESULT; " + "systemd.exec(5), \"Process Exit Codes\"",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    DAEMON_ENDED(
            "its own program ended, as it need not at every boot",
            "systemd.service(5), Type=",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    LOOPS(
            "systemd has started it again by itself",
            "systemd.service(5), Restart=; " + "src/core/service.c, service_enter_restart",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    CONFINED(
            "its AppArmor profile, without nesting, refuses its mounts, or may",
            "lxc.container.conf(5), lxc.apparmor.allow_nesting; "
                    + "liblxc, src/lxc/lsm/apparmor.c",
            Since.UNKNOWN,
            Rule.Evidence.test("AppArmorCorpusTest")),
    RESTARTED_WITH_OTHERS(
            "it ends and is started again with what it requires",
            "systemd.service(5), Restart=; " + "systemd.unit(5), StartLimitIntervalSec=",
            Since.systemd(229),
            Rule.Evidence.RECORDED),
    RIVALS(
            "another unit of the boot may want the same address",
            "Debian Policy, 7.5",
            Since.ANY,
            Rule.Evidence.RECORDED),
    AS_BEFORE("nothing turns it", "what was seen", Since.ANY, Rule.Evidence.RECORDED),
    RUNTIME_DIRECTORY(
            "RuntimeDirectory= is handed over to its user (233)",
            "systemd.exec(5), RuntimeDirectory=; setup_exec_directory",
            Since.BOOTED_245,
            Rule.Evidence.RECORDED),
    GROUPS(
            "Group= or SupplementaryGroups= is applied (216)",
            "systemd.exec(5), Group=; enforce_groups",
            Since.BOOTED_245,
            Rule.Evidence.RECORDED),
    KEYRING(
            "a keyring is made in the name of User= (237)",
            "systemd.exec(5), KeyringMode=; setup_keyring",
            Since.BOOTED_245,
            Rule.Evidence.RECORDED),
    SANDBOX_INACCESSIBLE(
            "its sandbox takes dac_override (226)",
            "src/core/namespace.c, setup_namespace",
            new Since("systemd 245, 249 and 252"),
            Rule.Evidence.RECORDED),
    SANDBOX_ROOT(
            "its sandbox takes sys_chroot (226)",
            "src/core/namespace.c, setup_namespace",
            new Since("systemd 247 and 252"),
            Rule.Evidence.RECORDED),
    PRIVATE_USERS_MAP(
            "the map of PrivateUsers= has root in it (217)",
            "user_namespaces(7), \"Defining user and group ID mappings\"",
            Since.linux("5.12"),
            Rule.Evidence.RECORDED),
    PRIVATE_USERS_PROC(
            "PrivateUsers= below ProtectProc= is written through /proc (217)",
            "systemd.exec(5), ProtectProc=; proc(5), hidepid",
            Since.systemd(247),
            Rule.Evidence.RECORDED),
    BOUNDING_SET(
            "its bounding set is limited (218)",
            "systemd.exec(5), CapabilityBoundingSet=; " + "capability_bounding_set_drop",
            Since.BOOTED_245,
            Rule.Evidence.RECORDED),
    AMBIENT_SET(
            "AmbientCapabilities= names what is missing (218)",
            "systemd.exec(5), AmbientCapabilities=; " + "capability_ambient_set_apply",
            new Since("systemd 229 to 245"),
            Rule.Evidence.test("ForecasterTest")),
    KEEP_CAPABILITIES(
            "AmbientCapabilities= is kept for User= (217)",
            "systemd.exec(5), AmbientCapabilities=; " + "prctl(2), PR_SET_SECUREBITS",
            Since.BOOTED_245,
            Rule.Evidence.RECORDED),
    KEEP_FOR_FILTER(
            "what installs its filter is kept for User= (217)",
            "src/core/exec-invoke.c, keep_seccomp_privileges",
            Since.systemd(255),
            Rule.Evidence.RECORDED),
    USER(
            "User= is applied (217)",
            "systemd.exec(5), User=; enforce_user",
            Since.BOOTED_245,
            Rule.Evidence.test("ForecasterTest")),
    FILE_CAPABILITIES(
            "a file of its commands has capabilities that are missing (203)",
            "security/commoncap.c, bprm_caps_from_vfs_caps",
            Since.UNKNOWN,
            Rule.Evidence.test("ExecveAgainstKernelTest")),
    MAY_USE(
            "it runs with what is missing in its bounding set, and may use it",
            "capabilities(7)",
            Since.ANY,
            Rule.Evidence.RECORDED),
    OWN_CAPABILITIES(
            "its program sets its own capabilities, and may end when refused",
            "capset(2); security/commoncap.c, cap_capset",
            Since.UNKNOWN,
            Rule.Evidence.RECORDED),
    LOOPBACK(
            "it may want 127.0.0.1 or ::1, and nobody brings the interface up",
            "src/shared/loopback-setup.c, loopback_setup",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    RUN_FOLDER(
            "its folder below /run may stay root's",
            "tmpfiles.d(5); src/tmpfiles/tmpfiles.c, fd_set_perms",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    MOUNT_PROGRAM(
            "a program of its file system mounts it",
            "mount(8), \"External Helpers\"",
            Since.ANY,
            Rule.Evidence.SOURCE),
    PRIVILEGED_PORT(
            "it listens at a port below 1024",
            "capabilities(7), CAP_NET_BIND_SERVICE",
            Since.linux("2.2"),
            Rule.Evidence.RECORDED),
    SOCKET_OWNER(
            "it is handed to SocketUser= or SocketGroup=",
            "systemd.socket(5), SocketUser=",
            Since.systemd(214),
            Rule.Evidence.RECORDED),
    SOCKET_AT_LOOPBACK(
            "it listens at 127.0.0.1 or ::1, and nobody brings the interface up",
            "src/shared/loopback-setup.c, loopback_setup",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    SOCKET_FOLDER(
            "its path may be in a folder of another user",
            "fs/namei.c, generic_permission",
            Since.ANY,
            Rule.Evidence.RECORDED),
    REQUIRES(
            "it requires a unit that will not be active",
            "systemd.unit(5), Requires=; " + "src/core/job.c, job_fail_dependencies",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    REQUISITE(
            "it has Requisite= of a unit that will not be active",
            "systemd.unit(5), Requisite=; " + "src/core/job.c, job_finish_and_invalidate",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    BINDS_TO(
            "it is bound to a unit that will not be active",
            "systemd.unit(5), BindsTo=; " + "src/core/unit.c, unit_is_bound_by_inactive",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    OVERTAKEN(
            "it requires what is not started, and does not wait for it",
            "systemd.unit(5), Requires=; " + "src/core/job.c, job_fail_dependencies",
            Since.BOOTED,
            Rule.Evidence.SOURCE),
    WAITS(
            "it waits for what may never be ready, nor fail for good",
            "systemd.service(5), TimeoutStartSec=; " + "src/core/job.c, job_is_runnable",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    SOCKET_GIVEN_UP(
            "its service fails at each start, until systemd gives up both",
            "src/core/socket.c, socket_trigger_notify",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    HANGS_ON_DOUBT(
            "it hangs on a unit that fails or may fail",
            "systemd.unit(5), Requires=; " + "systemd.socket(5), TriggerLimitIntervalSec=",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    WATCHED_BESIDE(
            "it was watched only beside a unit that fails or may fail",
            "what was seen",
            Since.ANY,
            Rule.Evidence.RECORDED),
    SKIPPED_OR_NOT(
            "it is skipped, or not even asked: what it requires may fail",
            "src/core/job.c, job_fail_dependencies",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    TRIED_OR_NOT(
            "it fails, or is not even started: what it requires may fail",
            "src/core/job.c, job_fail_dependencies",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    HEALED_REQUIREMENT(
            "what it requires no longer fails",
            "src/core/job.c, job_fail_dependencies",
            Since.BOOTED,
            Rule.Evidence.test("NestingChangeTest")),
    CREDENTIAL_MOUNT(
            "it holds the credentials of another unit",
            "src/core/exec-credential.c, exec_setup_credentials",
            Since.systemd(247),
            Rule.Evidence.RECORDED),
    KNOCKED_AT(
            "its service is skipped, and who knocks brings it down",
            "systemd.socket(5), TriggerLimitIntervalSec=; "
                    + "src/core/socket.c, socket_enter_running",
            Since.systemd(230),
            Rule.Evidence.test("UnseenSystemsTest")),
    NO_BOOT(
            "without sys_admin systemd cannot mount /run, and gives up",
            "src/shared/mount-setup.c, mount_setup",
            Since.BOOTED_245,
            Rule.Evidence.RECORDED);

    private final String meaning;
    private final String source;
    private final Since since;
    private final Rule.Evidence evidence;

    GeneralRule(String meaning, String source, Since since, Rule.Evidence evidence) {
        this.meaning = meaning;
        this.source = source;
        this.since = since;
        this.evidence = evidence;
    }

    @Override
    public String meaning() {
        return meaning;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Since since() {
        return since;
    }

    @Override
    public Rule.Evidence evidence() {
        return evidence;
    }
}
