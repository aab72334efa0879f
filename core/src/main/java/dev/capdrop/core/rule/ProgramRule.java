package dev.capdrop.core.rule;

import dev.capdrop.core.rule.Rule.Since;

/// What the start of a widespread program comes to when the kernel refuses it a capability that it
/// was seen to use: a row each.
///
/// The functions were read in the versions that Debian 11 to 13 and testing have. To which units a
/// row applies is decided where a start is looked at (`core.execution`).
///
/// A rule keeps its name, for administrators and reports use it; docs/reference/rules.md is made of
/// this table.
public enum ProgramRule implements Rule {
    AVAHI(
            "avahi-daemon",
            "chown setgid setuid sys_chroot",
            "",
            "avahi 0.8",
            "avahi-daemon/main.c, make_runtime_dir, drop_root and run_server; caps.c,"
                    + " avahi_caps_reduce"),
    /// What the functions say is not looked at.
    CONNMAN(
            "connmand",
            "",
            "net_admin net_bind_service net_raw",
            "connman 1.42",
            "src/main.c, __connman_*_init of DNS proxy, rtnl and DHCP"),
    /// Another user is become in the child that executes a job.
    CRON("cron", "", "setgid setuid", "cron 3.0pl1", "do_command.c"),
    /// Errors of files and of addresses are logged, and end it only where `FatalErrors` names them.
    CUPS(
            "cupsd",
            "",
            "chown dac_override fowner net_bind_service",
            "cups 2.4",
            "scheduler/conf.c, cupsdReadConfiguration and cupsdCheckPermissions;"
                    + " scheduler/listen.c, cupsdStartListening"),
    /// libcap-ng sets no more than it holds there, and takes no setpcap.
    DBUS(
            "dbus-daemon",
            "setgid setuid",
            "setpcap",
            "dbus 1.12 to 1.16",
            "bus/bus.c, bus_context_new; bus/audit.c, _dbus_change_to_daemon_user"),
    /// Its services become other users in their own processes.
    DOVECOT(
            "dovecot",
            "chown net_bind_service",
            "setgid setuid",
            "dovecot 2.3 and 2.4",
            "src/master/service-listen.c"),
    EXIM(
            "update-exim4.conf exim4",
            "setgid setuid",
            "",
            "exim 4.98",
            "src/exim.c, exim_setugid: LOG_PANIC_DIE"),
    HAPROXY(
            "haproxy",
            "setgid setuid sys_chroot",
            "",
            "haproxy 2.6 to 3.0",
            "src/haproxy.c, set_identity and main"),
    /// A file that cannot be opened is logged, and left out.
    INETUTILS_SYSLOGD("syslogd", "", "dac_override", "inetutils 2.5", "src/syslogd.c, cfline"),
    /// That setgroups(2) is refused it passes over.
    MEMCACHED(
            "systemd-memcached-wrapper",
            "setgid setuid",
            "",
            "memcached 1.6",
            "memcached.c, main: failed to assume identity of user"),
    /// What cannot be read of a process is left out.
    MONIT("monit", "", "sys_ptrace", "monit 5.33 and later", "src/process/sysdep_LINUX.c"),
    /// chown(1) before it ends with 1 when it is refused, and so does the start.
    MOSQUITTO(
            "mkdir chown mkdir chown mosquitto",
            "chown setgid setuid",
            "",
            "mosquitto 2.0",
            "src/mosquitto.c, drop_privileges; chown(1)"),
    /// It executes plugins in children.
    MUNIN_NODE(
            "install munin-node",
            "chown",
            "net_admin",
            "coreutils 9",
            "src/install.c, of install(1) before it"),
    /// It sets no more than it holds, and takes no setpcap.
    NAMED(
            "named",
            "setgid setuid",
            "net_bind_service setpcap",
            "bind 9.18 and 9.20",
            "bin/named/os.c, named_os_changeuser and linux_setcaps; lib/ns/interfacemgr.c:"
                    + " interface ignored"),
    /// That a PID file cannot be handed over is logged.
    NSD(
            "nsd",
            "net_bind_service setgid setuid",
            "chown",
            "nsd 4.3 to 4.11",
            "nsd.c: unable to set user id; server.c, bind(2)"),
    /// Its script hears of the exit (`daemonize_ready`). Where that script looks at each process
    /// with start-stop-daemon(8), one that it may not read is another program to it.
    NSLCD(
            "nslcd",
            "setgid setuid",
            "sys_ptrace",
            "nss-pam-ldapd 0.9",
            "nslcd/nslcd.c: cannot setuid; dpkg, utils/start-stop-daemon.c, pid_is_exec"),
    OPENDKIM("opendkim", "setgid setuid", "", "opendkim 2.11", "opendkim/opendkim.c, main"),
    /// Other users are become in children (`fpm_unix_init_child`).
    PHP_FPM(
            "php-fpm8.2",
            "chown",
            "setgid setuid",
            "php 8",
            "sapi/fpm/fpm/fpm_unix.c, fpm_unix_set_socket_permissions"),
    /// See [#PHP_FPM].
    PHP_FPM_OF_TRIXIE(
            "php-fpm8.4",
            "chown",
            "setgid setuid",
            "php 8",
            "sapi/fpm/fpm/fpm_unix.c, fpm_unix_set_socket_permissions"),
    /// chroot(2) is called by children.
    POSTFIX(
            "postfix postfix",
            "net_bind_service setgid setuid",
            "sys_chroot",
            "postfix 3.7 and 3.10",
            "src/util/set_eugid.c and inet_listen.c, msg_fatal; src/util/chroot_uid.c"),
    /// See [#POSTFIX].
    POSTMULTI(
            "configure-instance.sh postmulti",
            "net_bind_service setgid setuid",
            "sys_chroot",
            "postfix 3.7 and 3.10",
            "src/util/set_eugid.c and inet_listen.c, msg_fatal; src/util/chroot_uid.c"),
    /// An error ends pg_ctlcluster(1), and nothing runs then.
    POSTGRESQL(
            "pg_ctlcluster",
            "setgid setuid",
            "",
            "postgresql-common of Debian 11 to 13 and testing",
            "PgCommon.pm, change_ugid"),
    POSTGREY(
            "postgrey",
            "setgid setuid",
            "",
            "Net::Server of Debian 11 to 13 and testing",
            "Net/Server/Daemonize.pm, set_gid and set_uid"),
    PRIVOXY(
            "privoxy",
            "setgid setuid",
            "",
            "privoxy 4",
            "jcc.c, main: Cannot setuid(), LOG_LEVEL_FATAL"),
    /// chown(1) and chmod(1) before it end with 1 when they are refused, chmod(1) of a folder that
    /// is another user's by then. Who cannot become its user ends, and `manager` with it.
    RDNSSD(
            "mkdir chown chmod rdnssd",
            "chown fowner setgid setuid",
            "",
            "ndisc6 1.0",
            "rdnss/rdnssd.c, drop_privileges in worker; chown(1), chmod(1)"),
    RPCBIND("rpcbind", "setgid setuid", "", "rpcbind 1.2", "src/rpcbind.c, main"),
    /// That its PID file cannot be handed over is a warning.
    STATD(
            "rpc.statd",
            "setgid setpcap setuid",
            "chown",
            "nfs-utils 2.6 and 2.8",
            "support/nsm/file.c, nsm_drop_privileges and prune_bounding_set"),
    /// An action whose file cannot be opened is suspended.
    RSYSLOG("rsyslogd", "", "chown dac_override", "rsyslog 8", "tools/omfile.c"),
    SLAPD(
            "slapd",
            "setgid setuid",
            "",
            "openldap 2.5 and 2.6",
            "servers/slapd/user.c, slap_init_user"),
    SNMPD(
            "snmpd",
            "net_bind_service setgid setuid",
            "",
            "net-snmp 5.9",
            "agent/snmpd.c, main: setuid failed, Error opening specified endpoint"),
    /// That setgroups(2) is refused is a line for debugging, other users are become by children.
    SSHD("sshd sshd", "", "setgid", "openssh 9.2 to 10", "sshd.c, main"),
    TFTPD(
            "in.tftpd",
            "net_bind_service",
            "",
            "tftp-hpa 5.2",
            "tftpd/tftpd.c, main: cannot bind to local IPv4 socket"),
    TINYPROXY("tinyproxy", "setgid setuid", "", "tinyproxy 1.11", "src/main.c, change_user"),
    /// install(1) makes a folder in /run, hands it over, sets its mode after that, and ends with 1
    /// when it may not.
    TOR(
            "install tor tor",
            "chown fowner setgid setuid",
            "",
            "tor 0.4, coreutils 9",
            "src/lib/process/setuid.c, switch_id; src/install.c, of install(1)"),
    ULOGD("ulogd", "setgid setuid", "", "ulogd 2.0", "src/ulogd.c, main: ULOGD_FATAL"),
    NSCD(
            "nscd",
            "setgid setuid",
            "",
            "unscd 0.54, glibc 2.31 to 2.41",
            "nscd.c, main; nscd/connections.c, finish_drop_privileges"),
    VSFTPD(
            "mkdir vsftpd",
            "net_bind_service",
            "",
            "vsftpd 3.0",
            "standalone.c, vsf_standalone_main: could not bind listening IPv4 socket");

