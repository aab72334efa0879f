package dev.capdrop.capability;

import java.util.List;

/// A place in the kernel where a capability is asked for.
///
/// @param file the source file, or a folder of them, from the top of the kernel's tree
/// @param functions the functions; empty where the file as a whole is meant
/// @param note its extent, or since when; empty where there is nothing to add
public record CheckSite(String file, List<String> functions, String note) {
    public CheckSite {
        functions = List.copyOf(functions);
    }

    /// Returns the text form, `fs/attr.c: chown_ok, chgrp_ok (note)`.
    public String format() {
        String where = functions.isEmpty() ? file : file + ": " + String.join(", ", functions);
        return note.isEmpty() ? where : where + " (" + note + ")";
    }

    /// Parses a cell of the table, `FILE:FUNCTION,FUNCTION (NOTE)`.
    static CheckSite parse(String text) {
        int open = text.indexOf(" (");
        String place = open < 0 ? text : text.substring(0, open);
        String note = open < 0 ? "" : text.substring(open + 2, text.length() - 1);
        int colon = place.indexOf(':');
        return colon < 0
                ? new CheckSite(place, List.of(), note)
                : new CheckSite(
                        place.substring(0, colon),
                        List.of(place.substring(colon + 1).split(",")),
                        note);
    }
}
