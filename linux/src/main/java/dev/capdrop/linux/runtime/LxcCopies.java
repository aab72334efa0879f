package dev.capdrop.linux.runtime;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.IdMap;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.libc.Libc.FileStatus;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.TrialFolder;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Throw-away copies of a container of plain LXC: its configuration, and an overlay over its root
/// directory, in a mount namespace that ends with the copy's last process, so that nothing stays
/// mounted after a crash. lxc-copy(1) refuses a container that runs.
///
/// A lower directory that changes meanwhile is undefined for overlayfs, though never a crash: a
/// copy may see a file of the original as it was or as it is. A copy's record holds what it writes;
/// beside it the copy has a folder in [#FOLDER], which its root user must be able to walk to.
final class LxcCopies implements Copier {
    /// Where liblxc is told to look for copies.
    static final Path FOLDER = Path.of("/run/capdrop-trial");

    private static final String PREFIX = "trial-";

    /// The beginning of the name of an overlay that is only tried.
    private static final String ATTEMPT = "try-";

    /// Marks a record that was asked to stay, with what a copy wrote in `root/upper` beside it.
    private static final String KEPT = "kept";

    private static final Set<PosixFilePermission> PASSABLE =
            PosixFilePermissions.fromString("rwx--x--x");
    private static final Set<PosixFilePermission> ROOTS_ALONE =
            PosixFilePermissions.fromString("rw-------");
    private static final Duration STEP = Duration.ofMinutes(1);

    /// Mounts the overlays that come first, three words each (lower, upper with work beside it,
    /// target), and becomes the program behind `--`. What it writes to need not survive a crash.
    private static final String MOUNTED =
            """
            while [ "$1" != -- ]; do
                where="nodev,lowerdir=$1,upperdir=$2/upper,workdir=$2/work"
                mount -t overlay overlay -o "redirect_dir=on,volatile,$where" "$3" 2>/dev/null ||
                    mount -t overlay overlay -o "$where" "$3" || exit 90
                shift 3
            done
            shift
            exec "$@"
            """;

    private final LxcControl runtime;

    private LxcCopies(LxcControl runtime) {
        this.runtime = runtime;
    }

    interface LxcControl extends ContainerRuntime {
        @FunctionalInterface
        interface Run {
            HostProgram.Outcome of(HostProgram program, List<String> arguments) throws IOException;
        }

        /// Starts a container by lxc-start(1), which is run as the caller says.
        ///
        /// @throws IOException with liblxc's own reason when it does not start
        void start(ContainerId container, Duration timeout, Run run) throws IOException;

        void kill(ContainerId container) throws IOException;
    }

    /// Begins.
    ///
    /// @param root the container's root directory on the host
    /// @throws IOException one sentence when no copy of it can be made
    static Copies of(HostRuntime.Original original, Path root, LxcControl runtime)
            throws IOException {
        return TrialCopies.of(
                original,
                new LxcCopies(runtime),
                folder -> new Overlays(original, root, runtime, folder.path()));
    }

    /// Ends and removes the copies that a killed trial has left, as far as that can be.
    static List<HostRuntime.Original.LeftCopy> removeLeft(TrialFolder left, LxcControl runtime)
            throws IOException {
        return TrialCopies.removeLeft(new LxcCopies(runtime), left);
    }

    /// Refuses what another user of the host could have written, for root is not to start that.
    static void requireRoots(ContainerId container, ConfigurationText text) throws IOException {
        // lxc-create(1) gives the container's folder to its root user; what root starts is decided
        // by the files in there, which have to be root's own
        IdMap users = ConfigurationText.settings(text, container.format()).users();
        Path folder = Path.of(container.lxcPath());
        requireRoots(
                folder.resolve(container.name()), users == null ? 0 : users.outside(0).orElse(0));
        requireRoots(folder, 0);
        for (String file : text.files().keySet().stream().sorted().toList()) {
            requireRoots(Path.of(file), 0);
        }
    }

    static void requireRoots(Path place, long user) throws IOException {
        try (HostFile file = HostFile.at(place)) {
            String other = otherThanRoot(file.status(), user);
            if (!other.isEmpty()) {
                throw new IOException(
                        "'%s' can be written to by %s, who would decide what root starts, so no copy is made; make it root's own"
                                .formatted(place, other));
            }
        }
    }

    /// Returns who can write to it; empty where only root and this user can.
    static String otherThanRoot(FileStatus status, long user) {
        if (status.uid() != 0 && status.uid() != user) {
            return "uid " + status.uid();
        }
        if ((status.permissions() & 0002) != 0) {
            return "everybody";
        }
        return (status.permissions() & 0020) != 0 && status.gid() != 0 ? "gid " + status.gid() : "";
    }

    @Override
    public ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    public Copy fresh(Path folder) {
        return copy(folder, PREFIX + TrialCopies.random());
    }

    private static Copy copy(Path folder, String name) {
        return new Copy(
                new ContainerId(RuntimeKind.LXC, name, FOLDER.toString()), folder.resolve(name));
    }

    @Override
    public List<Copy> recorded(Path folder, List<String> names) {
        return names.stream()
                .filter(name -> name.startsWith(PREFIX) || name.startsWith(ATTEMPT))
                .map(name -> copy(folder, name))
                .filter(copy -> !isGone(copy))
                .toList();
    }

    @Override
    public boolean isGone(Copy copy) {
        return Files.notExists(copy.record()) || Files.exists(copy.record().resolve(KEPT));
    }

    @Override
    public void kill(ContainerId copy) throws IOException {
        runtime.kill(copy);
    }

    @Override
    public void delete(Copy copy, boolean keep) throws IOException {
        runtime.kill(copy.id());
        removeTree(FOLDER.resolve(copy.id().name()));
        if (keep) {
            Files.createFile(copy.record().resolve(KEPT));
        } else {
            removeTree(copy.record());
        }
    }

