package dev.capdrop.cli.explain;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.cli.render.Json.Members;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Writes processes and their capabilities, by container and unit, for people.
final class PsText {
    private static final int COMMAND = 15;
    private static final int NARROW_INDENT = 6;
    private static final Comparator<ContainerId> BY_NAME =
            Comparator.comparing(ContainerId::target).thenComparing(ContainerId::lxcPath);

    private final Terminal terminal;
    private final int last;
    private final boolean all;
    private int pids = 7;
    private int uids = 6;

    public PsText(Terminal terminal, int last, boolean all) {
        this.terminal = terminal;
        this.last = last;
        this.all = all;
    }

    /// Writes the processes, which are by number, the containers first.
    public void write(List<HostProcess> processes) {
        Map<ContainerId, List<HostProcess>> groups = new TreeMap<>(BY_NAME);
        List<HostProcess> host = new ArrayList<>();
        for (HostProcess process : processes) {
            if (process.container() == null) {
                host.add(process);
            } else {
                groups.computeIfAbsent(process.container(), _ -> new ArrayList<>()).add(process);
            }
        }
        List<HostProcess> shown = processes.stream().filter(this::isShown).toList();
        for (HostProcess process : shown) {
            pids = Math.max(pids, String.valueOf(process.pid()).length());
            uids = Math.max(uids, String.valueOf(process.uid()).length());
        }
        if (!shown.isEmpty()) {
            terminal.line(Text.of("%scapabilities", row("pid", "uid", "command")).faint());
        }
        groups.forEach((id, members) -> write(title(id, groups.keySet()), members));
        if (!host.isEmpty()) {
            write("the host", host);
        }
    }

    /// Returns its name, with its place when another has the same name.
    private static String title(ContainerId id, Set<ContainerId> all) {
        long namesakes =
                all.stream().filter(container -> container.target().equals(id.target())).count();
        return namesakes == 1 ? id.target() : id.target() + " in " + id.lxcPath();
    }

    private void write(String name, List<HostProcess> processes) {
        CapabilitySet bounding = processes.getFirst().status().capabilities().bounding();
        List<HostProcess> shown = processes.stream().filter(this::isShown).toList();
        int hidden = processes.size() - shown.size();
        terminal.head(
                "%s  %s %s%s; bounding set %s",
                Text.foreign(name).strong(),
                processes.size(),
                processes.size() == 1 ? "process" : "processes",
                hidden == 0 ? "" : Text.of(", %s without a capability (--all)", hidden),
                SetText.words(bounding, last));
        Map<String, List<HostProcess>> units = new LinkedHashMap<>();
        shown.stream()
                .sorted(Comparator.comparing(HostProcess::unit).thenComparingInt(HostProcess::pid))
                .forEach(p -> units.computeIfAbsent(p.unit(), _ -> new ArrayList<>()).add(p));
        units.forEach((unit, members) -> {
            terminal.line(
                    "  %s", (unit.isEmpty() ? Text.of("no unit") : Text.foreign(unit)).faint());
            members.forEach(process -> write(process, bounding));
        });
    }

    private boolean isShown(HostProcess process) {
        ThreadCapabilities sets = process.status().capabilities();
        return all || !sets.permitted().union(sets.inheritable()).isEmpty();
    }

    private void write(HostProcess process, CapabilitySet usual) {
        Text row = terminal.shown(row(process.pid(), process.uid(), process.command()));
        Text sets = Text.join("; ", sets(process, usual));
        int before = 2 + pids + 1 + uids + 1 + COMMAND + 2;
        boolean narrow = terminal.width() < 2 * before;
        if (narrow || row.columns() >= before) {
            terminal.line(row.stripped());
            int indent = narrow ? NARROW_INDENT : before;
            terminal.paragraph(indent, indent, "%s", sets);
        } else {
            terminal.paragraph(0, before, "%s%s", row.padded(before), sets);
        }
    }

