package dev.capdrop.core.rule;

import module java.base;

/// A row of a table that decides what the next boot makes of a unit, or leaves it undecided.
public interface Rule {
    Row row();

    /// Whether it is known of this major version of systemd, or of an unknown one, 0.
    default boolean covers(int systemd) {
        return Range.of(row().since()).covers(systemd);
    }

    /// The words for a rule, as a table has them.
    ///
    /// @param word its name for administrators and reports, as in `file-capabilities`
    /// @param meaning when it decides, in words that say it of the unit
    /// @param source manual pages, and functions of the program; or that it follows from what was
    ///   seen
    /// @param since since when it is so; `unknown` where that could not be established
    /// @param evidence the recorded boots, the name of a test, or nothing but the source
    record Row(String word, String meaning, String source, String since, String evidence) {}

    /// The versions of systemd of which a rule is known, as its row says them: `since systemd 255`,
    /// `systemd 229 to 245`, `systemd 245, 249 and 253`, `every version booted, systemd 247 on`.
    record Range(int first, int last) {
        private static final Range ANY = new Range(0, Integer.MAX_VALUE);
        private static final Pattern VERSIONS =
                Pattern.compile("(since |.*, )?systemd ([0-9]+)(.*?)( on)?");
        private static final Pattern LAST = Pattern.compile(".*\\b([0-9]+)");

        static Range of(String since) {
            Matcher versions = VERSIONS.matcher(since);
            if (!versions.matches()) {
                return ANY;
            }
            int first = Integer.parseInt(versions.group(2));
            boolean open =
                    versions.group(1) != null
                            || versions.group(4) != null
                            || versions.group(3).contains("since");
            Matcher last = LAST.matcher(versions.group(3));
            int end = last.matches() ? Integer.parseInt(last.group(1)) : first;
            return new Range(first, open ? Integer.MAX_VALUE : end);
        }

        boolean covers(int systemd) {
            return systemd == 0 || (first <= systemd && systemd <= last);
        }
    }

    /// Why a unit's start goes on without what it might use, as a record of whole boots shows or
    /// the source of a program that comes with systemd: each a row of `rules.tsv`.
    public enum RecordRule implements Rule {
        NOT_USED,
        SET_UP_OF_FILES,
        SENDERS_OF_MESSAGES,
        RECEIVE_BUFFER,
        OWN_PROGRAMS,
        OTHERS_PROCESSES,
        FORMAL_SETPCAP,
        OWN_LOOPBACK,
        TRIED_NAMESPACE;

        @Override
        public Row row() {
            return RuleTable.row(this);
        }
    }

    /// The rules about units whatever they execute, each a row of the resource `rules.tsv`;
    /// [KnownProgram] has those about single programs, [Rule.RecordRule] those about records.
    public enum GeneralRule implements Rule {
        PARTIAL_READING,
        FILES_UNREAD,
        UNIT_GONE,
        SIMPLY_THERE,
        RUNTIME_MOUNT,
        NOT_IN_BOOT,
        FAILED_OUTSIDE_BOOT,
        ON_DEMAND,
        FILES_CHANGED,
        HELD_UP,
        CONFLICT,
        CIRCLE,
        CONDITIONS,
        ASSERTIONS,
        NEVER_STARTED,
        NEVER_TRIED,
        FREED,
        ENDED_LATER,
        FAILS_IF_TRIED,
        WITH_FREED,
        FAILED_BY_ITSELF,
        DAEMON_ENDED,
        LOOPS,
        CONFINED,
        RESTARTED_WITH_OTHERS,
        RIVALS,
        AS_BEFORE,
        TERMINAL,
        DELEGATED_GROUP,
        RUNTIME_DIRECTORY,
        LASTING_DIRECTORY,
        GROUPS,
        KEYRING,
        SANDBOX_INACCESSIBLE,
        SANDBOX_ROOT,
        PRIVATE_USERS_MAP,
        PRIVATE_USERS_PROC,
        BOUNDING_SET,
        AMBIENT_SET,
        KEEP_CAPABILITIES,
        KEEP_FOR_FILTER,
        USER,
        FILE_CAPABILITIES,
        MAY_USE,
        OWN_CAPABILITIES,
        LOOPBACK,
        RUN_FOLDER,
        MOUNT_PROGRAM,
        PRIVILEGED_PORT,
        SOCKET_OWNER,
        FIFO_MODE,
        SOCKET_AT_LOOPBACK,
        SOCKET_FOLDER,
        REQUIRES,
        REQUISITE,
        BINDS_TO,
        OVERTAKEN,
        NO_JOURNAL,
        WAITS,
        SOCKET_GIVEN_UP,
        HANGS_ON_DOUBT,
        WATCHED_BESIDE,
        SKIPPED_OR_NOT,
        TRIED_OR_NOT,
        NO_FLUSH,
        HEALED_REQUIREMENT,
        CREDENTIAL_MOUNT,
        KNOCKED_AT,
        NO_BOOT;

        @Override
        public Row row() {
            return RuleTable.row(this);
        }
    }
}
