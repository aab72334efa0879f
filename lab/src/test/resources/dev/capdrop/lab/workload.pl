#!/usr/bin/perl
# workload MODE-NAME   does one thing for which the kernel checks one capability, or is known to check none. Numbers of system calls
#                      are those of x86-64. MODE is with (all that a service of root holds), without (less the capability of the row) or
#                      user (as user 9). What the last call said goes to /run/work/told; whatever it said, the workload succeeds. Where
#                      there is no fixture it makes its own files first; another user's process it cannot ask about then.
# workload fixture     makes the files and the other user's process and memory that the workloads need, so that none of them asks for
#                      more than its own capability.
# workload alone NAME… does these again and again, as the first process of a container without systemd.
use strict; use warnings; use Fcntl; use Socket;
my $home = '/run/work';
my ($dir, $victim, $segment);
sub ok { return $_[0] ? 0 : -1 }
sub option { my ($name, $value) = @_; socket my $s, PF_INET, SOCK_DGRAM, 0; return ok(setsockopt $s, SOL_SOCKET, $name, pack('i', $value)); }
sub port { my ($number) = @_; socket my $s, PF_INET, SOCK_STREAM, 6; return ok(bind $s, sockaddr_in($number, INADDR_ANY)); }
# Not with O_CREAT, for which the kernel may ask about the directory.
sub write_to { my ($path, $text) = @_; sysopen my $f, $path, O_WRONLY or return -1; return ok(defined syswrite $f, $text); }
sub audit { socket my $s, 16, 3, 9 or return -1; return $_[0]->($s); }
# In a user namespace of its own, whose root it is then. It stays for a while: which namespace a process that was refused is in
# nobody can tell when it has ended.
sub below { syscall(272, 0x10000000) == 0 or return -1; my $r = $_[0]->(); my $e = $!; sleep 2; $! = $e; return $r; }
my %do = (
    # NUMBER, what is asked, and the capabilities that the kernel takes in its place
    chown            => [0, sub { syscall(92, "$dir/own", 7, -1) }],
    chgrp            => [0, sub { syscall(92, "$dir/own", -1, 7) }],
    children         => [0, sub { for (1 .. 10000) { my $p = fork // die; if (!$p) { syscall(92, "$dir/own", 7, -1); syscall(231, 0) } waitpid $p, 0 } 0 }],
    dac_override     => [1, sub { ok(open my $h, '>>', "$dir/other") }],
    dac_read_search  => [2, sub { ok(open my $h, '<', "$dir/closed") }],
    read_closed      => [2, sub { ok(open my $h, '<', "$dir/closed") }, 1],
    fowner           => [3, sub { syscall(90, "$dir/other", 0644) }],
    sticky           => [3, sub { syscall(87, "$dir/sticky/third") }],
    fsetid           => [4, sub { syscall(90, "$dir/group", 02755) }],
    write_suid       => [4, sub { open my $h, '>>', "$dir/suid"; ok(defined syswrite $h, 'x') }],
    kill             => [5, sub { syscall(62, $victim, 0) }],
    setgid           => [6, sub { syscall(106, 9) }],
    setgroups        => [6, sub { syscall(116, 1, my $g = pack 'L', 9) }],
    setuid           => [7, sub { syscall(105, 9) }],
    setpcap          => [8, sub { syscall(157, 24, 35, 0, 0, 0) }],
    securebits       => [8, sub { syscall(157, 28, 0x40, 0, 0, 0) }],
    linux_immutable  => [9, sub { open my $h, '<', "$dir/own"; ok(ioctl $h, 0x40086602, my $flags = pack 'l!', 0x20) }],
    net_bind_service => [10, sub { port(80) }],
    port_inet6       => [10, sub { socket my $s, 10, SOCK_STREAM, 6; ok(bind $s, pack('S n L a16 L', 10, 443, 0, "\0" x 16, 0)) }],
    net_broadcast    => [11, sub { socket my $s, 16, 3, 0; ok(setsockopt $s, 270, 8, pack('i', 1)) }],
    net_admin        => [12, sub { socket my $s, PF_INET, SOCK_DGRAM, 0; ok(ioctl $s, 0x8914, my $r = pack('a16 s x22', 'lo', 0x49)) }],
    force_buffer     => [12, sub { option(32, 1 << 20) }],
    net_raw          => [13, sub { ok(socket my $s, PF_INET, SOCK_RAW, 1) }],
    packet_socket    => [13, sub { ok(socket my $s, 17, SOCK_RAW, 0) }],
    socket_mark      => [13, sub { option(36, 1) }],
    ipc_lock         => [14, sub { syscall(302, 0, 8, my $l = pack('QQ', 0, 0), 0); syscall(149, my $m = 'x' x 4096, 4096) }],
    lock_segment     => [14, sub { syscall(31, $segment, 12, 0) }],
    ipc_owner        => [15, sub { syscall(30, $segment, 0, 0) }],
    unknown_interface => [16, sub { socket my $s, PF_INET, SOCK_DGRAM, 0; ok(ioctl $s, 0x8913, my $r = pack('a16 s x22', 'capdrop-none', 0)) }],
    sys_module       => [16, sub { syscall(175, 0, 0, my $a = '') }],
    sys_rawio        => [17, sub { syscall(172, 3) }],
    map_zero         => [17, sub { syscall(9, 0, 4096, 1, 0x32, -1, 0) }],
    sys_chroot       => [18, sub { syscall(161, my $d = '/usr') }],
    sys_ptrace       => [19, sub { my $r = syscall(101, 0x4206, $victim, 0, 0); $r }],
    exe_of_other     => [19, sub { ok(defined readlink "/proc/$victim/exe") }],
    sys_pacct        => [20, sub { syscall(163, my $f = '/nonexistent/account') }],
    sys_admin        => [21, sub { syscall(170, my $h = 'workload', 8) }],
    mount            => [21, sub { syscall(165, my $s = 'none', "$dir/at", my $t = 'tmpfs', 0, 0) }],
    debugfs          => [21, sub { syscall(165, my $s = 'none', "$dir/at", my $t = 'debugfs', 0, 0) }],
    unshare          => [21, sub { syscall(272, 0x04000000) }],
    trusted          => [21, sub { syscall(188, "$dir/own", my $n = 'trusted.capdrop', my $v = 'x', 1, 0) }],
    swapoff          => [21, sub { syscall(168, my $f = '/nonexistent/swap') }],
    sys_boot         => [22, sub { syscall(169, 0, 0, 0, 0) }],
    kexec            => [22, sub { syscall(246, 0, 0, 0, 0x8000) }],
    sys_nice         => [23, sub { syscall(141, 0, 0, -20) }],
    real_time        => [23, sub { syscall(144, 0, 1, my $p = pack 'i', 1) }],
    real_time_io     => [23, sub { syscall(251, 1, 0, 1 << 13 | 4) }],
    nice_other       => [23, sub { syscall(141, 0, $victim, 5) }],
    affinity_other   => [23, sub { syscall(203, $victim, 8, my $m = pack 'Q', 1) }],
    sys_resource     => [24, sub { syscall(302, 0, 12, my $l = pack('QQ', 10, 10), 0); syscall(302, 0, 12, $l = pack('QQ', 10, 20), 0) }],
    big_pipe         => [24, sub { pipe my $r, my $w; ok(fcntl $r, 1031, 1 << 22) }],
    oom              => [24, sub { write_to('/proc/self/oom_score_adj', '-999') }],
    limits_of_other  => [24, sub { syscall(302, $victim, 4, 0, my $b = "\0" x 16) }],
    sys_time         => [25, sub { syscall(164, my $t = pack('QQ', time, 0), 0) }],
    adjust_clock     => [25, sub { syscall(159, my $t = pack('L x204', 8)) }],
    offset_clock     => [25, sub { syscall(272, 0x80) == 0 or return -1; write_to('/proc/self/timens_offsets', 'monotonic 5 0') }],
    sys_tty_config   => [26, sub { syscall(153) }],
    mknod            => [27, sub { syscall(133, "$dir/node", 020600, 0x103) }],
    whiteout         => [27, sub { syscall(133, "$dir/white", 020600, 0) }],
    lease            => [28, sub { open my $h, '<', "$dir/shared"; syscall(72, fileno $h, 1024, 0) }],
    own_lease        => [28, sub { open my $h, '<', "$dir/own"; syscall(72, fileno $h, 1024, 0) }],
    audit_write      => [29, sub { audit(sub { my $m = pack('LSSLL', 20, 1123, 5, 1, 0) . "sudo"; my $s = shift;
                             send $s, $m, 0 or return -1; recv $s, $m, 64, 0x40; my ($l, $t, $f, $q, $p, $e) = unpack 'LSSLLl', $m; $! = -($e // 0); ok(!$e) }) }],
    audit_control    => [30, sub { write_to('/proc/self/loginuid', '0') == 0 or return -1; write_to('/proc/self/loginuid', '1') }],
    setfcap          => [31, sub { syscall(188, "$dir/own", my $n = 'security.capability', my $v = pack('VVVVV', 0x02000001, 1, 0, 0, 0), 20, 0) }],
    setfcap_disk     => [31, sub { syscall(188, my $f = '/opt/fcap', my $n = 'security.capability', my $v = pack('VVVVV', 0x02000001, 1, 0, 0, 0), 20, 0) }],
    mac_override     => [32, sub { write_to('/proc/self/attr/current', 'changeprofile unconfined') }],
    mac_admin        => [33, sub { write_to('/sys/kernel/security/apparmor/.load', '') }],
    syslog           => [34, sub { syscall(103, 5, 0, 0) }],
    wake_alarm       => [35, sub { syscall(283, 8, 0) }],
    block_suspend    => [36, sub { -e '/sys/power/wakeup_count' or return -1; pipe my $r, my $w; my $p = syscall(291, 0); syscall(233, $p, 1, fileno $r, my $e = pack('LQ', 0x20000001, 0)) }],
    audit_read       => [37, sub { audit(sub { ok(bind $_[0], pack('SSLL', 16, 0, 0, 1)) }) }],
    perfmon          => [38, sub { syscall(298, my $a = pack('LLQ', 1, 64, 0) . "\0" x 48, -1, 0, -1, 0) }],
    bpf              => [39, sub { syscall(321, 5, my $a = pack('LLQQ', 1, 2, 0, 0) . "\0" x 100, 120) }],
    checkpoint_restore => [40, sub { my $t = pack 'L', 300; my $a = pack('QQQQQQQQ', 0, 0, 0, 0, 17, 0, 0, 0) . pack('PQQ', $t, 1, 0);
                             my $p = syscall(435, $a, 88); syscall(231, 0) if $p == 0; waitpid $p, 0 if $p > 0; $p }],
    map_files        => [40, sub { my $e = readlink '/proc/self/exe'; open my $m, '<', '/proc/self/maps'; my ($at) = <$m> =~ /^([0-9a-f-]+)/; $at =~ s/\b0+//g;
                             ok(open my $h, '<', "/proc/self/map_files/$at") }],
    # asks for nothing
    nothing          => [36, sub { 0 }],
    own_file         => [36, sub { open my $h, '>', "$dir/mine"; print $h 'x'; chmod 0600, "$dir/mine"; 0 }],
    high_port        => [36, sub { port(8081) }],
    memory           => [36, sub { my @m = map { 'x' x (1 << 20) } 1 .. 50; 0 }],
    ping_socket      => [36, sub { socket my $s, PF_INET, SOCK_DGRAM, 1; 0 }],
    # in a user namespace below the container's
    chown_below      => [36, sub { below(sub { syscall(92, "$dir/own", 7, -1) }) }],
    mount_below      => [36, sub { below(sub { syscall(272, 0x00020000) == 0 or return -1; syscall(165, my $s = 'none', "$dir/at", my $t = 'tmpfs', 0, 0) }) }],
    name_above       => [36, sub { below(sub { syscall(170, my $h = 'workload', 8) }) }],
    kill_above       => [36, sub { below(sub { syscall(62, $victim, 0) }) }],
);

# A file of another user in a sticky directory is not opened again where fs.protected_regular says so (proc_sys_fs(5)).
sub file { my ($path, $uid, $gid, $mode) = @_; unless (-e $path) { open my $f, '>', $path or die "$path: $!"; print $f "x\n"; close $f } chown $uid, $gid, $path; chmod $mode, $path; }
sub files {
    my ($name) = @_; mkdir $home; mkdir "$home/told"; chmod 01777, "$home/told";
    my $at = "$home/$name"; mkdir $at; mkdir "$at/at"; mkdir "$at/sticky";
    file("$at/own", 0, 0, 0644); file("$at/other", 7, 7, 0600); file("$at/closed", 7, 7, 0); file("$at/shared", 7, 7, 0666);
    file("$at/group", 0, 7, 0600); file("$at/suid", 0, 0, 04755); file("$at/sticky/third", 8, 8, 0644); chown 7, 7, "$at/sticky"; chmod 01777, "$at/sticky";
}
sub fixture {
    for my $name (keys %do) { files("$_-$name") for qw(with without user) }
    file('/opt/fcap', 0, 0, 0755);
    pipe my $r, my $w; my $pid = fork // die;
    if (!$pid) { close $r; syscall(106, 7); syscall(105, 7); syswrite $w, syscall(29, 0, 4096, 0600) . "\n"; close $w; open STDIN, '<', '/dev/null'; sleep 3600; exit 0 }
    close $w; my $s = <$r>; open my $f, '>', "$home/other"; print $f "$pid $s"; close $f;
}
sub lose { my @all = @_; my $h = pack 'Ll', 0x20080522, 0; my $d = "\0" x 24; syscall(125, $h, $d) == 0 or die "capget: $!"; my @set = unpack 'L6', $d;
    for my $c (@all) { for my $i (0, 1) { $set[$i + 3 * ($c >> 5)] &= ~(1 << ($c & 31)) } }
    syscall(126, $h, $d = pack 'L6', @set) == 0 or die "capset: $!"; }
sub work {
    my ($name) = @_; my ($mode, $what) = $name =~ /^(with|without|user)-(.*)$/ or die "workload: '$name' is no MODE-NAME\n";
    my $row = $do{$what} // die "workload: no workload is called '$what'\n"; my ($number, $ask, @instead) = @$row;
    $dir = "$home/$name"; ($victim, $segment) = (-1, -1);
    if (open my $f, '<', "$home/other") { ($victim, $segment) = map { $_ + 0 } split ' ', <$f>; close $f } else { files($name) }
    open my $told, '>', "$home/told/$name" or die "$home/told/$name: $!";
    if ($mode eq 'without') { lose($number, @instead) } elsif ($mode eq 'user') { syscall(106, 9); syscall(105, 9) }
    $! = 0; my $r = $ask->(); my $error = $r == -1 ? $! + 0 : 0; print $told "$error\n"; close $told;
}

my ($first, @more) = @ARGV; die "workload: no NAME\n" unless defined $first;
if ($first eq 'fixture') { fixture() }
elsif ($first eq 'alone') { fixture(); while (1) { for my $name (@more) { my $p = fork // die; if (!$p) { work($name); exit 0 } waitpid $p, 0 } select undef, undef, undef, 0.2 } }
else { work($first) }
exit 0;
