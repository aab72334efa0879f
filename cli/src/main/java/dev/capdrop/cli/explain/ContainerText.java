package dev.capdrop.cli.explain;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.explanation.ContainerExplanation.Pid1;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;

record ContainerText(Terminal terminal, Snapshot snapshot) {
    public void write(ContainerExplanation container) {
        writeHead(container);
        writeSets(container);
        writeLimits(container);
        writeWorth(container);
        writeNamings(container);
    }

    private void writeHead(ContainerExplanation container) {
        String state =
                switch (container.pid1()) {
                    case Pid1.Running running -> "runs, init is process " + running.number();
                    case Pid1.OfFiles _ -> "not running; by its files, at its next boot";
                    case Pid1.Unseen _ -> "stopped; at its next start";
                };
        terminal.head(
                "%s  %s, %s",
                Text.foreign(snapshot.subject().target()).strong(),
                container.unprivileged() ? "unprivileged" : "privileged",
                state);
        snapshot.problems().forEach(p -> terminal.item("%s", p));
    }

    private void title(String title) {
        terminal.line(Text.foreign(title).faint());
    }

    private void row(String name, Object text) {
        terminal.paragraph(2, 15, "%s %s", Text.foreign(name).padded(12), text);
    }

    private void writeSets(ContainerExplanation container) {
        if (!(container.pid1() instanceof Pid1.Running(_, Init.InitThread thread))
                || thread == null) {
            title("its init");
            row("bounding", words(container.sets().bounding()));
            return;
        }
        title("the five sets of its init");
        for (ThreadSet set : ThreadSet.values()) {
            CapabilitySet held = thread.status().capabilities().get(set);
            row(set.word(), held.formatHex() + "  " + words(held));
        }
        row("no_new_privs", thread.status().noNewPrivs() ? "set" : "not set");
        row("securebits", "not known: the kernel shows a process its own only");
        title("its user namespace");
        if (!container.unprivileged()) {
            row("", "the host's own: its root is the host's root");
            return;
        }
        writeMap("users", thread.users());
        writeMap("groups", thread.groups());
    }

    private void writeMap(String name, IdMap map) {
        for (IdMap.Range range : map.ranges()) {
            row(
                    name,
                    ids(range.inside(), range.count())
                            + " are the host's "
                            + ids(range.outside(), range.count()));
        }
    }

    private static String ids(long first, long count) {
        return count == 1 ? Long.toString(first) : first + " to " + (first + count - 1);
    }

    private void writeLimits(ContainerExplanation container) {
        title("where the bounding set comes from");
        row("kernel", "knows all up to number " + last() + ", " + new Capability(last()));
        row(
                container.unprivileged() ? "namespace" : "host",
                container.unprivileged()
                        ? "a new user namespace begins with all of them"
                        : "who starts it has " + words(snapshot.host().bounding()));
        writeConfigured(container);
        for (ContainerExplanation.Limit limit : container.limits()) {
            row("not there", limit.capabilities() + ": " + reason(limit.origin()));
        }
        writeWaiting(container);
    }

    private void writeConfigured(ContainerExplanation container) {
        EffectiveCapabilities configured = container.configuration().outcome();
        if (configured == null) {
            row("configuration", "not known");
            return;
        }
        EffectiveCapabilities.LoadError error = configured.error();
        row(
                "configured",
                error == null
                        ? ConfigText.sum(configured)
                        : Text.of(
                                "%s%s: %s",
                                Text.of("%s refuses it: ", snapshot.subject().format().reader())
                                        .bad(),
                                error.place(),
                                error.reason()));
        container.configuration().entries().forEach(this::write);
    }

    private void write(ContainerExplanation.Entry entry) {
        terminal.line("    %s: %s", entry.line().place(), entry.line().text().strip());
        String note =
                entry.line().clears()
                        ? "clears what stands before it"
                        : entry.inForce().isEmpty() && !entry.line().adds().isEmpty()
                                ? "cleared by a later line"
                                : "";
        if (!note.isEmpty()) {
            terminal.line("      %s", note);
        }
    }

    private static String reason(ContainerExplanation.Origin origin) {
        return switch (origin) {
            case DROPPED -> "dropped by these lines";
            case NOT_KEPT -> "not among those that these lines keep";
            case HOST -> "not in the bounding set of what starts it";
            case UNEXPLAINED ->
                    "no line of the configuration says so; it was edited since the start, or who started it lacked them";
        };
    }

    private void writeWaiting(ContainerExplanation container) {
        CapabilitySet goes = container.sets().bounding().minus(container.sets().next());
        CapabilitySet comes = container.sets().next().minus(container.sets().bounding());
        if (!goes.isEmpty()) {
            row("waits", goes + ": held until the next start, which drops them");
        }
        if (!comes.isEmpty()) {
            row("waits", comes + ": back with the next start");
        }
    }

    private void writeWorth(ContainerExplanation container) {
        title("worth in this container");
        CapabilitySet useless =
                container.useless().inert().union(container.useless().nearlyInert());
        row("honoured", list(container.sets().bounding().minus(useless)));
        if (container.unprivileged()) {
            row("hardly ever", list(container.useless().nearlyInert()));
            row("never", list(container.useless().inert()));
        }
    }

    private static String list(CapabilitySet set) {
        return set.isEmpty() ? "none" : set.toString();
    }

    private void writeNamings(ContainerExplanation container) {
        title("named by");
        Map<Capability, Map<ContainerExplanation.Naming.Kind, List<String>>> all =
                new LinkedHashMap<>();
        for (ContainerExplanation.Naming naming : container.namings()) {
            all.computeIfAbsent(naming.capability(), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(naming.kind(), _ -> new ArrayList<>())
                    .add(naming.by());
        }
        all.forEach((capability, kinds) -> {
            terminal.body("%s%s", capability, mark(capability, container));
            kinds.forEach((kind, names) ->
                    terminal.paragraph(6, 8, "%s %s", kind.text(), Text.join(" ", names)));
        });
        CapabilitySet unnamed = container.sets().bounding().minus(CapabilitySet.of(all.keySet()));
        terminal.item("held and named by nobody: %s", list(unnamed));
    }

    private static String mark(Capability capability, ContainerExplanation container) {
        String held = container.sets().bounding().contains(capability) ? "" : ", not held";
        String worth =
                container.useless().inert().contains(capability)
                        ? ", never honoured"
                        : container.useless().nearlyInert().contains(capability)
                                ? ", hardly ever honoured"
                                : "";
        return held + worth;
    }

    private String words(CapabilitySet set) {
        return SetText.words(set, last());
    }

    private int last() {
        return snapshot.host().lastCapability();
    }
}
