package dev.capdrop.cli.check;

import dev.capdrop.core.document.ResourceTable;
import module java.base;

/// A kind of fault, which many findings may be of, by its [CheckFinding#rule].
public record Fault(String rule, String level, String words, String help) {
    private static final Map<String, Fault> ALL = all();

    private static Map<String, Fault> all() {
        Map<String, Fault> all = new LinkedHashMap<>();
        for (String[] cells :
                ResourceTable.rows(Fault.class.getResourceAsStream("faults.tsv"), "faults.tsv")) {
            all.put(cells[0], new Fault(cells[0], cells[1], cells[2], cells[3]));
        }
        return all;
    }

    public static Fault of(String rule) {
        Fault fault = ALL.get(rule);
        if (fault == null) {
            throw new IllegalArgumentException("no kind of fault is called '" + rule + "'");
        }
        return fault;
    }
}
