package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.diagnosis.Cause.SetUp;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.execution.Shortfalls.Shortfall;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitFile.SettingTrait;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The traces that each cause leaves behind: a row each, the first that fits is the cause. The more
/// a row asks for, the earlier it stands; what only the name of a unit says comes last.
///
/// A row may read the journal's lines, which are the container's own words: they make a sentence
/// more exact, and never lead to a drop.
///
/// Source: systemd.exec(5), "Process Exit Codes"; systemd.service(5), "SERVICE_RESULT"; each row
/// was made to happen in `FailureCorpusTest`.
final class Signatures {
    private static final List<Function<Patient, @Nullable Cause>> TABLE =
            List.of(
                    Signatures::inertCapability,
                    Signatures::startedTooOften,
                    Confinement::of,
                    Signatures::program,
                    Signatures::fileCapabilities,
                    Signatures::account,
                    Signatures::path,
                    Signatures::quota,
                    MountSignatures::type,
                    MountSignatures::option,
                    Signatures::noNesting,
                    Signatures::lostCapability,
                    Signatures::foreseeable,
                    Signatures::outsideMap,
                    Signatures::terminal,
                    Signatures::setUp,
                    Signatures::knownUnit,
                    MountSignatures::refused,
                    Signatures::memory,
                    Signatures::aborted,
                    Signatures::signal,
                    Signatures::lateness,
                    Signatures::environment,
                    Signatures::address,
                    Signatures::pathSaid,
                    Signatures::lowPort,
                    patient -> told(patient, false),
                    Signatures::mayLack,
                    patient -> told(patient, true),
                    ClosedFile::ofItsOwn,
                    Signatures::asked,
                    Signatures::ownExit,
                    Signatures::ownWords);

    private static final int NO_FILE_SYSTEM_OF_ITS_OWN = 32;
    private static final CapabilitySet LOW_PORTS = CapabilitySet.of("net_bind_service");
    private static final CapabilitySet SCHEDULING = CapabilitySet.of("sys_nice");
    private static final int SIGABRT = 6;
    private static final int SIGKILL = 9;
    private static final int SIGXCPU = 24;

    /// Steps at which systemd takes on the ids of the unit's user, or gives it folders
    /// (systemd.exec(5), "Process Exit Codes").
    private static final Set<String> ACCOUNT_STEPS =
            Set.of(
                    "USER",
                    "GROUP",
                    "KEYRING",
                    "RUNTIME_DIRECTORY",
                    "STATE_DIRECTORY",
                    "CACHE_DIRECTORY",
                    "LOGS_DIRECTORY",
                    "CONFIGURATION_DIRECTORY");

    private static final Set<Integer> NOT_RUN = Set.of(126, 127);
    private static final int NETWORKS = 10;

    /// The states that a path unit waits for, where others wait for a change (systemd.path(5)).
    private static final Set<String> WATCHED_STATES =
            Set.of("PathExists", "PathExistsGlob", "DirectoryNotEmpty");

    /// EACCES and EPERM in the words of strerror(3), and the former as libmount says it.
    static final Pattern REFUSED =
            Pattern.compile(
                    "[Pp]ermission denied|[Oo]peration not permitted|write-protected"
                            + "|cannot (re)?mount .* read-only");

    /// EADDRINUSE, as strerror(3), libuv, libdjb and others say it.
    static final Pattern IN_USE =
            Pattern.compile(
                    "(?i)address (?:is )?(?:(?:already )?in use|already used)|connection in use: "
                            + "|EADDRINUSE|errno ?= ?98\\b|\\bport(?: [0-9]{1,5})? (?:is "
                            + "|was )?already (?:in use|allocated)|already listening on a port");

    /// The port, or the path of a socket, in such a line; no part of a time.
    private static final Pattern PORT_OR_SOCKET =
            Pattern.compile(
                    "(?:\\b[Pp]ort:? |(?<![0-9]:[0-9]{2})(?<![.][a-z]{1,4}):|', |socket |-nio2?-"
                            + "|listen\\([*], )([1-9][0-9]{1,4})\\b(?!:[0-9]|[.][0-9]|[-/])"
                            + "|(?:[\\s'\"(:=])(/(?:run|tmp|var)/[\\w.@/-]{1,100}[\\w])");

