package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ExecLine;
import dev.capdrop.core.unit.Words;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the start of a widespread program comes to when the kernel refuses it a capability that it
/// was seen to use: a row each. It counts only for a unit that executes exactly these commands, as
/// root, and beside a record of it.
///
/// Source: the functions named, in the versions that Debian 11 to 13 and testing have. The recorded
/// boots of these images do not contradict any row.
enum WellKnownStart {
    /// avahi 0.8, avahi-daemon/main.c: `make_runtime_dir` looks at the owner that chown(2) did not
    /// give it, `drop_root` and the chroot(2) in `run_server` return -1, caps.c,
    /// `avahi_caps_reduce`, sets no less than it needs: each ends `main`.
    AVAHI("avahi-daemon", "chown setgid setuid sys_chroot", ""),
    /// connman 1.42, src/main.c: what the `__connman_*_init` of DNS proxy, rtnl and DHCP say is not
    /// looked at.
    CONNMAN("connmand", "", "net_admin net_bind_service net_raw"),
    /// cron 3.0pl1, do_command.c: another user is become in the child that executes a job.
    CRON("cron", "", "setgid setuid"),
    /// cups 2.4, scheduler/conf.c, `cupsdReadConfiguration` and `cupsdCheckPermissions`,
    /// scheduler/listen.c, `cupsdStartListening`: errors of files and of addresses are logged, and
    /// end it only where `FatalErrors` names them.
    CUPS("cupsd", "", "chown dac_override fowner net_bind_service"),
    /// dbus 1.12 to 1.16, bus/bus.c, `bus_context_new`: the error of `_dbus_change_to_daemon_user`
    /// (bus/audit.c) ends it. There libcap-ng sets no more than it holds, and takes no setpcap.
    DBUS("dbus-daemon", "setgid setuid", "setpcap"),
    /// dovecot 2.3 and 2.4, src/master/service-listen.c: the error of bind(2) or chown(2) of a
    /// listener is fatal. Its services become other users in their own processes.
    DOVECOT("dovecot", "chown net_bind_service", "setgid setuid"),
    /// exim 4.98, src/exim.c, `exim_setugid`: `LOG_PANIC_DIE`.
    EXIM("update-exim4.conf exim4", "setgid setuid", ""),
    /// haproxy 2.6 to 3.0, src/haproxy.c, `set_identity` (`main` before) and the call of chroot(2)
    /// in `main`: each error is an alert and exit(1).
    HAPROXY("haproxy", "setgid setuid sys_chroot", ""),
    /// inetutils 2.5, src/syslogd.c, `cfline`: a file that cannot be opened is logged, and left
    /// out.
    INETUTILS_SYSLOGD("syslogd", "", "dac_override"),
    /// memcached 1.6, memcached.c, `main`: "failed to assume identity of user", EX_OSERR; that
    /// setgroups(2) is refused it passes over.
    MEMCACHED("systemd-memcached-wrapper", "setgid setuid", ""),
    /// monit 5.33 and later, src/process/sysdep_LINUX.c: what cannot be read of a process is left
    /// out.
    MONIT("monit", "", "sys_ptrace"),
    /// mosquitto 2.0, src/mosquitto.c, `drop_privileges`: the errors of `initgroups`, `setgid` and
    /// `setuid` end `main`. chown(1) before it ends with 1 when it is refused, and so does the
    /// start.
    MOSQUITTO("mkdir chown mkdir chown mosquitto", "chown setgid setuid", ""),
    /// munin-node is preceded by install(1), see [#TOR]. It executes plugins in children.
    MUNIN_NODE("install munin-node", "chown", "net_admin"),
    /// bind 9.18 and 9.20, bin/named/os.c, `named_os_changeuser`: `named_main_earlyfatal`;
    /// lib/ns/interfacemgr.c: "creating interface failed; interface ignored"; `linux_setcaps` of
    /// os.c sets no more than it holds, and takes no setpcap.
    NAMED("named", "setgid setuid", "net_bind_service setpcap"),
    /// nsd 4.3 to 4.11, nsd.c: "unable to set group id", "unable to set user id" and server.c, any
    /// bind(2) that fails, end it; that a PID file cannot be handed over is logged.
    NSD("nsd", "net_bind_service setgid setuid", "chown"),
    /// nss-pam-ldapd 0.9, nslcd/nslcd.c: "cannot setgid", "cannot setuid" and exit, of which its
    /// script hears (`daemonize_ready`). Where that script looks at each process with
    /// start-stop-daemon(8), one that it may not read is another program to it (dpkg,
    /// utils/start-stop-daemon.c, `pid_is_exec`).
    NSLCD("nslcd", "setgid setuid", "sys_ptrace"),
    /// opendkim 2.11, opendkim/opendkim.c, `main`: the errors of `setgid` and `setuid` return
    /// EX_NOPERM.
    OPENDKIM("opendkim", "setgid setuid", ""),
    /// php 8, sapi/fpm/fpm/fpm_unix.c, `fpm_unix_set_socket_permissions`: "failed to chown() the
    /// socket" ends it with FPM_EXIT_CONFIG. Other users are become in children
    /// (`fpm_unix_init_child`).
    PHP_FPM("php-fpm8.2", "chown", "setgid setuid"),
    /// See [#PHP_FPM].
    PHP_FPM_8_4("php-fpm8.4", "chown", "setgid setuid"),
    /// postfix 3.7 and 3.10, src/util/set_eugid.c and src/util/inet_listen.c: `msg_fatal`.
    /// chroot(2) is called by children (src/util/chroot_uid.c).
    POSTFIX("postfix postfix", "net_bind_service setgid setuid", "sys_chroot"),
    /// See [#POSTFIX].
    POSTMULTI("configure-instance.sh postmulti", "net_bind_service setgid setuid", "sys_chroot"),
    /// postgresql-common, PgCommon.pm, `change_ugid`: an error ends pg_ctlcluster(1), and nothing
    /// runs then.
    POSTGRESQL("pg_ctlcluster", "setgid setuid", ""),
    /// Net::Server, Daemonize.pm, `set_gid` and `set_uid`: fatal.
    POSTGREY("postgrey", "setgid setuid", ""),
    /// privoxy 4, jcc.c, `main`: "Cannot setgid()", "Cannot setuid()", both LOG_LEVEL_FATAL.
    PRIVOXY("privoxy", "setgid setuid", ""),
    /// chown(1) and chmod(1) before it end with 1 when they are refused, chmod(1) of a folder that
    /// is another user's by then; ndisc6 1.0, rdnss/rdnssd.c, `drop_privileges` in `worker`: who
    /// cannot become its user ends, and `manager` with it.
    RDNSSD("mkdir chown chmod rdnssd", "chown fowner setgid setuid", ""),
    /// rpcbind 1.2, src/rpcbind.c, `main`: "setgid to '_rpc' failed" and the like, exit(1).
    RPCBIND("rpcbind", "setgid setuid", ""),
    /// nfs-utils 2.6 and 2.8, support/nsm/file.c, `nsm_drop_privileges` and `prune_bounding_set`:
    /// false ends utils/statd/statd.c; that its PID file cannot be handed over is a warning.
    STATD("rpc.statd", "setgid setpcap setuid", "chown"),
    /// rsyslog 8, tools/omfile.c: an action whose file cannot be opened is suspended.
    RSYSLOG("rsyslogd", "", "chown dac_override"),
    /// openldap 2.5 and 2.6, servers/slapd/user.c, `slap_init_user`: exit(EXIT_FAILURE).
    SLAPD("slapd", "setgid setuid", ""),
    /// net-snmp 5.9, agent/snmpd.c, `main`: "setgid failed", "setuid failed", "Error opening
    /// specified endpoint" and exit.
    SNMPD("snmpd", "net_bind_service setgid setuid", ""),
    /// openssh 9.2 to 10, sshd.c, `main`: that setgroups(2) is refused is a line for debugging,
    /// other users are become by children.
    SSHD("sshd sshd", "", "setgid"),
    /// tftp-hpa 5.2, tftpd/tftpd.c, `main`: "cannot bind to local IPv4 socket", exit.
    TFTPD("in.tftpd", "net_bind_service", ""),
    /// tinyproxy 1.11, src/main.c, `change_user`: EX_NOPERM.
    TINYPROXY("tinyproxy", "setgid setuid", ""),
    /// tor 0.4, src/lib/process/setuid.c, `switch_id`: an error ends it. coreutils 9,
    /// src/install.c: install(1) makes a folder in /run, hands it over, sets its mode after that,
    /// and ends with 1 when it may not.
    TOR("install tor tor", "chown fowner setgid setuid", ""),
    /// ulogd 2.0, src/ulogd.c, `main`: ULOGD_FATAL ends it.
    ULOGD("ulogd", "setgid setuid", ""),
    /// unscd 0.54, nscd.c, `main`: `perror_and_die`; glibc 2.31 to 2.41, nscd/connections.c,
    /// `finish_drop_privileges`: `do_exit`.
    NSCD("nscd", "setgid setuid", ""),
    /// vsftpd 3.0, standalone.c, `vsf_standalone_main`: "could not bind listening IPv4 socket".
    VSFTPD("mkdir vsftpd", "net_bind_service", "");

