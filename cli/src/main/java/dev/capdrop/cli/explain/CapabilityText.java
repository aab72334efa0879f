package dev.capdrop.cli.explain;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CheckSite;
import dev.capdrop.capability.Demand;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import java.util.List;

record CapabilityText(Terminal terminal) {
    /// Writes its row of the knowledge table, or whether a kernel up to `last` knows it.
    public void write(Capability capability, int last) {
        Knowledge known = capability.knowledge();
        if (known == null) {
            writeUnknown(capability, last);
            return;
        }
        terminal.head(
                "%s  number %s, since Linux %s",
                Text.foreign(capability.upperName()).strong(), capability.number(), known.since());
        section("permits to", known.permits());
        writeWhere(known);
        section("between versions of Linux", known.changes());
        writeDemands(capability);
        section("what breaks without it", known.missed());
        section("before it is dropped", known.caution());
        section("what holding it risks", known.risk());
    }

    private void writeUnknown(Capability capability, int last) {
        terminal.line("%s  unknown", Text.of("capability %s", capability.number()).strong());
        terminal.body(
                "this version of capdrop has no name for this number and knows nothing of what it permits; %s",
                capability.number() <= last
                        ? "the running kernel knows it: a newer capdrop may, too"
                        : "neither does the running kernel, whose last one is " + last);
    }

    private void section(String title, String text) {
        if (!text.isEmpty()) {
            title(title);
            terminal.body("%s", Text.whole(text));
        }
    }

    private void title(String title) {
        terminal.head("%s", Text.foreign(title).faint());
    }

    private void writeWhere(Knowledge known) {
        section(
                "in the initial user namespace: the host, a privileged container",
                "honoured wherever the kernel asks for it");
        section("in a user namespace of its own: an unprivileged container", scope(known));
        sites("honoured at:", known.honouredAt());
        sites("refused, for only the initial namespace counts, at:", known.initialOnlyAt());
    }

    private static String scope(Knowledge known) {
        return switch (known.scope()) {
            case INERT ->
                    known.honouredAt().isEmpty()
                            ? "never honoured: the kernel refuses " + known.refusal()
                            : "never honoured as a rule: the kernel refuses " + known.refusal();
            case NEARLY_INERT -> "hardly ever honoured: the kernel refuses " + known.refusal();
            case PARTLY -> "partly honoured";
            case HONOURED -> "honoured, over everything that the namespace owns";
        };
    }

    private void sites(String title, List<CheckSite> sites) {
        if (!sites.isEmpty()) {
            terminal.body("%s", title);
            sites.forEach(site -> terminal.under("%s", site.format()));
        }
    }

    private void writeDemands(Capability capability) {
        List<Demand> demands = Demand.of(capability);
        title("units that name it (Debian 11, 12 and 13)");
        if (demands.isEmpty()) {
            terminal.body("none that is known");
        }
        for (Demand.Setting setting : Demand.Setting.values()) {
            List<String> units =
                    demands.stream().filter(d -> d.setting() == setting).map(Demand::unit).toList();
            if (!units.isEmpty()) {
                terminal.item("%s=, %s:", setting.key(), meaning(setting));
                terminal.paragraph(4, 4, "%s", Text.join(" ", units));
            }
        }
    }

    private static String meaning(Demand.Setting setting) {
        return switch (setting) {
            case CONDITION -> "skipped without it";
            case AMBIENT -> "handed it though not root's";
            case BOUNDING -> "keep it when they give up others";
        };
    }
}
