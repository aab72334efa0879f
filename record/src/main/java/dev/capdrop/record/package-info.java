/// Snapshots and journal entries as JSON documents: versioned, bounded, with the fields that this
/// program does not know kept.
///
/// Source of truth: RFC 8259 for the syntax; docs/reference/snapshot.md for the fields. May use:
/// core.
package dev.capdrop.record;