    /// inotify_init(2) gives EMFILE for want of an instance, seldom of a descriptor.
    private static final Pattern NO_INOTIFY_INSTANCE =
            Pattern.compile("inotify[\\w ]{0,30}.*[Tt]oo many open files");

    /// What systemd from 254 on and mount(8) with fsmount(2) say where AppArmor refuses them.
    private static final Pattern REFUSED_BY_APPARMOR =
            Pattern.compile(
                    "set up credentials: Protocol error|^mount: .* (already mounted "
                            + "|bind .* failed\\.)");

    /// How mount(8) and systemd begin to say why they failed.
    private static final Pattern MOUNT_FAILED =
            Pattern.compile("^mount: |: Failed to set up |: Failed at step ");

    /// The client that asked systemd to send a signal (src/core/unit.c, `unit_kill`).
    private static final Pattern SIGNAL_BY_CLIENT =
            Pattern.compile("Sent signal (SIG[A-Z0-9+-]{1,12}) to .* on client request");

    /// systemd.time(7), as far as a watchdog's limit is written.
    private static final Pattern TIME_SPAN =
            Pattern.compile("([0-9]{1,7}) *(ms|s|sec|seconds?|m|min|minutes?|)");

    static Cause cause(Patient patient) {
        for (Function<Patient, @Nullable Cause> row : TABLE) {
            Cause cause = row.apply(patient);
            if (cause != null) {
                return cause;
            }
        }
        return new Cause.Unknown(patient.exit());
    }

    private static @Nullable Cause inertCapability(Patient patient) {
        CapabilitySet inert = Diagnosis.inertConditions(patient.unit(), patient.seen());
        if (inert.isEmpty() || saysOtherwise(patient)) {
            return null;
        }
        UnitDetail.Exit exit = patient.exit();
        boolean refused =
                patient.type() == UnitType.MOUNT
                        && exit != null
                        && exit.status() == NO_FILE_SYSTEM_OF_ITS_OWN;
        return new Cause.InertCapability(inert, refused, false);
    }

    /// Whether its program tells why it ended, and of no refusal.
    private static boolean saysOtherwise(Patient patient) {
        return !patient.says(REFUSED) && told(patient, false) != null;
    }

    private static @Nullable Cause startedTooOften(Patient patient) {
        if (!patient.result().endsWith(Diagnosis.START_LIMIT) || patient.status() != 0) {
            return null;
        }
        for (Setting watched : patient.settings()) {
            if (WATCHED_STATES.contains(watched.key())) {
                return Telling.made("watched-state", null, watched.format());
            }
        }
        return new Cause.StartedTooOften();
    }

    private static @Nullable Cause program(Patient patient) {
        if (!patient.stepName().equals("EXEC")) {
            return null;
        }
        Trouble.CommandExit command = patient.failedCommand();
        if (command != null && command.program().startsWith("$")) {
            return Telling.made("program-variable", null, command.program());
        }
        for (Trouble.NamedFile file : patient.trouble().files()) {
            boolean its = command == null || file.name().equals(command.program());
            if (!its || !file.setting().startsWith("Exec")) {
                continue;
            }
            if (file.standing() != Standing.FITS) {
                return new Cause.Program(file);
            }
            if (!patient.value("RootDirectory").isEmpty()) {
                return Telling.made(
                        "program-below-root", null, file.name(), patient.value("RootDirectory"));
            }
            if (patient.runsAsUser() && patient.says("Permission denied")) {
                return Telling.made("program-closed", null, file.name());
            }
        }
        Cause said = pathSaid(patient);
        return said == null ? Telling.first("exec", patient, patient.trouble().log(), null) : said;
    }

