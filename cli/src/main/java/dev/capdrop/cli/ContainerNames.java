package dev.capdrop.cli;

import dev.capdrop.core.snapshot.RuntimeKind;

/// The program, without a single quote, by which every shell learns the containers' names: for
/// sh(1), printing `RUNTIME:NAME`, a line each. Names that are no line or option are left out. It
/// asks a daemon only where that runs, and in time: a connection to systemd would start it.
final class ContainerNames {
    static String program() {
        StringBuilder program = new StringBuilder(Completed.template("containers.sh"));
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
