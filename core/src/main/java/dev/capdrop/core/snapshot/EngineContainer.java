package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;

/// A container that an engine inside the container keeps, with the capabilities that it names.
///
/// @param id the engine's id of it, or the name where it has no id
/// @param name the engine's name of it, which is the adversary's text
/// @param source the file that says what it names, below the root directory
/// @param running whether the engine takes it to run
/// @param returns whether the engine, or a unit, starts it again after a boot
public record EngineContainer(
        Engine engine,
        String id,
        String name,
        String source,
        boolean running,
        boolean returns,
        Asks asks) {

    /// Returns the name that tells it from units and from containers of other engines: a colon is
    /// in no name of a unit that an administrator gives (systemd.unit(5)), and in no engine's.
    public String title() {
        return engine.program() + ":" + name;
    }

    /// The capabilities that the engine will ask the kernel for.
    public sealed interface Asks {}

    /// A list that the engine makes at each start: its default list, changed by what is named.
    ///
    /// @param privileged `--privileged`
    /// @param all `--cap-add ALL`
    /// @param none `--cap-drop ALL`, or a default list that is written out in `added`
    public record Anew(
            boolean privileged,
            boolean all,
            boolean none,
            CapabilitySet added,
            CapabilitySet dropped)
            implements Asks {}

    /// A list that was made when the container was created, and that stays.
    public record Listed(CapabilitySet capabilities) implements Asks {}

    /// Its file could not be read, or made no sense; `why`: a clause.
    public record Unknown(String why) implements Asks {}
}