    /// execve(2) fails when the file's capabilities have the effective bit and the process may not
    /// hold all that are permitted by it (capabilities(7), "Safety checking for capability-dumb
    /// binaries").
    private static @Nullable Cause fileCapabilities(Patient patient) {
        Trouble.CommandExit command = patient.failedCommand();
        if (!patient.stepName().equals("EXEC") || command == null) {
            return null;
        }
        for (Trouble.NamedFile file : patient.trouble().files()) {
            boolean its =
                    file.setting().startsWith("Exec") && file.name().equals(command.program());
            if (its && file.standing() == Standing.FITS && !file.more().isEmpty()) {
                CapabilitySet lost = patient.lacking(effective(file.more()));
                return lost.isEmpty() ? null : new Cause.LostCapability(lost, null, "");
            }
        }
        return null;
    }

    private static CapabilitySet effective(String hex) {
        try {
            return FileCapabilities.decode(HexFormat.of().parseHex(hex)).state().effective();
        } catch (IllegalArgumentException malformed) {
            return CapabilitySet.EMPTY;
        }
    }

    private static @Nullable Cause account(Patient patient) {
        List<String> settings =
                switch (patient.stepName()) {
                    case "USER", "GROUP" -> List.of("User", "Group", "SupplementaryGroups");
                    default ->
                            patient.type() == UnitType.SOCKET
                                    ? List.of("SocketUser", "SocketGroup")
                                    : List.of();
                };
        Trouble.NamedFile missing = patient.amiss(settings);
        if (missing == null
                && patient.stepName().equals("USER")
                && patient.says("credentials: No such process")) {
            missing = new Trouble.NamedFile("User", patient.value("User"), Standing.MISSING, "");
        }
        return missing == null ? null : new Cause.Account(missing);
    }

    private static @Nullable Cause path(Patient patient) {
        SetUp step = patient.step();
        Collection<String> settings =
                switch (patient.stepName()) {
                    case "NAMESPACE" -> SettingTrait.PATH.settings();
                    case "CREDENTIALS" -> List.of("LoadCredential", "LoadCredentialEncrypted");
                    default -> step == null ? MountSignatures.named(patient) : step.settings();
                };
        Trouble.NamedFile missing = patient.amiss(settings);
        return missing == null ? null : new Cause.Path(missing);
    }

    private static @Nullable Cause quota(Patient patient) {
        if (patient.stepName().equals("KEYRING")) {
            for (Quota.Kind kind : List.of(Quota.Kind.KEYS, Quota.Kind.KEY_BYTES)) {
                Quota quota = patient.snapshot().evidence().quota(kind);
                if (quota != null && quota.exhausted()) {
                    return new Cause.QuotaUsedUp(quota);
                }
            }
            return null;
        }
        Quota inotify = patient.snapshot().evidence().quota(Quota.Kind.INOTIFY_INSTANCES);
        Quota processes = patient.snapshot().evidence().quota(Quota.Kind.PIDS);
        if (inotify != null && lacksInotify(patient, inotify)) {
            return new Cause.QuotaUsedUp(inotify);
        }
        boolean noProcess =
                patient.result().equals("resources")
                        || patient.says("Resource temporarily unavailable");
        return processes != null && processes.exhausted() && noProcess
                ? new Cause.QuotaUsedUp(processes)
                : null;
    }

    /// A path unit that cannot wait for want of resources has got no inotify instance, which is all
    /// that it takes (src/core/path.c, `path_spec_watch`). A mount that mount(8) has made and that
    /// systemd does not see is one whose watch has failed (src/core/mount.c,
    /// `mount_setup_new_unit`, libmount's monitor), where the instances are used up or a path unit
    /// tells that they were. A process that has just begun has hardly a descriptor open, and for a
    /// terminal systemd wants an instance, too (src/basic/terminal-util.c, `acquire_terminal`);
    /// where nearly all are used now, none was left when a whole boot wanted some.
    private static boolean lacksInotify(Patient patient, Quota inotify) {
        String result = patient.result();
        boolean path = patient.type() == UnitType.PATH && result.equals("resources");
        boolean mount = patient.type() == UnitType.MOUNT && result.equals("protocol");
        boolean scarce = inotify.used() >= inotify.limit() - inotify.limit() / 10;
        return path
                || (mount && (scarce || patient.anotherPathLacksResources()))
                || ((scarce || patient.stepName().equals("STDIN"))
                        && patient.says("Too many open files"))
                || patient.says(NO_INOTIFY_INSTANCE);
    }

