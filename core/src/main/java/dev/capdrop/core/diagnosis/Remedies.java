package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Nesting;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.unit.SandboxPaths;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What can be done about each cause, best first.
final class Remedies {
    /// The package of Debian that brings an interpreter.
    private static final Map<String, String> PACKAGES =
            Map.ofEntries(
                    Map.entry("python3", "python3"),
                    Map.entry("perl", "perl"),
                    Map.entry("bash", "bash"),
                    Map.entry("zsh", "zsh"),
                    Map.entry("dash", "dash"),
                    Map.entry("php", "php-cli"),
                    Map.entry("ruby", "ruby"),
                    Map.entry("node", "nodejs"),
                    Map.entry("tclsh", "tcl"),
                    Map.entry("lua", "lua5.4"));

    private static final int SIGSYS = 31;

    private final Patient patient;
    private final List<Remedy> all = new ArrayList<>();

    private Remedies(Patient patient) {
        this.patient = patient;
    }

    static List<Remedy> of(Patient patient, Cause cause) {
        Remedies remedies = new Remedies(patient);
        remedies.add(cause);
        return remedies.all;
    }

    private void add(Cause cause) {
        switch (cause) {
            case Cause.InertCapability inert -> {
                all.add(new Remedy.Drop(inert.capabilities()));
                mask();
            }
            case Cause.ForecastFailure _ -> {}
            case Cause.Program program -> program(program.file());
            case Cause.Account account -> account(account.account());
            case Cause.Path path -> path(path.file());
            case Cause.NoNesting nesting -> nesting(nesting.certain());
            case Cause.LostCapability lost -> giveBack(lost.missing());
            case Cause.MayLack lack -> {
                giveBack(lack.lacking());
                journal();
            }
            case Cause.Told told -> {
                mend(told.remedy());
                journal();
            }
            case Cause.SetUpFailed failed -> setUp(failed.step());
            case Cause.NotNamespaced _, Cause.NoTerminal _, Cause.NotForContainers _ -> mask();
            case Cause.NetworkNotReady _ -> {
                mend("see that the container's interfaces are configured and get an address");
                mask();
            }
            case Cause.ClockRefused _ -> {
                mask();
                mend(
                        "where it serves the time to others: have it leave the clock alone (chronyd -x)");
            }
            case Cause.QuotaUsedUp used -> quota(used.quota());
            case Cause.MountOption option ->
                    mend("correct " + (option.option().isEmpty() ? "Options=" : option.option()));
            case Cause.MountType type -> type(type);
            case Cause.MountRefused _ -> journal();
            case Cause.UnitFile _ -> mend("correct its file, then 'systemctl daemon-reload'");
            case Cause.AssertionFailed failed ->
                    mend(
                            "see to what %s asks for, or turn the unit off (systemctl disable)"
                                    .formatted(failed.assertion()));
            case Cause.NoUnit _ ->
                    mend("install what brings it, or take it out of what requires it");
            case Cause.NoDevice _ ->
                    mend(
                            "take what needs it out of /etc/fstab, or write nofail there, if the"
                                    + " container is to have no such device");
            case Cause.TimedOut late -> late(late.lateness());
            case Cause.OutOfMemory _ -> mend("give the container or the unit more memory");
            case Cause.Killed killed -> killed(killed.signal());
            case Cause.OwnExit _ -> journal();
            case Cause.Unknown _ -> all.add(new Remedy.Report());
            case Cause.AddressInUse _ ->
                    mend("find what listens there (ss -lntup), and stop one of the two");
            case Cause.Repeated again -> add(again.last());
            case Cause.StartedTooOften _ -> mend("mend what starts it again and again");
            case Cause.StillStarting _ -> mend("see what it waits for, or limit TimeoutStartSec=");
            case Cause.BroughtDown by -> mend("mend " + by.by());
        }
    }

    private void giveBack(CapabilitySet capabilities) {
        if (capabilities.intersect(Suspects.OF_THE_HOST).isEmpty()) {
            all.add(new Remedy.GiveBack(capabilities));
        } else {
            mend(
                    "have the host do what the unit wants %s for, and the unit leave it alone"
                            .formatted(capabilities));
        }
    }

    private void nesting(boolean certain) {
        if (certain) {
            all.add(new Remedy.Nesting(Nesting.missing(patient.snapshot())));
        } else {
            journal();
        }
    }

    private void mend(String what) {
        all.add(new Remedy.Mend(what));
    }

    private void journal() {
        if (UnitName.isValid(patient.unit().name())) {
            all.add(new Remedy.Journal(patient.unit().name()));
        }
    }

    /// Only what somebody can be told to do: in a container that does not run nobody can mask.
    private void mask() {
        boolean reachable =
                patient.snapshot().running()
                        || patient.snapshot().subject() instanceof Subject.RootDirectory;
        if (UnitName.isValid(patient.unit().name()) && reachable) {
            all.add(new Remedy.Mask(patient.unit().name()));
        }
    }

