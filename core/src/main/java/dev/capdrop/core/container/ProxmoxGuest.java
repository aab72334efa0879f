package dev.capdrop.core.container;

import module java.base;

import org.jspecify.annotations.Nullable;

/// The facts that a Proxmox VE node knows of a container, apart from capabilities. Source:
/// pct.conf(5), ha-manager(1).
///
/// @param hostname `hostname`, else `CT` and the number
/// @param lock what holds it, such as `backup`; null when nothing does
/// @param startupOrder `order` of `startup`; [#LAST] when it has none
/// @param haManaged whether starts and stops are only queued for the HA manager
public record ProxmoxGuest(
        String vmid,
        Place place,
        String hostname,
        List<String> tags,
        boolean template,
        @Nullable String lock,
        int startupOrder,
        boolean haManaged) {
    /// A node of a cluster, and whether it is this one.
    public record Place(String node, boolean here) {}

    /// Containers without an order start behind all others.
    public static final int LAST = Integer.MAX_VALUE;

    private static final String MOUNTED = "mounted";
    private static final Pattern ORDER = Pattern.compile("(?:.*,)?(?:order=)?(\\d{1,9})(?:,.*)?");

    public static ProxmoxGuest of(
            String vmid, String node, boolean here, ProxmoxConfig.Section main, boolean haManaged) {
        return new ProxmoxGuest(
                vmid,
                new Place(node, here),
                main.property("hostname", "CT" + vmid),
                words(main.property("tags", "")),
                main.flag("template"),
                main.property("lock"),
                order(main.property("startup", "")),
                haManaged);
    }

    private static List<String> words(String tags) {
        return Stream.of(tags.split("[,; ]+")).filter(word -> !word.isEmpty()).toList();
    }

    private static int order(String startup) {
        Matcher matcher = ORDER.matcher(startup);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : LAST;
    }

    /// Returns why nothing may be changed, in one sentence that says what to do; null when it may.
    public @Nullable String refusal() {
        String hindrance = hindrance();
        return hindrance == null ? null : "'pve:%s' is %s".formatted(vmid, hindrance);
    }

    /// Returns the part of [#refusal] behind "it is", without the container's name.
    public @Nullable String hindrance() {
        if (!place.here()) {
            return "on the node '%s'; run capdrop there".formatted(place.node());
        }
        if (template) {
            return "a template, which is never started; change the containers made of it";
        }
        return lock == null ? null : "locked by Proxmox VE (" + lock + "); " + release(lock);
    }

    /// Whether only its being mounted, which may be ended at any time, keeps it from being changed.
    public boolean isMounted() {
        return place.here() && !template && MOUNTED.equals(lock);
    }

    private String release(String held) {
        return held.equals(MOUNTED)
                ? "'pct unmount %s' ends that, as 'capdrop apply %s' does".formatted(vmid, vmid)
                : "wait until that has ended, or run 'pct unlock %s' if it was interrupted"
                        .formatted(vmid);
    }
}
