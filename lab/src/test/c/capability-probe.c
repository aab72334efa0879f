/*
 * Asks the running kernel where it honours a capability.
 *
 * Each probe is one thing that one capability permits, at one place of the kernel. Each is tried four
 * times: by root of the initial and by root of a user namespace of its own, as a container has one,
 * with all capabilities that this process holds and with the one less (and less those that the kernel
 * takes in its place). All in mount, network, UTS, IPC, pid and time namespaces of the same owner.
 *
 * A line a probe: "NUMBER PLACE WITH WITHOUT WITH WITHOUT", first the initial namespace, then the
 * container's; each is granted, refused, or unknown where this kernel cannot be asked.
 *
 * usage: capability-probe DIRECTORY   as root; the directory is empty, on a file system of the host
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define SHIFT 100000
#define OTHER 1
#define BIT(capability) (1ull << (capability))

enum verdict { GRANTED, REFUSED, UNKNOWN };

static pid_t other;       /* a process of user 1 of the same namespace */
static int other_segment; /* its shared memory, closed to others */
static int opened;        /* the file "own", opened with all capabilities */
static char *page;

static void die(const char *what) {
    perror(what);
    exit(9);
}

static void require(int result, const char *what) {
    if (result < 0)
        die(what);
}

/* What a call's result says; any error that comes after the check means that it was passed. */
static enum verdict asked(long result) {
    if (result >= 0)
        return GRANTED;
    switch (errno) {
    case EPERM:
    case EACCES:
        return REFUSED;
    case ENOSYS:
    case ENOTTY:
    case EOPNOTSUPP:
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
        return UNKNOWN;
    default:
        return GRANTED;
    }
}

static enum verdict when(int granted) { return granted ? GRANTED : REFUSED; }

/* Files: "own" is root's, with group 7; "suid" root's and set-user-ID; "other" user 1's, mode 0600,
   in "sticky", which is user 1's, too; "mount" a tmpfs of the namespace. */

static enum verdict chown_ok(void) { return asked(chown("sticky/other", 3, -1)); }
static enum verdict chgrp_ok(void) { return asked(chown("sticky/other", -1, 3)); }
static enum verdict write_other(void) { return asked(open("sticky/other", O_WRONLY)); }
static enum verdict read_other(void) { return asked(open("sticky/other", O_RDONLY)); }
static enum verdict chmod_other(void) { return asked(chmod("sticky/other", 0644)); }
static enum verdict unlink_other(void) { return asked(unlink("sticky/third")); }

static enum verdict by_handle(const char *path, int flags) {
    struct {
        struct file_handle head;
        unsigned char rest[MAX_HANDLE_SZ];
    } handle = {.head.handle_bytes = MAX_HANDLE_SZ};
    int mount_id, root = open("mount", O_RDONLY | O_DIRECTORY);
    if (root < 0 || name_to_handle_at(AT_FDCWD, path, &handle.head, &mount_id, 0) != 0)
        return UNKNOWN;
    enum verdict verdict = asked(open_by_handle_at(root, &handle.head, O_RDONLY | flags));
    return errno == ESTALE && verdict == GRANTED ? REFUSED : verdict;
}

static enum verdict directory_by_handle(void) { return by_handle("mount/in", O_DIRECTORY); }

static enum verdict file_by_handle(void) {
    errno = 0;
    return by_handle("mount/file", 0);
}

/* refused with ENOENT, for the file was opened with other credentials */
static enum verdict link_empty_path(void) {
    int result = linkat(opened, "", AT_FDCWD, "linked", AT_EMPTY_PATH);
    return result < 0 && errno == ENOENT ? REFUSED : asked(result);
}

static enum verdict set_group_id(void) {
    struct stat now;
    require(chmod("own", 02755), "chmod");
    require(stat("own", &now), "stat");
    return when(now.st_mode & S_ISGID);
}

static enum verdict write_set_user_id(void) {
    struct stat now;
    int file = open("suid", O_WRONLY);
    require(file, "open");
    require(write(file, "x", 1), "write");
    require(stat("suid", &now), "stat");
    return when(now.st_mode & S_ISUID);
}

