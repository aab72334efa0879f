package dev.capdrop.core.rule;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The versions of systemd of which a rule is known, as its row says them: `since systemd 255`,
/// `systemd 229 to 245`, `systemd 245, 249 and 253`, `every version booted, systemd 247 on`.
record Range(int first, int last) {
    private static final Range ANY = new Range(0, Integer.MAX_VALUE);
    private static final Pattern VERSIONS =
            Pattern.compile("(since |.*, )?systemd ([0-9]+)(.*?)( on)?");
    private static final Pattern LAST = Pattern.compile(".*\\b([0-9]+)");

    static Range of(String since) {
        Matcher versions = VERSIONS.matcher(since);
        if (!versions.matches()) {
            return ANY;
        }
        int first = Integer.parseInt(versions.group(2));
        boolean open =
                versions.group(1) != null
                        || versions.group(4) != null
                        || versions.group(3).contains("since");
        Matcher last = LAST.matcher(versions.group(3));
        int end = last.matches() ? Integer.parseInt(last.group(1)) : first;
        return new Range(first, open ? Integer.MAX_VALUE : end);
    }

    boolean covers(int systemd) {
        return systemd == 0 || (first <= systemd && systemd <= last);
    }
}
