package dev.capdrop.cli;

import dev.capdrop.core.snapshot.RuntimeKind;

/// The program by which every shell learns the containers' names: for sh(1), printing
/// `RUNTIME:NAME`, a line each. It has no single quote in it, so that each shell can hold it in
/// such. A name that would be taken for another line, for an option or for something that a
/// terminal obeys is left out.
///
/// A pressed key neither waits for long nor starts anything: a daemon is asked only where it runs
/// and this user may ask it, with a limit of time. Where systemd listens in its place, a connection
/// would start it.
final class ContainerNames {
    private static final String HEAD =
            """
            lxcpath=$(lxc-config lxc.lxcpath || echo /var/lib/lxc)
            # RUNTIME END PATH...: a path bears the name of a container before its end
            named() {
                runtime=$1 end=$2
                shift 2
                for path; do
                    [ -e "$path" ] || continue
                    path=${path%"$end"}
                    path=${path##*/}
                    case $path in -* | *[[:cntrl:]]*) continue ;; esac
                    printf "%s\\n" "$runtime:$path"
                done
            }
            # RUNTIME SERVICE COMMAND SOCKET...: the command prints the names
            asked() {
                runtime=$1 service=$2 command=$3
                shift 3
                command -v "${command%% *}" >/dev/null || return
                for socket; do
                    [ -w "$socket" ] || continue
                    [ ! -d /run/systemd/system ] ||
                        timeout 2 systemctl -q is-active "$service" "snap.$service.daemon" || continue
                    timeout 2 $command </dev/null | sed "s/^/$runtime:/"
                    return
                done
            }
            """;

    private ContainerNames() {}

    static String program() {
        StringBuilder program = new StringBuilder(HEAD);
        for (RuntimeKind kind : RuntimeKind.values()) {
            kind.traces().forEach(trace -> program.append(named(kind, trace)));
            if (!kind.listing().isEmpty()) {
                program.append(asked(kind));
            }
        }
        return program.toString();
    }

    private static String named(RuntimeKind kind, String trace) {
        int star = trace.indexOf('*');
        String end = trace.substring(star + 1);
        return "named %s %s \"%s\"*%s\n"
                .formatted(kind.prefix(), end, trace.substring(0, star), end);
    }

    private static String asked(RuntimeKind kind) {
        return "asked %s %s \"%s\" %s\n"
                .formatted(
                        kind.prefix(),
                        kind.service(),
                        kind.listing(),
                        String.join(" ", kind.sockets()));
    }
}
