package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Conditions.CapabilityLists;
import dev.capdrop.core.document.Lazy;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitFile.SettingTrait;
import dev.capdrop.core.unit.Words;
import module java.base;

/// The execution of a unit's processes, as its files say.
///
/// Source: systemd.exec(5), systemd.service(5), "Command lines".
public final class Execution {
    private static final Set<String> SIMPLE = Set.of("", "simple", "idle");

    private static final Set<String> OFF =
            Set.of("", "no", "n", "false", "f", "0", "off", "default", "all", "shared");

    private static final Set<String> ROOT = Set.of("", "root", "0");

    private static final Set<String> AFTER_TIMEOUT = Set.of("always", "on-failure", "on-abnormal");

    private static final Set<String> NO_PAUSE = Set.of("0", "0s", "0ms", "0sec");

    private static final Set<String> NO_LIMIT = Set.of("0", "infinity");

    static final String SCRIPTS = "/etc/init.d/";

    private static final Map<String, CapabilitySet> TAKEN =
            Map.of(
                    "PrivateDevices", CapabilitySet.of("mknod", "sys_rawio"),
                    "ProtectKernelModules", CapabilitySet.of("sys_module"),
                    "ProtectKernelLogs", CapabilitySet.of("syslog"),
                    "ProtectClock", CapabilitySet.of("sys_time", "wake_alarm"));

    private static final List<String> BEFORE_READY =
            List.of("ExecCondition", "ExecStartPre", "ExecStart");

    private static final List<String> STARTING =
            Stream.concat(BEFORE_READY.stream(), Stream.of("ExecStartPost")).toList();

    private final Map<String, List<String>> values = new HashMap<>();

    private final List<ExecLine> commands;

    private final Lazy<List<ExecLine>> starting = new Lazy<>(() -> parsed(STARTING));

    private final Lazy<CapabilitySet> bounding = new Lazy<>(this::ownBounding);

    private final Lazy<CapabilitySet> ambient =
            new Lazy<>(() ->
                    CapabilityLists.merged(values("AmbientCapabilities"), CapabilitySet.EMPTY));

    /// Sorts these by their keys.
    ///
    /// @param settings the assignments in force, those of `[Unit]` among them or not
    public Execution(List<Setting> settings) {
        for (Setting setting : settings) {
            if (!setting.section().equals("Unit")) {
                values.computeIfAbsent(setting.key(), _ -> new ArrayList<>()).add(setting.value());
            }
        }
        commands = parsed(BEFORE_READY);
    }

