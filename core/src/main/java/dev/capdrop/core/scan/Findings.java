package dev.capdrop.core.scan;

import java.util.List;

/// What was found below one path.
///
/// @param files in order of their paths
/// @param unreadable in order of their paths
public record Findings(List<FoundFile> files, List<Unreadable> unreadable) {
    public Findings {
        files = List.copyOf(files);
        unreadable = List.copyOf(unreadable);
    }
}
