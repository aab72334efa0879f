package dev.capdrop.core.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reasons that the last lines of a program tell, in the words that a library or the kernel gave
/// it: a row each, the first that fits is taken. `%s` is what the line names, `%d` what Debian's
/// package of a Perl module of that name is called.
///
/// Source: strerror(3), ld.so(8), the programs' own words around it.
enum Telling {
    LIBRARY(
            "a library is missing",
            "error while loading shared libraries: ([^:\\s]{1,200}):",
            "needs the library %s, which is not there",
            "install the package that brings %s (--reinstall where dpkg has it as installed)"),
    PERL_MODULE(
            "a Perl module is missing",
            "need to install the ([\\w:]{1,100}) module",
            "needs the Perl module %s, which is not there",
            "install it (on Debian: %d)"),
    PYTHON_MODULE(
            "a Python module is missing",
            "ModuleNotFoundError: No module named '([\\w.]{1,100})'",
            "needs the Python module %s, which is not there",
            "install it, where the program's own Python looks for it"),
    NO_SPACE(
            "no space left",
            "No space left on device",
            "found no space left on a disk",
            "make room on the file system that it writes to (df -h, df -i), or make that larger"),
    SYSCTL_KEY(
            "a setting of the host's kernel",
            "[Pp]ermission denied on key [\"']?((?:vm|kernel|fs|dev|debug)\\.[\\w./-]{1,100})"
                    + "|setting key [\"']?((?:vm|kernel|fs|dev|debug)\\.[\\w./-]{1,100})",
            "sets %s, a setting of the host's kernel, which the container may not change",
            "set it on the host (/etc/sysctl.d), and have the unit leave it alone"),
    HOSTS_SETTING(
            "a setting of the host's kernel",
            "(/(?:proc/sys|proc/sysrq-trigger|sys/(?!fs/cgroup))[^\\s:'\"]{1,200})['\"]?"
                    + "(?:: | .*)(?:Read-only|[Pp]ermission|[Nn]ot permitted)"
                    + "|[Rr]ead-only file system.*(/proc/sys/[^\\s:'\"]{1,200}"
                    + "|/sys/(?!fs/cgroup)[^\\s:'\"]{1,200})",
            "writes %s, a setting of the host's kernel, which the container may not change",
            "set it on the host, and have the unit leave it alone"),
    READ_ONLY(
            "read-only file system",
            "[Rr]ead-only file system",
            "writes to a file system that is mounted read-only",
            "see where it writes to, and mount that for writing"),
    MODULE(
            "loads a kernel module",
            "modprobe: FATAL: Module ([\\w.-]{1,64}) not found"
                    + "|(?:modprobe|insmod): ERROR: could not insert (?:module )?'?([\\w./-]{1,100})",
            "loads the kernel module %s, which only the host can do",
            "load it on the host (modprobe %s, /etc/modules-load.d), and take it out of the unit"),
    INTERFACE_TYPE(
            "a kind of interface is not known",
            "Unknown device type",
            "makes a network interface of a kind that the host's kernel does not know",
            "load the kernel module for it on the host (modprobe wireguard for a wg interface)"),
    SWAP(
            "swap space is the host's",
            "swapon(?: failed)?: .*(?:[Nn]ot permitted|[Pp]ermission denied)"
                    + "|swapon failed: (?:Operation not permitted|Permission denied)",
            "adds swap space, which is the host's: the kernel refuses that to a container",
            "add it on the host, and turn the unit off"),
    CLOCK(
            "cannot set the clock",
            "cannot set date|(?:clock_settime|settimeofday|adjtimex|stime)\\b.*[Nn]ot permitted"
                    + "|[Cc]annot access the Hardware Clock",
            "sets the clock, which is the host's: the kernel refuses that to a container",
            "have the host keep the time, and turn the unit off"),
    MAKES_DEVICE(
            "makes a device node",
            "mknod: ['\"]?(/dev/[\\w./-]{1,200})['\"]?: (?:Operation not permitted|Permission denied)",
            "makes the device %s, which the kernel refuses to the container",
            "pass %s in from the host, allow it there, and take the mknod out of the unit"),
    FUSE(
            "a device is missing",
            "fuse: device not found",
            "wants the device /dev/fuse, which the container does not have",
            "pass /dev/fuse in from the host, and allow it there"),
    NO_DEVICE(
            "a device is missing",
            Telling.DEVICE + ".*(?:No such|ENOENT)|No such [^/\\n]{0,40}" + Telling.DEVICE,
            "wants the device %s, which the container does not have",
            "pass %s in from the host, and allow it there"),
    DEVICE_CLOSED(
            "a device is closed",
            Telling.DEVICE
                    + ".*[Pp]ermission denied|[Pp]ermission denied[^/\\n]{0,40}"
                    + Telling.DEVICE,
            "may not open the device %s, by its owner and mode",
            "on the host: give it to the container's user who opens it, or let all (chmod 666)"),
    DEVICE_REFUSED(
            "a device is not allowed",
            Telling.DEVICE + ".*[Nn]ot permitted|[Nn]ot permitted[^/\\n]{0,40}" + Telling.DEVICE,
            "wants the device %s, which the container may not open",
            "allow %s in its configuration (lxc.cgroup2.devices.allow), passed in from the host"),
    LIMIT(
            "raises a limit",
            "(?:ulimit|[Rr]limit|resource limit).*(?:cannot modify|[Nn]ot permitted)",
            "raises a limit of resources above the one that the container got from the host",
            "ask for less, or raise the container's own limit (lxc.prlimit)"),
    NO_SYSTEM_CALL(
            "a system call is not there",
            "(add_key|request_key|keyctl\\w*|\\w{2,40}(?=\\(\\)))\\b.*Function not implemented",
            "called %s, which the kernel, or the container's seccomp profile, does not let it have",
            "allow it in the profile (lxc.seccomp.profile; Proxmox VE: features: keyctl=1)"),
    TASKS(
            "no more processes",
            "[Rr]esource temporarily unavailable|[Cc]annot fork|can't start new thread"
                    + "|unable to create (new )?(native )?thread",
            "could not start another process or thread",
            "raise TasksMax= of the unit, or the container's limit of processes"),
    MEMORY(
            "out of memory",
            "[Cc]annot allocate memory|[Oo]ut of memory",
            "got no more memory",
            "give the container or the unit (MemoryMax=) more memory"),
    REDIS(
            "bad configuration",
            "^>>> '([^\\n]{1,150})'$",
            "refuses a line of its configuration: %s",
            "correct that line, or make what it names"),
    CONFIGURATION(
            "bad configuration",
            "(/[\\w.@/-]{1,200}?(?:\\.(?:conf|cfg|cnf|ini|json|ya?ml|toml|rules|xml)|(?<=/etc/[^\\n]{1,99}))"
                    + "(?:: line |:| line | on line |, line )[0-9]{1,6})\\b",
            "says itself why: its configuration is wrong at %s",
            "correct %s"),
    JSON(
            "bad configuration",
            "JSONDecodeError: ([^\\n]{1,150})",
            "reads JSON that is none: %s",
            "correct the file that it reads, at that line"),
    VARIABLE(
            "a variable is not set",
            ": (\\w{1,100}): (?:unbound variable|parameter not set)",
            "uses the variable %s, which is not set",
            "set it (Environment= of the unit, or the file of EnvironmentFile=)"),
    NOT_CONNECTED_TO(
            "nothing listens there",
            "((?:[0-9]{1,3}\\.){3}[0-9]{1,3}|localhost)[\"']?(?:, ?|:| port |, port )([0-9]{1,5})\\b"
                    + "[\\s\\S]{0,600}?(?:[Cc]onnection refused|ECONNREFUSED)",
            "was refused a connection: nothing listens at %s",
            "start what listens there, or correct the address"),
    NOT_CONNECTED(
            "nothing listens there",
            "[Cc]onnection refused|ECONNREFUSED",
            "was refused a connection: nothing listens where it connects to",
            "start what it connects to, or correct the address"),
    NO_TARGET(
            "a folder is missing",
            "cannot (?:move|copy|create|stat) [^\\n]*?['\"](/[\\w.@/-]{1,200})['\"]: "
                    + "(?:Not a directory|No such file or directory)",
            "wants %s, which is not there",
            "make %s, or correct what names it"),
    /// From here on behind what the container lacks, which may be the reason.
    PING(
            "may use no raw socket",
            "missing cap_net_raw\\+p capability|(?:raw|icmp) socket[^\\n]*[Nn]ot permitted"
                    + "|ping: socket: Operation not permitted",
            "wants a raw socket, which its user may not have",
            "AmbientCapabilities=CAP_NET_RAW in the unit"),
    LOW_PORT(
            "may not use a low port",
            "(?m)^(?![^\\n]*(?:[ '\"=(:]/\\w|(?::|port |, ?)[1-9][0-9]{3,4}\\b(?!:)))"
                    + "[^\\n]*\\bbind\\b[^\\n]*(?:\\n[^\\n]*)?(?:[Pp]ermission denied|EACCES)",
            "may not listen at a port below 1024, for it does not run as root",
            "AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit, or another port"),
    REFUSED(
            "refused a file",
            Telling.PATH_BEFORE + "[Pp]ermission denied|[Pp]ermission denied" + Telling.PATH_BEHIND,
            "was refused %s",
            "see who may go there (namei -l %s), and as whom it runs (User=)"),
    NOT_PERMITTED(
            "refused a file",
            Telling.PATH_BEFORE + "[Nn]ot permitted|[Nn]ot permitted" + Telling.PATH_BEHIND,
            "was refused %s",
            "see whose it is (namei -l %s), and whether an attribute holds it (lsattr -d %s)");