static enum verdict append_only(void) {
    int flags, file = open("own", O_RDONLY);
    if (ioctl(file, FS_IOC_GETFLAGS, &flags) != 0)
        return UNKNOWN;
    int with = flags | FS_APPEND_FL;
    enum verdict verdict = asked(ioctl(file, FS_IOC_SETFLAGS, &with));
    if (verdict == GRANTED)
        require(ioctl(file, FS_IOC_SETFLAGS, &flags), "FS_IOC_SETFLAGS");
    return verdict;
}

static enum verdict make_device(void) {
    enum verdict verdict = asked(mknod("device", S_IFCHR | 0600, 0x103));
    unlink("device");
    return verdict;
}

static enum verdict lease_other(void) {
    int file = open("sticky/other", O_RDONLY);
    require(file, "open");
    return asked(fcntl(file, F_SETLEASE, F_RDLCK));
}

static enum verdict file_capability(void) {
    static const unsigned char empty[20] = {0, 0, 0, 2};
    return asked(setxattr("own", "security.capability", empty, sizeof empty, 0));
}

static enum verdict trusted_attribute(void) {
    return asked(setxattr("own", "trusted.capdrop", "x", 1, 0));
}

static enum verdict security_attribute(void) {
    return asked(setxattr("mount/file", "security.capdrop", "x", 1, 0));
}

/* Processes. */

static enum verdict signal_other(void) { return asked(kill(other, 0)); }
static enum verdict set_gid(void) { return asked(setgid(5)); }
static enum verdict set_uid(void) { return asked(setuid(5)); }

static enum verdict set_groups(void) {
    gid_t group = 5;
    return asked(setgroups(1, &group));
}

static enum verdict drop_bounding(void) { return asked(prctl(PR_CAPBSET_DROP, CAP_WAKE_ALARM)); }

static enum verdict set_securebits(void) {
    return asked(prctl(PR_SET_SECUREBITS, SECBIT_NO_CAP_AMBIENT_RAISE));
}

static void get_sets(struct __user_cap_data_struct data[2]) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    require(syscall(SYS_capget, &header, data), "capget");
}

static int set_sets(struct __user_cap_data_struct data[2]) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    return syscall(SYS_capset, &header, data);
}

/* what is in the bounding set and neither permitted nor inheritable */
static enum verdict inherit(void) {
    struct __user_cap_data_struct data[2];
    get_sets(data);
    data[0].inheritable |= BIT(CAP_KILL);
    return asked(set_sets(data));
}

static enum verdict enter_root(void) { return asked(chroot("sticky")); }
static enum verdict trace_other(void) { return asked(ptrace(PTRACE_SEIZE, other, 0, 0)); }
static enum verdict set_nice_other(void) { return asked(setpriority(PRIO_PROCESS, other, 5)); }

static enum verdict set_affinity_other(void) {
    cpu_set_t cpus;
    require(sched_getaffinity(0, sizeof cpus, &cpus), "sched_getaffinity");
    return asked(sched_setaffinity(other, sizeof cpus, &cpus));
}

static enum verdict raise_priority(void) { return asked(setpriority(PRIO_PROCESS, 0, -1)); }

static enum verdict real_time(void) {
    struct sched_param param = {.sched_priority = 1};
    return asked(sched_setscheduler(0, SCHED_FIFO, &param));
}

static enum verdict real_time_io(void) {
    return asked(syscall(SYS_ioprio_set, 1, 0, 1 << 13 | 4));
}

static enum verdict limits_of_other(void) {
    struct rlimit limit;
    return asked(prlimit(other, RLIMIT_CORE, NULL, &limit));
}

static enum verdict raise_limit(void) {
    struct rlimit low = {10, 10}, high = {10, 11};
    require(setrlimit(RLIMIT_MSGQUEUE, &low), "setrlimit");
    return asked(setrlimit(RLIMIT_MSGQUEUE, &high));
}