    /// AppArmor refuses by EACCES (apparmor(7)). Another error that systemd or mount(8) tells of
    /// acquits it, and so does what boots of such a systemd have shown, where nothing is told.
    private static @Nullable Cause noNesting(Patient patient) {
        Cause.Mounts mounts =
                switch (patient.stepName()) {
                    case "NAMESPACE" -> Cause.Mounts.NAMESPACE;
                    case "CREDENTIALS" -> Cause.Mounts.CREDENTIALS;
                    case "" ->
                            patient.type() == UnitType.MOUNT
                                            && (patient.status() == NO_FILE_SYSTEM_OF_ITS_OWN
                                                    || patient.isForgotten())
                                    ? Cause.Mounts.UNIT
                                    : null;
                    default -> null;
                };
        if (mounts == null) {
            return null;
        }
        AppArmorLimits limits = AppArmorLimits.inForce(patient.snapshot());
        Execution execution = Execution.of(patient.unit());
        boolean encrypted =
                execution.has("LoadCredentialEncrypted") || execution.has("SetCredentialEncrypted");
        boolean refused = patient.says(REFUSED);
        boolean otherwise = !encrypted && patient.says(REFUSED_BY_APPARMOR);
        if (limits.remedy().isEmpty()
                || (mounts == Cause.Mounts.CREDENTIALS && limits.seen().copiesCredentials())
                || (patient.says(MOUNT_FAILED) && !refused && !otherwise)) {
            return null;
        }
        AppArmorLimits.Refusal refusal = limits.refusal(patient.unit(), execution);
        if (refusal == null) {
            return refused ? new Cause.NoNesting(mounts, false) : null;
        }
        return new Cause.NoNesting(mounts, refused || refusal.certain());
    }

    private static @Nullable Cause lostCapability(Patient patient) {
        SetUp step = patient.step();
        if (step == null) {
            return null;
        }
        CapabilitySet lost = patient.lacking(step.needs());
        if (Set.of("CAPABILITIES", "USER").contains(step.name())) {
            lost = lost.union(patient.lacking(ambient(patient)));
        }
        boolean otherwise = lost.equals(SCHEDULING) && !patient.says(REFUSED);
        return lost.isEmpty() || otherwise ? null : new Cause.LostCapability(lost, step, "");
    }

    private static @Nullable Cause foreseeable(Patient patient) {
        return patient.shortfall() instanceof Shortfall.Failure failure
                        && (failure.status() == 0 || failure.status() == patient.status())
                ? new Cause.LostCapability(failure.capabilities(), null, failure.why().text())
                : null;
    }

    private static CapabilitySet ambient(Patient patient) {
        return Stream.of(patient.value("AmbientCapabilities").split("\\s+"))
                .map(word -> Conditions.capabilityNamed(word.replace("~", "")))
                .filter(Objects::nonNull)
                .collect(CapabilitySet.toCapabilitySet());
    }

    private static @Nullable Cause terminal(Patient patient) {
        SetUp step = patient.step();
        if (step == null || !Set.of("STDIN", "STDOUT").contains(step.name())) {
            return null;
        }
        String terminal = patient.value("TTYPath");
        if (terminal.matches("/dev/tty[0-9]{1,2}")) {
            return Telling.made("virtual-console", null, step.what(), terminal);
        }
        return KnownUnits.cause(patient) instanceof Cause.NoTerminal none ? none : null;
    }

    /// setresuid(2), setgroups(2) and chown(2) give EINVAL for whom the user namespace does not
    /// know.
    private static @Nullable Cause outsideMap(Patient patient) {
        boolean asked = ACCOUNT_STEPS.contains(patient.stepName());
        if (!asked || !patient.init().unprivileged() || !patient.says(": Invalid argument")) {
            return null;
        }
        List<String> names =
                Stream.of("User", "Group", "SupplementaryGroups")
                        .map(patient::value)
                        .filter(name -> !name.isEmpty())
                        .toList();
        return Telling.made("id-outside-map", null, String.join(", ", names));
    }

