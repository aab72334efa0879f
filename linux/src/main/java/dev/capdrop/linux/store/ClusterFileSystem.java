package dev.capdrop.linux.store;

import dev.capdrop.linux.root.HostFile.Bounded;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// Proxmox VE's cluster file system (pmxcfs, FUSE), as far as it can be asked.
///
/// A pmxcfs that was killed leaves its mount behind, every look at which gives ENOTCONN, so that
/// `Files.isDirectory` would take the node for a host without Proxmox VE; one that was stopped
/// never answers. Where it does not run its directory is an empty one, without the link `local`.
public record ClusterFileSystem(Path directory) {
    public static final Path DEFAULT_DIRECTORY = Path.of("/etc/pve");

    private static final int OWNER_WRITE = 0200;
    private static final int LARGEST = 1 << 20;
    private static final Pattern SECTION = Pattern.compile("(\\w+):\\s*(\\S+)\\s*");
    private static final Pattern SETTING = Pattern.compile("\\s+(\\S+)\\s+(.*\\S)\\s*");
    private static final String ADVICE =
            ": see 'systemctl status pve-cluster', and run 'systemctl restart pve-cluster'";

    /// Whether there is such a directory; throws one sentence when it does not answer. The first
    /// look may never come back, so that it has a thread of its own.
    public boolean present() throws IOException {
        FutureTask<Boolean> look =
                new FutureTask<>(() ->
                        Files.readAttributes(directory, BasicFileAttributes.class).isDirectory());
        Thread.ofPlatform().daemon().name("first look").start(look);
        try {
            return seen(look, Deadline.atLeast(Duration.ofSeconds(10)));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException refused) {
                if (refused instanceof NoSuchFileException) {
                    return false;
                }
                throw unreachable(refused);
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while looking for Proxmox VE", interrupted);
        }
    }

    private boolean seen(FutureTask<Boolean> look, Deadline deadline)
            throws IOException, ExecutionException, InterruptedException {
        while (true) {
            try {
                return look.get(Math.max(1, deadline.toWait()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                if (deadline.passed()) {
                    throw new IOException(
                            "the cluster file system of Proxmox VE at '%s' has not answered for %s%s"
                                    .formatted(directory, deadline.allowed(), ADVICE));
                }
            }
        }
    }

    /// A section of a file, `TYPE: ID` and indented settings (pve-common's SectionConfig.pm).
    public record Section(String type, String id, Map<String, String> settings) {
        public String setting(String key, String otherwise) {
            return settings.getOrDefault(key, otherwise);
        }
    }

    public List<Section> sections(String file) throws IOException {
        List<Section> sections = new ArrayList<>();
        String text;
        try {
            text = Bounded.latin1(directory.resolve(file), LARGEST);
        } catch (NoSuchFileException none) {
            return List.of();
        }
        for (String line : text.split("\n")) {
            Matcher section = SECTION.matcher(line);
            Matcher setting = SETTING.matcher(line);
            if (section.matches()) {
                sections.add(new Section(section.group(1), section.group(2), new HashMap<>()));
            } else if (setting.matches() && !sections.isEmpty()) {
                sections.getLast().settings().put(setting.group(1), setting.group(2));
            }
        }
        return sections;
    }

    /// Returns this node's name, or throws one sentence when it does not answer.
    public String node() throws IOException {
        try {
            Path target = Files.readSymbolicLink(local());
            return Objects.requireNonNull(target.getFileName()).toString();
        } catch (NoSuchFileException | NotLinkException none) {
            throw new IOException(
                    "the cluster file system of Proxmox VE is not mounted at '%s' (there is no link '%s'): see 'systemctl status pve-cluster'"
                            .formatted(directory, local()),
                    none);
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    /// Whether the cluster has a quorum, which writing needs; throws when it does not answer.
    public boolean quorate() throws IOException {
        try {
            int mode =
                    (Integer) Files.getAttribute(local(), "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return (mode & OWNER_WRITE) != 0;
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    /// Returns what to throw for a failed look, which says more than the error.
    public IOException unreachable(IOException failed) {
        return failed instanceof AccessDeniedException
                ? failed
                : new IOException(
                        "the cluster file system of Proxmox VE at '%s' does not answer (%s)%s"
                                .formatted(directory, Failure.reason(failed), ADVICE),
                        failed);
    }

    /// Returns the title and number of the task of Proxmox VE's that holds a container's lock;
    /// empty when there is none.
    public static String task(String vmid) throws IOException {
        return ProxmoxLock.task(vmid);
    }

    private Path local() {
        return directory.resolve("local");
    }

    private static final int ATTEMPTS = 6;

    /// Looks again while the file is absent, for a tenth of a second, then throws.
    public static <T> T outlast(Errand<T> look) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return look.take();
            } catch (NoSuchFileException absent) {
                if (attempt == ATTEMPTS) {
                    throw absent;
                }
            }
            Deadline.pause(Duration.ofMillis(20), "a file was replaced");
        }
    }
}
