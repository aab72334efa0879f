package dev.capdrop.core.verification;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.core.container.ProxmoxConfig.RawLine;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.verification.Drift.Cause;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds out why a configuration's `current` text no longer shows a change.
record LostCause(ConfigFormat format, String current) {
    /// The address that lxc-create(1) and Proxmox VE choose at random for each new container.
    private static final Pattern ADDRESS =
            Pattern.compile("(?i)hwaddr\\s*=\\s*([0-9a-f]{2}(?::[0-9a-f]{2}){5})");

    Cause of(List<Claims.Claim> lost) {
        for (Claims.Claim claim : lost) {
            String without = format.takeBack(current, claim.entry().edit());
            if (!without.equals(current)) {
                return new Cause.Overruled();
            }
        }
        String snapshot = format == ConfigFormat.PROXMOX ? rolledBackTo() : "";
        if (!snapshot.isEmpty()) {
            return new Cause.RolledBack(snapshot);
        }
        Set<String> then = addresses(lost.getLast().entry().edit().before());
        Set<String> now = addresses(current);
        boolean another = !then.isEmpty() && !now.isEmpty() && Collections.disjoint(then, now);
        return another ? new Cause.MadeAnew() : new Cause.Rewritten();
    }

    /// Returns the snapshot that the container was rolled back to: a rollback makes it the parent
    /// of the present state, and brings its raw lines.
    private String rolledBackTo() {
        ProxmoxConfig config = ProxmoxConfig.parse(current);
        String parent = config.main().property("parent");
        if (parent == null) {
            return "";
        }
        ProxmoxConfig.Section snapshot = config.snapshots().get(parent);
        return snapshot != null && texts(snapshot).equals(texts(config.main())) ? parent : "";
    }

    private static List<String> texts(ProxmoxConfig.Section section) {
        return section.raw().stream().map(RawLine::text).toList();
    }

    private static Set<String> addresses(String text) {
        Set<String> addresses = new TreeSet<>();
        Matcher matcher = ADDRESS.matcher(text);
        while (matcher.find()) {
            addresses.add(matcher.group(1).toLowerCase(Locale.ROOT));
        }
        return addresses;
    }
}