static enum verdict big_pipe(void) {
    int ends[2];
    require(pipe(ends), "pipe");
    return asked(fcntl(ends[0], F_SETPIPE_SZ, 1 << 22));
}

static enum verdict lower_oom(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY);
    require(file, "oom_score_adj");
    return asked(write(file, "-999", 4));
}

static enum verdict choose_pid(void) {
    pid_t pid = 300;
    struct clone_args args = {
        .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1};
    long child = syscall(SYS_clone3, &args, sizeof args);
    if (child == 0)
        _exit(0);
    return asked(child);
}

static enum verdict map_file(void) {
    char path[128];
    unsigned long from, to;
    FILE *maps = fopen("/proc/self/maps", "r");
    if (maps == NULL || fscanf(maps, "%lx-%lx", &from, &to) != 2)
        return UNKNOWN;
    snprintf(path, sizeof path, "/proc/self/map_files/%lx-%lx", from, to);
    enum verdict verdict = asked(open(path, O_RDONLY));
    return errno == ENOENT && verdict == GRANTED ? UNKNOWN : verdict;
}

/* Memory and System V IPC. */

static enum verdict lock_segment(void) { return asked(shmctl(other_segment, SHM_UNLOCK, NULL)); }

static enum verdict attach_segment(void) {
    return asked(shmat(other_segment, NULL, SHM_RDONLY) == (void *)-1 ? -1 : 0);
}

static enum verdict lock_memory(void) {
    struct rlimit none = {0, 0};
    require(setrlimit(RLIMIT_MEMLOCK, &none), "setrlimit");
    return asked(mlock(page, 1));
}

static enum verdict map_zero(void) {
    void *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    return asked(at == MAP_FAILED ? -1 : 0);
}

/* The network. */

static enum verdict bind_low(void) {
    struct sockaddr_in port = {.sin_family = AF_INET, .sin_port = htons(80)};
    return asked(bind(socket(AF_INET, SOCK_STREAM, 0), (void *)&port, sizeof port));
}

static enum verdict listen_all(void) {
    int on = 1, link = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    return asked(setsockopt(link, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &on, sizeof on));
}

static enum verdict interface_up(void) {
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    return asked(ioctl(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFFLAGS, &request));
}

static enum verdict option(int name, int value) {
    int one = socket(AF_INET, SOCK_DGRAM, 0);
    return asked(setsockopt(one, SOL_SOCKET, name, &value, sizeof value));
}

static enum verdict force_buffer(void) { return option(SO_SNDBUFFORCE, 1 << 20); }
static enum verdict set_mark(void) { return option(SO_MARK, 1); }
static enum verdict set_priority(void) { return option(SO_PRIORITY, 7); }
static enum verdict raw_socket(void) { return asked(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); }
static enum verdict packet_socket(void) { return asked(socket(AF_PACKET, SOCK_RAW, 0)); }

static enum verdict audit_group(void) {
    struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = 1};
    int audit = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
    return audit < 0 ? UNKNOWN : asked(bind(audit, (void *)&group, sizeof group));
}

/* The machine. Nothing here changes anything of it: each call is one that fails after the check. */

static enum verdict load_module(void) { return asked(syscall(SYS_init_module, NULL, 0, "")); }
static enum verdict delete_module(void) {
    return asked(syscall(SYS_delete_module, "capdrop_none", O_NONBLOCK));
}
static enum verdict account(void) { return asked(acct("/nonexistent/account")); }
static enum verdict swap_off(void) { return asked(swapoff("/nonexistent/swap")); }
static enum verdict console_level(void) { return asked(klogctl(8, NULL, 99)); }
static enum verdict kexec(void) { return asked(syscall(SYS_kexec_load, 0, 0, NULL, 0x8000)); }

static enum verdict io_level(void) {
#if defined(__x86_64__)
    return asked(iopl(3));
#else
    return UNKNOWN;
#endif
}

static enum verdict reboot_namespace(void) {
    if (getpid() != 1)
        return UNKNOWN; /* never that of the host */
    return asked(syscall(SYS_reboot, 0xfee1dead, 672274793, 0x7654321, NULL));
}