    private static @Nullable Cause setUp(Patient patient) {
        SetUp step = patient.step();
        String image = patient.value("RootImage");
        if (patient.stepName().equals("NAMESPACE") && !image.isEmpty()) {
            return Telling.made("root-image", null, image);
        }
        return step == null ? null : new Cause.SetUpFailed(step);
    }

    /// A wrong value is EINVAL, also of what the container may change (`net.`).
    private static @Nullable Cause knownUnit(Patient patient) {
        Cause cause = KnownUnits.cause(patient);
        if ((cause instanceof Cause.NotNamespaced && patient.says("': Invalid argument"))
                || (cause instanceof Cause.ClockRefused && saysOtherwise(patient))) {
            return null;
        }
        return cause instanceof Cause.NetworkNotReady && hasNoInterface(patient)
                ? new Cause.NetworkNotReady(true)
                : cause;
    }

    private static boolean hasNoInterface(Patient patient) {
        LxcSettings settings = patient.snapshot().settings();
        List<String> types =
                IntStream.range(0, NETWORKS)
                        .mapToObj(i -> settings.values("lxc.net." + i + ".type"))
                        .flatMap(List::stream)
                        .toList();
        return !types.isEmpty() && types.stream().allMatch("empty"::equals);
    }

    private static @Nullable Cause memory(Patient patient) {
        Quota memory = patient.snapshot().evidence().quota(Quota.Kind.MEMORY);
        UnitDetail.Exit exit = patient.exit();
        boolean killed = exit != null && exit.result().equals("signal") && exit.status() == SIGKILL;
        return patient.result().equals("oom-kill")
                        || (killed && memory != null && memory.refusals() > 0)
                ? new Cause.OutOfMemory()
                : null;
    }

    /// abort(3) is how a runtime ends a program after an error that it has told of.
    private static @Nullable Cause aborted(Patient patient) {
        UnitDetail.Exit exit = patient.exit();
        if (!patient.isKilled() || exit == null || exit.status() != SIGABRT) {
            return null;
        }
        Cause foreign = pathSaid(patient);
        return foreign == null ? said(patient) : foreign;
    }

    /// Returns what its lines tell where no exit status does.
    private static @Nullable Cause said(Patient patient) {
        Cause told = Telling.of(patient, null, false);
        return told == null ? Telling.of(patient, null, true) : told;
    }

    private static @Nullable Cause signal(Patient patient) {
        UnitDetail.Exit exit = patient.exit();
        Trouble.CommandExit command = patient.failedCommand();
        if (!patient.isKilled() || exit == null) {
            return null;
        }
        int signal = exit.status() == 0 && command != null ? command.status() : exit.status();
        for (String line : patient.trouble().log()) {
            Matcher matcher = SIGNAL_BY_CLIENT.matcher(line);
            if (matcher.find()) {
                return Telling.made("ended-by-client", null, matcher.group(1));
            }
        }
        List<Setting> limits = patient.lines("MemoryMax", "");
        Quota memory = patient.snapshot().evidence().quota(Quota.Kind.MEMORY);
        if (signal == SIGKILL && limits.isEmpty() && memory != null && memory.exhausted()) {
            return Telling.made("killed-perhaps-memory", null, memory.limit());
        }
        List<Setting> time = patient.lines("LimitCPU", "");
        if (!time.isEmpty() && (signal == SIGKILL || signal == SIGXCPU)) {
            return Telling.made("killed-processor-time", null, time.getLast().format());
        }
        boolean limited = signal == SIGKILL && !limits.isEmpty();
        return new Cause.Killed(signal, limited ? limits.getLast() : null);
    }

    private static @Nullable Cause lateness(Patient patient) {
        return switch (patient.result()) {
            case "timeout" -> {
                Cause told = Telling.first("late", patient, ShownLines.own(patient), null);
                yield told == null ? new Cause.TimedOut(timeout(patient)) : told;
            }
            case "protocol" ->
                    patient.type() == UnitType.MOUNT
                            ? new Cause.TimedOut(Cause.Lateness.UNSEEN)
                            : protocol(patient);
            case "watchdog" ->
                    new Cause.TimedOut(
                            saidNothing(patient)
                                    ? Cause.Lateness.NEVER_ALIVE
                                    : Cause.Lateness.WATCHDOG);
            default -> null;
        };
    }

