package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat.Opening;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import module java.base;

/// Notes the lines that open what lines before them had closed, but for those of LXC's own files.
/// Source: lxc.container.conf(5), "CONTROL GROUPS", "MOUNT POINTS", "APPARMOR PROFILE",
/// "CAPABILITIES".
final class Openings {
    /// LXC's own files; those in folders below are an administrator's.
    private static final Pattern PACKAGED = Pattern.compile("/usr/share/lxc/config/[^/]+");

    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern DEVICES =
            Pattern.compile("lxc\\.cgroup2?\\.devices\\.(allow|deny)");
    private static final Pattern ALL = Pattern.compile("a(\\s+\\*:\\*\\s+\\w+)?");

    private final Map<Opening.Kind, Opening> open = new EnumMap<>(Opening.Kind.class);

    private final Set<Opening.Kind> closed = EnumSet.noneOf(Opening.Kind.class);

    void note(LxcLine.Setting setting, LoadError place, CapabilitySet dropped) {
        String key = setting.key();
        String value = setting.value();
        if (key.equals(LxcKeys.APPARMOR_PROFILE)) {
            mark(Opening.Kind.APPARMOR, value.equals("unconfined"), place);
        } else if (key.equals("lxc.mount.auto")) {
            for (String word : BLANKS.split(value)) {
                mount(word, place);
            }
        } else if (DEVICES.matcher(key).matches()) {
            devices(key, value, place);
        } else if (value.isEmpty() && (key.equals(LxcKeys.DROP) || key.equals(LxcKeys.KEEP))) {
            cleared(dropped, place);
        }
    }

    private void devices(String key, String value, LoadError place) {
        boolean all = ALL.matcher(value).matches();
        if (key.endsWith(".allow")) {
            if (all && closed.contains(Opening.Kind.DEVICES)) {
                mark(Opening.Kind.DEVICES, true, place);
            }
        } else if (all) {
            closed.add(Opening.Kind.DEVICES);
            open.remove(Opening.Kind.DEVICES);
        } else if (value.isEmpty()) {
            closed.remove(Opening.Kind.DEVICES);
            open.remove(Opening.Kind.DEVICES);
        }
    }

    private void mount(String word, LoadError place) {
        Opening.Kind kind =
                word.equals("proc") || word.startsWith("proc:")
                        ? Opening.Kind.PROC
                        : word.equals("sys") || word.startsWith("sys:") ? Opening.Kind.SYS : null;
        if (kind == null) {
            return;
        }
        boolean writable = word.endsWith(":rw");
        mark(kind, writable && closed.contains(kind), place);
        if (!writable) {
            closed.add(kind);
        } else if (isPackaged(place)) {
            closed.remove(kind);
        }
    }

    private void cleared(CapabilitySet dropped, LoadError place) {
        Opening before = open.remove(Opening.Kind.CAPABILITIES);
        if (!isPackaged(place)) {
            CapabilitySet gives = before == null ? dropped : dropped.union(before.gives());
            add(Opening.Kind.CAPABILITIES, gives, place);
        }
    }

    private void mark(Opening.Kind kind, boolean opens, LoadError place) {
        open.remove(kind);
        if (opens) {
            add(kind, CapabilitySet.EMPTY, place);
        }
    }

    private void add(Opening.Kind kind, CapabilitySet gives, LoadError place) {
        if (place.line() > 0 && !isPackaged(place)) {
            open.put(kind, new Opening(kind, gives, place.file(), place.line(), place.text()));
        }
    }

    private static boolean isPackaged(LoadError place) {
        return PACKAGED.matcher(place.file()).matches();
    }

    List<Opening> all(CapabilitySet dropped) {
        List<Opening> all = new ArrayList<>();
        for (Opening one : open.values()) {
            CapabilitySet gives = one.gives().minus(dropped);
            if (one.kind() != Opening.Kind.CAPABILITIES || !gives.isEmpty()) {
                all.add(new Opening(one.kind(), gives, one.file(), one.line(), one.text()));
            }
        }
        return all;
    }
}