    /// A path that is said to be refused: not the program that says so, at the line's beginning,
    /// nor what mount(8) was to mount on.
    private static final String PATH_BEFORE =
            "^(?!mount: )(?:(?=[^\\s:]+: \\w+ \\w+(?: \\w+)?\\.?$)|.*[\\s'\"(=])(/[\\w.@/-]{1,200})[^/\\n]*";

    private static final String PATH_BEHIND = "[^/\\n]{0,40}(/[\\w.@/-]{1,200})";

    private static final String DEVICE =
            "(/dev/(?!null|zero|full|random|urandom|shm|pts|std|log|fd)[\\w./-]{1,200})";

    /// What is looked for in all lines at once: the address stands above the error.
    private static final Set<Telling> OF_ALL = Set.of(NOT_CONNECTED_TO);

    private static final Set<Telling> BEHIND = Set.of(PING, LOW_PORT, REFUSED, NOT_PERMITTED);

    /// What only those are refused who are not root.
    private static final Set<Telling> OF_USERS = Set.of(PING, LOW_PORT);

    private final String words;
    private final Pattern form;
    private final String sentence;
    private final String remedy;

    Telling(String words, String form, String sentence, String remedy) {
        this.words = words;
        this.form = Pattern.compile(form);
        this.sentence = sentence;
        this.remedy = remedy;
    }