    private static final String SCRIPTS = "/etc/init.d/";

    private static final List<String> PLACES =
            List.of("/usr/", "/bin/", "/sbin/", "/lib/", SCRIPTS);

    /// Most scripts have the program become a daemon first, and end well whatever becomes of it.
    private static final Set<WellKnownStart> HEARD_OF_BY_THEIR_SCRIPTS =
            EnumSet.of(MONIT, NSLCD, SLAPD);

    /// What ends a start before its program is executed, unless a failure of it is passed over.
    private static final Set<String> HANDING_OVER = Set.of("chmod", "chown", "install");

    private final String commands;
    private final CapabilitySet ending;
    private final CapabilitySet goingOn;

    /// @param commands the names of the unit's commands up to the one that makes it active, in
    ///   order
    /// @param ending what it ends without
    /// @param goingOn what it does as well without
    WellKnownStart(String commands, String ending, String goingOn) {
        this.commands = commands;
        this.ending = set(ending);
        this.goingOn = set(goingOn);
    }

    private static CapabilitySet set(String names) {
        return CapabilitySet.of(Words.split(names).toArray(String[]::new));
    }

    /// What such a start fails without; none of a unit that no row is for.
    static CapabilitySet endingWithout(Execution execution) {
        WellKnownStart row = of(execution);
        return row == null ? CapabilitySet.EMPTY : row.ending;
    }

