package dev.capdrop.core.condition;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The first number of a machine's systemd, by which its rules change.
final class SystemdVersion {
    private static final Pattern MAJOR = Pattern.compile("([0-9]{1,6}).*", Pattern.DOTALL);

    private SystemdVersion() {}

    static int of(Machine machine) {
        Matcher major = MAJOR.matcher(machine.systemdVersion());
        return major.matches() ? Integer.parseInt(major.group(1)) : Integer.MAX_VALUE;
    }
}
