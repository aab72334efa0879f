package dev.capdrop.linux.copy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.TrialFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Throw-away copies of a container: its configuration, and an overlay over its root directory.
///
/// The kernel's documentation of overlayfs calls a lower directory that changes meanwhile
/// undefined, though never a crash: a copy may see a file of the original as it was or as it is.
/// The original's side of it is mounted read-only, and without access times, by the kernel itself.
///
/// Why a mount namespace for each: what is mounted in it is gone with the copy's last process,
/// however that ends, so that nothing stays mounted on the host after a crash.
///
/// A copy has a folder in the state directory, which holds what it writes and is recorded by being
/// there, and one in [#FOLDER], which its root user must be able to walk to.
final class OverlayCopies implements Copies {
    /// Where copies are.
    static final Path FOLDER = Path.of("/run/capdrop-trial");

    /// How many ids a container has, at most.
    private static final int IDS = 65_536;

    /// How what belongs to an overlay begins that is only tried.
    private static final String ATTEMPT = "try-";

    /// What is said of one that an earlier trial left: its name, and why.
    static final String STAYS = "a copy that an earlier trial left stays (%s): %s";

    /// Marks what was asked to stay, with what a copy wrote in `root/upper` beside it.
    private static final String KEPT = "kept";

    private static final Set<PosixFilePermission> PASSABLE =
            PosixFilePermissions.fromString("rwx--x--x");
    private static final Set<PosixFilePermission> ROOTS_ALONE =
            PosixFilePermissions.fromString("rw-------");

    private static final Duration STARTING = Duration.ofMillis(200);
    private static final Duration STEP = Duration.ofMinutes(1);

    /// Mounts the overlays that come first, four words each (lower, upper with work beside it,
    /// target, which owners the lower one is to have), and becomes the program behind `--`. What it
    /// writes to need not survive a crash.
    private static final String MOUNTED =
            """
            while [ "$1" != -- ]; do
                lower=$1
                if [ "$4" != - ]; then
                    mount --bind -o "ro,X-mount.idmap=$4" "$1" "$3" || exit 91
                    lower=$3
                fi
                where="nodev,lowerdir=$lower,upperdir=$2/upper,workdir=$2/work"
                mount -t overlay overlay -o "redirect_dir=on,volatile,$where" "$3" 2>/dev/null ||
                    mount -t overlay overlay -o "$where" "$3" || exit 90
                shift 4
            done
            shift
            exec "$@"
            """;

    private final Original original;
    private final CopyControl runtime;
    private final TrialFolder folder;
    private final CopyTexts texts;
    private final boolean kept;
    private final List<String> left;
    private final Set<ContainerId> copies = ConcurrentHashMap.newKeySet();
    private final Set<ContainerId> starting = ConcurrentHashMap.newKeySet();
    private final RoomWatch room;
    private volatile boolean closed;

    /// What copies are made of.
    ///
    /// @param id the container; it need not run
    /// @param text its configuration
    /// @param lastCapability the number of the last capability that the kernel knows
    /// @param root its root directory on the host
    record Original(ContainerId id, ConfigurationText text, int lastCapability, Path root) {}

    /// Root must not start what another user of the host could have written.
    ///
    /// @throws IOException one sentence when others than root can write to one of these
    static void requireRoots(List<Path> places) throws IOException {
        requireRoots(places, 0);
    }

    /// @param user who may own them, too
    static void requireRoots(List<Path> places, long user) throws IOException {
        for (Path place : places) {
            try (HostFile file = HostFile.at(place)) {
                FileStatus status = file.status();
                String other = otherThanRoot(status, user);
                if (!other.isEmpty()) {
                    throw new IOException(
                            "'%s' can be written to by %s, who would decide what root starts, so no copy is made; make it root's own"
                                    .formatted(place, other));
                }
            }
        }
    }

    /// Who can write to it; empty where only root and this user can.
    static String otherThanRoot(FileStatus status, long user) {
        if (status.uid() != 0 && status.uid() != user) {
            return "uid " + status.uid();
        }
        if ((status.permissions() & 0002) != 0) {
            return "everybody";
        }
        return (status.permissions() & 0020) != 0 && status.gid() != 0 ? "gid " + status.gid() : "";
    }

    /// How the configuration of copies is made.
    @FunctionalInterface
    interface Composing {
        /// Makes it.
        ///
        /// @param overlays what can be mounted as an overlay
        /// @throws IOException one sentence when no copy can have this configuration
        CopyTexts of(CopyMounts.Overlays overlays) throws IOException;
    }

    /// @param runtime starts and ends them
    /// @param wanted what copies are to be like
    /// @throws IOException one sentence when no copy of it can be made
    static Copies of(Original original, CopyControl runtime, CopyWishes wanted, Composing composing)
            throws IOException {
        TrialFolder folder = TrialFolder.of(wanted.stateDirectory(), original.id());
        boolean made = false;
        try {
            Copies copies = new OverlayCopies(original, runtime, folder, wanted, composing);
            made = true;
            return copies;
        } finally {
            if (!made) {
                folder.close();
            }
        }
    }