    /// Returns whether its program failed, or did otherwise than `Type=` says: one that forks in
    /// order to serve may fail behind a first process that ends with 0.
    private static Cause protocol(Patient patient) {
        Cause told = said(patient);
        if (told != null) {
            return told;
        }
        for (Trouble.CommandExit command : patient.trouble().commands()) {
            boolean failed =
                    command.code() == UnitDetail.Exit.EXITED
                            && command.status() != 0
                            && command.setting().startsWith("ExecStart");
            if (failed) {
                return new Cause.OwnExit(command, command.status());
            }
        }
        return ShownLines.own(patient).stream().anyMatch(ShownLines::tells)
                ? Telling.made("ended-early", null)
                : new Cause.TimedOut(
                        patient.says("open PID file")
                                ? Cause.Lateness.PID_FILE
                                : Cause.Lateness.PROTOCOL);
    }

    /// Finds out what is wrong where more time would not help. systemd tells of a limit of the run,
    /// and of a PID file, in a line of its own (src/core/service.c, `service_dispatch_timer` and
    /// `service_load_pid_file`).
    private static Cause.Lateness timeout(Patient patient) {
        if (patient.says("reached runtime time limit")) {
            return Cause.Lateness.RUNTIME;
        }
        if (patient.says("reception only permitted for")) {
            return Cause.Lateness.NOT_ITS_MAIN_PROCESS;
        }
        return switch (patient.value("Type")) {
            case "forking" ->
                    patient.says("PID file") ? Cause.Lateness.PID_FILE : Cause.Lateness.FOREGROUND;
            case "dbus" -> Cause.Lateness.BUS_NAME;
            case "notify", "notify-reload" ->
                    patient.says("State 'stop") ? Cause.Lateness.START : Cause.Lateness.NOTIFY;
            default -> Cause.Lateness.START;
        };
    }

    /// Whether its last run was over before a sign of life could have put off its end: each gives
    /// it the whole limit again, and half of the limit is when one is due (sd_watchdog_enabled(3)).
    private static boolean saidNothing(Patient patient) {
        Matcher span = TIME_SPAN.matcher(patient.value("WatchdogSec"));
        if (!span.matches()) {
            return false;
        }
        long unit =
                switch (span.group(2)) {
                    case "ms" -> 1_000L;
                    case "m", "min", "minute", "minutes" -> 60_000_000L;
                    default -> 1_000_000L;
                };
        long limit = Long.parseLong(span.group(1)) * unit;
        long run = patient.trouble().runMicros();
        return run > 0 && run < limit + limit / 4;
    }

    /// systemd reads these files before it starts anything: there is no exit status.
    private static @Nullable Cause environment(Patient patient) {
        Trouble.NamedFile missing = patient.amiss(List.of("EnvironmentFile"));
        return missing != null && patient.result().equals("resources")
                ? new Cause.Path(missing)
                : null;
    }

    private static @Nullable Cause address(Patient patient) {
        Trouble.NamedFile taken = patient.amiss(List.of("ListenStream"));
        boolean its = patient.type() == UnitType.SOCKET;
        if (its && taken != null && taken.standing() == Standing.TAKEN) {
            String name = taken.name();
            return inUse(patient, name, "port " + name.substring(name.lastIndexOf(':') + 1));
        }
        if (!patient.says(IN_USE)) {
            return null;
        }
        String lines =
                patient.trouble().log().stream()
                        .filter(line -> IN_USE.matcher(line).find() || line.contains("on port"))
                        .collect(Collectors.joining("\n"));
        Matcher port = PORT_OR_SOCKET.matcher(lines);
        boolean named = port.find();
        boolean path = named && port.group(1) == null;
        String where = path ? port.group(2) : named ? "port " + port.group(1) : "";
        return inUse(patient, where, where);
    }

