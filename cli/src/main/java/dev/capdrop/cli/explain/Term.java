package dev.capdrop.cli.explain;

import dev.capdrop.core.snapshot.RuntimeKind;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A term of the field that capdrop's output uses, in two or three sentences: a row each.
///
/// Source: the manual page that each row names last.
enum Term {
    AMBIENT(
            "ambient set",
            "What execve(2) lets pass to any program. Whoever starts a process may put into it what is permitted and inheritable to it, as systemd does for AmbientCapabilities=: so a service that is not root gets a capability without file capabilities.",
            "capabilities(7)",
            "ambient"),
    BOUNDING(
            "bounding set",
            "The limit for all capabilities that execve(2) can give. What is dropped from it is gone for the process and its children, for good. A container's init begins with all that its configuration does not drop; lxc.cap.drop works here.",
            "capabilities(7), lxc.container.conf(5)",
            "bounding",
            "bounding-set"),
    CAUSE(
            "cause",
            "Why a unit failed, in a few words; 'capdrop check TARGET' says it in whole sentences, with the lines of files that lead there. Units that only went down with another one are not counted.",
            "docs/reference/causes.md",
            "cause",
            "causes",
            "other-causes"),
    CONDITION(
            "condition",
            "A line of a unit that is tested before it is started (ConditionCapability=CAP_SYS_RAWIO): if it does not hold, the unit is skipped, which is no failure. An Assert…= that does not hold is one.",
            "systemd.unit(5)",
            "condition",
            "conditioncapability"),
    DEGRADED(
            "degraded",
            "What 'systemctl is-system-running' says as long as one unit is in the state 'failed'; 'running' when none is, and every job has ended.",
            "systemctl(1)",
            "degraded",
            "running"),
    DRIFT(
            "drift",
            "What capdrop changed and what is there now are two things: somebody edited the configuration, restored a backup, or rolled a snapshot back. 'capdrop status' finds it, and 'capdrop check' says what the next start will make of it.",
            "docs/how-to/find-drift.md",
            "drift"),
    DROP(
            "drop",
            "Capabilities taken out of a container's bounding set by a line of its configuration: 'capdrop plan' shows it, 'capdrop apply' does it, 'capdrop undo' takes it back. Where a container is fixable by a drop in part, other units of it fail for other causes.",
            "lxc.container.conf(5)",
            "drop",
            "drop-in-part",
            "fix",
            "fixable"),
    EFFECTIVE(
            "effective set",
            "What the kernel looks at when a process does what takes a capability. Always a part of the permitted set.",
            "capabilities(7)",
            "effective"),
    ELSEWHERE(
            "elsewhere",
            "A guest of Proxmox VE that is on another node of the cluster: only that node knows whether it runs.",
            "pct(1)",
            "elsewhere",
            "another-node"),
    FAILED(
            "failed",
            "How many units failed, or do not get up; '-' where systemd could not be asked. In a container that does not run none has: what its next start would bring is a forecast, and stands under CAUSE.",
            "systemctl(1)",
            "failed"),
    FILE_CAPABILITIES(
            "file capabilities",
            "Capabilities that a program's file gives to whoever executes it (setcap(8), the attribute security.capability), as far as the bounding set has them. If it makes one effective that is not there, the program does not start (EPERM): a drop can end it.",
            "capabilities(7)",
            "file-capabilities",
            "setcap"),
    FROZEN(
            "frozen",
            "Its processes are stopped by the freezer of its control group, so that nobody in it answers until it is thawed.",
            "lxc-freeze(1), lxc-unfreeze(1)",
            "frozen"),
    HEALTHY(
            "healthy",
            "It runs, none of its units has failed, and nothing that is known says that one fails at its next start.",
            "docs/reference/causes.md",
            "healthy"),
    IDMAP(
            "id map",
            "Which users and groups of the host those of a container are (lxc.idmap = u 0 100000 65536: its root is the host's user 100000). A container that has one is unprivileged.",
            "user_namespaces(7), lxc.container.conf(5)",
            "idmap",
            "lxc.idmap"),
    INERT(
            "inert",
            "Held, and worth nothing: the kernel asks for the capability in the initial user namespace only, so that it never honours one that is held in a container's. Dropping it takes nothing away, and programs that look at the set first see the truth.",
            "user_namespaces(7)",
            "inert"),
    INHERITABLE(
            "inheritable set",
            "What execve(2) lets pass to a program whose file says so, too (its inheritable set). Rarely used; the ambient set came in its place.",
            "capabilities(7)",
            "inheritable"),
    NESTING(
            "nesting",
            "On a host with AppArmor, whether a container may mount what systemd's sandboxes and credentials take: %s. Without it units end with 226/NAMESPACE or 243/CREDENTIALS; with it the container may mount proc and sysfs anew, and see more of the host there."
                    .formatted(nestings()),
            "pct.conf(5), lxc.container.conf(5), incus(1)",
            "nesting"),
    NEXT_START(
            "next start",
            "What the next start of a container makes of its units, by its configuration and its files as they are now: a forecast, and no fact. Where it says 'may', nothing tells whether the unit fails.",
            "docs/prediction.md",
            "next-start",
            "forecast"),
    NO_NEW_PRIVS(
            "no_new_privs",
            "A flag of a process by which execve(2) gives nothing that it did not have: neither set-user-ID nor file capabilities count (NoNewPrivileges= of a unit).",
            "prctl(2), systemd.exec(5)",
            "no_new_privs",
            "nonewprivileges"),
    NOT_READ(
            "not read",
            "Nothing can be said of it, for the reason that stands there: it, its runtime or the recording gave no answer. The exit status is 2.",
            "docs/how-to/check-many-hosts.md",
            "not-read"),
    NOT_SYSTEMD(
            "not systemd",
            "PID 1 of the container is another program: there are no units to judge. What it holds, 'capdrop explain TARGET' says.",
            "docs/how-to/check-many-hosts.md",
            "not-systemd",
            "without-systemd"),
    PERMITTED(
            "permitted set",
            "What a process may make effective. It can give it up, and never take back what it gave up, unless it executes a program that gives it.",
            "capabilities(7)",
            "permitted"),
    PRIVILEGED(
            "privileged container",
            "One without a user namespace of its own: its root is the host's root, and the kernel honours every capability that it holds. There a drop is what protects the host.",
            "lxc.container.conf(5), pct(1)",
            "privileged"),
    RESTART(
            "restart",
            "Its configuration is right already, and its PID 1 is older than that: it is to be stopped and started again.",
            "docs/how-to/find-drift.md",
            "restart"),
    SECUREBITS(
            "securebits",
            "Flags of a thread that take root's special treatment away: with 'noroot', user 0 gets no capabilities from execve(2).",
            "capabilities(7)",
            "securebits"),
    STOPPED(
            "stopped",
            "It does not run. As far as its files can be read, a forecast says what its next start brings.",
            "docs/prediction.md",
            "stopped"),
    TEMPLATE(
            "template",
            "A guest of Proxmox VE that never runs, and of which others are made.",
            "pct(1)",
            "template"),
    UNPRIVILEGED(
            "unprivileged container",
            "One with a user namespace of its own: its root is an ordinary user of the host, and a capability counts only over what the namespace owns.",
            "user_namespaces(7), lxc.container.conf(5)",
            "unprivileged"),
    USER_NAMESPACE(
            "user namespace",
            "Users, groups and capabilities of their own: who is root in it holds all capabilities there, and none outside. The kernel honours one where it asks in the namespace that owns the object (ns_capable()), and not where it asks in the initial one (capable()).",
            "user_namespaces(7)",
            "user-namespace",
            "userns"),
    VARIOUS(
            "various",
            "The containers for which a screen has no rows left: few are alike in cause and state. 'capdrop check -v' has a row for each container.",
            "docs/how-to/check-many-hosts.md",
            "various");

    private final String title;
    private final String text;
    private final String source;
    private final List<String> words;

    Term(String title, String text, String source, String... words) {
        this.title = title;
        this.text = text;
        this.source = source;
        this.words = List.of(words);
    }

    /// Returns the term that these words mean, in any case; null where they are none.
    public static @Nullable Term named(String word) {
        String lower = word.toLowerCase(Locale.ROOT).replace(' ', '-');
        for (Term term : values()) {
            if (term.words.contains(lower)) {
                return term;
            }
        }
        return null;
    }

    /// Returns the word on the command line.
    public String word() {
        return words.getFirst();
    }

    public String title() {
        return title;
    }

    /// Returns the setting that grants nesting in each runtime that can.
    private static String nestings() {
        return Stream.of(RuntimeKind.values())
                .filter(kind -> !kind.nesting().isEmpty())
                .map(kind -> "'" + kind.nesting() + "' of " + kind.title())
                .collect(Collectors.joining(", "));
    }

    public String text() {
        return text;
    }

    /// Returns further sources: manual pages, or a page of this project's documentation.
    public String source() {
        return source;
    }
}