static enum verdict adjust_clock(void) {
    struct timex now = {.modes = 0};
    require(adjtimex(&now), "adjtimex");
    now.modes = ADJ_ESTERROR;
    return asked(adjtimex(&now));
}

static enum verdict offset_clock(void) {
    int file = open("/proc/self/timens_offsets", O_WRONLY);
    return file < 0 ? UNKNOWN : asked(write(file, "monotonic 5 0", 13));
}

static enum verdict hang_up(void) { return getsid(0) == getpid() ? asked(vhangup()) : UNKNOWN; }
static enum verdict mount_tmpfs(void) { return asked(mount("none", "mount", "tmpfs", 0, NULL)); }
static enum verdict host_name(void) { return asked(sethostname("capdrop", 7)); }

static enum verdict filter(void) {
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {1, &allow};
    return asked(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}

static enum verdict alarm_timer(void) { return asked(timerfd_create(CLOCK_BOOTTIME_ALARM, 0)); }

/* the kernel takes the flag away in silence */
static enum verdict wake_up(void) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLWAKEUP};
    char path[64], line[256];
    int ends[2], poll = epoll_create1(0), kept = 0;
    if (access("/sys/power/wakeup_count", F_OK) != 0)
        return UNKNOWN;
    require(pipe(ends), "pipe");
    require(epoll_ctl(poll, EPOLL_CTL_ADD, ends[0], &event), "epoll_ctl");
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", poll);
    FILE *info = fopen(path, "r");
    while (info != NULL && fgets(line, sizeof line, info) != NULL) {
        unsigned events;
        if (sscanf(line, "tfd: %*d events: %x", &events) == 1)
            kept = (events & EPOLLWAKEUP) != 0;
    }
    return when(kept);
}

static enum verdict watch_cpu(void) {
    struct perf_event_attr attr = {
        .type = PERF_TYPE_SOFTWARE, .size = sizeof attr, .config = PERF_COUNT_SW_CPU_CLOCK};
    return asked(syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0));
}

static enum verdict make_map(void) {
    union bpf_attr attr = {.map_type = BPF_MAP_TYPE_LPM_TRIE,
                           .key_size = 8,
                           .value_size = 4,
                           .max_entries = 1,
                           .map_flags = BPF_F_NO_PREALLOC};
    return asked(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr));
}

/* PLACE as in the table of knowledge, with the beginning of the remark there where it is needed to
   tell two alike; INSTEAD holds what the kernel takes in the capability's place. */