    /// Removes a folder by a program that follows no link and leaves other file systems alone: a
    /// container's part of it is somebody else's.
    private static void removeTree(Path tree) throws IOException {
        HostProgram.Outcome outcome =
                HostProgram.find("rm", "coreutils")
                        .run(List.of("-rf", "--one-file-system", "--", tree.toString()), STEP);
        if (!outcome.succeeded()) {
            throw new IOException(
                    "'%s' cannot be removed: %s".formatted(tree, outcome.output().strip()));
        }
    }

    @Override
    public Copies.Answer run(ContainerId copy, String command, Duration timeout)
            throws IOException {
        List<String> words =
                new ArrayList<>(List.of("--name=" + copy.name(), "--lxcpath=" + copy.lxcPath()));
        words.addAll(List.of("--clear-env", "--set-var=" + CopyRules.PATH));
        words.addAll(List.of("--", "/bin/sh", "-c", command));
        HostProgram.Outcome outcome = HostProgram.find("lxc-attach", "lxc").run(words, timeout);
        return new Copies.Answer(outcome.inTime(), outcome.status());
    }

    private static HostProgram unshare() throws IOException {
        return HostProgram.find("unshare", "util-linux");
    }

    private static final class Overlays implements Making {
        private final Path root;
        private final LxcControl runtime;
        private final Path folder;
        private final LxcCopyConfig config;

        private Overlays(HostRuntime.Original original, Path root, LxcControl runtime, Path folder)
                throws IOException {
            this.root = root;
            this.runtime = runtime;
            this.folder = folder;
            Files.createDirectories(FOLDER);
            Files.setPosixFilePermissions(FOLDER, PASSABLE);
            HostProgram.Outcome outcome = tried(root);
            if (!outcome.succeeded()) {
                throw new IOException(
                        "no copy of '%s' can be made, because no overlay can be mounted over '%s' (%s)"
                                .formatted(
                                        original.id().target(),
                                        root,
                                        outcome.output().strip().lines().findFirst().orElse("")));
            }
            this.config = new LxcCopyConfig(original, root, path -> tried(path).succeeded());
        }

        /// Mounts an overlay for a moment, in a mount namespace of its own.
        private HostProgram.Outcome tried(Path lower) throws IOException {
            String name = ATTEMPT + TrialCopies.random();
            Path own = Files.createDirectory(folder.resolve(name));
            Path target = Files.createDirectory(FOLDER.resolve(name));
            try {
                List<String> words = mounting(overlay(lower, own.resolve("0"), target));
                return unshare()
                        .run(Stream.concat(words.stream(), Stream.of("/bin/true")).toList(), STEP);
            } finally {
                Files.delete(target);
                removeTree(own);
            }
        }

        /// Returns the arguments of unshare(1) by which it becomes the program behind them, with
        /// these overlays mounted for it alone.
        private static List<String> mounting(List<String> overlays) {
            List<String> words = new ArrayList<>();
            words.addAll(List.of("--mount", "--propagation", "slave"));
            words.addAll(List.of("/bin/sh", "-c", MOUNTED, "sh"));
            words.addAll(overlays);
            words.add("--");
            return words;
        }

        private static List<String> overlay(Path lower, Path own, Path target) throws IOException {
            Path upper = Files.createDirectories(own.resolve("upper"));
            Files.createDirectory(own.resolve("work"));
            for (String attribute : List.of("unix:mode", "unix:uid", "unix:gid")) {
                Files.setAttribute(upper, attribute, Files.getAttribute(lower, attribute));
            }
            return List.of(escaped(lower), escaped(own), target.toString());
        }

        /// The kernel splits an overlay's options at commas and colons.
        private static String escaped(Path path) {
            return path.toString().replaceAll("[\\\\,:]", "\\\\$0");
        }

        @Override
        public List<String> differences() {
            return config.differences();
        }

        @Override
        public String lacking() throws IOException {
            return RoomWatch.lacking(
                    folder.toString(),
                    Files.getFileStore(folder).getUsableSpace(),
                    "--state-dir names another folder");
        }

        @Override
        public boolean seeded() {
            return false;
        }

        @Override
        public void make(@Nullable ContainerId seed, Copy copy, CapabilitySet dropped)
                throws IOException {
            Path place = Files.createDirectory(FOLDER.resolve(copy.id().name()));
            Files.setPosixFilePermissions(place, PASSABLE);
            Files.createDirectory(place.resolve("rootfs"));
            for (int i = 0; i < config.shared().size(); i++) {
                Files.createDirectory(place.resolve(Integer.toString(i)));
            }
            Path file = Path.of(copy.id().configPath());
            Files.createFile(file, PosixFilePermissions.asFileAttribute(ROOTS_ALONE));
            Files.writeString(file, config.of(dropped, place), StandardCharsets.ISO_8859_1);
        }

        @Override
        public void start(Copy copy, Duration timeout) throws IOException {
            Path place = FOLDER.resolve(copy.id().name());
            List<String> overlays =
                    new ArrayList<>(
                            overlay(root, copy.record().resolve("root"), place.resolve("rootfs")));
            for (int i = 0; i < config.shared().size(); i++) {
                String number = Integer.toString(i);
                overlays.addAll(
                        overlay(
                                config.shared().get(i),
                                copy.record().resolve(number),
                                place.resolve(number)));
            }
            List<String> words = mounting(overlays);
            runtime.start(
                    copy.id(),
                    timeout,
                    (program, arguments) -> {
                        words.add(program.path());
                        words.addAll(arguments);
                        return unshare().run(words, timeout);
                    });
        }
    }
}
