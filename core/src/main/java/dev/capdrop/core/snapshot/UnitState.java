package dev.capdrop.core.snapshot;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.unit.UnitName;
import module java.base;

/// A unit as systemd has it loaded.
///
/// @param loadState loaded, masked, not-found, …
/// @param activeState a word of [ActiveState]
/// @param subState a word of [SubState] or another
/// @param conditions with systemd's results; empty when it has none or they were not asked for
/// @param detail [UnitDetail#UNREAD] when it was not asked for
public record UnitState(
        String name,
        String loadState,
        String activeState,
        String subState,
        List<Condition.Tested> conditions,
        UnitDetail detail) {
    private static final int START_LIMIT_BURST = 5;

    public UnitState with(UnitDetail other) {
        return new UnitState(name, loadState, activeState, subState, conditions, other);
    }

    public UnitName.UnitType type() {
        return UnitName.type(name);
    }

    public List<String> aliases() {
        return detail.aliases();
    }

    public LoadState load() {
        return LoadState.of(loadState);
    }

    public ActiveState active() {
        return ActiveState.of(activeState);
    }

    public SubState sub() {
        return SubState.of(subState);
    }

    public boolean loaded() {
        return load() == LoadState.LOADED;
    }

    public boolean refused() {
        return load() == LoadState.BAD_SETTING || load() == LoadState.ERROR;
    }

    public boolean failed() {
        return active() == ActiveState.FAILED;
    }

    /// Whether its last process did not end badly, as far as known; one whose `ExecCondition=` kept
    /// it from starting has not failed, and has not run.
    boolean endedWell() {
        return detail.exit() == null
                || detail.exit().result().isEmpty()
                || detail.exit().result().equals("success");
    }

    /// Whether systemd has restarted it by itself, so that the instant of a reading decides its
    /// state.
    public boolean loops() {
        return isBetweenRuns() || (detail.exit() != null && detail.exit().restarts() > 0);
    }

    /// Whether it runs only because systemd keeps restarting it, as often as makes systemd give up
    /// others (systemd-system.conf(5), `DefaultStartLimitBurst=`), which `RestartSec=` may avoid.
    public boolean runsByRestartsOnly() {
        return active() == ActiveState.ACTIVE
                && detail.exit() != null
                && detail.exit().restarts() >= START_LIMIT_BURST;
    }

    public boolean isBetweenRuns() {
        return sub() == SubState.AUTO_RESTART;
    }

    public boolean masked() {
        return load() == LoadState.MASKED;
    }

    /// The result of loading a unit.
    public enum LoadState {
        LOADED,
        /// The file is empty or a symlink to `/dev/null`.
        MASKED,
        NOT_FOUND,
        /// A necessary setting is wrong or missing.
        BAD_SETTING,
        ERROR,
        /// capdrop did not read all files, so systemd's result is not known; no word of systemd's.
        UNREAD,
        /// A word that capdrop does not know: a newer systemd's, or a snapshot's.
        OTHER;

        private static final Map<String, LoadState> BY_WORD =
                Stream.of(values())
                        .collect(Collectors.toUnmodifiableMap(LoadState::word, state -> state));

        /// Returns systemd's word, or `unread`; empty for [#OTHER].
        public String word() {
            return this == OTHER ? "" : ResourceTable.word(this);
        }

        public static LoadState of(String word) {
            return BY_WORD.getOrDefault(word, OTHER);
        }
    }

    /// The sub-states of units that capdrop tells apart (systemd's `service_state_table`,
    /// `socket_state_table`, `mount_state_table` and their like).
    public enum SubState {
        RUNNING,
        LISTENING,
        MOUNTED,
        /// The unit is active, and no process of it runs any more.
        EXITED,
        /// The unit is active until the awaited event comes.
        WAITING,
        /// systemd is about to start the unit again; newer ones say `auto-restart-queued`, too.
        AUTO_RESTART,
        OTHER;

        private static final Map<String, SubState> BY_WORD =
                Stream.of(values())
                        .collect(Collectors.toUnmodifiableMap(SubState::word, state -> state));

        /// Returns systemd's word, but for [#OTHER].
        public String word() {
            return ResourceTable.word(this);
        }

        public static SubState of(String word) {
            return word.startsWith("auto-restart")
                    ? AUTO_RESTART
                    : BY_WORD.getOrDefault(word, OTHER);
        }
    }

    /// The states of units that capdrop tells apart (systemd's `unit_active_state_table`).
    public enum ActiveState {
        ACTIVE,
        INACTIVE,
        FAILED,
        ACTIVATING,
        DEACTIVATING,
        RELOADING,
        /// `systemctl reload` is mounting its system extensions anew.
        REFRESHING,
        /// `systemctl clean` is removing its leftovers; it does not run.
        MAINTENANCE,
        /// Started, as far as files tell ([Systemd.Source#FILES]): a program decides the rest.
        STARTED,
        /// The files, which are all that was read, do not tell.
        UNDECIDED,
        OTHER;

        private static final Map<String, ActiveState> BY_WORD =
                Stream.of(values())
                        .collect(Collectors.toUnmodifiableMap(ActiveState::word, state -> state));

        /// Returns systemd's word, or ours for the last ones; empty for [#UNDECIDED].
        public String word() {
            return this == UNDECIDED ? "" : ResourceTable.word(this);
        }

        /// Whether such a unit does not run, has not failed, and is not about to do either.
        public boolean isDown() {
            return this == INACTIVE || this == MAINTENANCE;
        }

        public static ActiveState after(Outcome outcome) {
            return switch (outcome) {
                case NOT_STARTED, SKIPPED, INACTIVE -> INACTIVE;
                case UNDECIDED -> UNDECIDED;
                case FAILED -> FAILED;
                case STARTED -> STARTED;
                case ACTIVE -> ACTIVE;
            };
        }

        public static ActiveState of(String word) {
            return BY_WORD.getOrDefault(word, OTHER);
        }
    }
}