static const struct probe {
    int capability;
    const char *place;
    enum verdict (*ask)(void);
    uint64_t instead;
} probes[] = {
    {CAP_CHOWN, "fs/attr.c:chown_ok", chown_ok, 0},
    {CAP_CHOWN, "fs/attr.c:chgrp_ok", chgrp_ok, 0},
    {CAP_DAC_OVERRIDE, "fs/namei.c:generic_permission", write_other, 0},
    {CAP_DAC_READ_SEARCH, "fs/namei.c:generic_permission", read_other, BIT(CAP_DAC_OVERRIDE)},
    {CAP_DAC_READ_SEARCH, "fs/namei.c:path_init", link_empty_path, 0},
    {CAP_DAC_READ_SEARCH, "fs/fhandle.c:may_decode_fh(directories", directory_by_handle, 0},
    {CAP_DAC_READ_SEARCH, "fs/fhandle.c:may_decode_fh(files", file_by_handle, 0},
    {CAP_FOWNER, "fs/inode.c:inode_owner_or_capable", chmod_other, 0},
    {CAP_FOWNER, "fs/namei.c:__check_sticky", unlink_other, 0},
    {CAP_FSETID, "fs/inode.c:in_group_or_capable", set_group_id, 0},
    {CAP_FSETID, "fs/attr.c:setattr_should_drop_suidgid", write_set_user_id, 0},
    {CAP_KILL, "kernel/signal.c:kill_ok_by_cred", signal_other, 0},
    {CAP_SETGID, "kernel/sys.c:__sys_setgid", set_gid, 0},
    {CAP_SETGID, "kernel/groups.c:may_setgroups", set_groups, 0},
    {CAP_SETUID, "kernel/sys.c:__sys_setuid", set_uid, 0},
    {CAP_SETPCAP, "security/commoncap.c:cap_prctl_drop", drop_bounding, 0},
    {CAP_SETPCAP, "security/commoncap.c:cap_task_prctl", set_securebits, 0},
    {CAP_SETPCAP, "security/commoncap.c:cap_inh_is_capped", inherit, 0},
    {CAP_LINUX_IMMUTABLE, "fs/file_attr.c:fileattr_set_prepare", append_only, 0},
    {CAP_NET_BIND_SERVICE, "net/ipv4/af_inet.c:__inet_bind", bind_low, 0},
    {CAP_NET_BROADCAST, "net/netlink/af_netlink.c:netlink_setsockopt", listen_all, 0},
    {CAP_NET_ADMIN, "net/core/dev_ioctl.c:dev_ioctl", interface_up, 0},
    {CAP_NET_ADMIN, "net/core/sock.c:sockopt_capable", force_buffer, 0},
    {CAP_NET_ADMIN, "net/core/sock.c(SO_MARK", set_mark, BIT(CAP_NET_RAW)},
    {CAP_NET_ADMIN, "net/core/sock.c(SO_MARK", set_priority, BIT(CAP_NET_RAW)},
    {CAP_NET_RAW, "net/core/sock.c(SO_MARK", set_mark, BIT(CAP_NET_ADMIN)},
    {CAP_NET_RAW, "net/core/sock.c(SO_MARK", set_priority, BIT(CAP_NET_ADMIN)},
    {CAP_NET_RAW, "net/ipv4/af_inet.c:inet_create", raw_socket, 0},
    {CAP_NET_RAW, "net/packet/af_packet.c:packet_create", packet_socket, 0},
    {CAP_IPC_LOCK, "ipc/shm.c:shmctl_do_lock", lock_segment, 0},
    {CAP_IPC_LOCK, "mm/mlock.c:can_do_mlock", lock_memory, 0},
    {CAP_IPC_OWNER, "ipc/util.c:ipcperms", attach_segment, 0},
    {CAP_SYS_MODULE, "kernel/module/main.c:may_init_module", load_module, 0},
    {CAP_SYS_MODULE, "kernel/module/main.c:delete_module", delete_module, 0},
    {CAP_SYS_RAWIO, "arch/x86/kernel/ioport.c:iopl", io_level, 0},
    {CAP_SYS_RAWIO, "security/commoncap.c:cap_mmap_addr", map_zero, 0},
    {CAP_SYS_CHROOT, "fs/open.c:chroot", enter_root, 0},
    {CAP_SYS_PTRACE, "kernel/ptrace.c:ptrace_has_cap", trace_other, 0},
    {CAP_SYS_PACCT, "kernel/acct.c:acct", account, 0},
    {CAP_SYS_ADMIN, "fs/namespace.c:may_mount", mount_tmpfs, 0},
    {CAP_SYS_ADMIN, "kernel/sys.c:sethostname", host_name, 0},
    {CAP_SYS_ADMIN, "kernel/seccomp.c:seccomp_prepare_filter", filter, 0},
    {CAP_SYS_ADMIN, "security/commoncap.c:cap_inode_setxattr", security_attribute, 0},
    {CAP_SYS_ADMIN, "mm/swapfile.c:swapoff", swap_off, 0},
    {CAP_SYS_ADMIN, "fs/xattr.c(trusted", trusted_attribute, 0},
    {CAP_SYS_BOOT, "kernel/reboot.c:reboot", reboot_namespace, 0},
    {CAP_SYS_BOOT, "kernel/kexec_core.c:kexec_load_permitted", kexec, 0},
    {CAP_SYS_NICE, "kernel/sys.c:set_one_prio_perm", set_nice_other, 0},
    {CAP_SYS_NICE, "kernel/sched/syscalls.c:sched_setaffinity", set_affinity_other, 0},
    {CAP_SYS_NICE, "kernel/sched/syscalls.c:can_nice", raise_priority, 0},
    {CAP_SYS_NICE, "kernel/sched/syscalls.c:user_check_sched_setscheduler", real_time, 0},
    {CAP_SYS_NICE, "block/ioprio.c:ioprio_check_cap", real_time_io, BIT(CAP_SYS_ADMIN)},
    {CAP_SYS_RESOURCE, "kernel/sys.c:check_prlimit_permission", limits_of_other, 0},
    {CAP_SYS_RESOURCE, "kernel/sys.c:do_prlimit", raise_limit, 0},
    {CAP_SYS_RESOURCE, "fs/pipe.c:pipe_set_size", big_pipe, 0},
    {CAP_SYS_RESOURCE, "fs/proc/base.c:__set_oom_adj", lower_oom, 0},
    {CAP_SYS_TIME, "kernel/time/namespace.c:proc_timens_set_offset", offset_clock, 0},
    {CAP_SYS_TIME, "kernel/time/timekeeping.c:timekeeping_validate_timex", adjust_clock, 0},
    {CAP_SYS_TTY_CONFIG, "fs/open.c:vhangup", hang_up, 0},
    {CAP_MKNOD, "fs/namei.c:vfs_mknod", make_device, 0},
    {CAP_LEASE, "fs/locks.c:vfs_setlease", lease_other, 0},
    {CAP_SETFCAP, "security/commoncap.c:cap_convert_nscap", file_capability, 0},
    {CAP_SYSLOG, "kernel/printk/printk.c:check_syslog_permissions", console_level, 0},
    {CAP_WAKE_ALARM, "fs/timerfd.c:timerfd_create", alarm_timer, 0},
    {CAP_BLOCK_SUSPEND, "fs/eventpoll.c:ep_take_care_of_epollwakeup", wake_up, 0},
    {CAP_AUDIT_READ, "kernel/audit.c:audit_multicast_bind", audit_group, 0},
    {38, "include/linux/perf_event.h:perf_allow_cpu", watch_cpu, BIT(CAP_SYS_ADMIN)},
    {39, "kernel/bpf/syscall.c", make_map, BIT(CAP_SYS_ADMIN)},
    {40, "kernel/pid.c:alloc_pid", choose_pid, BIT(CAP_SYS_ADMIN)},
    {40, "fs/proc/base.c:proc_map_files_get_link", map_file, BIT(CAP_SYS_ADMIN)},
};