    private void program(Trouble.NamedFile file) {
        String correct = ", or correct " + file.setting() + "=" + place(file);
        switch (file.standing()) {
            case NOT_EXECUTABLE -> mend("make it executable: chmod +x " + file.name());
            case NO_INTERPRETER -> {
                String base = file.more().substring(file.more().lastIndexOf('/') + 1);
                String brings = PACKAGES.get(base);
                if (brings != null) {
                    all.add(new Remedy.Install(brings));
                }
                mend("install " + file.more() + ", or correct the first line of " + file.name());
            }
            case NO_PROGRAM -> mend("begin it with a line such as #!/bin/sh" + correct);
            case FOREIGN -> mend("install the program for this machine" + correct);
            case DANGLING -> mend("install what the link leads to" + correct);
            case CLOSED -> letIn(file);
            case FITS, MISSING, OTHER_KIND, UNMAPPED, UNREADABLE ->
                    mend("install " + file.name() + correct);
        }
    }

    private void account(Trouble.NamedFile account) {
        boolean group = account.isGroup();
        String add = group ? "groupadd --system " : "useradd --system ";
        mend(
                "make the "
                        + (group ? "group" : "user")
                        + " ("
                        + add
                        + account.name()
                        + "), or correct "
                        + account.setting()
                        + "="
                        + place(account));
    }

    private void path(Trouble.NamedFile file) {
        if (file.standing() == Trouble.NamedFile.Standing.UNMAPPED) {
            Init.InitThread thread = patient.init().thread();
            long root = thread == null ? 0 : thread.users().outside(0).orElse(0);
            mend(
                    "on the host, give it to the container, whose root is uid %1$d there: chown -R"
                                    .formatted(root)
                            + " %1$d:%1$d and the directory that is mounted at %2$s"
                                    .formatted(root, file.name()));
            return;
        }
        if (file.standing() == Trouble.NamedFile.Standing.CLOSED) {
            letIn(file);
            return;
        }
        if (file.standing() == Trouble.NamedFile.Standing.OTHER_KIND) {
            mend("put what " + file.setting() + "= needs in the place of " + file.name());
            return;
        }
        mend("make " + file.name() + ", or correct " + file.setting() + "=" + place(file));
        boolean optional =
                SandboxPaths.SETTINGS.contains(file.setting())
                        || file.setting().equals("EnvironmentFile")
                        || file.setting().equals("WorkingDirectory");
        if (optional) {
            mend("write a '-' before it where the unit can do without");
        }
    }

    private void letIn(Trouble.NamedFile file) {
        mend(
                "put it where the unit's user may go, or let that user in: chmod o+x %s"
                        .formatted(file.more()));
    }

    private String place(Trouble.NamedFile file) {
        List<Setting> lines = patient.lines(file.setting(), file.name());
        return lines.isEmpty()
                ? ""
                : " (" + lines.getLast().file() + ":" + lines.getLast().line() + ")";
    }

    /// A drop-in takes away what asks for the step, as far as its files say and as nothing depends
    /// on it: who runs as a user of its own is not made root.
    private void setUp(SetUp step) {
        List<String> asked = step == SetUp.NAMESPACE ? Sandbox.NAMESPACE : step.settings();
        List<String> resets =
                patient.settings().stream()
                        .map(Setting::key)
                        .filter(asked::contains)
                        .filter(Sandbox::canBeTakenBack)
                        .distinct()
                        .map(key -> key + "=" + Sandbox.off(key))
                        .toList();
        if (!resets.isEmpty() && patient.type() == UnitType.SERVICE) {
            all.add(new Remedy.DropIn(patient.unit().name(), "Service", resets));
        }
        journal();
    }

    /// seccomp(2) ends with SIGSYS who makes a system call that a filter forbids.
    private void killed(int signal) {
        List<Setting> filter = patient.lines("SystemCallFilter", "");
        if (signal == SIGSYS && !filter.isEmpty()) {
            Setting last = filter.getLast();
            mend(
                    "allow the system call in SystemCallFilter= ("
                            + last.file()
                            + ":"
                            + last.line()
                            + "), or set SystemCallErrorNumber=EPERM");
        }
        journal();
    }

    private void quota(Quota quota) {
        if (quota.kind().sysctl().isEmpty()) {
            mend("raise the container's limit of " + quota.kind().noun());
        } else {
            all.add(new Remedy.Sysctl(patient.snapshot().host().name(), quota));
        }
    }

    private void type(Cause.MountType type) {
        mend(
                type.known()
                        ? "mount it on the host and bind it into the container ("
                                + patient.snapshot().subject().kind().binding()
                                + ")"
                        : "load the kernel module for '" + type.type() + "' on the host");
        mask();
    }

    private void late(Cause.Lateness lateness) {
        switch (lateness) {
            case START -> mend("see what it waits for, or raise TimeoutStartSec=");
            case FOREGROUND ->
                    mend("set Type=simple or Type=exec, or have it go into the background");
            case PID_FILE -> mend("set PIDFile= to where it writes its number, or leave it out");
            case BUS_NAME -> mend("set BusName= to the name that it takes, or Type=simple");
            case RUNTIME -> mend("see why it does not end, or raise RuntimeMaxSec=");
            case PROTOCOL -> mend("set Type= to what its program does (Type=simple, Type=exec)");
            case UNSEEN -> mend("see whether it is mounted (findmnt), and start it again");
            case WATCHDOG -> mend("see why it hangs, or raise WatchdogSec=");
        }
    }
}
