package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Nesting;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.unit.SettingTrait;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What can be done about each cause, best first.
final class Remedies {
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

    private static final int SIGILL = 4;
    private static final int SIGABRT = 6;
    private static final int SIGSYS = 31;

    /// A shell's status for who was ended by SIGTERM, and Java's.
    private static final int BY_SIGTERM = 143;

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
            case Cause.SetUpFailed failed -> setUp(failed.step());
            case Cause.NotNamespaced _, Cause.NoTerminal _, Cause.NotForContainers _ -> mask();
            case Cause.NetworkNotReady network -> {
                mend(
                        network.none()
                                ? "give the container an interface in its configuration, or turn"
                                        + " the unit off"
                                : "see that the container's interfaces are configured and get an"
                                        + " address");
                mask();
            }
            case Cause.ClockRefused _ -> {
                mask();
                mend(
                        "where it serves the time to others: have it leave the clock alone (chronyd -x)");
            }
            case Cause.QuotaUsedUp used -> quota(used.quota());
            case Cause.OfFile file -> add(file);
            case Cause.OfRun run -> add(run);
        }
    }

    private void add(Cause.OfFile cause) {
        switch (cause) {
            case Cause.MountOption option ->
                    mend("correct " + (option.option().isEmpty() ? "Options=" : option.option()));
            case Cause.MountType type -> type(type);
            case Cause.OwnSandbox kept -> sandbox(kept);
            case Cause.MountRefused _ -> journal();
            case Cause.UnitFile _ ->
                    mend(
                            "correct its file (systemd-analyze verify %s says which line), then 'systemctl daemon-reload'"
                                    .formatted(patient.unit().name()));
            case Cause.OrderingCycle cycle ->
                    mend(
                            "take one of the two orderings out (After=, Before=): that of %s or that of %s"
                                    .formatted(patient.unit().name(), cycle.other()));
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
        }
    }

    private void add(Cause.OfRun cause) {
        switch (cause) {
            case Cause.Told told -> told(told);
            case Cause.TimedOut late -> late(late.lateness());
            case Cause.OutOfMemory _ -> mend("give the container or the unit more memory");
            case Cause.Killed killed -> killed(killed);
            case Cause.OwnExit exit -> {
                if (exit.status() == BY_SIGTERM) {
                    all.add(
                            new Remedy.DropIn(
                                    patient.unit().name(),
                                    "Service",
                                    List.of("SuccessExitStatus=" + BY_SIGTERM)));
                }
                journal();
            }
            case Cause.Unknown _ -> all.add(new Remedy.Report());
            case Cause.AddressInUse _ ->
                    mend("find what listens there (ss -lntup), and stop one of the two");
            case Cause.Repeated again -> add(again.last());
            case Cause.StartedTooOften _ -> mend("mend what starts it again and again");
            case Cause.StillStarting _ -> mend("see what it waits for, or limit TimeoutStartSec=");
            case Cause.BroughtDown by -> mend("mend " + by.by());
        }
    }

    private void told(Cause.Told told) {
        Setting misspelt = misspelt(told.why());
        mend(
                misspelt == null
                        ? told.remedy()
                        : "write Environment= for %s= (%s:%d), which systemd does not know"
                                .formatted(misspelt.key(), misspelt.file(), misspelt.line()));
        if (told.end() != null) {
            journal();
        }
    }

    private @Nullable Setting misspelt(String why) {
        for (Setting setting : patient.settings()) {
            String variable = setting.value().replaceFirst("^\"", "").split("=", 2)[0];
            if (RecordedSettings.isMisspeltEnvironment(setting.key())
                    && !variable.isEmpty()
                    && why.contains(" " + variable + ",")) {
                return setting;
            }
        }
        return null;
    }

    private void sandbox(Cause.OwnSandbox kept) {
        String key = kept.line().key();
        String path = kept.path();
        String folder = path.substring(0, Math.max(1, path.lastIndexOf('/')));
        String open =
                switch (key) {
                    case "ProtectHome" -> kept.hidden() ? "ProtectHome=read-only" : "";
                    case "PrivateTmp" -> "PrivateTmp=no";
                    case "ProtectKernelTunables" -> "ProtectKernelTunables=no";
                    default -> "";
                };
        all.add(
                new Remedy.DropIn(
                        patient.unit().name(),
                        "Service",
                        List.of(open.isEmpty() ? "ReadWritePaths=" + folder : open)));
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
                if (file.more().endsWith("\r")) {
                    mend("take the carriage returns out: sed -i 's/\\r$//' " + file.name());
                    return;
                }
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
            case NO_EXEC ->
                    mend(
                            "take noexec out of the options of the mount at %s (/etc/fstab, or the container's configuration), or move the program"
                                    .formatted(file.more()));
            case FITS, MISSING, OTHER_KIND, UNMAPPED, TAKEN, UNREADABLE ->
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
                    patient.runsAsUser()
                            ? "on the host, give the directory that is mounted at %s to %s: chown it to %d plus the uid that the container's passwd has"
                                    .formatted(file.name(), patient.value("User"), root)
                            : "on the host, give it to the container, whose root is uid %1$d there: chown -R %1$d:%1$d and the directory that is mounted at %2$s"
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
        String netns = file.setting().equals("NetworkNamespacePath") ? netns(file.name()) : "";
        mend("make " + file.name() + netns + ", or correct " + file.setting() + "=" + place(file));
        boolean optional =
                SettingTrait.PATH.has(file.setting())
                        || file.setting().equals("EnvironmentFile")
                        || file.setting().equals("WorkingDirectory");
        if (optional) {
            mend("write a '-' before it where the unit can do without");
        }
    }

    private static String netns(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean named = path.equals("/run/netns/" + name) && name.matches("[\\w.@-]{1,64}");
        return named ? " before the unit starts (ip netns add " + name + ")" : "";
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
        Collection<String> asked =
                step == SetUp.NAMESPACE ? SettingTrait.MOUNT_NAMESPACE.settings() : step.settings();
        List<String> resets =
                patient.settings().stream()
                        .map(Setting::key)
                        .filter(asked::contains)
                        .filter(SettingTrait.TAKEN_BACK::has)
                        .distinct()
                        .map(key -> key + "=" + SettingTrait.off(key))
                        .toList();
        if (!resets.isEmpty() && patient.type() == UnitType.SERVICE) {
            all.add(new Remedy.DropIn(patient.unit().name(), "Service", resets));
        }
        journal();
    }

    /// seccomp(2) ends with SIGSYS who makes a system call that a filter forbids.
    private void killed(Cause.Killed killed) {
        List<Setting> filter = patient.lines("SystemCallFilter", "");
        if (killed.limit() != null) {
            mend(
                    "see whether the host's kernel log tells of it (dmesg: 'oom-kill', the unit's"
                            + " name), and raise MemoryMax= (%s:%d)"
                                    .formatted(killed.limit().file(), killed.limit().line()));
        }
        if (Cause.CRASHES.contains(killed.signal())) {
            mend(crash(killed.signal()));
        }
        if (killed.signal() == SIGSYS && !filter.isEmpty()) {
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

    private static String crash(int signal) {
        String dump = " at the core dump (coredumpctl info, where systemd-coredump is installed)";
        return switch (signal) {
            case SIGILL ->
                    "take a build for older processors (without AVX, say), or give the machine that"
                            + " the host is a processor's type that has the instruction";
            case SIGABRT ->
                    "see why it gave up, which it says in its journal or its own log, or look"
                            + dump;
            default -> "update the program or put it in anew, and have its makers look" + dump;
        };
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
            case NOTIFY ->
                    mend(
                            "set Type=exec where its program does not know sd_notify(3); where it"
                                    + " does, see what it waits for, or raise TimeoutStartSec=");
            case NEVER_ALIVE ->
                    mend(
                            "see whether it hangs; where its program sends no WATCHDOG=1"
                                    + " (sd_notify(3)), leave WatchdogSec= out");
            case NOT_ITS_MAIN_PROCESS ->
                    mend(
                            "have the script that starts it end in 'exec' and its program, or set NotifyAccess=all");
            case ENDED -> journal();
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