static void make_file(const char *name, uid_t user, gid_t group, mode_t mode) {
    int file = open(name, O_CREAT | O_WRONLY, 0600);
    require(file, name);
    require(write(file, "xx", 2), name);
    require(fchown(file, user, group), name);
    require(fchmod(file, mode), name);
    close(file);
}

/* As the initial namespace's root, so that all of it is on a file system of that. */
static void make_files(const char *folder, int shift) {
    require(mkdir(folder, 0755), folder);
    require(chdir(folder), folder);
    require(chown(".", shift, shift), folder);
    require(mkdir("sticky", 0700), "sticky");
    require(mkdir("mount", 0755), "mount");
    make_file("own", shift, shift + 7, 0755);
    make_file("suid", shift, shift, 04755);
    make_file("sticky/other", shift + OTHER, shift + OTHER, 0600);
    make_file("sticky/third", shift + 2, shift + 2, 0600);
    require(chown("sticky", shift + OTHER, shift + OTHER), "sticky");
    require(chmod("sticky", 01777), "sticky");
}

static void write_map(pid_t process, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", process, name);
    FILE *map = fopen(path, "w");
    if (map == NULL || fprintf(map, "0 %d 65536\n", SHIFT) < 0 || fclose(map) != 0)
        die(path);
}

static void become_root_of_a_container(void) {
    int ready[2], mapped[2];
    char byte;
    require(pipe(ready), "pipe");
    require(pipe(mapped), "pipe");
    pid_t parent = getpid(), mapper = fork();
    if (mapper == 0) {
        require(read(ready[0], &byte, 1), "read");
        write_map(parent, "uid_map");
        write_map(parent, "gid_map");
        require(write(mapped[1], "x", 1), "write");
        _exit(0);
    }
    require(unshare(CLONE_NEWUSER), "unshare");
    require(write(ready[1], "x", 1), "write");
    require(read(mapped[0], &byte, 1), "read");
    require(setgroups(0, NULL), "setgroups");
    require(setresgid(0, 0, 0), "setresgid");
    require(setresuid(0, 0, 0), "setresuid");
}

