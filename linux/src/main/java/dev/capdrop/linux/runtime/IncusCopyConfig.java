package dev.capdrop.linux.runtime;

import dev.capdrop.linux.incus.IncusConfig;
import dev.capdrop.linux.incus.IncusCopier;
import dev.capdrop.linux.incus.IncusServer.IncusInstance;
import module java.base;

/// The configuration of throw-away copies of an instance of Incus: all that the instance has of its
/// own and of its profiles, but for what must not be twice, and for what lets a copy act on
/// anything but itself. Copies have no profile, so that one that is edited meanwhile changes
/// nothing in them.
///
/// Settings and devices that are not known to be harmless are left out, and said. Unknown lines for
/// liblxc are refused: they could be what it needs, or what leads to the host.
///
/// Source: Incus' `doc/config_options.txt`, `doc/reference/devices*.md`.
final class IncusCopyConfig {
    static final String MARK = "user.capdrop.trial";
    private static final String TYPE = "type";
    private static final Map<String, String> NONE = Map.of(TYPE, "none");

    /// The settings that a copy has as its original has them.
    private static final Pattern KEPT =
            Pattern.compile(
                    "(limits|user|image|cloud-init|environment|security)\\..*|raw\\.(apparmor|seccomp|idmap)");

    /// The settings that are for the original alone, and make no difference to what runs in it.
    private static final Pattern ITS_ALONE =
            Pattern.compile(
                    "(boot|snapshots|cluster|migration|placement|backups|volatile|security\\.protection)\\..*");

    /// The settings that the kernel has for each container.
    private static final Pattern SYSCTL_OF_ITS_OWN =
            Pattern.compile(
                    "linux\\.sysctl\\.(net\\..*|kernel\\.(shm|msg|sem).*|fs\\.mqueue\\..*)");

    private static final Pattern LINE = Pattern.compile("\\s*([a-z0-9._]+)\\s*=\\s*([ -~\t]*)");
    private static final Pattern COMMENT = Pattern.compile("\\s*(#[^\\x00]*)?");
    private static final Pattern KNOWN_LINES = CopyRules.lines("cgroup2?\\.devices\\..*");
    private static final Pattern AUTOMATIC =
            Pattern.compile("((proc|sys|cgroup)(:(mixed|ro|rw)(:force)?)?(\\s+|$))*");
    private static final Pattern HOSTS_ROOT =
            Pattern.compile("(?m)^\\s*(both|uid|gid)\\s+0+(-\\d+)?\\s.*");

    /// An `lxc.idmap` whose host's side begins with its root: no number is below that.
    private static final Pattern FROM_HOSTS_ROOT = Pattern.compile("[ug] \\d+ 0+ \\d+");

    /// Settings of network devices that two instances must not have at once, or that act on the
    /// host for each.
    private static final Set<String> UNSHARED_NETWORK_SETTINGS =
            Set.of(
                    "host_name",
                    "ipv4.address",
                    "ipv4.routes",
                    "ipv4.routes.external",
                    "ipv6.address",
                    "ipv6.routes",
                    "ipv6.routes.external",
                    "network.forwards");

    private static final Set<String> SHAREABLE =
            Set.of("bridged", "macvlan", "ipvlan", "routed", "ovn", "");

    private final IncusInstance instance;
    private final Map<String, String> config = new TreeMap<>();
    private final Map<String, Map<String, String>> devices = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private String rootDevice = "";
    private String pool = "";

    IncusCopyConfig(IncusInstance instance, boolean network) throws IOException {
        this.instance = instance;
        if (instance.on("security.privileged")) {
            throw CopyRules.refused(
                    "it is privileged (security.privileged): " + CopyRules.REACHES_HOST);
        }
        settings();
        requireOthersIds(instance);
        for (Map.Entry<String, Map<String, String>> one : instance.expandedDevices().entrySet()) {
            devices.put(one.getKey(), device(one.getKey(), one.getValue(), network));
        }
        if (pool.isEmpty()) {
            throw CopyRules.refused("Incus does not say in which pool its root disk is");
        }
        if (!network) {
            differences.add(CopyRules.NO_NETWORK);
        }
        differences.add(
                "copied while it ran, unless it did not: a file that was being written may be half of each state, in all copies alike");
        differences.add(
                "another name, and what templates of its image and cloud-init make of that at a first boot");
        differences.add(
                "the key and inotify quotas are shared with it, where its range of ids is (security.idmap.isolated)");
    }

    IncusCopier.Settings settings(String mark) {
        Map<String, String> marked = new TreeMap<>(config);
        marked.put(MARK, mark);
        return new IncusCopier.Settings(marked, devices);
    }

