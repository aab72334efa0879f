package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines that several containers share: one edit is in force in all from their next starts.
public interface SharedLines {
    String path();

    /// Returns the edit that makes the lines drop `drop` too, and says by which command, `undo`, it
    /// goes.
    Editing edit(ConfigSource source, CapabilitySet drop, int last, String node, String undo);

    /// Returns `current` without what `edit` did; empty where the lines may go as a whole.
    String takeBack(String current, Editing.ConfigEdit edit);

    /// Returns the folder that is made where it is missing; empty where none is.
    String folder();

    /// Returns what a configuration comes to with `text`, once for each possible order.
    List<EffectiveCapabilities> resolve(
            HostConfiguration configuration, ConfigSource source, String text, int last);

    /// Returns why a configuration that loads without the lines does not load with `text`; else
    /// null.
    @Nullable LoadError breaks(
            HostConfiguration configuration, ConfigSource source, String text, int last);

    boolean reaches(HostConfiguration configuration, ConfigSource source, int last);

    /// Returns why the lines change nothing, a clause; empty where all is dropped without them.
    String unreached(HostConfiguration configuration, ConfigSource source, int last);

    /// Returns the capabilities that a configuration that loads no longer holds when the lines are
    /// `text`.
    default CapabilitySet dropped(
            HostConfiguration configuration, ConfigSource source, String text, int last) {
        CapabilitySet held = configuration.resolve(source, last).bounding(last);
        return CapabilitySet.unionOf(
                resolve(configuration, source, text, last).stream()
                        .filter(EffectiveCapabilities::loads)
                        .map(with -> held.minus(with.bounding(last))));
    }

    /// A configuration from which containers of a host are started, or may be one day; `owner`: a
    /// container's target, perhaps with a snapshot's name, or a file of new containers; `snapshot`:
    /// the snapshot in a `VMID.conf`; null for the next start.
    record HostConfiguration(
            String owner, String path, ConfigFormat format, @Nullable String snapshot) {
        public String ownerOfSnapshot(String name) {
            return owner + " (snapshot " + name + ")";
        }

        public EffectiveCapabilities resolve(ConfigSource source, int last) {
            String text = snapshot == null ? null : source.read(path);
            ProxmoxConfig.Section section =
                    text == null ? null : ProxmoxConfig.parse(text).snapshots().get(snapshot);
            return section == null
                    ? format.resolve(path, source, last)
                    : ProxmoxConfig.resolve(section, path, source, last);
        }
    }
}