static void start_other(void) {
    int ends[2];
    require(pipe(ends), "pipe");
    other = fork();
    if (other == 0) {
        require(setresgid(OTHER, OTHER, OTHER), "setresgid");
        require(setresuid(OTHER, OTHER, OTHER), "setresuid");
        /* else its memory, which came of an execve in the initial namespace, closes it to others */
        require(prctl(PR_SET_DUMPABLE, 1), "prctl");
        int segment = shmget(IPC_PRIVATE, 4096, 0600);
        require(write(ends[1], &segment, sizeof segment), "write");
        for (;;)
            pause();
    }
    if (read(ends[0], &other_segment, sizeof other_segment) != sizeof other_segment)
        die("other");
}

static void lose(uint64_t capabilities) {
    struct __user_cap_data_struct data[2];
    get_sets(data);
    for (int i = 0; i < 2; i++) {
        data[i].permitted &= ~(uint32_t)(capabilities >> 32 * i);
        data[i].effective &= ~(uint32_t)(capabilities >> 32 * i);
    }
    require(set_sets(data), "capset");
    require(prctl(PR_SET_DUMPABLE, 1), "prctl");
}

static int wait_for(pid_t child) {
    int status;
    require(waitpid(child, &status, 0), "waitpid");
    if (!WIFEXITED(status) || WEXITSTATUS(status) > UNKNOWN) {
        fprintf(stderr, "a probe ended with %x\n", status);
        exit(1);
    }
    return WEXITSTATUS(status);
}

/* In a pid namespace of its own, as its first process. */
static int ask(const struct probe *probe, int with) {
    require(setsid(), "setsid");
    require(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount");
    require(mount("none", "mount", "tmpfs", 0, NULL), "mount");
    require(mkdir("mount/in", 0755), "mkdir");
    make_file("mount/file", 0, 0, 0644);
    opened = open("own", O_RDONLY);
    require(opened, "own");
    start_other();
    unshare(CLONE_NEWTIME); /* not every kernel has it; a later child would freeze its clocks */
    uint64_t drop = with ? probe->instead : probe->instead | BIT(probe->capability);
    lose(probe->ask == inherit ? drop | BIT(CAP_KILL) : drop);
    errno = 0;
    return probe->ask();
}

static int in_namespaces(const struct probe *probe, const char *folder, int container, int with) {
    pid_t outer = fork();
    if (outer == 0) {
        make_files(folder, container ? SHIFT : 0);
        if (container)
            become_root_of_a_container();
        require(unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID),
                "unshare");
        pid_t inner = fork();
        _exit(inner == 0 ? ask(probe, with) : wait_for(inner));
    }
    return wait_for(outer);
}

int main(int count, char **words) {
    static const char *const says[] = {"granted", "refused", "unknown"};
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (count != 2 || page == MAP_FAILED)
        die("usage: capability-probe DIRECTORY");
    umask(0);
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        printf("%d %s", probes[i].capability, probes[i].place);
        fflush(stdout);
        for (int context = 0; context < 4; context++) {
            char folder[PATH_MAX];
            snprintf(folder, sizeof folder, "%s/%zu-%d", words[1], i, context);
            printf(" %s", says[in_namespaces(&probes[i], folder, context / 2, context % 2 == 0)]);
            fflush(stdout);
        }
        putchar('\n');
    }
    return 0;
}
