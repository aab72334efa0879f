package dev.capdrop.linux.copy;

import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.TrialFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Throw-away copies of a machine of systemd-nspawn.
///
/// A copy has no settings file and no instance of `systemd-nspawn@.service`, for both can be added
/// to by files that were not read: it is started by a command line that [NspawnCopyTexts] composes,
/// as a transient service with a control group of its own, and nothing else is read for it.
///
/// Source: systemd-nspawn(1), systemd-run(1), machinectl(1).
public final class NspawnCopies implements CopyControl {
    private static final String PREFIX = "nspawn-trial-";
    private static final String PACKAGE = "systemd-container";

    /// What a program may take beyond what it waits for.
    private static final Duration STEP = Duration.ofMinutes(1);

    /// As in systemd's own `systemd-nspawn@.service`, but without its disks.
    private static final List<String> PROPERTIES =
            List.of(
                    "Delegate=yes",
                    "KillMode=mixed",
                    "TasksMax=16384",
                    // by some of these a machine shares namespaces with the host (ENVIRONMENT.md)
                    "UnsetEnvironment=SYSTEMD_NSPAWN_API_VFS_WRITABLE SYSTEMD_NSPAWN_SHARE_NS_IPC"
                            + " SYSTEMD_NSPAWN_SHARE_NS_PID SYSTEMD_NSPAWN_SHARE_NS_UTS"
                            + " SYSTEMD_NSPAWN_SHARE_SYSTEM SYSTEMD_NSPAWN_USE_CGNS",
                    "DevicePolicy=closed",
                    "DeviceAllow=/dev/net/tun rwm",
                    "DeviceAllow=char-pts rw");

    /// Where a systemd-nspawn that is killed leaves an empty folder for its machine.
    private static final List<String> LEFT =
            List.of("/run/systemd/nspawn/propagate", "/run/systemd/nspawn/unix-export");

    private final MachineControl runtime;

    private NspawnCopies(MachineControl runtime) {
        this.runtime = runtime;
    }

    /// Copies of a machine, which need not run.
    ///
    /// @param text its configuration
    /// @param last the number of the last capability that the kernel knows
    /// @param root its root directory on the host
    /// @param wanted what copies are to be like
    /// @throws IOException one sentence when no copy of it can be made
    public static Copies of(
            ContainerId machine,
            ConfigurationText text,
            int last,
            Path root,
            MachineControl runtime,
            CopyWishes wanted)
            throws IOException {
        OverlayCopies.requireRoots(places(text, root));
        int owner = (Integer) Files.getAttribute(root, "unix:uid");
        int user = owner == 0 ? runtime.rootUser(machine) : owner;
        OverlayCopies.Original original = new OverlayCopies.Original(machine, text, last, root);
        NspawnCopyTexts texts = new NspawnCopyTexts(original, owner, user, wanted.network());
        return OverlayCopies.of(original, new NspawnCopies(runtime), wanted, _ -> texts);
    }

    /// What decides what root would start: the files of its configuration, and where these and its
    /// root directory could be replaced.
    private static List<Path> places(ConfigurationText text, Path root) {
        Set<Path> places = new LinkedHashSet<>();
        for (String file : new TreeSet<>(text.files().keySet())) {
            places.add(Path.of(file));
            places.add(folder(Path.of(file)));
        }
        places.add(folder(root));
        return List.copyOf(places);
    }

    private static Path folder(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    /// Ends and removes the copies that a killed trial has left, as far as that can be.
    ///
    /// @param left what it has left, whose lock is ours
    public static List<LeftCopy> removeLeft(TrialFolder left, MachineControl runtime)
            throws IOException {
        return OverlayCopies.removeLeft(new NspawnCopies(runtime), left);
    }

    /// Whether a machine of this name is a copy.
    public static boolean isCopy(String machine) {
        return machine.startsWith(PREFIX);
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public ContainerId id(String name) {
        return RuntimeKind.NSPAWN.container(
                name, OverlayCopies.FOLDER.resolve(name).resolve("cmdline").toString());
    }

    private static String unit(ContainerId copy) {
        return "capdrop-" + copy.name() + ".service";
    }

    @Override
    public void start(ContainerId copy, List<String> mounting, Duration timeout)
            throws IOException {
        String unit = unit(copy);
        List<String> words = new ArrayList<>(List.of("--quiet", "--collect", "--unit=" + unit));
        words.add("--slice=machine.slice");
        words.add("--service-type=notify");
        PROPERTIES.forEach(one -> words.add("--property=" + one));
        words.add("--property=TimeoutStartSec=" + Math.max(1, timeout.toSeconds()));
        words.add("--");
        List<String> line =
                Files.readAllLines(Path.of(copy.configPath()), StandardCharsets.ISO_8859_1);
        Stream.concat(mounting.stream(), line.stream())
                .map(NspawnCopies::literal)
                .forEach(words::add);
        HostProgram.Outcome outcome =
                HostProgram.find("systemd-run", "systemd").run(words, timeout.plus(STEP));
        if (!outcome.inTime()) {
            throw new IOException(
                    "it has not started within %d s".formatted(Math.max(1, timeout.toSeconds())));
        }
        if (!outcome.succeeded()) {
            throw new IOException("it does not start: " + runtime.log(unit));
        }
    }

    /// systemd puts what a variable of the environment holds in the place of its name.
    private static String literal(String word) {
        return word.replace("$", "$$");
    }

    /// In a service of the copy's own systemd, so that it holds what any service there may.
    @Override
    public Copies.Answer run(ContainerId copy, String command, Duration timeout)
            throws IOException {
        HostProgram.Outcome outcome =
                HostProgram.find("systemd-run", "systemd")
                        .run(
                                List.of(
                                        "--machine=" + copy.name(),
                                        "--quiet",
                                        "--pipe",
                                        "--wait",
                                        "--collect",
                                        "--",
                                        "/bin/sh",
                                        "-c",
                                        literal(command)),
                                timeout);
        return new Copies.Answer(outcome.inTime(), outcome.status());
    }

    @Override
    public boolean shutDown(ContainerId copy, Duration timeout) throws IOException {
        HostProgram.find("machinectl", PACKAGE)
                .run(List.of("--no-ask-password", "poweroff", copy.name()), STEP);
        return runtime.ended(copy, timeout);
    }

    @Override
    public boolean ended(ContainerId copy, Duration patience) throws IOException {
        return runtime.ended(copy, patience);
    }

    @Override
    public void kill(ContainerId copy) throws IOException {
        systemctl("kill", "--signal=KILL", unit(copy));
        HostProgram.Outcome stopped = systemctl("stop", unit(copy));
        boolean gone = stopped.succeeded() || stopped.output().contains("not loaded");
        if (!gone || !runtime.ended(copy, STEP)) {
            throw new IOException(
                    "'%s' cannot be ended: %s"
                            .formatted(
                                    unit(copy), gone ? "it still runs" : stopped.output().strip()));
        }
        for (String folder : LEFT) {
            Files.deleteIfExists(Path.of(folder, copy.name()));
        }
    }

    private static HostProgram.Outcome systemctl(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("--no-ask-password"));
        all.addAll(List.of(words));
        return HostProgram.find("systemctl", "systemd").run(all, STEP);
    }

    /// What is known of machines of systemd-nspawn, copies as any others.
    public interface MachineControl {
        /// Whether a machine ended within this time, whoever ended it.
        boolean ended(ContainerId machine, Duration patience) throws IOException;

        /// The host's user that is root in a machine; -1 where it does not run.
        int rootUser(ContainerId machine) throws IOException;

        /// What a unit of the host has said last.
        String log(String unit) throws IOException;
    }
}
