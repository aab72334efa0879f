# The D-Bus of a hostile container: says of its systemd what it has to, lists one unit that has failed, and answers
# GetAll with a property of a type whose values take no bytes. Each connection gets the next such type.
# Source: D-Bus specification, "Authentication Protocol" and "Marshaling".
use strict;
use warnings;
use IO::Socket::UNIX;

my @TYPES = ('a()', 'a(())', 'a{()()}');
my $SOCKET = '/run/dbus/system_bus_socket';

sub text { return pack 'V/a* x', @_ }

sub padded { my ($bytes, $to) = @_; return $bytes . "\0" x (-length($bytes) % $to) }

sub variant { my ($type, $value) = @_; return padded(pack('C/a* x', $type), 4) . $value }

# The two last are alignments: that of an array's elements, and that of what begins an entry.
sub properties {
    my ($type) = @_;
    my $entry = text('Id') . pack('C/a* x', $type);
    my $array = padded(padded($entry, 4) . pack('V', 8), 8) . "\0" x 8;
    return pack('V x4', length $array) . $array;
}

sub units {
    my $row = '';
    $row = padded($row, 4) . text($_) for 'evil.service', '', 'loaded', 'failed', 'failed', '', '/evil';
    $row = padded($row, 4) . pack 'V', 0;
    $row = padded($row, 4) . text($_) for '', '/';
    return pack('V x4', length $row) . $row;
}

# Serial of the call, type of the message, signature and bytes of the body.
sub message {
    my ($serial, $type, $signature, $body) = @_;
    my $fields = $type == 3 ? padded(pack('C C a x', 4, 1, 's') . text('a.Failed'), 8) : '';
    $fields .= pack 'C C a x V', 5, 1, 'u', $serial;
    $fields .= pack 'C C a x C/a* x', 8, 1, 'g', $signature if $signature ne '';
    return padded(pack('a C C C V V V', 'l', $type, 1, 1, length $body, 1, length $fields) . $fields, 8) . $body;
}

sub answer {
    my ($serial, $call, $type) = @_;
    return message($serial, 2, 's', text ':1.1') if $call =~ /Hello/;
    return message($serial, 2, 'a(ssssssouso)', units()) if $call =~ /ListUnits/;
    return message($serial, 2, 'a{sv}', properties($type)) if $call =~ /GetAll/;
    return message($serial, 2, 'v', variant('s', text 'degraded')) if $call =~ /SystemState/;
    return message($serial, 2, 'v', variant('s', text '257')) if $call =~ /Version/;
    return message($serial, 3, '', '');
}

sub serve {
    my ($client, $type) = @_;
    local $/ = "\r\n";
    while (<$client>) {
        last if /BEGIN/;
        print $client "OK 0123456789abcdef0123456789abcdef\r\n";
    }
    while ((read $client, my $fixed, 16) == 16) {
        my ($body, $serial, $fields) = unpack 'x4 V3', $fixed;
        read $client, my $rest, ($fields + 7 & ~7) + $body;
        print $client answer($serial, $rest, $type);
    }
}

mkdir '/run/dbus';
unlink $SOCKET;
my $server = IO::Socket::UNIX->new(Local => $SOCKET, Listen => 9) or die "$SOCKET: $!";
chmod 0666, $SOCKET;
for (my $n = 0; my $client = $server->accept; $n++) {
    $client->autoflush(1);
    serve($client, $TYPES[$n % @TYPES]);
    close $client;
}
