package dev.capdrop.core.container;

/// Which raw keys Proxmox VE hands on to liblxc.
final class ProxmoxKeys {
    private static final KeyTable<Kind> TABLE = KeyTable.read("proxmox-keys.tsv", Kind.class);

    private ProxmoxKeys() {}

    /// The kinds of the resource's rows, explained there.
    private enum Kind {
        EXACT,
        BELOW,
        OLD
    }

    static boolean handedOn(String key) {
        return TABLE.of(Kind.EXACT).contains(key)
                || TABLE.of(Kind.OLD).contains(key)
                || TABLE.of(Kind.BELOW).stream().anyMatch(key::startsWith);
    }
}