    private final String commands;
    private final String ending;
    private final String goingOn;
    private final Since since;
    private final String source;

    /// @param commands the names of the unit's commands up to the one that makes it active, in
    ///   order
    /// @param ending what it ends without
    /// @param goingOn what it does as well without
    /// @param versions those of which the source was read
    ProgramRule(String commands, String ending, String goingOn, String versions, String source) {
        this.commands = commands;
        this.ending = ending;
        this.goingOn = goingOn;
        this.since = new Since(versions);
        this.source = source;
    }

    /// The names of the unit's commands up to the one that makes it active, in order, with a blank
    /// between each two.
    public String commands() {
        return commands;
    }

    /// The capabilities that it ends without, with blanks between them.
    public String ending() {
        return ending;
    }

    /// The capabilities that it does as well without, with blanks between them.
    public String goingOn() {
        return goingOn;
    }

    @Override
    public String word() {
        return "program-" + Rule.super.word();
    }

    @Override
    public String meaning() {
        String program = commands.substring(commands.lastIndexOf(' ') + 1);
        String ends = ending.isEmpty() ? "" : " ends without " + listed(ending);
        String goes = goingOn.isEmpty() ? "" : " does as well without " + listed(goingOn);
        return program + ends + (ends.isEmpty() || goes.isEmpty() ? "" : ", and") + goes;
    }

    private static String listed(String names) {
        return names.replace(" ", ", ");
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
        return Rule.Evidence.RECORDED;
    }
}
