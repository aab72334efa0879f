package dev.capdrop.linux.runtime;

import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostRuntime.Original.LeftCopy;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.ClusterFileSystem;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The runtimes of a host.
///
/// @param all in the order of lists: who makes containers by liblxc comes before plain LXC
/// @param everywhere the same, whatever folder somebody has named
public record HostRuntimes(List<HostRuntime> all, List<HostRuntime> everywhere) {
    /// Returns the runtimes of this host. Nothing is looked at before it is needed.
    ///
    /// @param lxcPath the only folder of plain LXC to look into; null for lxc's own choice
    /// @param pveDirectory the mount point of Proxmox VE's cluster file system
    public static HostRuntimes of(
            @Nullable Path lxcPath, Path pveDirectory, RunningContainers running) {
        LxcRuntime lxc = new LxcRuntime(lxcPath, running);
        boolean named = !pveDirectory.equals(ClusterFileSystem.DEFAULT_DIRECTORY);
        ProxmoxRuntime proxmox = new ProxmoxRuntime(pveDirectory, named, lxc.known(), running);
        IncusRuntime incus = new IncusRuntime(new IncusServer(IncusDaemon.INCUS), running);
        IncusRuntime lxd = new IncusRuntime(new IncusServer(IncusDaemon.LXD), running);
        NspawnRuntime nspawn = new NspawnRuntime(NspawnRuntime.Folders.OF_HOST, running);
        List<HostRuntime> all = List.of(proxmox, incus, lxd, lxc, nspawn);
        List<HostRuntime> everywhere = new ArrayList<>(all);
        if (lxcPath != null) {
            everywhere.add(new LxcRuntime(null, running));
        }
        return new HostRuntimes(all, everywhere);
    }

