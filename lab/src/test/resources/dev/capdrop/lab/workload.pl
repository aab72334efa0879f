#!/usr/bin/perl
# workload NAME: does one thing for which the kernel checks one capability, or is known to check none. Numbers of
# system calls are those of x86-64. Succeeds whatever the kernel answers: what it asked is what matters.
use strict; use warnings; use Fcntl; use Socket;
my $name = shift // die "workload: no NAME\n";
my $dir = "/run/workload-$name"; mkdir $dir or 1; chmod 0755, $dir;
sub file { my ($path, $uid, $mode) = @_; open my $f, '>', $path or die "$path: $!"; print $f "x\n"; close $f;
    syscall(92, $path, $uid, $uid); chmod $mode, $path; return $path; }
# A child that sleeps as another user; its number.
sub other { my $pid = fork; if (!$pid) { syscall(106, 9); syscall(105, 9); sleep 60; exit 0 } select undef, undef, undef, 0.3; return $pid; }
my %do = (
    # granted by the container's own namespace
    chown            => sub { my $f = "$dir/f"; open my $h, '>', $f; syscall(92, $f, 7, 7); },
    dac_override     => sub { my $f = file("$dir/f", 7, 0400); open my $h, '>>', $f; },
    dac_read_search  => sub { my $f = file("$dir/f", 7, 0000); open my $h, '<', $f; },
    fowner           => sub { my $f = file("$dir/f", 7, 0600); chmod 0644, $f; },
    fsetid           => sub { my $f = file("$dir/f", 7, 0600); chmod 02755, $f; },
    kill             => sub { my $p = other(); syscall(62, $p, 15); waitpid $p, 0; },
    setgid           => sub { syscall(106, 9); },
    setuid           => sub { syscall(105, 9); },
    setpcap          => sub { syscall(157, 24, 25, 0, 0, 0); },
    net_bind_service => sub { socket my $s, PF_INET, SOCK_STREAM, 6; bind $s, sockaddr_in(81, INADDR_ANY); },
    net_broadcast    => sub { socket my $s, 16, 3, 0; setsockopt $s, 270, 8, pack('i', 1); },
    net_admin        => sub { socket my $s, PF_INET, SOCK_DGRAM, 0; my $r = pack('a16 s x22', 'lo', 0x49); ioctl $s, 0x8914, $r; },
    net_raw          => sub { socket my $s, PF_INET, SOCK_RAW, 1; },
    ipc_owner        => sub { my $pid = fork; if (!$pid) { syscall(106, 9); syscall(105, 9); syscall(29, 4712, 4096, 01000); exit 0 } waitpid $pid, 0;
                              my $other = syscall(29, 4712, 4096, 0); syscall(30, $other, 0, 0); },
    sys_chroot       => sub { syscall(161, my $d = '/usr'); },
    sys_ptrace       => sub { my $p = other(); syscall(101, 16, $p, 0, 0); kill 9, $p; waitpid $p, 0; },
    sys_admin        => sub { syscall(170, my $h = 'workload', 8); },
    sys_boot         => sub { syscall(169, 0, 0, 0, 0); },
    sys_nice_other   => sub { my $p = other(); syscall(141, 0, $p, 5); kill 9, $p; waitpid $p, 0; },
    sys_resource_other => sub { my $p = other(); syscall(302, $p, 7, 0, my $b = "\0" x 16); kill 9, $p; waitpid $p, 0; },
    setfcap          => sub { my $f = file("$dir/f", 0, 0755); my $v = pack 'VVVVV', 0x02000001, 1, 0, 0, 0; syscall(188, $f, my $n = 'security.capability', $v, 20, 0); },
    mount            => sub { syscall(165, my $s = 'none', $dir, my $t = 'tmpfs', 0, 0); },
    # demanded in the initial namespace: never honoured
    linux_immutable  => sub { my $f = file("$dir/f", 0, 0644); open my $h, '<', $f; my $flags = pack 'l!', 0x10; ioctl $h, 0x40086602, $flags; },
    ipc_lock         => sub { syscall(302, 0, 8, my $l = pack('QQ', 0, 0), 0); my $m = 'x' x (1 << 22); syscall(149, $m, 1 << 22); },
    sys_pacct        => sub { syscall(163, 0); },
    sys_nice         => sub { syscall(141, 0, 0, -20); },
    sys_resource     => sub { my $l = pack 'QQ', 10, 10; syscall(302, 0, 7, $l, 0); $l = pack 'QQ', 10, 20; syscall(302, 0, 7, $l, 0); },
    sys_time         => sub { syscall(164, my $t = pack('QQ', time, 0), 0); },
    sys_tty_config   => sub { syscall(153); },
    mknod            => sub { syscall(133, "$dir/n", 020600, 0x103); },
    lease            => sub { my $f = file("$dir/f", 7, 0666); open my $h, '<', $f; syscall(72, fileno $h, 1024, 0); },
    syslog           => sub { syscall(103, 5, 0, 0); },
    wake_alarm       => sub { syscall(283, 8, 0); },
    perfmon          => sub { my $a = pack 'LLQ', 0, 64, 0; $a .= "\0" x 48; syscall(298, $a, -1, 0, -1, 0); },
    bpf              => sub { syscall(321, 5, my $a = pack('LLQQ', 1, 2, 0, 0) . "\0" x 100, 120); },
    debugfs          => sub { syscall(165, my $s = 'none', $dir, my $t = 'debugfs', 0, 0); },
    # asks for nothing
    nothing          => sub { },
    own_file         => sub { my $f = "$dir/f"; open my $h, '>', $f; print $h 'x'; chmod 0600, $f; },
    high_port        => sub { socket my $s, PF_INET, SOCK_STREAM, 6; bind $s, sockaddr_in(8081, INADDR_ANY); },
    memory           => sub { my @m = map { 'x' x (1 << 20) } 1 .. 50; },
    children         => sub { for (1 .. 10000) { my $p = fork; if (!$p) { exit 0 } waitpid $p, 0; } },
    # refused for want of it, where it counts
    chown_as_user    => sub { my $f = file("$dir/f", 9, 0666); syscall(106, 9); syscall(105, 9); syscall(92, $f, 0, 0); },
    port_as_user     => sub { syscall(106, 9); syscall(105, 9); socket my $s, PF_INET, SOCK_STREAM, 6; bind $s, sockaddr_in(82, INADDR_ANY); },
    kill_as_user     => sub { syscall(106, 9); syscall(105, 9); syscall(62, 1, 0); },
    raw_as_user      => sub { syscall(106, 9); syscall(105, 9); socket my $s, PF_INET, SOCK_RAW, 1; },
);
my $do = $do{$name} // die "workload: no workload is called '$name'\n"; $do->(); exit 0;
