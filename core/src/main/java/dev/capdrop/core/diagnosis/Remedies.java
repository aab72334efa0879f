package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitFile.SettingTrait;
import dev.capdrop.core.unit.UnitName;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Chooses what can be done about each cause, best first; the sentences are rows of the resource
/// `remedies.tsv`.
final class Remedies {
    private static final Map<String, String> SENTENCES =
            ResourceTable.rows("diagnosis/remedies.tsv").stream()
                    .collect(Collectors.toMap(cells -> cells[0], cells -> cells[1]));

    private static final int SIGSYS = 31;

    /// A shell's status for who was ended by SIGTERM, and Java's.
    private static final int BY_SIGTERM = 143;

    private final Patient patient;
    private final String unit;
    private final List<Remedy> all = new ArrayList<>();

    private Remedies(Patient patient) {
        this.patient = patient;
        this.unit = patient.unit().name();
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
            case Cause.Account(Trouble.NamedFile account) ->
                    mend(account.isGroup() ? "account-group" : "account", account);
            case Cause.Path path -> path(path.file());
            case Cause.NoNesting nesting when nesting.certain() ->
                    all.add(new Remedy.Nesting(AppArmorLimits.nesting(patient.snapshot())));
            case Cause.NoNesting _ -> journal();
            case Cause.LostCapability lost -> giveBack(lost.missing());
            case Cause.MayLack lack -> {
                giveBack(lack.lacking());
                journal();
            }
            case Cause.SetUpFailed failed -> setUp(failed.step());
            case Cause.NotNamespaced(String what) when SENTENCES.containsKey(what) -> {
                mend(what);
                mask();
            }
            case Cause.NotNamespaced _, Cause.NoTerminal _, Cause.NotForContainers _ -> mask();
            case Cause.NetworkNotReady network -> {
                mend(network.none() ? "network-none" : "network");
                mask();
            }
            case Cause.ClockRefused _ -> {
                mask();
                mend("clock");
            }
            case Cause.QuotaUsedUp(Quota quota) -> {
                if (quota.kind().sysctl().isEmpty()) {
                    mend("quota", quota.kind().noun());
                } else {
                    all.add(new Remedy.Sysctl(patient.snapshot().host().name(), quota));
                }
            }
            case Cause.OfFile file -> add(file);
            case Cause.OfRun run -> add(run);
        }
    }

    private void add(Cause.OfFile cause) {
        switch (cause) {
            case Cause.MountOption(String option) ->
                    mend(
                            MountSignatures.isOutsideMap(option, patient.init())
                                    ? "mount-option-id"
                                    : "mount-option",
                            unit,
                            option.isEmpty() ? "Options=" : option);
            case Cause.MountType type -> {
                String binding = patient.snapshot().subject().kind().binding();
                mend(
                        type.known() ? "mount-type-known" : "mount-type",
                        unit,
                        type.known() ? binding : type.type());
                mask();
            }
            case Cause.OwnSandbox kept -> dropIn(List.of(opening(kept)));
            case Cause.MountRefused _ -> journal();
            case Cause.UnitFile _ -> mend("unit-file", unit);
            case Cause.OrderingCycle cycle -> mend("ordering-cycle", unit, cycle.other());
            case Cause.AssertionFailed failed -> mend("assertion-failed", unit, failed.assertion());
            case Cause.NoUnit _ -> mend("no-unit");
            case Cause.NoDevice device -> mend(device.ofMount() ? "no-device" : "no-device-unit");
        }
    }

    private void add(Cause.OfRun cause) {
        switch (cause) {
            case Cause.Told told -> told(told);
            case Cause.TimedOut late -> mend("late-" + ResourceTable.word(late.lateness()));
            case Cause.OutOfMemory _ -> mend("out-of-memory");
            case Cause.Killed killed -> killed(killed);
            case Cause.OwnExit exit -> {
                if (exit.status() == BY_SIGTERM) {
                    dropIn(List.of("SuccessExitStatus=" + BY_SIGTERM));
                }
                Trouble trouble = patient.trouble();
                String log = OwnLog.of(unit, trouble, trouble.log());
                boolean silent = log.isEmpty() && ShownLines.own(patient).isEmpty();
                if (silent && patient.value("StandardOutput").equals("null")) {
                    mend("own-silence", place(patient.lines("StandardOutput", "").getLast()));
                    return;
                }
                if (!log.isEmpty()) {
                    mend("own-log", log);
                }
                if (silent) {
                    mend("own-nothing");
                } else {
                    journal();
                }
            }
            case Cause.Unknown _ -> all.add(new Remedy.Report());
            case Cause.AddressInUse(String where) ->
                    mend(where.startsWith("/") ? "socket-in-use" : "address-in-use", where);
            case Cause.Repeated again -> add(again.last());
            case Cause.StartedTooOften _ -> mend("started-too-often");
            case Cause.StillStarting _ -> mend("still-starting");
            case Cause.BroughtDown by -> mend("brought-down", by.by());
        }
    }

    private void told(Cause.Told told) {
        Setting misspelt = misspelt(told.why());
        if (told.remedy().isEmpty()) {
            journal();
        } else if (misspelt == null) {
            String log = OwnLog.of(patient.trouble());
            String user = patient.value("User");
            all.add(
                    new Remedy.Mend(
                            told.remedy()
                                    .replace("%k", allowance(told.why()))
                                    .replace(
                                            "%u",
                                            user.isEmpty() ? "the user as whom it runs" : user)
                                    .replace("%l", log.isEmpty() ? "that file" : log)));
        } else {
            mend("misspelt", misspelt.key(), place(misspelt));
        }
    }

    /// Returns the line of the configuration that allows the device that a sentence names: by the
    /// control groups that the host has, where those were looked at.
    private String allowance(String why) {
        return patient.trouble().files().stream()
                .filter(file -> file.setting().equals(Trouble.NamedFile.SAID))
                .filter(file -> file.standing() == Standing.FITS && why.contains(file.name()))
                .map(Trouble.NamedFile::more)
                .filter(key -> !key.isEmpty())
                .findFirst()
                .orElse(SENTENCES.getOrDefault("allowance", ""));
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

    /// Returns the line that gives a unit the path back which its own sandbox keeps from it.
    private static String opening(Cause.OwnSandbox kept) {
        String key = kept.line().key();
        if (Set.of("PrivateTmp", "PrivateDevices", "ProtectKernelTunables").contains(key)) {
            return key + "=no";
        }
        if (Set.of("InaccessiblePaths", "TemporaryFileSystem").contains(key)) {
            return key + "=";
        }
        if (key.equals("ProtectHome") && kept.hidden()) {
            return "ProtectHome=read-only";
        }
        String folder = kept.path().substring(0, Math.max(1, kept.path().lastIndexOf('/')));
        // who keeps something in there has its logs and data below /var, as a rule
        return "ReadWritePaths=" + (folder.equals("/run") ? "/run /var" : folder);
    }

    private void giveBack(CapabilitySet capabilities) {
        if (capabilities.intersect(Suspects.OF_THE_HOST).isEmpty()) {
            all.add(new Remedy.GiveBack(capabilities));
        } else {
            mend("of-the-host", capabilities);
        }
    }

    private void mend(String row, Object... seen) {
        all.add(new Remedy.Mend(SENTENCES.getOrDefault(row, row).formatted(seen)));
    }

    private void mend(String row, Trouble.NamedFile file) {
        List<Setting> lines = patient.lines(file.setting(), file.name());
        String place = lines.isEmpty() ? "" : " (" + place(lines.getLast()) + ")";
        boolean said = file.setting().equals(Trouble.NamedFile.SAID);
        mend(row, file.name(), file.more(), said ? "what runs it" : file.setting() + "=" + place);
    }

    private static String place(Setting line) {
        return line.file() + ":" + line.line();
    }

    private void dropIn(List<String> lines) {
        all.add(new Remedy.DropIn(unit, "Service", lines));
    }

    private void journal() {
        if (UnitName.isValid(unit)) {
            all.add(new Remedy.Journal(unit));
        }
    }

    /// Masks what somebody can be told to mask: not in a container that does not run.
    private void mask() {
        boolean reachable =
                patient.snapshot().running()
                        || patient.snapshot().subject() instanceof Subject.RootDirectory;
        if (UnitName.isValid(unit) && reachable) {
            all.add(new Remedy.Mask(unit));
        }
    }

    private void program(Trouble.NamedFile file) {
        String row = "program-" + ResourceTable.word(file.standing());
        String path = file.standing() == Standing.DANGLING ? file.name() : file.more();
        String interpreter = path.substring(path.lastIndexOf('/') + 1);
        switch (file.standing()) {
            case NO_INTERPRETER, DANGLING -> {
                String brings = SENTENCES.get("package-" + interpreter);
                // a package puts none elsewhere
                boolean packaged = path.matches("(?:/usr)?/bin/[^/]+");
                if (packaged && brings != null) {
                    all.add(new Remedy.Install(brings));
                } else if (!packaged && interpreter.startsWith("python")) {
                    mend("program-environment");
                }
                mend(file.more().endsWith("\r") ? "program-carriage-return" : row, file);
            }
            case CLOSED -> mend("closed", file);
            case NOT_EXECUTABLE, NO_PROGRAM, FOREIGN, NO_EXEC -> mend(row, file);
            case FITS, MISSING, OTHER_KIND, UNMAPPED, TAKEN, UNREADABLE -> mend("program", file);
        }
    }

    private void path(Trouble.NamedFile file) {
        String setting = file.setting();
        if (file.standing() == Standing.UNMAPPED) {
            Init.InitThread thread = patient.init().thread();
            long root = thread == null ? 0 : thread.users().outside(0).orElse(0);
            String row = patient.runsAsUser() ? "path-unmapped-user" : "path-unmapped";
            mend(row, file.name(), patient.value("User"), root);
        } else if (setting.equals(Trouble.NamedFile.SAID)) {
            mend("path-dangling", file.more());
        } else if (file.standing() == Standing.CLOSED) {
            mend("closed", file);
        } else if (file.standing() == Standing.OTHER_KIND) {
            mend("path-other-kind", file.name(), setting);
        } else {
            mend("path", new Trouble.NamedFile(setting, file.name(), file.standing(), netns(file)));
            if (SettingTrait.PATH.has(setting)
                    || setting.equals("EnvironmentFile")
                    || setting.equals("WorkingDirectory")) {
                mend("path-optional");
            }
        }
    }

    private static String netns(Trouble.NamedFile file) {
        String name = file.name().substring(file.name().lastIndexOf('/') + 1);
        boolean named =
                file.setting().equals("NetworkNamespacePath")
                        && file.name().equals("/run/netns/" + name)
                        && name.matches("[\\w.@-]{1,64}");
        return named ? " before the unit starts (ip netns add " + name + ")" : "";
    }

    /// A drop-in takes away what asks for the step, as far as its files say and as nothing depends
    /// on it: who runs as a user of its own is not made root.
    private void setUp(Cause.SetUp step) {
        Collection<String> asked =
                step.name().equals("NAMESPACE")
                        ? SettingTrait.MOUNT_NAMESPACE.settings()
                        : step.settings();
        List<Setting> asking =
                patient.settings().stream()
                        .filter(line -> asked.contains(line.key()))
                        .filter(line -> SettingTrait.TAKEN_BACK.has(line.key()))
                        .toList();
        List<String> resets =
                asking.stream()
                        .map(Setting::key)
                        .distinct()
                        .map(key -> key + "=" + SettingTrait.off(key))
                        .toList();
        if (SENTENCES.containsKey("set-up-" + step.name())) {
            mend("set-up-" + step.name());
        }
        // another drop-in may come before the one that asks
        if (!resets.isEmpty() && asking.stream().allMatch(line -> line.file().contains(".d/"))) {
            mend("own-lines", String.join(", ", asking.stream().map(Remedies::place).toList()));
        } else if (!resets.isEmpty() && patient.type() == UnitName.UnitType.SERVICE) {
            dropIn(resets);
        }
        if (all.isEmpty()) {
            journal();
        }
    }

    /// seccomp(2) ends with SIGSYS who makes a system call that a filter forbids.
    private void killed(Cause.Killed killed) {
        List<Setting> filter = patient.lines("SystemCallFilter", "");
        if (killed.limit() != null) {
            mend("memory-limit", unit, place(killed.limit()));
        }
        if (Cause.CRASHES.contains(killed.signal())) {
            String row = "crash-" + killed.signal();
            mend(SENTENCES.containsKey(row) ? row : "crash");
        }
        if (SENTENCES.containsKey("killed-" + killed.signal())) {
            mend("killed-" + killed.signal());
        }
        if (killed.signal() == SIGSYS && !filter.isEmpty()) {
            mend("system-call", unit, place(filter.getLast()));
        }
        if (all.isEmpty()) {
            journal();
        }
    }
}
