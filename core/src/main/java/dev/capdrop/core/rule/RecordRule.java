package dev.capdrop.core.rule;

import dev.capdrop.core.rule.Rule.Since;

/// What a unit's start goes on without, where a record of whole boots shows what it asks for: a row
/// each. None of them counts without such a record.
///
/// A rule keeps its name, for administrators and reports use it; docs/reference/rules.md is made of
/// this table.
public enum RecordRule implements Rule {
    NOT_USED(
            "in the whole boots that were watched it was not granted it once",
            "what was seen",
            Since.ANY,
            Rule.Evidence.RECORDED),
    /// It goes on with the next line when one fails, and ends with EX_CANTCREAT, which
    /// `SuccessExitStatus=` of the units that set up calls a success; that of the one that cleans
    /// does not.
    SET_UP_OF_FILES(
            "systemd-tmpfiles goes on with the next line when one is refused",
            "src/tmpfiles/tmpfiles.c, run; systemd-tmpfiles(8), \"Exit status\"",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    /// What cannot be read of a sender is missing in its entries. A message that cannot be passed
    /// on with its sender's credentials is not passed on.
    SENDERS_OF_MESSAGES(
            "systemd-journald leaves out what it may not read or pass on of a sender",
            "src/journal/journald-context.c, client_context_really_refresh;"
                    + " src/journal/journald-syslog.c, forward_syslog_iovec;"
                    + " net/core/scm.c, scm_check_creds",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    /// "Failed to set receive buffer size […], ignoring".
    RECEIVE_BUFFER(
            "systemd-udevd goes on with a receive buffer as small as everybody's",
            "src/udev/udev-manager.c (src/udev/udevd.c)",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    /// A set-group-ID bit is left out, or is gone after a write.
    NEVER_REFUSED(
            "without it no call is refused",
            "fs/attr.c, setattr_prepare; fs/inode.c, inode_init_owner and file_remove_privs;"
                    + " fs/posix_acl.c, posix_acl_update_mode",
            new Since("Linux 5.10 to 7.2"),
            Rule.Evidence.RECORDED),
    /// The kernel asks at each capset(2), and refuses nothing as long as no more becomes
    /// inheritable than is permitted. systemd does so for every command of its sandbox up to 252,
    /// from 255 on only where there are ambient capabilities.
    FORMAL_SETPCAP(
            "systemd alone asked for it, and clears inheritable capabilities without",
            "security/commoncap.c, cap_inh_is_capped and cap_capset;"
                    + " src/basic/capability-util.c, capability_ambient_set_apply",
            new Since("systemd 247 to 252, and since 255"),
            Rule.Evidence.RECORDED),
    /// Two requests, each of which the kernel checks twice; what comes of it is not looked at.
    OWN_LOOPBACK(
            "systemd alone asked for it, for the loopback interface of PrivateNetwork=",
            "src/shared/loopback-setup.c, loopback_setup;"
                    + " src/core/exec-invoke.c (src/core/execute.c)",
            Since.BOOTED,
            Rule.Evidence.RECORDED),
    /// A user namespace is made to try whether the file system can map ids; where that is refused
    /// they are not mapped.
    TRIED_NAMESPACE(
            "systemd alone asked for it, to try whether a file system can map ids",
            "src/core/exec-invoke.c, setup_exec_directory;"
                    + " src/basic/namespace-util.c, is_idmapping_supported",
            Since.systemd(257),
            Rule.Evidence.RECORDED);

    private final String meaning;
    private final String source;
    private final Since since;
    private final Rule.Evidence evidence;

    RecordRule(String meaning, String source, Since since, Rule.Evidence evidence) {
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
