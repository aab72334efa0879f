package dev.capdrop.cli.explain;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.render.Json.Members;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.EffectiveCapabilities;
import module java.base;
import org.jspecify.annotations.Nullable;

record ConfigText(Terminal terminal) {
    /// Writes every line that took part and the sum, of pending changes, too, and each snapshot.
    public void write(Sections sections, int last) {
        terminal.line(Text.foreign(sections.path()).strong());
        write(sections.current(), sections.format(), last);
        if (sections.pending() != null) {
            terminal.line(Text.of("with the pending changes, as the next start has it").strong());
            write(sections.pending(), sections.format(), last);
        }
        sections.snapshots()
                .forEach((name, effective) ->
                        terminal.title("snapshot '%s': %s", name, brief(effective)));
    }

    private static Text brief(EffectiveCapabilities effective) {
        return effective.error() == null
                ? Text.foreign(sum(effective))
                : Text.of("%s%s", Text.of("would not start: ").bad(), place(effective.error()));
    }

    private void write(EffectiveCapabilities effective, ConfigFormat format, int last) {
        for (EffectiveCapabilities.CapabilityLine line : effective.lines()) {
            terminal.line(
                    "  %s: %s%s",
                    line.place(),
                    line.text().strip(),
                    Text.foreign(line.clears() ? "   (clears the list)" : "").faint());
        }
        for (EffectiveCapabilities.Remark remark : effective.remarks()) {
            terminal.item("note: %s: %s", remark.place(), remark.text());
        }
        for (String missing : effective.missing()) {
            terminal.item(
                    "%s: there is no '%s' on this machine, which a node has for such a container: what that drops is not in here",
                    Text.of("incomplete").bad(), missing);
        }
        if (effective.error() == null) {
            terminal.item("%s", Text.foreign(sum(effective)).strong());
            terminal.line("  bounding set %s", effective.bounding(last).formatHex());
        } else {
            terminal.item(
                    "%s%s",
                    Text.of("%s refuses it: ", format.reader()).bad(), place(effective.error()));
        }
    }

    private static Text place(EffectiveCapabilities.LoadError error) {
        return Text.of(
                "%s: %s%s",
                error.place(),
                error.reason(),
                error.text().isEmpty() ? "" : ": " + error.text().strip());
    }

    static String sum(EffectiveCapabilities effective) {
        return switch (effective.mode()) {
            case NONE -> "drops nothing";
            case DROP ->
                    effective.names().isEmpty() ? "drops nothing" : "drops " + effective.names();
            case KEEP ->
                    effective.names().isEmpty()
                            ? "keeps nothing at all"
                            : "keeps only " + effective.names();
        };
    }

    /// The effect of a configuration, of pending changes or null, and of each snapshot.
    public record Sections(
            ConfigFormat format,
            String path,
            EffectiveCapabilities current,
            @Nullable EffectiveCapabilities pending,
            Map<String, EffectiveCapabilities> snapshots) {

        /// Whether the next start can read it.
        public boolean loads() {
            return pending == null ? current.loads() : pending.loads();
        }
    }

    public static Object config(ConfigText.Sections sections, int last) {
        EffectiveCapabilities effective = sections.current();
        EffectiveCapabilities pending = sections.pending();
        return document("capdrop/config/1")
                .with("loads", effective.loads())
                .with("error", JsonReports.error(effective.error()))
                .with("mode", JsonReports.mode(effective))
                .with("names", effective.names().names())
                .with("bounding", effective.loads() ? effective.bounding(last).formatHex() : null)
                .list(
                        "lines",
                        effective.lines(),
                        l ->
                                members()
                                        .at(l.file(), l.line(), l.text())
                                        .with("adds", l.adds())
                                        .with("clears", l.clears()))
                .list(
                        "remarks",
                        effective.remarks(),
                        r -> members().at(r.file(), r.line(), r.text()))
                .with("missing", effective.missing())
                .with("pending", pending == null ? null : section(pending))
                .with("snapshots", snapshots(sections.snapshots()));
    }

    private static Object snapshots(Map<String, EffectiveCapabilities> snapshots) {
        Members tree = members();
        snapshots.forEach((name, effective) -> tree.with(name, section(effective)));
        return tree;
    }

    private static Object section(EffectiveCapabilities effective) {
        return members()
                .with("loads", effective.loads())
                .with("error", JsonReports.error(effective.error()))
                .with("mode", JsonReports.mode(effective))
                .with("names", effective.names().names());
    }
}
