package dev.capdrop.cli.change;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.drop.PlanText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.plan.SharedPlan.MemberOutlook;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Subject;
import module java.base;

record SharedPlanText(Terminal terminal) {
    public void write(HostDrop.Planned planned, Words words) {
        SharedPlan plan = planned.plan();
        Text drop =
                plan.drop().isEmpty()
                        ? Text.of("nothing to drop")
                        : Text.of("drop %s", Text.from(plan.drop()).strong());
        terminal.title(
                "%s  goal %s: %s",
                Text.foreign(words.who(planned.node())).strong(),
                plan.request().goal().word(),
                drop);
        terminal.detail("by %s, %s", plan.edit().path(), words.where());
        writeVetoes(plan.vetoes());
        if (!plan.members().isEmpty()) {
            terminal.line("");
            terminal.line("from the next start of each:");
        }
        grouped(plan)
                .forEach((what, targets) ->
                        terminal.detail("%s: %s", Text.names(targets).strong(), what));
        writeNewborn(plan);
        list("reached too, and not looked into:", plan.others());
        list(words.unread(), planned.unread());
        if (!plan.broken().isEmpty()) {
            terminal.line("");
            terminal.line(Text.foreign(words.broken()).bad());
            plan.broken().forEach(this::write);
        }
        if (plan.edit().changes()) {
            terminal.line("");
            PlanText.writeDiff(terminal, plan.edit());
        }
    }

    private void writeVetoes(List<SharedPlan.Veto> vetoes) {
        Map<Stay, List<String>> groups =
                Text.grouped(
                        vetoes,
                        veto -> new Stay(veto.capability(), reason(veto)),
                        veto -> veto.target());
        groups.forEach((stay, targets) ->
                terminal.detail(
                        "%s stays: %s %s it %s",
                        stay.capability(),
                        Text.names(targets).strong(),
                        targets.size() == 1 ? "needs" : "need",
                        stay.reason()));
    }

    private static Text reason(SharedPlan.Veto veto) {
        Text needs =
                veto.loses().isEmpty()
                        ? Text.foreign(veto.why())
                        : Text.of("%s would be lost", Text.names(veto.loses()));
        return veto.wantedBy().isEmpty()
                ? Text.of("(%s)", needs)
                : Text.of("(%s); %s would do without it", needs, Text.names(veto.wantedBy()));
    }

    private record Stay(Capability capability, Text reason) {}

    private static Map<Text, List<String>> grouped(SharedPlan plan) {
        return Text.grouped(
                plan.members(), member -> sentence(plan, member), member -> member.target());
    }

    private static Text sentence(SharedPlan plan, MemberOutlook member) {
        List<Object> parts = new ArrayList<>();
        if (member.excluded()) {
            parts.add(
                    member.drop().isEmpty() ? "left out" : "left out, but the drop reaches it too");
        }
        if (!member.drop().isEmpty() && !member.drop().equals(plan.drop())) {
            parts.add(Text.of("drops %s", member.drop()));
        }
        if (member.note().isEmpty()) {
            parts.add(effects(member));
        } else {
            parts.add(member.note());
        }
        if (!member.waits().isEmpty()) {
            parts.add("runs, needs a restart");
        }
        return Text.join("; ", parts);
    }

    private static Text effects(MemberOutlook member) {
        List<Text> parts = new ArrayList<>();
        if (!member.forecast().boots()) {
            parts.add(
                    Text.of(
                            "%s%s",
                            Text.of("does not boot: ").bad(), member.forecast().obstacle()));
        }
        if (!member.heals().isEmpty()) {
            parts.add(Text.of("%s%s", Text.of("heals ").good(), Text.names(member.heals())));
        }
        if (!member.loses().isEmpty()) {
            parts.add(Text.of("%s%s", Text.of("loses ").bad(), Text.names(member.loses())));
        }
        turned(member)
                .forEach((turn, units) -> parts.add(Text.of("%s: %s", turn, Text.names(units))));
        List<String> open = open(member);
        if (!open.isEmpty()) {
            parts.add(Text.of("undecided: %s", Text.names(open)));
        }
        return parts.isEmpty() ? Text.of("no unit changes") : Text.join("; ", parts);
    }

    /// Returns the units that the drop turns without healing or losing them, by the kind of turn.
    private static Map<String, List<String>> turned(MemberOutlook member) {
        Map<String, List<String>> turned = new LinkedHashMap<>();
        for (Effect effect : member.forecast().changes()) {
            boolean said =
                    member.heals().contains(effect.unit())
                            || member.loses().contains(effect.unit());
            if (!said && effect.turnedBy() == Effect.TurnedBy.DROP) {
                turned.computeIfAbsent(
                                effect.before().word() + " -> " + effect.after().word(),
                                _ -> new ArrayList<>())
                        .add(effect.unit());
            }
        }
        return turned;
    }

    private static List<String> open(MemberOutlook member) {
        return member.forecast().undecided().stream()
                .filter(Undecided::byDrop)
                .map(Undecided::unit)
                .filter(unit -> !member.heals().contains(unit) && !member.loses().contains(unit))
                .toList();
    }

    private void writeNewborn(SharedPlan plan) {
        Map<Text, List<String>> groups =
                Text.grouped(plan.newborn(), one -> sentence(one), one -> one.target());
        if (groups.isEmpty()) {
            return;
        }
        terminal.line("");
        terminal.line("made from now on, from the first boot of each:");
        groups.forEach((what, targets) ->
                terminal.detail(
                        "%s: %s",
                        targets.contains("")
                                ? Text.of("any with systemd, for no container here tells more")
                                : Text.of("like %s", Text.names(targets).strong()),
                        what));
        if (plan.request().goal() != Goal.NEW) {
            terminal.detail(
                    "--goal new drops here what %s",
                    plan.members().isEmpty() ? "these units ask for" : "these drop by themselves");
        }
    }

