package dev.capdrop.record;

/// The kinds of document and the version that capdrop writes of each: `capdrop/snapshot/1`. Within
/// a version fields may be added, none renamed or given another meaning.
enum Schema {
    SNAPSHOT("capdrop/snapshot/", "snapshot", 1),
    CHANGE("capdrop/change/", "journal entry", 1),
    LEARNED("capdrop/learned/", "record of what was learnt", 1),
    POLICY("capdrop/policy/", "policy", 1);

    private final String prefix;
    private final String noun;
    private final int version;

    Schema(String prefix, String noun, int version) {
        this.prefix = prefix;
        this.noun = noun;
        this.version = version;
    }

    String current() {
        return prefix + version;
    }

    /// Refuses a document of another kind, or newer than this program.
    void check(Fields document) throws RecordException {
        String schema = document.required("schema");
        if (!schema.startsWith(prefix) || !schema.substring(prefix.length()).matches("[1-9]\\d*")) {
            throw document.wrong("schema", "that of a capdrop " + noun + ", '" + current() + "'");
        }
        if (!schema.equals(current())) {
            throw document.wrong(
                    "schema",
                    "'" + current() + "': a newer capdrop wrote it, read it with that one");
        }
    }
}
