package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines of configuration that several containers share, so that one edit of them is in force in
/// all of these from the next start of each.
public interface SharedLines {
    /// What an edit of them names as its file.
    String path();

    /// The edit that makes them drop these too.
    ///
    /// @param source the host's files
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`
    /// @param node the host's name
    /// @param undo the command that takes it back
    Editing edit(ConfigSource source, CapabilitySet drop, int last, String node, String undo);

    /// What is left of them without what an edit did; nothing where they may go as a whole.
    String takeBack(String current, ConfigEdit edit);

    /// The folder that is made for them where it is missing; empty where none is.
    String folder();

    /// What a configuration comes to when they say `text`, once for each order in which they may be
    /// read.
    ///
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`
    List<EffectiveCapabilities> resolve(
            HostConfiguration configuration, ConfigSource source, String text, int last);

    /// Why a configuration that is sound without them is not when they say `text`; null when it is,
    /// or is not either way.
    @Nullable LoadError breaks(
            HostConfiguration configuration, ConfigSource source, String text, int last);

    /// Whether a configuration takes them in at all.
    boolean reaches(HostConfiguration configuration, ConfigSource source, int last);

    /// Why nothing of them is in force in a configuration that loads with them and that they do not
    /// change, a clause; empty where what they drop is dropped without them.
    String unreached(HostConfiguration configuration, ConfigSource source, int last);

    /// What a configuration no longer holds when they say `text`; empty also when it does not load
    /// then.
    default CapabilitySet dropped(
            HostConfiguration configuration, ConfigSource source, String text, int last) {
        CapabilitySet held = configuration.resolve(source, last).bounding(last);
        CapabilitySet dropped = CapabilitySet.EMPTY;
        for (EffectiveCapabilities with : resolve(configuration, source, text, last)) {
            if (with.loads()) {
                dropped = dropped.union(held.minus(with.bounding(last)));
            }
        }
        return dropped;
    }
}