    private static Cause inUse(Patient patient, String where, String place) {
        Trouble.NamedFile held =
                Names.find(patient.trouble().files(), one -> one.name().equals(place));
        return new Cause.AddressInUse(
                held == null || held.standing() != Standing.TAKEN
                        ? where
                        : where + ", at which " + listener(held.more()) + " listens");
    }

    private static String listener(String unit) {
        return unit.equals("init.scope") ? "systemd for a socket unit" : unit;
    }

    /// Finds the path that its lines speak of and that is in the way: of a program only where a
    /// shell ended with 126 or 127, as it does when it cannot execute one.
    private static @Nullable Cause pathSaid(Patient patient) {
        boolean notRun = NOT_RUN.contains(patient.status());
        for (Trouble.NamedFile file : patient.trouble().files()) {
            boolean said = file.setting().equals(Trouble.NamedFile.SAID);
            Standing standing = file.standing();
            if (said && (standing == Standing.UNMAPPED || standing == Standing.DANGLING)) {
                return new Cause.Path(file);
            }
            if (said && notRun && standing.barsExecution()) {
                return new Cause.Program(file);
            }
        }
        return null;
    }

    /// bind(2) says EACCES of a port below 1024; the line of a configuration that such a message
    /// names is in order.
    private static @Nullable Cause lowPort(Patient patient) {
        List<String> last = Telling.lastTwo(ShownLines.own(patient));
        Cause.Told told = Telling.first("low-port", patient, last, ownExit(patient));
        if (told == null || patient.runsAsUser()) {
            return told;
        }
        if (!patient.lacking(LOW_PORTS).isEmpty()) {
            return new Cause.LostCapability(
                    LOW_PORTS,
                    null,
                    "may not listen at a port below 1024 without CAP_NET_BIND_SERVICE");
        }
        List<Setting> own = patient.lines("CapabilityBoundingSet", "");
        if (own.isEmpty() || Execution.of(patient.unit()).bounding().containsAll(LOW_PORTS)) {
            return told;
        }
        Setting set = own.getLast();
        return Telling.made(
                "port-own-bounding-set", told.end(), set.format(), set.file(), set.line());
    }

    private static @Nullable Cause told(Patient patient, boolean behind) {
        Cause.OwnExit end = ownExit(patient);
        boolean forgotten = patient.type() == UnitType.SERVICE && patient.isForgotten();
        if (end == null && !forgotten && !patient.isToldOfBySystemd()) {
            return null;
        }
        Cause.Told told = Telling.of(patient, end, behind);
        return told != null && told.words().equals("a name is not known") && hasNoInterface(patient)
                ? Telling.made("unresolved-offline", end, told.why())
                : ClosedFile.said(patient, told, behind);
    }

    /// Says what a command asks about that ends without a word when the answer is no.
    private static @Nullable Cause asked(Patient patient) {
        Cause.OwnExit end = ownExit(patient);
        Trouble.CommandExit command = end == null ? null : end.command();
        if (command == null || !ShownLines.own(patient).isEmpty()) {
            return null;
        }
        List<Setting> lines = patient.lines(command.setting(), command.program());
        List<String> question = lines.stream().map(Setting::format).toList();
        return lines.size() == 1 ? Telling.first("question", patient, question, end) : null;
    }

    /// Leaves to the lines that are shown what no row knows: they tell of an error.
    private static @Nullable Cause ownWords(Patient patient) {
        return ShownLines.own(patient).stream().anyMatch(ShownLines::tells)
                ? Telling.made("error-unknown", null)
                : null;
    }

    private static @Nullable Cause mayLack(Patient patient) {
        Cause.OwnExit end = ownExit(patient);
        CapabilitySet lacking = end == null ? CapabilitySet.EMPTY : Suspects.of(patient);
        return end == null || lacking.isEmpty() ? null : new Cause.MayLack(lacking, end);
    }

    static Cause.@Nullable OwnExit ownExit(Patient patient) {
        int status = patient.status();
        return patient.type() == UnitType.SERVICE && status > 0
                ? new Cause.OwnExit(patient.failedCommand(), status)
                : null;
    }
}