    private OverlayCopies(
            Original original,
            CopyControl runtime,
            TrialFolder folder,
            CopyWishes wanted,
            Composing composing)
            throws IOException {
        this.original = original;
        this.runtime = runtime;
        this.folder = folder;
        this.kept = wanted.keep();
        this.left =
                removeLeft(runtime, folder).stream()
                        .filter(one -> !one.why().isEmpty())
                        .map(one -> STAYS.formatted(one.name(), one.why()))
                        .toList();
        this.room = new RoomWatch(() -> lacking(folder.path()), () -> kill(copies));
        room.requireRoom();
        Files.createDirectories(FOLDER);
        Files.setPosixFilePermissions(FOLDER, PASSABLE);
        requireOverlay();
        this.texts = composing.of(path -> overlay(path).succeeded());
    }

    @Override
    public String keptIn() {
        return kept ? folder.path().toString() : "";
    }

    private static String lacking(Path folder) throws IOException {
        return RoomWatch.lacking(
                folder.toString(),
                Files.getFileStore(folder).getUsableSpace(),
                "--state-dir names another folder");
    }

    /// Kills all of them, though one of them cannot be.
    private void kill(Set<ContainerId> all) {
        for (ContainerId copy : all) {
            try {
                runtime.kill(copy);
            } catch (IOException stays) {
                // whoever closes them says so
            }
        }
    }

