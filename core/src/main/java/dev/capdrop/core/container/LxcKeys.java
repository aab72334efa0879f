package dev.capdrop.core.container;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.core.document.ResourceTable;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The keys of lxc.container.conf(5): those that this program acts on, and those that liblxc knows,
/// which refuses a whole configuration for one unknown `lxc.` key. Versions and distributions
/// differ: the installed liblxc is asked about a key that the table lacks or that varies. Of other
/// values only emptiness is judged.
final class LxcKeys {
    static final String DROP = "lxc.cap.drop";
    static final String KEEP = "lxc.cap.keep";
    static final String INCLUDE = "lxc.include";
    static final String ID_MAP = "lxc.idmap";
    static final String APPARMOR_PROFILE = "lxc.apparmor.profile";
    static final String APPARMOR_NESTING = "lxc.apparmor.allow_nesting";
    private static final Map<Kind, Set<String>> TABLE =
            ResourceTable.byConstant("container/lxc-keys.tsv", Kind.class);
    private static final Set<String> NAMESPACES =
            Set.of("user", "mnt", "pid", "uts", "ipc", "net", "cgroup", "time");
    private static final Pattern NETWORK = Pattern.compile("([0-9]{1,10})(?:\\.(.*))?");
    private static final long NETWORKS = 0xffff_ffffL;

    /// The networks that have come up so far: an empty value for any other is an error.
    private final Set<Long> networks = new HashSet<>();

    private enum Kind {
        EXACT,
        RESET,
        GROUP,
        LIMIT,
        NAMESPACE,
        NETWORK,
        NETWORK_NAME,
        VARIES
    }

    static boolean varies(String key) {
        return listed(Kind.VARIES, key) || below(Kind.VARIES, key) != null;
    }

    static boolean unlisted(String key) {
        return Stream.of(Kind.EXACT, Kind.RESET, Kind.GROUP, Kind.LIMIT)
                        .noneMatch(kind -> listed(kind, key))
                && Stream.of(Kind.GROUP, Kind.LIMIT, Kind.NAMESPACE, Kind.NETWORK)
                        .allMatch(kind -> below(kind, key) == null);
    }

    @Nullable String refusal(String key, String value) {
        if (known(key, value)) {
            return null;
        }
        if (known(key, value.isEmpty() ? "x" : "")) {
            return value.isEmpty()
                    ? "'" + key + "' has an empty value, and nothing was set that it could clear"
                    : "'" + key + "' takes no value";
        }
        return unknown(key);
    }

    static String unknown(String key) {
        return "liblxc does not know the key '" + key + "'";
    }

    private boolean known(String key, String value) {
        return Stream.of(Kind.values()).anyMatch(kind -> matches(kind, key, value));
    }

    private boolean matches(Kind kind, String key, String value) {
        return switch (kind) {
            case EXACT -> listed(kind, key);
            case RESET -> listed(kind, key) && value.isEmpty() && forgetNetworks(key);
            case GROUP ->
                    listed(kind, key)
                            ? value.isEmpty()
                            : below(kind, key) != null
                                    && (value.isEmpty() || !"".equals(below(kind, key)));
            case LIMIT -> listed(kind, key) ? value.isEmpty() : below(kind, key) != null;
            case NAMESPACE -> NAMESPACES.contains(requireNonNullElse(below(kind, key), ""));
            case NETWORK -> network(below(kind, key), value);
            case NETWORK_NAME, VARIES -> false;
        };
    }

    private static boolean listed(Kind kind, String key) {
        return TABLE.getOrDefault(kind, Set.of()).contains(key);
    }

    private static @Nullable String below(Kind kind, String key) {
        for (String row : TABLE.getOrDefault(kind, Set.of())) {
            if (key.startsWith(row) && key.startsWith(".", row.length())) {
                return key.substring(row.length() + 1);
            }
        }
        return null;
    }

    private boolean forgetNetworks(String key) {
        if (listed(Kind.NETWORK, key)) {
            networks.clear();
        }
        return true;
    }

    private boolean network(@Nullable String numberAndName, String value) {
        Matcher matcher = NETWORK.matcher(numberAndName == null ? "" : numberAndName);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) >= NETWORKS) {
            return false;
        }
        Long number = Long.valueOf(matcher.group(1));
        String name = matcher.group(2);
        if (name == null) {
            networks.remove(number);
            return value.isEmpty();
        }
        if (!listed(Kind.NETWORK_NAME, name)) {
            return false;
        }
        if (!value.isEmpty()) {
            networks.add(number);
        }
        return networks.contains(number);
    }
}
