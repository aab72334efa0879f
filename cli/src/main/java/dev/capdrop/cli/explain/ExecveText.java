package dev.capdrop.cli.explain;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Execve;
import module java.base;

/// Writes an execve(2)'s sum as capabilities(7) does: `P` before, `P'` after, `F` the file.
record ExecveText(int last) {
    /// Returns a line for the permitted set, one for another effective set, and what was ignored.
    List<String> lines(Execve execve) {
        List<String> lines = new ArrayList<>();
        switch (execve.outcome()) {
            case Execve.Outcome.Refused refused ->
                    lines.add(
                            "EPERM: the file's effective bit is set, and F(permitted) & P(bounding) lacks %s"
                                    .formatted(refused.missing()));
            case Execve.Outcome.Executed _ -> {
                lines.add("P'(permitted) = " + permitted(execve));
                lines.add("P'(effective) = " + effective(execve.sum()));
            }
        }
        lines.addAll(remarks(execve));
        return lines;
    }

    private String permitted(Execve execve) {
        Execve.Sum sum = execve.sum();
        Map<String, CapabilitySet> terms = new LinkedHashMap<>();
        if (execve.fileUse() == Execve.FileUse.HONOURED) {
            terms.put("F(permitted) & P(bounding)", sum.fromFile());
            terms.put("F(inheritable) & P(inheritable)", sum.inherited());
        }
        if (execve.rootUse() == Execve.RootUse.ALL) {
            terms.put("P(inheritable) | P(bounding), as root", sum.asRoot());
        }
        if (terms.isEmpty() || !sum.ambient().isEmpty()) {
            terms.put("P'(ambient)", sum.ambient());
        }
        String withheld =
                sum.withheld().isEmpty()
                        ? ""
                        : " - (not permitted before, no_new_privs: " + words(sum.withheld()) + ")";
        return joined(terms) + withheld + " = " + words(sum.permitted());
    }

    /// Returns the terms; a single one needs no value of its own.
    private String joined(Map<String, CapabilitySet> terms) {
        if (terms.size() == 1) {
            return terms.keySet().iterator().next();
        }
        return terms.entrySet().stream()
                .map(term -> "(" + term.getKey() + ": " + words(term.getValue()) + ")")
                .collect(Collectors.joining(" | "));
    }

    private String effective(Execve.Sum sum) {
        return sum.allEffective() ? "P'(permitted)" : "P'(ambient) = " + words(sum.ambient());
    }

    private static List<String> remarks(Execve execve) {
        List<String> remarks = new ArrayList<>();
        switch (execve.fileUse()) {
            case ABSENT, HONOURED -> {}
            case NOSUID -> remarks.add("its file capabilities do not count on a nosuid mount");
            case FOREIGN ->
                    remarks.add(
                            "its file capabilities do not count: they belong to the root of another user namespace");
        }
        switch (execve.idUse()) {
            case ABSENT, HONOURED -> {}
            case NOSUID -> remarks.add("its set-ID bits do not count on a nosuid mount");
            case NO_NEW_PRIVS -> remarks.add("its set-ID bits do not count under no_new_privs");
            case UNMAPPED ->
                    remarks.add(
                            "its set-ID bits do not count: its owner has no number in the user namespace");
        }
        return remarks;
    }

    private String words(CapabilitySet set) {
        return SetText.words(set, last);
    }
}