    public HostRuntime of(RuntimeKind kind) {
        String unknown = "this host knows nothing of " + kind.title();
        return all.stream()
                .filter(one -> one.kind() == kind)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(unknown));
    }

    public HostRuntime of(ContainerId container) {
        return of(container.kind());
    }

    public boolean cover(Subject subject) {
        return switch (subject) {
            case ContainerId container -> of(container).covers(container);
            case Subject.Lines _ -> true;
            case Subject.RootDirectory _ -> false;
        };
    }

    /// Returns the name that the first runtime has for this host; null where none has one.
    public @Nullable String node() throws IOException {
        for (HostRuntime one : all) {
            String node = one.node();
            if (node != null) {
                return node;
            }
        }
        return null;
    }

    /// Ends and removes the copies that killed trials have left: they run on, over a root directory
    /// that may be removed under them, and no list has them. The lock that a trial holds, which the
    /// kernel takes from a process that has ended, tells those of a trial that runs.
    public List<LeftCopy> removeLeftCopies(Path directory) throws IOException {
        List<LeftCopy> found = new ArrayList<>();
        TrialFolder.eachAbandoned(
                directory,
                left -> {
                    for (HostRuntime runtime : all) {
                        found.addAll(runtime.removeCopies(left));
                    }
                });
        return found;
    }

    /// Tells the host's log, by logger(1), of each change in one line.
    public static final class SystemLog {
        /// A line that no syslog daemon cuts (RFC 5424, section 6.1).
        private static final int LONGEST = 1500;

        private static final Duration LIMIT = Duration.ofSeconds(5);
        private static final String NOBODY = "4294967295";

        private SystemLog() {}

        /// Tells of a change that has come to rest, where there is a log.
        public static void tell(JournalEntry entry) {
            try {
                List<String> words =
                        List.of(
                                "--tag=capdrop",
                                "--id=" + ProcessHandle.current().pid(),
                                "--priority=daemon.notice",
                                "--",
                                line(entry, who()));
                HostProgram.find("logger", "bsdutils").run(words, LIMIT);
            } catch (IOException without) {
                // nothing is owed to the log
            }
        }

        static String line(JournalEntry entry, String who) {
            String drop = entry.drop().isEmpty() ? "" : ", drop " + entry.drop();
            String outcome = entry.outcome().isEmpty() ? "" : " (" + entry.outcome() + ")";
            String end = "; by " + who + "; journal entry " + entry.id();
            String line = entry.target() + ": " + word(entry.phase()) + drop + outcome;
            String most = line.substring(0, Math.min(line.length(), LONGEST - end.length()));
            return (most + end).replaceAll("\\p{Cntrl}", "?");
        }

        private static String word(JournalEntry.Phase phase) {
            return switch (phase) {
                case APPLIED -> "applied";
                case WAITING_FOR_RESTART -> "written, waits for a restart";
                case UNVERIFIED -> "written, not verified";
                case ROLLED_BACK -> "rolled back";
                case UNDONE -> "taken back";
                case ABANDONED -> "abandoned";
                case WRITING, RESTARTING, DROPPING_LIVE, ROLLING_BACK, TAKING_BACK, UNDOING ->
                        "under way";
            };
        }

        /// Returns this process' user, and who has become it (sudo(8), proc_pid_loginuid(5)).
        private static String who() {
            String user = System.getProperty("user.name", "?");
            String sudo = System.getenv().getOrDefault("SUDO_USER", "");
            if (!sudo.isEmpty()) {
                return user + " (sudo by " + sudo + ")";
            }
            try {
                String login = Files.readString(Path.of("/proc/self/loginuid")).strip();
                return login.equals(NOBODY) || login.equals("0")
                        ? user
                        : user + " (login of uid " + login + ")";
            } catch (IOException untold) {
                return user;
            }
        }
    }

    /// Finds out who looks after the containers of this host.
    public static final class RuntimeSurvey {
        private static final Patience LIMIT = Patience.atLeast(Duration.ofSeconds(5));
        private static final Pattern VERSION = Pattern.compile("[0-9][0-9A-Za-z.~+-]{0,30}");

        private RuntimeSurvey() {}

        /// Looks at plain LXC.
        ///
        /// @param lxcPath the only folder to look into; null for what lxc itself is configured for
        /// @param root whether this process sees the containers of others
        /// @throws IOException one sentence where LXC does not answer
        public static Fact<HostSurvey.Lxc> lxc(
                @Nullable Path lxcPath, boolean root, RunningContainers running)
                throws IOException {
            HostProgram program = HostProgram.ifInstalled("lxc-info");
            if (program == null) {
                return new Fact.Absent<>();
            }
            String folder =
                    lxcPath == null ? null : lxcPath.toAbsolutePath().normalize().toString();
            LxcContainers containers = new LxcContainers(folder, running);
            Predicate<ContainerId> listed =
                    id ->
                            id.kind() == RuntimeKind.LXC
                                    && (folder == null || folder.equals(id.lxcPath()));
            return new Fact.Known<>(
                    new HostSurvey.Lxc(
                            version(program.run(List.of("--version"), LIMIT)),
                            containers.lxcPath(),
                            seen(root, () -> containers.all().size()),
                            root ? running(running, listed) : hidden()));
        }

        static Fact<Integer> running(RunningContainers running, Predicate<ContainerId> which) {
            return count(() ->
                    Math.toIntExact(
                            running.seen().stream()
                                    .map(RunningContainers.RunningContainer::id)
                                    .filter(which)
                                    .count()));
        }

        static String version(HostProgram.Outcome outcome) throws IOException {
            String version = outcome.output().strip();
            if (!outcome.succeeded() || !VERSION.matcher(version).matches()) {
                throw new IOException(
                        outcome.inTime()
                                ? "'lxc-info --version' ends with status %s and without a version"
                                        .formatted(outcome.status())
                                : "'lxc-info --version' has not ended after %s s"
                                        .formatted(LIMIT.time().toSeconds()));
            }
            return version;
        }

        static Fact<Integer> seen(boolean root, Errand<Integer> count) {
            return root ? count(count) : hidden();
        }

        static Fact<Integer> count(Errand<Integer> count) {
            try {
                return new Fact.Known<>(count.take());
            } catch (AccessDeniedException hidden) {
                return hidden();
            } catch (IOException failed) {
                return new Fact.Unknown<>(String.valueOf(failed.getMessage()));
            }
        }

        static Fact<Integer> hidden() {
            return new Fact.Unknown<>("only root sees them");
        }

        /// Looks at Proxmox VE.
        ///
        /// @param directory where its cluster file system is mounted
        /// @throws AccessDeniedException where only others may look at it
        public static Fact<HostSurvey.Proxmox> proxmox(Path directory) throws IOException {
            ClusterFileSystem cluster = new ClusterFileSystem(directory);
            try {
                ProxmoxNode node = ProxmoxNode.at(directory);
                if (node == null) {
                    return new Fact.Absent<>();
                }
                return new Fact.Known<>(
                        new HostSurvey.Proxmox(
                                new Fact.Known<>(node.name()),
                                cluster.quorate(),
                                HostProgram.ifInstalled("pct") != null,
                                node.guests().size()));
            } catch (AccessDeniedException hidden) {
                throw hidden;
            } catch (IOException silent) {
                String why = String.valueOf(silent.getMessage());
                return new Fact.Known<>(
                        new HostSurvey.Proxmox(new Fact.Unknown<>(why), false, false, 0));
            }
        }
    }
}
