package dev.capdrop.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The root directories of Debian's releases, packed, and kept between runs in `.cache` of the
/// clone.
public final class RootTarball {
    private static final Duration MAKING = Duration.ofMinutes(10);

    private RootTarball() {}

    /// The tarball of a release, made now where there is none.
    ///
    /// @throws AssertionError when it cannot be made, with what mmdebstrap said
    public static Path of(Suite suite) {
        return made(suite.codename());
    }

    /// The same with sshd and ifupdown.
    public static Path withNetwork(Suite suite) {
        return made(suite.codename(), "network");
    }

    /// The same with about 75 services more.
    public static Path withServices(Suite suite) {
        return made(suite.codename(), "services");
    }

    /// The same with about a hundred others, none of those.
    public static Path withOthers(Suite suite) {
        return made(suite.codename(), "others");
    }

    /// The same with about ninety more, which are in none of the other lists.
    public static Path withStrangers(Suite suite) {
        return made(suite.codename(), "strangers");
    }

    /// The same with about a hundred more, for the round after that.
    public static Path withNewcomers(Suite suite) {
        return made(suite.codename(), "newcomers");
    }

    /// The same with about fifty more, which no rule had seen.
    public static Path withUnseen(Suite suite) {
        return made(suite.codename(), "unseen");
    }

    /// The same with about 130 more, on two releases, none of which any list or rule had named.
    public static Path withOutsiders(Suite suite) {
        return made(suite.codename(), "outsiders");
    }

    /// The same with more than a hundred others, on two releases, none of which any list or rule
    /// had named.
    public static Path withVisitors(Suite suite) {
        return made(suite.codename(), "visitors");
    }

    /// The same with more than 120 others, on two releases, none of which any list or rule had
    /// named.
    public static Path withTravellers(Suite suite) {
        return made(suite.codename(), "travellers");
    }

    /// The same with 120 others, on two releases, drawn by lot among those that no list had named.
    public static Path withJurors(Suite suite) {
        return made(suite.codename(), "jurors");
    }

    /// The same with 80 others, on two releases, the next of that lot.
    public static Path withTalesmen(Suite suite) {
        return made(suite.codename(), "talesmen");
    }

    /// The same with 80 others, on two releases, what was left of that lot.
    public static Path withAlternates(Suite suite) {
        return made(suite.codename(), "alternates");
    }

    /// The minimal one with runc and crun.
    public static Path withEngines(Suite suite) {
        return made(suite.codename(), "engines");
    }

    /// The minimal one with Docker, Podman and a static busybox to make an image of.
    static Path withDocker(Suite suite) {
        return made(suite.codename(), "docker");
    }

    /// The minimal one with machined and systemd-nspawn.
    static Path withMachines(Suite suite) {
        return made(suite.codename(), "machines");
    }

    /// The minimal one with two dozen servers that work as they are installed.
    public static Path withServers(Suite suite) {
        return made(suite.codename(), "servers");
    }

    /// The minimal one with Incus, which systemd starts when it is first asked.
    static Path withIncus(Suite suite) {
        return made(suite.codename(), "incus");
    }

    /// The minimal one with LXD, which systemd starts when it is first asked.
    static Path withLxd(Suite suite) {
        return made(suite.codename(), "lxd");
    }

    /// One of Debian unstable with LXC and Incus, both newer than any release has them.
    static Path withNewRuntimes() {
        return made("unstable", "runtimes");
    }

    /// The minimal one of Debian 13 with another systemd, as `bench/systemd-of-a-tag` has left it.
    public static Path withSystemd(int version) {
        Path root = Clone.root().resolve(".cache/systemd/" + version + ".tar");
        if (!Files.exists(root)) {
            throw new AssertionError("no '" + root + "': bench/systemd-of-a-tag makes it");
        }
        return root;
    }

    private static Path made(String... words) {
        List<String> line = new ArrayList<>();
        line.add(Clone.root().resolve("scripts/debian-root").toString());
        line.addAll(List.of(words));
        Command.Result result = Command.of(line.toArray(String[]::new)).within(MAKING).run();
        if (result.exit() != 0) {
            throw new AssertionError("no root of " + String.join(" ", words) + ": " + result);
        }
        System.err.print(result.err());
        return Path.of(result.out().strip());
    }
}
