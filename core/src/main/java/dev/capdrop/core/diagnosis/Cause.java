package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Why a unit failed, or does not get up.
public sealed interface Cause {
    /// The needs of a process that sets the clock of the host, or is woken by it.
    CapabilitySet CLOCK = CapabilitySet.of("sys_time", "wake_alarm");

    /// SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV: how a program ends by a fault of its own.
    Set<Integer> CRASHES = Set.of(4, 6, 7, 8, 11);

    /// The unit was started because its condition asks for a capability that the container holds,
    /// but that the kernel does not honour inside a user namespace.
    ///
    /// @param refused whether there is evidence that the kernel refused: mount(8) ended with status
    ///   32
    /// @param forecast whether nobody has started it yet: it will be, and the kernel refuses what
    ///   it is for
    record InertCapability(CapabilitySet capabilities, boolean refused, boolean forecast)
            implements Cause {}

    /// Nobody has started it yet: it will be, and the kernel refuses what it is for, which no
    /// condition of it asks about.
    record ForecastFailure() implements Cause {}

    /// A program that cannot be executed.
    record Program(Trouble.NamedFile file) implements Cause {}

    /// A user or group that is not in the container's passwd or group file.
    record Account(Trouble.NamedFile account) implements Cause {}

    /// A file or directory that a setting names and that is not there, or is of another kind.
    record Path(Trouble.NamedFile file) implements Cause {}

    /// AppArmor confines the container without nesting, and refuses the mounts that this takes.
    ///
    /// @param certain whether somebody was refused, or boots have shown that such a systemd is;
    ///   else it may have been AppArmor
    record NoNesting(Mounts mounts, boolean certain) implements Cause {}

    enum Mounts {
        NAMESPACE,
        CREDENTIALS,
        /// The unit itself is a mount.
        UNIT
    }

    /// A capability that the unit needs was taken from the container.
    ///
    /// @param step what systemd needs them for; null where it is something else
    /// @param why what else needs them; empty where the program's own file does
    record LostCapability(CapabilitySet missing, @Nullable SetUp step, String why)
            implements Cause {}

    /// A program ended when it was refused something, and may have wanted a capability for that.
    ///
    /// @param lacking those that it may have wanted and that PID 1 does not hold
    record MayLack(CapabilitySet lacking, OwnExit end) implements Cause {}

    /// A step of setting its process up failed, and nothing that was looked at says why.
    record SetUpFailed(SetUp step) implements Cause {}

    /// What it is for belongs to the host's kernel as a whole, which refuses it to a container.
    ///
    /// @param what what it is for, as in "changing sysctls of the host"
    record NotNamespaced(String what) implements Cause {}

    record NoTerminal() implements Cause {}

    /// It waits for a network that does not come up.
    ///
    /// @param none whether the configuration gives the container no interface but the loopback
    record NetworkNotReady(boolean none) implements Cause {}

    /// The kernel lets nobody in a user namespace set the host's clock.
    record ClockRefused() implements Cause {}

    /// It looks after hardware or the host's kernel, which no container has.
    record NotForContainers(String what) implements Cause {}

    record QuotaUsedUp(Quota quota) implements Cause {}

    /// What its file asks for cannot be had.
    sealed interface OfFile extends Cause {}

    sealed interface OfRun extends Cause {}

    /// A mount with an option that the file system refuses.
    ///
    /// @param option as written; empty where the kernel does not say which
    record MountOption(String option) implements OfFile {}

    /// A type of file system that the kernel does not know, or does not let a container mount.
    record MountType(String type, boolean known) implements OfFile {}

    /// The unit's own sandbox keeps a path from it.
    ///
    /// @param hidden whether it does not see it at all; else it may only read it
    record OwnSandbox(String path, Setting line, boolean hidden) implements OfFile {}

    /// The kernel refused a mount, and nothing that was looked at says why.
    record MountRefused(int status) implements OfFile {}

    /// systemd does not accept the unit's file.
    record UnitFile(String error) implements OfFile {}

    /// systemd did not start it, for one of its assertions does not hold.
    ///
    /// @param assertion as a line of its file
    record AssertionFailed(String assertion) implements OfFile {}

    /// There is no file of this name, and others require it.
    record NoUnit() implements OfFile {}

    /// systemd left its start out, for it is to start after another unit that is to start after it.
    record OrderingCycle(String other) implements OfFile {}

    /// A device that others wait for, and that never came.
    ///
    /// @param ofMount whether a file system or swap space is to be on it
    record NoDevice(boolean ofMount) implements OfFile {}

    /// It did not say in time that it is up, or never.
    record TimedOut(Lateness lateness) implements OfRun {}

    enum Lateness {
        /// systemd gave up waiting (`TimeoutStartSec=`).
        START,
        /// systemd gave up waiting for `READY=1` (`Type=notify`).
        NOTIFY,
        /// `READY=1` came from another process than `NotifyAccess=` takes it from.
        NOT_ITS_MAIN_PROCESS,
        /// Never in the background, for which `Type=forking` waits.
        FOREGROUND,
        /// No process number where `PIDFile=` says.
        PID_FILE,
        /// The name that `BusName=` says was never taken.
        BUS_NAME,
        /// Up for longer than allowed (`RuntimeMaxSec=`).
        RUNTIME,
        /// It ended, or went into the background, without what `Type=` asks for.
        PROTOCOL,
        /// A mount that was made, and that systemd did not see.
        UNSEEN,
        /// It did not say in time that it is alive (`WatchdogSec=`).
        WATCHDOG,
        /// It never said that it is alive.
        NEVER_ALIVE
    }

    record OutOfMemory() implements OfRun {}

