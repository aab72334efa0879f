package dev.capdrop.linux.runtime;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.snapshot.ConfigurationText;
import module java.base;

/// The rules of what throw-away copies may have of their container: what is known to act on the
/// copy alone (lxc.container.conf(5)). All else is left out, and said, or no copy is made.
final class CopyRules {
    static final String NO_NETWORK = "no network but a loopback device; --network gives it one";
    static final String SPEAKS_AS_IT =
            "programs: what they send reaches others as if the container itself had sent it (mail, jobs, names that are registered)";

    static final String REACHES_HOST = "its copies could change devices and settings of the host";
    static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// The keys of liblxc, behind `lxc.`, that give a copy nothing which is not its own.
    private static final String LINES =
            "cap\\.(drop|keep)|environment(\\..*)?|signal\\.(halt|reboot|stop)|init\\.(cmd|cwd)|sched\\.core|(pty|tty)\\.max|seccomp\\.allow_nesting|apparmor\\.(profile|allow_nesting|allow_incomplete|raw)|cgroup2?\\.(cpu|memory|pids|io|blkio|cpuset)\\..*";

    /// They hold no state which a copy of a container could change.
    private static final Set<String> HARMLESS_DEVICES =
            Set.of(
                    "/dev/fuse",
                    "/dev/full",
                    "/dev/net/tun",
                    "/dev/null",
                    "/dev/random",
                    "/dev/tty",
                    "/dev/urandom",
                    "/dev/zero");

    private static final Pattern HOSTS_ROOT = Pattern.compile("[bgu][ \t]+[0-9]+[ \t]+0+[ \t].*");

    /// Returns the keys of liblxc that a copy may have, with those of its runtime.
    static Pattern lines(String more) {
        return Pattern.compile("lxc\\.(" + LINES + "|" + more + ")");
    }

    static boolean isHarmless(String device) {
        return HARMLESS_DEVICES.contains(device);
    }

    static boolean mapsHostsRoot(String map) {
        return HOSTS_ROOT.matcher(map.strip()).matches();
    }

    static IOException refused(String why) {
        return new IOException(why + ", so no copy is made");
    }

    /// Returns a configuration with another content of a file.
    static ConfigurationText with(ConfigurationText text, String path, String content) {
        Map<String, String> files = new HashMap<>(text.files());
        files.put(path, content);
        return new ConfigurationText(
                path, files, text.directories(), text.modifiedMillis(), text.keys());
    }

    /// Returns a configuration that drops these, too; throws when no line of it can.
    static String dropping(
            ConfigFormat format, String path, ConfigSource source, CapabilitySet more, int last)
            throws IOException {
        if (more.isEmpty()) {
            return Objects.requireNonNullElse(source.read(path), "");
        }
        if (format.drop(path, source, more, last) instanceof Editing.ConfigEdit edit) {
            return edit.after();
        }
        throw new IOException("no line in '" + path + "' can drop " + more);
    }
}
