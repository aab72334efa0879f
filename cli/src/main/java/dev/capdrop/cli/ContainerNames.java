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
    private ContainerNames() {}

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
