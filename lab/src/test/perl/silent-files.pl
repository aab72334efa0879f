# A program of a hostile container: mounts a file system of its own on /silent, with two files. `library` is what the
# container's PID 1 runs code of: its bytes are dropped from memory again and again, and who asks for them from outside of the
# container, as a tracer does, gets no answer. `program` answers nobody who reads it. Usage: silent-files.pl FILE
# Source: linux/fuse.h of protocol 7.31; the numbers of system calls are those of x86-64.
use strict;
use warnings;
use Errno;
use Fcntl;

my ($file) = @ARGV;
my ($MOUNT, $ENOENT, $ENOSYS) = (165, 2, 38);
my ($LOOKUP, $FORGET, $GETATTR, $OPEN, $READ, $INIT, $INTERRUPT, $BATCH_FORGET) = (1, 2, 3, 14, 15, 26, 36, 42);
my $INVALIDATE_INODE = 2;
my ($ROOT, $LIBRARY, $PROGRAM) = (1, 2, 3);
my %names = (library => $LIBRARY, program => $PROGRAM);

open my $source, '<:raw', $file or die "$file: $!";
my $bytes = do { local $/; <$source> };
close $source;

# struct fuse_attr
sub attributes {
    my ($node) = @_;
    my ($mode, $size) = $node == $ROOT ? (040755, 4096) : (0100755, length $bytes);
    return pack 'Q6 L10', $node, $size, 8, 0, 0, 0, 0, 0, 0, $mode, 1, 0, 0, 0, 4096, 0;
}

sub entry {
    my ($name) = @_;
    my $node = $names{$name};
    return defined $node ? (0, pack('Q4 L2', $node, 0, 3600, 3600, 0, 0) . attributes($node)) : (-$ENOENT, '');
}

sub answer {
    my ($opcode, $node, $body) = @_;
    return (0, pack 'L4 S2 L2 S2 L L7', 7, 31, 65536, 0, 12, 10, 65536, 1, 1, 0, 0, (0) x 7) if $opcode == $INIT;
    return (0, pack('Q L2', 3600, 0, 0) . attributes($node)) if $opcode == $GETATTR;
    return entry(unpack 'Z*', $body) if $opcode == $LOOKUP;
    return (0, pack 'Q L2', 1, 0, 0) if $opcode == $OPEN;
    if ($opcode == $READ) {
        my (undef, $offset, $size) = unpack 'Q2 L', $body;
        return (0, $offset < length $bytes ? substr $bytes, $offset, $size : '');
    }
    return (-$ENOSYS, '');
}

sysopen my $fuse, '/dev/fuse', O_RDWR or die "/dev/fuse: $!";
my ($folder, $type) = ('/silent', 'fuse');
mkdir $folder;
my $data = sprintf 'fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other', fileno $fuse;
syscall($MOUNT, $type, $folder, $type, 0, $data) == 0 or die "mount: $!";
# Another process drops the bytes: to drop what somebody waits for is to wait, too. Whoever ends this connection, as by
# /sys/fs/fuse/connections, ends that wait.
my $dropper = fork // die "fork: $!";
while ($dropper == 0) {
    my $dropped = syswrite $fuse, pack 'L l Q Q q q', 40, $INVALIDATE_INODE, 0, $LIBRARY, 0, 0;
    exit if !defined $dropped && !$!{ENOENT};
    select undef, undef, undef, 0.001;
}
while (1) {
    my $read = sysread $fuse, my $request, 1 << 20;
    exit if !defined $read && !$!{EINTR} && !$!{ENOENT};
    next if !defined $read;
    my (undef, $opcode, $unique, $node, undef, undef, $asking) = unpack 'L2 Q2 L3', $request;
    next if $opcode == $FORGET || $opcode == $INTERRUPT || $opcode == $BATCH_FORGET;
    next if $opcode == $READ && ($node == $PROGRAM || $asking == 0);
    my ($error, $body) = answer($opcode, $node, substr $request, 40);
    syswrite $fuse, pack('L l Q', 16 + length $body, $error, $unique) . $body;
}
