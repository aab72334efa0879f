package dev.capdrop.linux.runtime;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.core.container.ProxmoxConfig.RawLine;
import dev.capdrop.core.snapshot.ConfigurationText;
import module java.base;

/// The configuration of a throw-away copy of a container of Proxmox VE: what pct(1) has given its
/// clone, but for what must not be twice, and for what lets a copy act on anything but itself.
/// Properties that are not known to be harmless are left out, and said. Unknown raw lines are
/// refused: they could be what it needs, or what leads to the host.
///
/// Source: pct.conf(5); pve-container's `update_lxc_config` in src/PVE/LXC.pm.
final class ProxmoxCopyConfig {
    private static final ConfigFormat FORMAT = ConfigFormat.PROXMOX;
    private static final String NO_NETWORK = "lxc.net.0.type: empty\n";

    /// The properties that a copy has as its original has them.
    private static final Pattern KEPT =
            Pattern.compile(
                    "arch|cmode|console|cores|cpulimit|cpuunits|debug|entrypoint|env|features|hostname|memory|mp[0-9]+|nameserver|ostype|rootfs|searchdomain|swap|timezone|tty|unprivileged");

    /// The properties that are for the original alone, and make no difference to what runs in it.
    private static final Pattern ITS_ALONE =
            Pattern.compile(
                    "description|lock|onboot|parent|protection|snaptime|startup|tags|template|unused[0-9]+");

    private static final Pattern NETWORK = Pattern.compile("net[0-9]+");
    private static final Pattern VOLUME = Pattern.compile("(?:volume=)?([^,]+)(?:,.*)?");
    private static final Pattern ADDRESS = Pattern.compile("(?:.*,)?(ip6?=[^,]+)(?:,.*)?");
    private static final Set<String> NO_ADDRESS =
            Set.of("ip=dhcp", "ip=manual", "ip6=dhcp", "ip6=auto", "ip6=manual");
    private static final Pattern PROPERTY = Pattern.compile("([a-z][a-z_]*[0-9]*):.*");

    /// A carriage return would begin a line of its own for liblxc.
    private static final Pattern PLAIN = Pattern.compile("[ -~\t]*");

    private static final Pattern KNOWN_LINES = CopyRules.lines("idmap|init\\.(uid|gid|groups)");

    private final ConfigurationText text;
    private final int last;
    private final boolean network;
    private final ProxmoxConfig.Section from;
    private final List<String> differences = new ArrayList<>();

    /// @param snapshot the one that copies are made of; empty for the container as it is
    ProxmoxCopyConfig(ConfigurationText text, int last, String snapshot, boolean network)
            throws IOException {
        this.text = text;
        this.last = last;
        this.network = network;
        String content = text.files().getOrDefault(text.path(), "");
        if (content.indexOf('\0') >= 0) {
            throw CopyRules.refused("'" + text.path() + "' has a NUL byte");
        }
        ProxmoxConfig config = ProxmoxConfig.parse(content);
        if (config.pending() != null) {
            throw CopyRules.refused(
                    "it has changes that wait for its next start, which a copy would not get (see 'pct pending')");
        }
        ProxmoxConfig.Section named =
                snapshot.isEmpty() ? config.main() : config.snapshots().get(snapshot);
        if (named == null) {
            throw CopyRules.refused(
                    "it has no snapshot called '" + snapshot + "' (see 'pct listsnapshot')");
        }
        this.from = named;
        requireUnprivileged();
        for (RawLine line : from.raw()) {
            requireKnown(line);
        }
        new TreeMap<>(from.properties()).forEach(this::tell);
        if (network) {
            requireShareable();
        } else {
            differences.add(CopyRules.NO_NETWORK);
        }
        differences.add(
                "another VMID and machine-id, as 'pct clone' gives them; in the copies with the unchanged configuration, too");
        differences.add("the key and inotify quotas are shared with it, as its user ids are");
    }

    private void requireUnprivileged() throws IOException {
        if (!from.unprivileged()) {
            throw CopyRules.refused(
                    "it is privileged (its configuration has no 'unprivileged: 1'): "
                            + CopyRules.REACHES_HOST);
        }
        for (RawLine line : from.raw()) {
            if (line.key().equals("lxc.idmap") && CopyRules.mapsHostsRoot(line.value())) {
                throw CopyRules.refused(
                        "it says '" + line.text().strip() + "', which maps the host's root");
            }
        }
    }