    private synchronized void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the trial has ended, so that no copy is made or started");
        }
        room.requireNotOver();
    }

    private void requireOverlay() throws IOException {
        HostProgram.Outcome outcome = overlay(original.root());
        if (!outcome.succeeded()) {
            throw new IOException(
                    "no copy of '%s' can be made, because no overlay can be mounted over '%s' (%s)"
                            .formatted(
                                    original.id().target(),
                                    original.root(),
                                    outcome.output().strip().lines().findFirst().orElse("")));
        }
    }

    /// Mounts an overlay over a folder of the host for a moment, in a mount namespace of its own.
    private HostProgram.Outcome overlay(Path lower) throws IOException {
        String name = ATTEMPT + random();
        Path own = Files.createDirectory(folder.path().resolve(name));
        Path target = Files.createDirectory(FOLDER.resolve(name));
        try {
            return inNamespace(
                    overlayWords(lower, Files.createDirectory(own.resolve("0")), target, 0),
                    List.of("/bin/true"),
                    STEP);
        } finally {
            Files.delete(target);
            removeTree(own);
        }
    }

    /// @param own the folder for what is written
    /// @param shift what is added to the owners of the lower one's files
    private static List<String> overlayWords(Path lower, Path own, Path target, int shift)
            throws IOException {
        Path upper = Files.createDirectory(own.resolve("upper"));
        Files.createDirectory(own.resolve("work"));
        Files.setAttribute(upper, "unix:mode", Files.getAttribute(lower, "unix:mode"));
        for (String owner : List.of("unix:uid", "unix:gid")) {
            Files.setAttribute(upper, owner, (Integer) Files.getAttribute(lower, owner) + shift);
        }
        return shift == 0
                ? List.of(escaped(lower), escaped(own), target.toString(), "-")
                : List.of(
                        lower.toString(),
                        escaped(own),
                        target.toString(),
                        "b:0:%d:%d".formatted(shift, IDS));
    }

    /// The kernel splits an overlay's options at commas and colons.
    private static String escaped(Path path) {
        return path.toString().replaceAll("[\\\\,:]", "\\\\$0");
    }

    private static HostProgram.Outcome inNamespace(
            List<String> overlays, List<String> program, Duration timeout) throws IOException {
        List<String> words = new ArrayList<>(mounting(overlays));
        words.addAll(program);
        return unshare().run(words, timeout);
    }

    private static HostProgram unshare() throws IOException {
        return HostProgram.find("unshare", "util-linux");
    }

    /// The arguments of unshare(1) by which it becomes the program behind them, with these overlays
    /// mounted for it alone.
    private static List<String> mounting(List<String> overlays) {
        List<String> words = new ArrayList<>();
        words.addAll(List.of("--mount", "--propagation", "slave", "/bin/sh", "-c", MOUNTED, "sh"));
        words.addAll(overlays);
        words.add("--");
        return words;
    }

    @Override
    public List<String> differences() {
        return texts.differences();
    }

    @Override
    public List<String> complaints() {
        return List.copyOf(left);
    }

    @Override
    public ContainerId make(CapabilitySet dropped) throws IOException {
        String name = runtime.prefix() + random();
        ContainerId copy = runtime.id(name);
        synchronized (this) {
            requireOpen();
            copies.add(copy);
        }
        Files.createDirectory(folder.path().resolve(name));
        Path place = Files.createDirectory(FOLDER.resolve(name));
        Files.setPosixFilePermissions(place, PASSABLE);
        Files.createDirectory(place.resolve("rootfs"));
        for (int i = 0; i < texts.shared().size(); i++) {
            Files.createDirectory(place.resolve(Integer.toString(i)));
        }
        Path file = Path.of(copy.configPath());
        Files.createFile(file, PosixFilePermissions.asFileAttribute(ROOTS_ALONE));
        Files.writeString(file, texts.of(name, dropped, place), StandardCharsets.ISO_8859_1);
        return copy;
    }

    static String random() {
        byte[] bytes = new byte[6];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void start(ContainerId copy, Duration timeout) throws IOException {
        room.requireRoom();
        synchronized (this) {
            requireOpen();
            starting.add(copy);
        }
        try {
            room.begin();
            begin(copy, timeout);
        } finally {
            starting.remove(copy);
        }
    }

    private void begin(ContainerId copy, Duration timeout) throws IOException {
        Path own = folder.path().resolve(copy.name());
        Path place = FOLDER.resolve(copy.name());
        List<String> overlays =
                new ArrayList<>(
                        overlayWords(
                                original.root(),
                                Files.createDirectory(own.resolve("root")),
                                place.resolve("rootfs"),
                                texts.shift()));
        for (int i = 0; i < texts.shared().size(); i++) {
            String number = Integer.toString(i);
            overlays.addAll(
                    overlayWords(
                            texts.shared().get(i),
                            Files.createDirectory(own.resolve(number)),
                            place.resolve(number),
                            0));
        }
        List<String> words = new ArrayList<>(List.of(unshare().path()));
        words.addAll(mounting(overlays));
        runtime.start(copy, words, timeout);
    }

    @Override
    public void letRun(ContainerId copy, Duration time) throws IOException {
        runtime.ended(copy, time);
    }

    @Override
    public Answer run(ContainerId copy, String command, Duration timeout) throws IOException {
        return runtime.run(copy, command, timeout);
    }

    @Override
    public boolean shutDown(ContainerId copy, Duration timeout) throws IOException {
        return runtime.shutDown(copy, timeout);
    }

    @Override
    public void remove(ContainerId copy) throws IOException {
        end(copy);
        // one that was killed for want of room must not count as one that failed
        room.requireNotOver();
    }

    private void end(ContainerId copy) throws IOException {
        runtime.kill(copy);
        Path own = folder.path().resolve(copy.name());
        removeTree(FOLDER.resolve(copy.name()));
        if (!kept) {
            removeTree(own);
        } else if (Files.exists(own) && !Files.exists(own.resolve(KEPT))) {
            Files.createFile(own.resolve(KEPT));
        }
        copies.remove(copy);
    }

    @Override
    public void endAll() throws IOException {
        IOException first = null;
        for (ContainerId copy : copies) {
            try {
                runtime.kill(copy);
            } catch (IOException stays) {
                first = first == null ? stays : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /// Ends and removes the copies that a killed trial has left, as far as that can be.
    ///
    /// @param left what it has left, whose lock is ours
    static List<LeftCopy> removeLeft(CopyControl runtime, TrialFolder left) throws IOException {
        List<LeftCopy> found = new ArrayList<>();
        for (String name : left.copies()) {
            boolean attempt = name.startsWith(ATTEMPT);
            boolean others = !attempt && !name.startsWith(runtime.prefix());
            if (others || Files.exists(left.path().resolve(name).resolve(KEPT))) {
                continue;
            }
            String why = "";
            try {
                runtime.kill(runtime.id(name));
                removeTree(FOLDER.resolve(name));
                removeTree(left.path().resolve(name));
            } catch (IOException refused) {
                why = String.valueOf(refused.getMessage());
            }
            if (!attempt || !why.isEmpty()) {
                found.add(new LeftCopy(name, why));
            }
        }
        return found;
    }

    /// What a container wrote there is somebody else's: it is removed by a program that follows no
    /// link and leaves other file systems alone.
    private static void removeTree(Path tree) throws IOException {
        HostProgram.Outcome outcome =
                HostProgram.find("rm", "coreutils")
                        .run(List.of("-rf", "--one-file-system", "--", tree.toString()), STEP);
        if (!outcome.succeeded()) {
            throw new IOException(
                    "'%s' cannot be removed: %s".formatted(tree, outcome.output().strip()));
        }
    }

    /// A copy that starts has to have started, or given that up, before it can be removed.
    @Override
    public void close() throws IOException {
        try (folder;
                room) {
            synchronized (this) {
                closed = true;
            }
            IOException first = null;
            while (!copies.isEmpty()) {
                kill(copies);
                for (ContainerId copy : List.copyOf(copies)) {
                    if (starting.contains(copy)) {
                        continue;
                    }
                    try {
                        end(copy);
                    } catch (IOException stays) {
                        copies.remove(copy);
                        first = first == null ? stays : first;
                    }
                }
                LockSupport.parkNanos(copies.isEmpty() ? 0 : STARTING.toNanos());
            }
            if (first != null) {
                throw first;
            }
        }
    }
}
