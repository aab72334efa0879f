package dev.capdrop.core.diagnosis;

import dev.capdrop.core.document.Names;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A file that was found closed to the user as whom a program runs, or to whom it most likely
/// changes by itself; `path`: what a refusal named, or the file.
record ClosedFile(Patient patient, NamedFile file, String path) {
    private static final Pattern PATH = Pattern.compile("/[\\w.@+/-]+");

    /// Returns a cause that says of a refusal what was found closed, and of a file that is not
    /// there that it is not; the same cause where nothing of that was found.
    static @Nullable Cause said(Patient patient, @Nullable Cause cause, boolean behind) {
        NamedFile file = patient.amiss(List.of(NamedFile.SAID));
        if (file == null || !(cause instanceof Cause.Told told)) {
            return cause;
        }
        boolean nameless = Telling.isNameless(told);
        Matcher said = PATH.matcher(told.why());
        String path = nameless || !said.find() ? file.name() : said.group();
        ClosedFile closed = new ClosedFile(patient, file, path);
        String row = closed.row(told.why(), nameless, behind);
        if (row.isEmpty()) {
            return cause;
        }
        String why = nameless ? told.why() + ", most likely this" : told.why();
        Cause.Told more = closed.told(row, told.end(), why);
        return new Cause.Told(more.why(), told.words(), more.remedy(), told.end());
    }

    /// Returns that something of its own is closed to its user; null where nothing is.
    static @Nullable Cause ofItsOwn(Patient patient) {
        Cause.OwnExit end = Signatures.ownExit(patient);
        NamedFile file = patient.amiss(List.of(NamedFile.SAID));
        return end == null || file == null || file.standing() != Standing.CLOSED
                ? null
                : new ClosedFile(patient, file, file.name()).told("own-closed", end, "");
    }

    private String row(String why, boolean nameless, boolean behind) {
        String name = file.name();
        boolean its = path.equals(name) || path.startsWith(name + "/");
        boolean inRoot = patient.value("RootDirectory").isEmpty();
        if (file.standing() == Standing.MISSING && behind && inRoot && why.endsWith(" " + name)) {
            return "said-missing";
        }
        if (file.standing() != Standing.CLOSED || !its) {
            return "";
        }
        if (changed() != null || !(nameless || why.startsWith("was refused "))) {
            return "said-shut";
        }
        return nameless ? "said-closed" : isOnTheWay(file) ? "said-closed-way" : "said-refused";
    }

    /// Whether it is a folder that is only to be passed, not one in which the path is to be made.
    private boolean isOnTheWay(NamedFile closed) {
        boolean made =
                patient.trouble().files().stream()
                        .filter(one -> one.standing() == Standing.MISSING)
                        .anyMatch(one -> one.name().equals(path));
        return !closed.name().equals(path) && !made;
    }

    private @Nullable NamedFile changed() {
        List<NamedFile> files = patient.trouble().files();
        return Names.find(files, one -> one.setting().equals(NamedFile.RUNS_AS));
    }

    private Cause.Told told(String row, Cause.@Nullable OwnExit end, String why) {
        NamedFile changed = changed();
        String user = changed == null ? patient.value("User") : changed.name();
        String as =
                changed == null
                        ? "it runs as " + user
                        : "most likely it runs as %s, for %s".formatted(user, changed.more());
        String opening =
                patient.trouble().files().stream()
                        .filter(one -> one.standing() == Standing.CLOSED)
                        .filter(one -> one.setting().equals(NamedFile.SAID))
                        .map(one ->
                                (isOnTheWay(one) ? "chmod o+x " : "chown " + user + ": ")
                                        + one.name())
                        .collect(Collectors.joining(" && "));
        return Telling.made(row, end, file.name(), file.more(), user, why, path, as, opening);
    }
}
