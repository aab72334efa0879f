package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities.CapabilityLine;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.document.LineDocument;
import module java.base;
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

    /// The file that drops capabilities from all unprivileged containers of a host, whose
    /// configurations include LXC's `userns.conf`, which includes the directory `userns.conf.d/`.
    ///
    /// @param twoLists whether a liblxc 4 starts containers, too: none with something on both lists
    public record SharedFile(String path, boolean twoLists) implements SharedLines {
        /// The directory on Debian and Proxmox VE; while it is absent, nothing is included.
        public static final String DEFAULT_DIRECTORY = "/usr/share/lxc/config/userns.conf.d";

        private static final String NAME = "capdrop.conf";
        private static final String PROBE = "lxc.cap.drop = chown\n";
        private static final String HEADER = "# Written by capdrop";

        public static SharedFile in(String directory) {
            return new SharedFile((directory + "/" + NAME).replaceAll("/+", "/"), false);
        }

        /// Returns the file on a host where a liblxc 4 may start containers.
        public SharedFile withTwoLists(boolean installed) {
            return new SharedFile(path, installed);
        }

        /// {@inheritDoc} It makes a new file, or adds a line to one of ours.
        @Override
        public Editing edit(
                ConfigSource source, CapabilitySet drop, int last, String node, String undo) {
            String current = source.read(path);
            if (current != null) {
                return current.startsWith(HEADER)
                        ? ConfigFormat.LXC.drop(path, source, drop, last)
                        : new Editing.NotOurs(path, HEADER);
            }
            String after = drop.isEmpty() ? "" : text(drop, node, undo);
            return new Editing.ConfigEdit(path, "", after, drop, CapabilitySet.EMPTY, false);
        }

        private static String text(CapabilitySet drop, String node, String undo) {
            return """
            %s for all unprivileged containers of the node
            # %s, in force in each from its next start on. It is of this node alone: a
            # container that moves to another one leaves it behind.
            # To take it back: %s
            lxc.cap.drop = %s
            """
                    .formatted(
                            HEADER,
                            node.replaceAll("[^A-Za-z0-9._-]", "?"),
                            undo.replaceAll("\\p{Cntrl}", "?"),
                            drop);
        }

        /// {@inheritDoc} The file may go where only our own comments would be left.
        @Override
        public String takeBack(String current, Editing.ConfigEdit edit) {
            String rest = ConfigFormat.LXC.takeBack(current, edit);
            boolean empty =
                    rest.startsWith(HEADER) && LxcSyntax.parse(LineDocument.parse(rest)).isEmpty();
            return empty ? "" : rest;
        }

        @Override
        public String folder() {
            return path.substring(0, path.lastIndexOf('/') + 1);
        }

        /// {@inheritDoc} liblxc may read the directory in either order.
        @Override
        public List<EffectiveCapabilities> resolve(
                HostConfiguration configuration, ConfigSource source, String text, int last) {
            return Stream.of(true, false)
                    .map(first -> new ConfigSource.Overlaid(path, text, source, first))
                    .map(then -> configuration.resolve(then, last))
                    .toList();
        }

        @Override
        public @Nullable LoadError breaks(
                HostConfiguration configuration, ConfigSource source, String text, int last) {
            if (refusal(resolve(configuration, source, "", last).getLast()) != null) {
                return null;
            }
            return resolve(configuration, source, text, last).stream()
                    .map(this::refusal)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }

        private @Nullable LoadError refusal(EffectiveCapabilities with) {
            return with.error() == null && twoLists ? OldLists.refusal(with.lines()) : with.error();
        }

        @Nullable CapabilityLine undoneBy(
                HostConfiguration configuration, ConfigSource source, int last) {
            CapabilityLine undoing = null;
            boolean behind = false;
            for (CapabilityLine line : probed(configuration, source, last)) {
                behind |= line.file().equals(path);
                undoing = behind && line.clears() ? line : undoing;
            }
            return undoing;
        }

        /// {@inheritDoc} It does where it includes this file, or would if the file existed.
        @Override
        public boolean reaches(HostConfiguration configuration, ConfigSource source, int last) {
            return probed(configuration, source, last).stream()
                    .anyMatch(line -> line.file().equals(path));
        }

        @Override
        public String unreached(HostConfiguration configuration, ConfigSource source, int last) {
            CapabilityLine undoing = undoneBy(configuration, source, last);
            if (undoing != null) {
                return "not reached: %s:%d empties the list behind the include"
                        .formatted(undoing.file(), undoing.line());
            }
            return reaches(configuration, source, last)
                    ? ""
                    : "not reached: its configuration does not include that directory, as that of a"
                            + " privileged container does not";
        }

        private List<CapabilityLine> probed(
                HostConfiguration configuration, ConfigSource source, int last) {
            return resolve(configuration, source, PROBE, last).getLast().lines();
        }
    }
}