    /// Returns a row; the numbers stand in columns as wide as the longest.
    private Text row(Object pid, Object uid, String command) {
        String form = "  %" + pids + "s %" + uids + "s";
        String numbers = String.format(Locale.ROOT, form, pid, uid);
        return Text.of("%s %s ", numbers, Text.foreign(command).padded(COMMAND));
    }

    private List<String> sets(HostProcess process, CapabilitySet usual) {
        ThreadCapabilities sets = process.status().capabilities();
        List<String> words = new ArrayList<>();
        if (sets.permitted().equals(sets.effective())) {
            words.add(words(sets.effective()));
        } else {
            words.add("effective " + words(sets.effective()));
            words.add("permitted " + words(sets.permitted()));
        }
        List<ThreadSet> others = new ArrayList<>();
        if (!sets.inheritable().isEmpty()) {
            others.add(ThreadSet.INHERITABLE);
        }
        if (!sets.ambient().isEmpty()) {
            others.add(ThreadSet.AMBIENT);
        }
        if (!sets.bounding().equals(usual)) {
            others.add(ThreadSet.BOUNDING);
        }
        words.addAll(others(sets, others));
        if (process.status().noNewPrivs()) {
            words.add("no_new_privs");
        }
        return words;
    }

    /// Returns the other sets; one equal to the permitted set is said to be the same.
    private List<String> others(ThreadCapabilities sets, List<ThreadSet> shown) {
        List<String> words = new ArrayList<>();
        List<String> same = new ArrayList<>();
        for (ThreadSet set : shown) {
            if (sets.get(set).equals(sets.permitted())) {
                same.add(set.word());
            } else {
                words.add(set.word() + " " + words(sets.get(set)));
            }
        }
        if (!same.isEmpty()) {
            words.addFirst(String.join(", ", same) + " the same");
        }
        return words;
    }

    private String words(CapabilitySet set) {
        return SetText.words(set, last);
    }

    /// Returns every process, those without a capability among them.
    public static Object report(List<HostProcess> processes) {
        return document("capdrop/ps/1").list("processes", processes, PsText::process);
    }

    private static Map<String, @Nullable Object> process(HostProcess process) {
        Members object =
                members()
                        .with("pid", process.pid())
                        .with("parent", process.parent())
                        .with("uid", process.uid())
                        .with("command", process.command())
                        .orNull("container", process.container(), it -> it.target())
                        .orNull("lxcPath", process.container(), it -> it.lxcPath())
                        .text("unit", process.unit());
        ThreadCapabilities sets = process.status().capabilities();
        for (ThreadSet set : ThreadSet.values()) {
            object.with(set.word(), sets.get(set).formatHex());
        }
        return object.with("noNewPrivs", process.status().noNewPrivs())
                .with("beyond", process.beyond().names());
    }

    /// Writes a paragraph for each container of these processes, and a line for each unit.
    static void writeOutdated(Terminal terminal, List<HostProcess> outdated) {
        Map<String, List<HostProcess>> containers = new TreeMap<>();
        for (HostProcess process : outdated) {
            String target = process.container() == null ? "" : process.container().target();
            containers.computeIfAbsent(target, _ -> new ArrayList<>()).add(process);
        }
        if (containers.isEmpty()) {
            terminal.talk("no process holds more than the PID 1 of its container");
        }
        containers.forEach((target, all) -> writeOutdated(terminal, target, all));
    }

    private static void writeOutdated(
            Terminal terminal, String target, List<HostProcess> processes) {
        terminal.head(
                "%s  %s %s more than PID 1, until each is restarted",
                Text.foreign(target).strong(),
                processes.size(),
                processes.size() == 1 ? "process holds" : "processes hold");
        Map<String, List<HostProcess>> units = new TreeMap<>();
        processes.forEach(process ->
                units.computeIfAbsent(process.unit(), _ -> new ArrayList<>()).add(process));
        units.forEach((unit, members) ->
                terminal.item(
                        "%s  %s: %s",
                        unit.isEmpty() ? Text.of("no unit") : Text.foreign(unit),
                        members.size(),
                        members.getFirst().beyond()));
    }
}