    List<String> differences() {
        return List.copyOf(differences);
    }

    String rootDevice() {
        return rootDevice;
    }

    String pool() {
        return pool;
    }

    /// Whatever setting has made it so: `security.idmap.base`, `raw.idmap`, one of a later Incus.
    static void requireOthersIds(IncusInstance instance) throws IOException {
        for (String ids : IncusConfig.idMaps(instance)) {
            if (FROM_HOSTS_ROOT.matcher(ids).matches()) {
                throw CopyRules.refused(
                        "its ids are those of the host's root (lxc.idmap = %s; security.idmap.base or raw.idmap): %s"
                                .formatted(ids, CopyRules.REACHES_HOST));
            }
        }
    }

    private void settings() throws IOException {
        // what the instance itself has comes with a copy, unless it is told otherwise
        instance.config().keySet().stream()
                .filter(key -> !key.startsWith("volatile."))
                .forEach(key -> config.put(key, ""));
        for (Map.Entry<String, String> one : instance.expanded().entrySet()) {
            String key = one.getKey();
            String value = one.getValue();
            if (value.indexOf('\0') >= 0) {
                throw CopyRules.refused("its setting '" + key + "' has a NUL byte");
            }
            if (key.equals("raw.lxc")) {
                requireKnown(value);
                config.put(key, value);
            } else if (key.equals("raw.idmap") && HOSTS_ROOT.matcher(value).find()) {
                throw CopyRules.refused("its raw.idmap maps the host's root");
            } else if (isKept(key)) {
                config.put(key, value);
            } else if (!ITS_ALONE.matcher(key).matches() && !value.isEmpty()) {
                differences.add("without its setting '" + key + "'");
            }
        }
        config.put("boot.autostart", "false");
    }

    private static boolean isKept(String key) {
        return SYSCTL_OF_ITS_OWN.matcher(key).matches()
                || (KEPT.matcher(key).matches() && !ITS_ALONE.matcher(key).matches());
    }

    private static boolean isKnown(Matcher line) {
        String key = line.group(1);
        return KNOWN_LINES.matcher(key).matches()
                || (key.equals("lxc.mount.auto") && AUTOMATIC.matcher(line.group(2)).matches());
    }

    private static void requireKnown(String lines) throws IOException {
        for (String line : lines.split("\n", -1)) {
            Matcher matcher = LINE.matcher(line);
            boolean known =
                    COMMENT.matcher(line).matches() || (matcher.matches() && isKnown(matcher));
            if (!known) {
                throw CopyRules.refused(
                        "its raw.lxc says '%s', of which it is not known whether it leads a copy to the host"
                                .formatted(line.strip()));
            }
        }
    }

    private Map<String, String> device(String name, Map<String, String> device, boolean network)
            throws IOException {
        String type = device.getOrDefault(TYPE, "");
        if (type.equals("disk") && "/".equals(device.get("path"))) {
            rootDevice = name;
            pool = device.getOrDefault("pool", "");
            return device;
        }
        if (type.equals("nic")) {
            return network ? shared(name, device) : NONE;
        }
        if (type.equals("none")) {
            return NONE;
        }
        String source = device.getOrDefault("source", device.getOrDefault("path", ""));
        if (type.equals("unix-char")
                && CopyRules.isHarmless(source)
                && device.getOrDefault("path", source).equals(source)) {
            return device;
        }
        differences.add(
                "without its device '%s' (%s%s)"
                        .formatted(name, type, source.isEmpty() ? "" : ", " + source));
        return NONE;
    }

    private Map<String, String> shared(String name, Map<String, String> device) throws IOException {
        for (Map.Entry<String, String> one : device.entrySet()) {
            if (UNSHARED_NETWORK_SETTINGS.contains(one.getKey()) && !one.getValue().isEmpty()) {
                throw new IOException(
                        "--network: its device '%s' says '%s=%s', which a copy must not have beside it; leave out --network"
                                .formatted(name, one.getKey(), one.getValue()));
            }
        }
        String kind = device.getOrDefault("nictype", "");
        if (!SHAREABLE.contains(kind)) {
            throw new IOException(
                    "--network: its device '%s' is of the type '%s', which no copy can have beside it; leave out --network"
                            .formatted(name, kind));
        }
        Map<String, String> copied = new TreeMap<>(device);
        copied.remove("hwaddr");
        differences.add(
                "'%s' with another hardware address, but the same machine-id and %s"
                        .formatted(name, CopyRules.SPEAKS_AS_IT));
        return copied;
    }
}
