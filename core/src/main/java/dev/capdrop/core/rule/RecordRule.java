package dev.capdrop.core.rule;

/// What a unit's start goes on without, where a record of whole boots shows what it asks for: each
/// a row of the resource `rules.tsv`. None of them counts without such a record.
public enum RecordRule implements Rule {
    NOT_USED,
    SET_UP_OF_FILES,
    SENDERS_OF_MESSAGES,
    RECEIVE_BUFFER,
    NEVER_REFUSED,
    FORMAL_SETPCAP,
    OWN_LOOPBACK,
    TRIED_NAMESPACE;

    @Override
    public Row row() {
        return RuleTable.row(this);
    }
}