    /// Returns the cause.
    ///
    /// @param name what the lines name; empty where the row names nothing
    Cause.Told told(String name, Cause.OwnExit end) {
        return new Cause.Told(
                sentence.replace("%s", name),
                words,
                remedy.replace("%s", name).replace("%d", debian(name)),
                end);
    }

    private static String debian(String module) {
        return "lib" + module.toLowerCase(Locale.ROOT).replace("::", "-") + "-perl";
    }

    /// The first row that fits these lines, with how the program ended: one of those before what a
    /// container lacks, or of those behind it.
    static Cause.@Nullable Told of(Patient patient, Cause.OwnExit end, boolean behind) {
        List<String> all = ShownLines.worth(patient.trouble().log());
        // the last two say how it ended; an older one may be of something that it got over
        for (List<String> lines :
                List.of(all.subList(Math.max(0, all.size() - 2), all.size()), all)) {
            for (Telling row : values()) {
                if (BEHIND.contains(row) == behind && row.concerns(patient)) {
                    Cause.Told told = row.in(OF_ALL.contains(row) ? all : lines, end);
                    if (told != null) {
                        return told;
                    }
                }
            }
        }
        return null;
    }

    private boolean concerns(Patient patient) {
        return !OF_USERS.contains(this) || patient.runsAsUser();
    }

    /// This row, where one of these lines fits it, or one with the next.
    private Cause.@Nullable Told in(List<String> lines, Cause.OwnExit end) {
        String text = String.join("\n", lines);
        for (String line : lines) {
            Matcher matcher = form.matcher(line);
            if (matcher.find()) {
                return told(named(matcher), end);
            }
        }
        Matcher matcher = form.matcher(text);
        return matcher.find() ? told(named(matcher), end) : null;
    }

    private String named(Matcher matcher) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount() && sentence.contains("%s"); i++) {
            String group = matcher.group(i);
            if (group != null) {
                names.add(group);
            }
        }
        return String.join(":", names);
    }

    /// The line that this cause was read from; null where it was read from none.
    static @Nullable String line(List<String> lines, Cause cause) {
        if (cause instanceof Cause.Repeated again) {
            return line(lines, again.last());
        }
        if (!(cause instanceof Cause.Told told) || told.end() == null) {
            return null;
        }
        List<Telling> rows = new ArrayList<>(List.of(values()));
        rows.removeIf(row -> !row.words.equals(told.words()));
        for (String line : lines) {
            for (Telling row : rows) {
                if (told.equals(row.in(List.of(line), told.end()))) {
                    return line;
                }
            }
        }
        return null;
    }
}
