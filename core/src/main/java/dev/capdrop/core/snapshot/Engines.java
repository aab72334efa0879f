package dev.capdrop.core.snapshot;

import module java.base;

/// The containers that engines inside the container keep, as their files tell from outside.
///
/// @param containers by engine and name
/// @param unread the stores of which not everything is known
public record Engines(List<EngineContainer> containers, List<UnreadStore> unread) {
    public static final Engines NONE = new Engines(List.of(), List.of());

    public Engines {
        containers =
                containers.stream()
                        .sorted(
                                Comparator.comparing(EngineContainer::title)
                                        .thenComparing(EngineContainer::id))
                        .toList();
        unread = List.copyOf(unread);
    }

    /// Returns the names under which a forecast speaks of them.
    public Set<String> titles() {
        return Stream.concat(
                        containers.stream().map(EngineContainer::title),
                        unread.stream().map(UnreadStore::title))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// A store that could not be read, or not all of it.
    ///
    /// @param what the file or folder, below the root directory
    /// @param why a clause
    public record UnreadStore(Engine engine, String what, String why) {
        /// Returns the name that stands for all containers which it may hold.
        public String title() {
            return engine.program() + ":unread";
        }
    }
}
