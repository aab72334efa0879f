package dev.capdrop.core.rule;

/// Why a unit's start goes on without what it might use, as a record of whole boots shows or the
/// source of a program that comes with systemd: each a row of `rules.tsv`.
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