    /// A signal ended it.
    ///
    /// @param limit what its file says of memory, where the kernel may have ended it for that; else
    ///   null
    record Killed(int signal, @Nullable Setting limit) implements OfRun {}

    /// Its own program ran and ended with a status that means failure.
    ///
    /// @param command which command; null when only the status is known
    record OwnExit(Trouble.@Nullable CommandExit command, int status) implements OfRun {}

    /// The unit's own program ended, and said why; or its journal says who ended it.
    ///
    /// @param words why, in about five words
    /// @param remedy what to do, in the imperative
    /// @param end how it ended; null where that is all that is to be said
    record Told(String why, String words, String remedy, @Nullable OwnExit end) implements OfRun {}

    /// Another listens where it wants to: `port 80`, the path of a socket, or empty.
    record AddressInUse(String where) implements OfRun {}

    /// It is started again whenever it ends.
    ///
    /// @param every how far apart; zero when that is not known
    /// @param givenUp whether systemd no longer tries (`StartLimitBurst=`)
    record Repeated(Cause last, int restarts, Duration every, boolean givenUp) implements OfRun {}

    /// It was started too often in a row, although it had done well each time.
    record StartedTooOften() implements OfRun {}

    /// Its start has not ended.
    ///
    /// @param since how long ago it began; null when that is not known
    record StillStarting(@Nullable Duration since) implements OfRun {}

    /// Another unit took it with it.
    record BroughtDown(String by) implements OfRun {}

    /// Nothing known here explains it.
    ///
    /// @param exit how it ended; null where systemd keeps nothing
    record Unknown(UnitDetail.@Nullable Exit exit) implements OfRun {}

    /// The inert capabilities for whose sake the unit starts; empty where they are not the cause.
    default CapabilitySet inert() {
        if (this instanceof Repeated again) {
            return again.last().inert();
        }
        return this instanceof InertCapability started
                ? started.capabilities()
                : CapabilitySet.EMPTY;
    }

    default boolean refusedByAppArmor() {
        return (this instanceof NoNesting nesting && nesting.certain())
                || (this instanceof Repeated again && again.last().refusedByAppArmor());
    }

    default FailureClass failureClass() {
        return switch (this) {
            case InertCapability inert ->
                    CLOCK.containsAll(inert.capabilities())
                            ? FailureClass.CLOCK
                            : FailureClass.INERT_CAPABILITY;
            case NoNesting nesting ->
                    nesting.mounts() == Mounts.CREDENTIALS
                            ? FailureClass.CREDENTIALS
                            : FailureClass.MOUNT_NAMESPACE;
            case Account _ -> FailureClass.USER;
            case LostCapability _, MayLack _ -> FailureClass.LOST_CAPABILITY;
            case SetUpFailed failed ->
                    switch (failed.step().name()) {
                        case "NAMESPACE" -> FailureClass.MOUNT_NAMESPACE;
                        case "CREDENTIALS" -> FailureClass.CREDENTIALS;
                        case "USER", "GROUP" -> FailureClass.USER;
                        default -> FailureClass.OTHER;
                    };
            case NotNamespaced _, ForecastFailure _ -> FailureClass.NOT_NAMESPACED;
            case NoTerminal _ -> FailureClass.TERMINAL;
            case NetworkNotReady _ -> FailureClass.NETWORK;
            case ClockRefused _ -> FailureClass.CLOCK;
            case NotForContainers _ -> FailureClass.NOT_FOR_CONTAINERS;
            case Repeated again -> again.last().failureClass();
            case Program _, Path _, QuotaUsedUp _, OfFile _, OfRun _ -> FailureClass.OTHER;
        };
    }

    /// The classes that failures of units in containers fall into. Only for the first and for
    /// [#CLOCK] can a drop be the remedy, and there only where a condition of the unit asks for the
    /// capability.
    enum FailureClass {
        /// A capability that is held and worth nothing.
        INERT_CAPABILITY('A'),
        MOUNT_NAMESPACE('B'),
        CREDENTIALS('C'),
        USER('D'),
        LOST_CAPABILITY('E'),
        NOT_NAMESPACED('F'),
        TERMINAL('G'),
        NETWORK('H'),
        CLOCK('I'),
        NOT_FOR_CONTAINERS('J'),
        /// None of these: its own program, its own files.
        OTHER('-');

        private final char letter;

        FailureClass(char letter) {
            this.letter = letter;
        }

        public char letter() {
            return letter;
        }
    }

    /// A step with which systemd sets the process of a unit up: a row of the resource `set-up.tsv`,
    /// where the columns are explained.
    public record SetUp(
            String name, int status, String what, List<String> settings, CapabilitySet needs) {
        private static final List<SetUp> ALL =
                ResourceTable.rows("diagnosis/set-up.tsv").stream().map(SetUp::parse).toList();

        private static SetUp parse(String[] cells) {
            return new SetUp(
                    cells[0],
                    Integer.parseInt(cells[1]),
                    cells[2],
                    ResourceTable.words(cells[3]),
                    CapabilitySet.of(ResourceTable.words(cells[4]).toArray(String[]::new)));
        }

        static @Nullable SetUp of(int status) {
            return ALL.stream().filter(step -> step.status == status).findFirst().orElse(null);
        }

        /// Returns the exit status of a step by its name; 0 where there is no such step.
        static int status(String name) {
            return ALL.stream()
                    .filter(step -> step.name.equals(name))
                    .mapToInt(SetUp::status)
                    .findFirst()
                    .orElse(0);
        }

        /// Returns the status as systemctl(1) says it: `226/NAMESPACE`, or the bare number.
        public static String format(int status) {
            SetUp step = of(status);
            return step == null ? Integer.toString(status) : status + "/" + step.name;
        }
    }
}