    /// What such a start goes on without; none of a unit that no row is for.
    static CapabilitySet goingOnWithout(Execution execution) {
        WellKnownStart row = of(execution);
        return row == null ? CapabilitySet.EMPTY : row.goingOn;
    }

    /// Whether it is where packages put programs, so that one of another make does not pass for it.
    private static boolean isOfDistribution(ExecLine command) {
        String program = command.program();
        return !program.contains("/")
                || (PLACES.stream().anyMatch(program::startsWith)
                        && !program.startsWith("/usr/local/"));
    }

    private static @Nullable WellKnownStart of(Execution execution) {
        if (execution.changesGroups()
                || !execution.commands().stream().allMatch(WellKnownStart::isOfDistribution)) {
            return null;
        }
        String names =
                execution.commands().stream().map(ExecLine::name).collect(Collectors.joining(" "));
        for (WellKnownStart row : values()) {
            if (row.commands.equals(names)) {
                return row.isExecutedAs(execution) ? row : null;
            }
        }
        return null;
    }

    private boolean isExecutedAs(Execution execution) {
        boolean script =
                execution.commands().stream().anyMatch(one -> one.program().startsWith(SCRIPTS));
        boolean passedOver =
                execution.commands().stream()
                        .anyMatch(one -> one.mayFail() && HANDING_OVER.contains(one.name()));
        return !passedOver && (!script || HEARD_OF_BY_THEIR_SCRIPTS.contains(this));
    }
}