    private static Text sentence(SharedPlan.Newborn one) {
        List<Text> parts = new ArrayList<>();
        if (!one.skips().isEmpty()) {
            parts.add(Text.of("%s%s", Text.of("skips ").good(), Text.names(one.skips())));
        }
        if (!one.inVain().isEmpty()) {
            parts.add(Text.of("%s%s", Text.of("starts in vain ").bad(), Text.names(one.inVain())));
        }
        return parts.isEmpty() ? Text.of("starts nothing in vain") : Text.join("; ", parts);
    }

    private void write(SharedPlan.Unloadable broken) {
        LoadError error = broken.error();
        terminal.detail(
                "%s: %s  %s  (%s)",
                Text.foreign(broken.configuration().owner()).strong(),
                error.place(),
                error.text(),
                error.reason());
    }

    private void list(String title, List<String> sentences) {
        if (!sentences.isEmpty()) {
            terminal.line("");
            terminal.line("%s", title);
            sentences.forEach(sentence -> terminal.detail("%s", sentence));
        }
    }

    public void restarts(List<String> targets) {
        if (!targets.isEmpty()) {
            terminal.line("");
            terminal.head(
                    "these run, and go on as they are until they are stopped and started (%s): %s",
                    reboot(targets), Text.names(targets));
        }
    }

    private static Text reboot(List<String> targets) {
        long anew = targets.stream().filter(SharedPlanText::rebootsAnew).count();
        return anew == 0
                ? Text.of("a reboot from inside does not do it")
                : anew == targets.size()
                        ? Text.of("a reboot from inside does it, too")
                        : Text.of("a reboot from inside does it on Proxmox VE only");
    }

    private static boolean rebootsAnew(String target) {
        RuntimeKind kind = RuntimeKind.of(target.replaceFirst(":.*", ""));
        return kind != null && kind.rebootsAnew();
    }

    public static Object report(HostDrop.Planned planned, Words words) {
        return document("capdrop/plan-all/2")
                .with("planned", List.of())
                .with("skipped", List.of())
                .with("nothingToDo", List.of())
                .with("shared", shared(planned, words));
    }

    private static Object shared(HostDrop.Planned planned, Words words) {
        SharedPlan plan = planned.plan();
        return members()
                .with("node", planned.node())
                .text("profile", words.profile())
                .with("file", plan.edit().path())
                .with("goal", plan.request().goal().word())
                .with("drop", plan.drop().names())
                .list("vetoes", plan.vetoes(), SharedPlanText::veto)
                .list("containers", plan.members(), SharedPlanText::member)
                .list("new", plan.newborn(), SharedPlanText::newborn)
                .with("others", plan.others())
                .with("unread", planned.unread())
                .list("unloadable", plan.broken(), SharedPlanText::unloadable)
                .with("refused", plan.refused())
                .with("restart", plan.restarts())
                .with("diff", JsonReports.diff(plan.edit()));
    }

    private static Object veto(SharedPlan.Veto veto) {
        return members()
                .with("capability", veto.capability().name())
                .with("target", veto.target())
                .with("loses", veto.loses())
                .with("why", veto.why())
                .with("wantedBy", veto.wantedBy());
    }

    private static Object member(MemberOutlook member) {
        return members()
                .with("target", member.target())
                .with("running", member.running())
                .with("excluded", member.excluded())
                .with("drop", member.drop().names())
                .with("waits", member.waits().names())
                .with("heals", member.heals())
                .with("loses", member.loses())
                .list("effects", member.forecast().changes(), JsonReports::effect)
                .list("undecided", member.forecast().undecided(), JsonReports::undecided)
                .with(
                        "doesNotBoot",
                        member.forecast().boots() ? null : member.forecast().obstacle())
                .with("note", member.note());
    }

    private static Object newborn(SharedPlan.Newborn newborn) {
        return members()
                .text("like", newborn.target())
                .with("skips", newborn.skips())
                .with("inVain", newborn.inVain());
    }

    private static Object unloadable(SharedPlan.Unloadable unloadable) {
        LoadError error = unloadable.error();
        return members()
                .with("configuration", unloadable.configuration().owner())
                .with("path", unloadable.configuration().path())
                .with("snapshot", unloadable.configuration().snapshot())
                .at(error.file(), error.line(), error.text())
                .with("reason", error.reason());
    }

    /// The words about lines that containers share: `kind` of a host `which` share them.
    ///
    /// @param profile the Incus profile that they belong to; empty where they are a host's file
    record Words(
            String kind, String which, String where, String unread, String broken, String profile) {
        static Words of(Subject.Lines lines) {
            return switch (lines) {
                case Subject.HostFile _ -> ofHost();
                case Subject.Profile shared -> ofProfile(shared.profile().word());
            };
        }

        /// Returns the words about the file that all unprivileged containers of a host include.
        static Words ofHost() {
            return new Words(
                    "all unprivileged containers",
                    "",
                    "which only this node has: a container that moves to another node leaves it behind",
                    "could not be read, so nobody knows whether it would load:",
                    "would no longer load, so nothing is written:",
                    "");
        }

        static Words ofProfile(String word) {
            return new Words(
                    "all containers",
                    " that use the profile '" + word + "'",
                    "which every instance that uses the profile gets, also one that is made later",
                    "use the profile too, and are neither read nor restarted:",
                    "would no longer load, or would lose lines that are in force now, so nothing is written:",
                    word);
        }

        String who(String node) {
            return kind + " of " + node + which;
        }
    }
}
