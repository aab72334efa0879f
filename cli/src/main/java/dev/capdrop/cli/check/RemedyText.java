package dev.capdrop.cli.check;

import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import module java.base;

/// Puts remedies into words, with the administrator's command in the container's runtime.
public record RemedyText(Snapshot snapshot) {
    /// Returns the remedy, to follow "fix:".
    public static String text(Remedy remedy) {
        return switch (remedy) {
            case Remedy.Drop drop ->
                    "drop %s: systemd then skips the unit by itself, and so does every later unit that asks for the same"
                            .formatted(drop.capabilities());
            case Remedy.GiveBack back ->
                    "let its configuration keep " + back.capabilities() + ", and restart it";
            case Remedy.Mask _ ->
                    "mask the unit inside the container: touches nothing outside, but hides this one unit only, and whoever unmasks it has the failure back";
            case Remedy.Nesting nesting ->
                    nesting.lines().stream().collect(Collectors.joining("' and '", "add '", "'"))
                            + " to its configuration";
            case Remedy.DropIn dropIn ->
                    "a drop-in for %s, [%s] %s"
                            .formatted(
                                    dropIn.unit(),
                                    dropIn.section(),
                                    String.join(" ", dropIn.lines()));
            case Remedy.Sysctl sysctl ->
                    "raise %s on the host%s, not in the container; %s"
                            .formatted(
                                    sysctl.quota().kind().sysctl(),
                                    sysctl.host().isEmpty() ? "" : " " + sysctl.host(),
                                    sysctl.quota().keeping());
            case Remedy.Install install ->
                    "install the package " + install.packageName() + " inside the container";
            case Remedy.Journal _ -> "look at its journal";
            case Remedy.Mend mend -> mend.what();
            case Remedy.Report _ -> "record it, and have somebody look at it";
        };
    }

    /// Returns the cost, to follow the text; empty where there is none.
    static String cost(Remedy remedy) {
        return switch (remedy.cost()) {
            case NONE -> "";
            case UNIT -> "";
            case CONTAINER -> "takes a restart of the container";
            case HOST -> "a change on the host, for all containers";
        };
    }

    /// Returns the command, safe to paste into a shell; empty where there is no single one.
    String command(Remedy remedy) {
        return switch (remedy) {
            case Remedy.Mask mask -> mask(List.of(mask.unit()));
            case Remedy.Sysctl sysctl -> sysctl.quota().raising();
            case Remedy.Journal journal ->
                    inside("journalctl --no-pager -n 20 -u " + ShellWord.quoted(journal.unit()));
            case Remedy.Nesting _ ->
                    snapshot.subject() instanceof ContainerId container ? nest(container) : "";
            case Remedy.Report _ -> "";
            case Remedy.Drop _,
                    Remedy.GiveBack _,
                    Remedy.DropIn _,
                    Remedy.Install _,
                    Remedy.Mend _ ->
                    "";
        };
    }

    /// Returns the command that runs a program in the container; empty where nothing can.
    private String inside(String program) {
        return snapshot.running() && snapshot.subject() instanceof ContainerId container
                ? container.kind().attach(container) + " -- " + program
                : "";
    }

    private static String nest(ContainerId container) {
        RuntimeKind kind = container.kind();
        String command = kind.nest(container);
        return command.isEmpty()
                ? "capdrop apply --remedy nesting " + ShellWord.quoted(container.word())
                : command + " && " + kind.restart(container);
    }

    /// Returns the systemctl that masks these units: the container's own where it runs, the host's
    /// for a root directory; empty where neither can.
    String mask(Collection<String> units) {
        String systemctl =
                snapshot.subject() instanceof Subject.RootDirectory root
                        ? "systemctl --root=" + ShellWord.quoted(root.name())
                        : inside("systemctl");
        return systemctl.isEmpty()
                ? ""
                : systemctl
                        + " mask -- "
                        + units.stream().map(ShellWord::quoted).collect(Collectors.joining(" "));
    }
}
