# Asks each server of a root made by `scripts/debian-root trixie servers` something in its own protocol, and prints a line
# for each: its name and `answers`, or what came instead. Runs inside of the container.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;

# A server may say that it runs before it listens, and the machine may be busy.
my $patience = 60;

my $http = "GET / HTTP/1.0\r\n\r\n";
my $through = "GET http://127.0.0.1/ HTTP/1.0\r\n\r\n";
# localhost, its address
my $dns = pack 'n6 C/a C n2', 7, 0x0100, 1, 0, 0, 0, 'localhost', 0, 1, 1;
# a call of rpcbind's procedure that does nothing
my $rpc = pack 'N N10', 0x80000028, 7, 0, 2, 100000, 2, 0, 0, 0, 0, 0;
# sysDescr.0, as everybody may read it
my $snmp = pack 'H*', '302602010004067075626c6963a01902010102010002010030' . '0e300c06082b060102010101000500';
my $mqtt = pack 'H*', '100f00044d5154540402003c0003616263';
my $ldap = pack 'H*', '300c020101600702010304008000';

# What is expected and what is sent in turns.
my %servers = (
    beanstalkd => ['tcp', 11300, undef, "stats\r\n", qr/^OK \d+/],
    bird => ['unix', '/run/bird/bird.ctl', qr/^0001 BIRD/, "show status\n", qr/^0013 /m],
    dovecot => ['tcp', 143, qr/^\* OK/, "a CAPABILITY\r\n", qr/^a OK/m],
    exim => ['tcp', 25, qr/^220 .*Exim/, "EHLO probe\r\n", qr/^250 /m, "QUIT\r\n", qr/^221 /],
    gearmand => ['tcp', 4730, undef, "version\n", qr/^OK /],
    haproxy => ['unix', '/run/haproxy/admin.sock', undef, "show info\n", qr/^Version: /m],
    memcached => ['tcp', 11211, undef, "version\r\n", qr/^VERSION /],
    mosquitto => ['tcp', 1883, undef, $mqtt, qr/^\x20\x02\x00\x00/],
    nats => ['tcp', 4222, qr/^INFO /, "CONNECT {\"verbose\":false}\r\nPING\r\n", qr/^PONG/m],
    nginx => ['tcp', 80, undef, $http, qr/200 OK.*nginx/s],
    ngircd => ['tcp', 6667, undef, "NICK probe$$\r\nUSER probe 0 * :probe\r\n", qr/ 001 /],
    'node-exporter' => ['tcp', 9100, undef, "GET /metrics HTTP/1.0\r\n\r\n", qr/^node_/m],
    oidentd => ['tcp', 113, undef, "22, 1\r\n", qr/^22 ?, ?1 ?: ?(ERROR|USERID)/],
    privoxy => ['tcp', 8118, undef, $through, qr/200 OK.*nginx/s],
    redis => ['tcp', 6379, undef, "PING\r\n", qr/^\+PONG/],
    rpcbind => ['tcp', 111, undef, $rpc, qr/^....\x00\x00\x00\x07\x00\x00\x00\x01\x00\x00\x00\x00/s],
    slapd => ['tcp', 389, undef, $ldap, qr/^0.\x02\x01\x01a.\x0a\x01\x00/s],
    snmpd => ['udp', 161, undef, $snmp, qr/Linux/],
    sshd => ['tcp', 22, qr/^SSH-2\.0/, "SSH-2.0-probe\r\n", qr/curve25519/],
    tftpd => ['udp', 69, undef, "\0\1nothing\0octet\0", qr/^\x00\x05/],
    tinyproxy => ['tcp', 8888, undef, $through, qr/200 OK.*nginx/s],
    unbound => ['udp', 53, undef, $dns, qr/\x7f\x00\x00\x01/],
    vsftpd => ['tcp', 21, qr/^220 /, "USER probe\r\n", qr/^331 /],
);

# Those that are asked by a program, with what it has to say.
my %programs = (
    atd => ["rm -f /run/asked; echo 'echo done >/run/asked' | at now 2>/dev/null; sleep 1; cat /run/asked", qr/^done/],
    munge => ['munge --no-input | unmunge', qr/^STATUS: +Success/],
    rsyslog => ["logger asked-$$; sleep 1; grep -o 'asked-$$' /var/log/syslog", qr/^asked-$$/],
);

sub opened {
    my ($kind, $where) = @_;
    my $socket = $kind eq 'unix'
        ? IO::Socket::UNIX->new(Peer => $where)
        : $kind eq 'udp'
            ? IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1')
            : IO::Socket::INET->new(Proto => 'tcp', PeerAddr => '127.0.0.1', PeerPort => $where);
    return $socket // die "nobody listens: $!\n";
}

# What came until it is as expected, the end, or nothing for a while: a datagram may be lost, and is sent again soon.
# (tftpd-hpa 5.2 never answers the first.)
sub heard {
    my ($socket, $kind, $expected) = @_;
    my ($all, $ready) = ('', IO::Select->new($socket));
    while ($ready->can_read($kind eq 'udp' ? 1 : 10)) {
        my $some = '';
        defined $socket->recv($some, 65536) or die "no answer: $!\n";
        $all .= $some;
        return if $all =~ $expected;
        last if $some eq '';
    }
    $all =~ s/[^ -~]/./g;
    die "'" . substr($all, 0, 200) . "' is no answer\n";
}

sub ask {
    my ($kind, $where, @turns) = @_;
    my $socket = opened($kind, $where);
    while (my ($expected, $said) = splice @turns, 0, 2) {
        heard($socket, $kind, $expected) if defined $expected;
        next if !defined $said;
        my $to = $kind eq 'udp' ? pack_sockaddr_in($where, inet_aton('127.0.0.1')) : undef;
        defined($to ? $socket->send($said, 0, $to) : $socket->send($said, 0)) or die "cannot be asked: $!\n";
    }
}

sub told {
    my ($command, $expected) = @_;
    my $said = `( $command ) 2>&1`;
    die "'$said' is no answer\n" if $said !~ $expected;
}

$SIG{PIPE} = 'IGNORE';
for my $name (sort keys %servers, keys %programs) {
    my ($end, $why) = time + $patience;
    do {
        select undef, undef, undef, 0.5 if defined $why;
        eval { $servers{$name} ? ask(@{$servers{$name}}) : told(@{$programs{$name}}); 1 };
        $why = $@;
        chomp $why;
        $why =~ s/\s+/ /g;
    } while ($why ne '' && time < $end);
    print $name, ' ', $why eq '' ? 'answers' : $why, "\n";
}
