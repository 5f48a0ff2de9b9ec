# Ask the service in this container whether it lives: exit code 0 if it answers 200 within two seconds, else 1.
use strict;
use warnings;
use IO::Socket::INET;

$SIG{ALRM} = sub { exit 1 };
alarm 2;
my $port = $ENV{PORT} || 8000;
my $service = IO::Socket::INET->new("127.0.0.1:$port") or exit 1;
print $service "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
exit((<$service> // '') =~ m{^HTTP/1\.1 200 } ? 0 : 1);