    /// Returns how a unit is executed; of one whose details were not read nothing is set.
    public static Execution of(UnitState unit) {
        return new Execution(unit.detail().settings());
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /// Returns the right sides of a setting, as they are to be read.
    public List<String> values(String key) {
        List<String> all = values.get(key);
        return all == null ? List.of() : Collections.unmodifiableList(all);
    }

    /// Returns the last right side of a setting; empty when it is not set.
    public String value(String key) {
        List<String> all = values.get(key);
        return all == null ? "" : all.getLast().strip();
    }

    /// Whether a setting is there and says something else than its default.
    public boolean has(String key) {
        return values.containsKey(key) && !OFF.contains(value(key).toLowerCase(Locale.ROOT));
    }

    /// Whether one of its commands is known to be of this kind.
    public boolean executes(KnownProgram.Fact fact) {
        return commands.stream().anyMatch(command -> KnownProgram.is(fact, command.name()));
    }

    static boolean isScript(ExecLine command) {
        return command.program().startsWith(SCRIPTS);
    }

    boolean changesUser() {
        return !ROOT.contains(value("User")) || has("DynamicUser");
    }

    boolean namesUser() {
        return !value("User").isEmpty() || has("DynamicUser");
    }

    boolean changesGroups() {
        return changesUser()
                || !ROOT.contains(value("Group"))
                || !value("SupplementaryGroups").isEmpty();
    }

    String mountNamespace() {
        return SettingTrait.MOUNT_NAMESPACE.settings().stream()
                .filter(this::has)
                .findFirst()
                .orElse("");
    }

    boolean mayUseFamily(String family) {
        List<String> values = values("RestrictAddressFamilies");
        if (values.isEmpty()) {
            return true;
        }
        boolean allows = !values.getFirst().startsWith("~");
        Set<String> listed = new HashSet<>();
        for (String value : values) {
            boolean inverted = value.startsWith("~");
            List<String> words = Words.split(inverted ? value.substring(1) : value);
            if (inverted == allows) {
                words.forEach(listed::remove);
            } else {
                listed.addAll(words);
            }
        }
        return allows == listed.contains(family);
    }

    /// The commands up to the one that makes the unit active, in order; one without a name for a
    /// unit whose program systemd knows itself. With `PermissionsStartOnly=` all but `ExecStart=`
    /// are read as if marked with `+`.
    List<ExecLine> commands() {
        return commands;
    }

    /// The same commands, and those of `ExecStartPost=`: when one of these fails, the unit does
    /// (src/core/service.c, `service_sigchld_event`; src/core/socket.c, `socket_sigchld_event`).
    List<ExecLine> starting() {
        return starting.get();
    }

    private List<ExecLine> parsed(List<String> keys) {
        List<ExecLine> commands = new ArrayList<>();
        for (String key : keys) {
            String mark = !key.equals("ExecStart") && has("PermissionsStartOnly") ? "+" : "";
            for (String value : values(key)) {
                commands.add(ExecLine.parse(mark + value));
            }
        }
        return commands.isEmpty() ? List.of(ExecLine.parse("")) : List.copyOf(commands);
    }

    List<ExecLine> conditions() {
        return commands().subList(0, values("ExecCondition").size());
    }

    /// Whether an exit status that systemd itself gives may count as success (systemd.service(5),
    /// "SuccessExitStatus="), by its number or by some name of no signal.
    boolean mayTakeForSuccess(int status) {
        return values("SuccessExitStatus").stream()
                .flatMap(value -> Words.split(value).stream())
                .anyMatch(it -> it.equals("" + status) || it.matches("(?!SIG)[A-Z_]+"));
    }

    public boolean isRestarted() {
        return has("Restart");
    }

    /// Whether it is up once its commands have ended, not once they have begun.
    public boolean isOneshot() {
        return value("Type").equals("oneshot");
    }

    public boolean isDaemon() {
        return !isOneshot() && !values("ExecStart").isEmpty();
    }

    /// Whether its start has succeeded as soon as its process was forked, before systemd sets that
    /// one up: `Type=simple`, where no other command comes first (src/core/service.c,
    /// `service_enter_start`).
    public boolean countsAsStartedAtOnce() {
        return SIMPLE.contains(value("Type"))
                && !has("BusName")
                && isDaemon()
                && commands().size() == values("ExecStart").size();
    }

    /// Whether its start may take its time: systemd waits for more than execve(2) of one command.
    boolean takesTimeToStart() {
        boolean exec = value("Type").equals("exec") && !has("BusName");
        boolean alone = isDaemon() && commands().size() == values("ExecStart").size();
        return !countsAsStartedAtOnce() && !(exec && alone);
    }

    /// Whether a start of it may last longer than systemd waits, again and again: it is started
    /// anew when its time is over (systemd.service(5), "Restart=", the table).
    public boolean mayHangAgainAndAgain() {
        return takesTimeToStart() && AFTER_TIMEOUT.contains(value("Restart"));
    }

    /// Whether it is started again without being failed or inactive in between, so that what waits
    /// for it goes on waiting (systemd.service(5), "RestartMode=").
    public boolean isRestartedDirectly() {
        return isRestarted() && value("RestartMode").equals("direct");
    }

    /// Whether systemd waits for its start for ever (systemd.service(5), "TimeoutStartSec=").
    public boolean isWaitedForEndlessly() {
        return NO_LIMIT.contains(value("TimeoutStartSec"))
                || NO_LIMIT.contains(value("TimeoutSec"));
    }

    /// Whether it ends well whatever becomes of its commands: a oneshot, the failure of each of
    /// which is passed over (systemd.service(5), "Command lines").
    public boolean endsWellAnyway() {
        return isOneshot() && commands().stream().allMatch(ExecLine::mayFail);
    }

    /// Whether its start executes nothing: a oneshot that has work only for its end
    /// (systemd.service(5), "ExecStart=").
    boolean executesNothing() {
        return isOneshot() && STARTING.stream().allMatch(key -> values(key).isEmpty());
    }

    /// Whether systemd starts it again without a pause, so that nothing else gets its turn between
    /// (systemd.service(5), "RestartSec=", by default 100 ms).
    public boolean isRestartedWithoutPause() {
        return isRestarted() && (isRestartedDirectly() || NO_PAUSE.contains(value("RestartSec")));
    }

    /// The unit's own bounding set: what its lines leave, less what some of its sandbox takes away.
    public CapabilitySet bounding() {
        return bounding.get();
    }

    private CapabilitySet ownBounding() {
        return CapabilityLists.merged(values("CapabilityBoundingSet"), CapabilityLists.ALL)
                .minus(
                        CapabilitySet.unionOf(
                                TAKEN.entrySet().stream()
                                        .filter(taken -> has(taken.getKey()))
                                        .map(Map.Entry::getValue)));
    }

    public boolean leavesRoot(ExecLine command) {
        return changesUser() && appliesUser(command);
    }

    /// Whether `User=` and `Group=` are applied to a command: `+` and `!` keep root, `!!` does so
    /// only for kernels without ambient capabilities.
    static boolean appliesUser(ExecLine command) {
        boolean elevated = command.prefixes().contains("!") && !command.prefixes().contains("!!");
        return !elevated && !command.fullPrivileges();
    }

    /// Whether a command of it is executed with no_new_privs: it says so, or systemd needs it, once
    /// root is left, to install a filter.
    public boolean noNewPrivs(ExecLine command) {
        if (command.fullPrivileges()) {
            return false;
        }
        return setsNoNewPrivs() || (leavesRoot(command) && isFiltered());
    }

    boolean setsNoNewPrivs() {
        return has("NoNewPrivileges") || has("DynamicUser");
    }

    /// Whether `CapabilityBoundingSet=` names what its processes keep, not what they give up.
    public boolean keepsNamed() {
        List<String> values = values("CapabilityBoundingSet");
        return !values.isEmpty() && !values.getFirst().startsWith("~");
    }

    /// Whether systemd takes anything out of this bounding set, PID 1's, for it. What PID 1 lacks
    /// needs not be taken (`capability_bounding_set_drop`).
    boolean limits(CapabilitySet held) {
        return !held.minus(bounding()).isEmpty();
    }

    boolean isFiltered() {
        return SettingTrait.FILTER.settings().stream().anyMatch(this::has);
    }

    /// The capabilities that its processes get whoever they run as.
    public CapabilitySet ambient() {
        return ambient.get();
    }
}