    private static void requireKnown(RawLine line) throws IOException {
        if (!KNOWN_LINES.matcher(line.key()).matches() || !PLAIN.matcher(line.value()).matches()) {
            throw CopyRules.refused(
                    "it says '%s', of which it is not known whether it leads a copy to the host"
                            .formatted(line.text().strip()));
        }
    }

    private void tell(String key, String value) {
        if (!isKept(key) && !ITS_ALONE.matcher(key).matches() && !NETWORK.matcher(key).matches()) {
            differences.add("without '%s: %s'".formatted(key, value));
        }
    }

    private boolean isKept(String key) {
        return KEPT.matcher(key).matches() || (network && NETWORK.matcher(key).matches());
    }

    private void requireShareable() throws IOException {
        for (Map.Entry<String, String> one : new TreeMap<>(from.properties()).entrySet()) {
            Matcher address = ADDRESS.matcher(one.getValue());
            if (NETWORK.matcher(one.getKey()).matches()
                    && address.matches()
                    && !NO_ADDRESS.contains(address.group(1))) {
                throw new IOException(
                        "--network: its configuration says '%s' for %s, an address that two containers must not have at once; leave out --network"
                                .formatted(address.group(1), one.getKey()));
            }
        }
        differences.add(
                "other hardware addresses, but the same host name and " + CopyRules.SPEAKS_AS_IT);
    }

    List<String> differences() {
        return List.copyOf(differences);
    }

    /// Returns the volume of its root directory, as pct.conf(5) has it; empty where it says none.
    String volume() {
        return volume(from.properties().getOrDefault("rootfs", ""));
    }

    static String volume(String value) {
        Matcher matcher = VOLUME.matcher(value);
        return matcher.matches() ? matcher.group(1) : "";
    }

    String of(String path, String clone, CapabilitySet dropped) throws IOException {
        StringBuilder own = new StringBuilder();
        ProxmoxConfig made = ProxmoxConfig.parse(clone);
        if (made.pending() != null || !made.snapshots().isEmpty() || !made.lost().isEmpty()) {
            throw unlike("it has sections or lines that no clone has");
        }
        for (RawLine line : made.main().raw()) {
            requireKnown(line);
        }
        clone.lines()
                .filter(line -> !isLeftOut(line))
                .forEach(line -> own.append(line).append('\n'));
        if (!network) {
            own.append(NO_NETWORK);
        }
        ConfigSource source = CopyRules.with(text, path, own.toString()).asSource();
        String composed = CopyRules.dropping(FORMAT, path, source, dropped, last);
        prove(path, composed, dropped);
        return composed;
    }

    private boolean isLeftOut(String line) {
        Matcher property = PROPERTY.matcher(line);
        return property.matches() && !isKept(property.group(1));
    }

    private void prove(String path, String composed, CapabilitySet dropped) throws IOException {
        EffectiveCapabilities own = FORMAT.resolve(text.path(), text.asSource(), last);
        EffectiveCapabilities its =
                FORMAT.resolve(path, CopyRules.with(text, path, composed).asSource(), last);
        if (its.error() != null) {
            throw unlike("it does not load: " + its.error().reason());
        }
        if (!its.bounding(last).equals(own.bounding(last).minus(dropped))) {
            throw unlike(
                    "it would hold %s, and the container holds %s"
                            .formatted(its.bounding(last), own.bounding(last)));
        }
        ProxmoxConfig.Section main = ProxmoxConfig.parse(composed).main();
        Map<String, String> properties = new TreeMap<>(main.properties());
        for (Map.Entry<String, String> one : properties.entrySet()) {
            boolean disk = one.getKey().equals("rootfs") || one.getKey().startsWith("mp");
            if (disk
                    && volume(one.getValue())
                            .equals(volume(from.properties().getOrDefault(one.getKey(), "")))) {
                throw unlike("its '" + one.getKey() + "' would be the container's own");
            }
            if (disk && volume(one.getValue()).startsWith("/")) {
                throw unlike("its '" + one.getKey() + "' would be a folder of the host");
            }
        }
        if (!properties.keySet().stream().allMatch(this::isKept)
                || !main.unprivileged()
                || !properties.containsKey("rootfs")) {
            throw unlike("its properties are " + properties.keySet());
        }
    }

    private static IOException unlike(String why) {
        return new IOException(
                "a copy's configuration would not be as it is meant, so it is not started: " + why);
    }
}
