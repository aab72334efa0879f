package dev.capdrop.cli.explain;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;

/// Ten minutes of reading about capabilities and containers.
///
/// Source: capabilities(7), user_namespaces(7), systemd.unit(5), lxc.container.conf(5); the worth
/// of each from the knowledge table.
record OverviewText(Terminal terminal) {
    private static final int NAME = 20;
    private static final int WORTH = 12;

    public void write() {
        terminal.paragraph(
                "Capabilities are the power of root in 41 pieces: a process may do what root may as far as it holds the piece that the kernel asks for.");
        writeProcesses();
        writeSets();
        writeWays();
        writeContainers();
        writeGroups();
        terminal.line("");
        terminal.head(
                "Words that 'capdrop explain WORD' explains: %s",
                Text.join(" ", Term.all().stream().map(Term::word).toList()));
        terminal.paragraph(
                "More: 'capdrop explain sys_rawio' tells all about one, 'capdrop explain NAME' about a container, 'capdrop explain UNIT@NAME' about one of its units.");
    }

    public void write(Term term) {
        terminal.line(Text.foreign(term.title()).strong());
        terminal.body("%s", Text.whole(term.text()));
        terminal.body("more: %s", Text.whole(term.source()));
    }

    private void title(Text title) {
        terminal.line("");
        terminal.line(title.strong());
    }

    private void writeProcesses() {
        title(Text.of("Privileged and unprivileged processes"));
        terminal.body(
                "A process that runs as root (effective user 0) holds all that its limits allow, one of any other user none. Capabilities cut this in both directions: a web server that is not root can be given net_bind_service alone, and root can be without sys_module. The kernel asks for the piece, not for the user.");
    }

    private void writeSets() {
        title(Text.of("The five sets of a process (/proc/PID/status)"));
        row("effective", "what the kernel looks at");
        row("permitted", "what the process may make effective, and cannot exceed");
        row("inheritable", "what execve(2) lets pass to a program whose file says so, too");
        row("ambient", "what execve(2) lets pass to any program");
        row(
                "bounding",
                "the limit for all that execve(2) can give; what is dropped from it is gone for the process and all its children, for good");
    }

    private void row(String name, String meaning) {
        terminal.paragraph(2, 15, "%s %s", Text.foreign(name).padded(12), Text.whole(meaning));
    }

    private void writeWays() {
        title(Text.of("The three ways in which a process gets one, all at execve(2)"));
        terminal.paragraph(
                2,
                5,
                "1. It is root: it gets all of its bounding set. So does a program that belongs to root and has the set-user-ID bit.");
        terminal.paragraph(
                2,
                5,
                "2. The program's file has capabilities (setcap(8)): it gets these, as far as the bounding set has them. If it lacks one of them, and the file makes them effective, the program does not start at all (EPERM).");
        terminal.paragraph(
                2,
                5,
                "3. The ambient set: whoever starts it has put them there, as systemd does for AmbientCapabilities=.");
        terminal.body("A child that is forked has what its parent has.");
    }

    private void writeContainers() {
        title(Text.of("In a container"));
        terminal.body(
                "The container's init begins with a full bounding set, but for what its configuration"
                        + " drops (lxc.cap.drop). In an unprivileged container root is no root of the host:"
                        + " the container has a user namespace, and a capability counts only over what this"
                        + " namespace owns. Where the kernel asks for the capability in the initial"
                        + " namespace, to load a module, to set the clock, it is held in vain.");
        terminal.body(
                "systemd cannot see that. It starts what asks for CAP_SYS_RAWIO (ConditionCapability=) because the set holds it, the kernel refuses, the unit fails, and the container is 'degraded'. Drop what is held in vain, and systemd skips these units by itself: 'capdrop check' finds them, 'capdrop apply' drops.");
        terminal.body(
                "In a privileged container, which has no user namespace of its own, the kernel honours every capability: there a drop is what protects the host.");
    }

    private void writeGroups() {
        title(Text.of("All of them, and what each is worth in an unprivileged container"));
        for (Group group : Group.values()) {
            terminal.line("  %s", Text.foreign(group.title()).faint());
            group.members().forEach(this::write);
        }
    }

    private void write(Capability capability) {
        Knowledge known = capability.knowledge();
        if (known != null) {
            terminal.paragraph(
                    4,
                    4 + NAME + WORTH,
                    "%s%s%s",
                    Text.foreign(known.name()).padded(NAME),
                    Text.foreign(worth(known)).padded(WORTH),
                    Text.whole(known.permits()));
        }
    }

    private static String worth(Knowledge known) {
        return switch (known.scope()) {
            case INERT -> "nothing";
            case NEARLY_INERT -> "hardly any";
            case PARTLY -> "partly";
            case HONOURED -> "honoured";
        };
    }
}
