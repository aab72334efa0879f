package dev.capdrop.cli.check;

import static dev.capdrop.cli.render.Json.members;
import static java.util.Objects.requireNonNull;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.NextStartText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.container.ConfigFormat.Opening;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import module java.base;

/// A remark, never a finding, about a line of a configuration, or a missing one, that opens the
/// container wider than its runtime makes it, and a narrower line for the usual reason.
record ConfigRemark(Opening line, String opens, String instead) {
    private static final String GENERATED = "lxc.apparmor.profile = generated";

    private static final String FILE = "remarks.tsv";

    private static final Map<Opening.Kind, String[]> ROWS =
            ResourceTable.rows(ConfigRemark.class.getResourceAsStream(FILE), FILE).stream()
                    .collect(
                            Collectors.toMap(
                                    row -> ResourceTable.constant(Opening.Kind.class, row[0]),
                                    Function.identity()));

    String id() {
        return row(line)[1];
    }

    private static String[] row(Opening line) {
        return requireNonNull(ROWS.get(line.kind()));
    }

    /// Returns the remarks; `unneeded`: nothing speaks for the container being privileged.
    static List<ConfigRemark> all(Snapshot snapshot, boolean unneeded) {
        ConfigurationText text = snapshot.configuration();
        if (text == null) {
            return List.of();
        }
        List<ConfigRemark> all = new ArrayList<>();
        for (Opening line :
                snapshot.subject()
                        .format()
                        .openings(text.path(), text.asSource(), snapshot.host().lastCapability())) {
            boolean vain =
                    line.kind() == Opening.Kind.APPARMOR
                            && Boolean.FALSE.equals(snapshot.host().appArmor());
            if (!vain) {
                all.add(of(snapshot, line));
            }
        }
        if (unneeded) {
            String missing =
                    snapshot.subject().kind() == RuntimeKind.LXC
                            ? "no lxc.idmap"
                            : "no 'unprivileged: 1'";
            Opening.Kind of = Opening.Kind.PRIVILEGED;
            all.add(of(snapshot, new Opening(of, CapabilitySet.EMPTY, text.path(), 0, missing)));
        }
        return all;
    }

    private static ConfigRemark of(Snapshot snapshot, Opening line) {
        String[] row = row(line);
        boolean other = row.length > 5 && snapshot.subject().kind() == RuntimeKind.PROXMOX;
        return new ConfigRemark(
                line,
                row[snapshot.unprivileged() ? 2 : 3].replace(
                        "%s", NextStartText.upperNames(line.gives())),
                row[other ? 5 : 4].replace("%s", nesting(snapshot.subject())));
    }

    /// Returns the lines that let it mount inside under a profile.
    private static String nesting(Subject subject) {
        RuntimeKind kind = subject.kind();
        return kind == RuntimeKind.LXC ? GENERATED + "' with '" + kind.nesting() : kind.nesting();
    }

    static void write(List<ConfigRemark> remarks, Terminal terminal) {
        for (ConfigRemark remark : remarks) {
            terminal.item("remark: %s: %s", remark.line.place(), remark.line.text().strip());
            terminal.note("%s", remark.opens);
            terminal.note("%s", remark.instead);
        }
    }

    /// Says how many of several containers, a row each, have remarks.
    static void writeSum(List<Checked> all, Terminal terminal) {
        long remarked = all.stream().filter(one -> !one.remarks().isEmpty()).count();
        if (remarked > 0) {
            terminal.talk(
                    "by its configuration %s opened wider than usual; 'capdrop check' with a target says how",
                    remarked == 1 ? "1 container is" : remarked + " containers are");
        }
    }

    Object report() {
        return members()
                .with("id", id())
                .at(line.file(), line.line(), line.text())
                .with("opens", opens)
                .with("instead", instead);
    }
}
