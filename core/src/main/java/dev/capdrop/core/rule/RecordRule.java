package dev.capdrop.core.rule;

/// A thing that a unit's start goes on without, as a record of whole boots shows: each a row of
/// `rules.tsv`.
public enum RecordRule implements Rule {
    NOT_USED,
    SET_UP_OF_FILES,
    SENDERS_OF_MESSAGES,
    RECEIVE_BUFFER,
    FORMAL_SETPCAP,
    OWN_LOOPBACK,
    TRIED_NAMESPACE;

    @Override
    public Row row() {
        return RuleTable.row(this);
    }
}
