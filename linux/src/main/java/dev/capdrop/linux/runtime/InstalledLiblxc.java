package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.time.Errand;
import dev.capdrop.linux.time.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The liblxc of this host, asked whether it knows a key: lxc-info(1) loads a configuration that
/// has nothing but that key, of a container that there is not, and neither starts nor changes
/// anything. The lock file that liblxc makes for that is removed again.
///
/// Each key is asked once, and those that most configurations have in one go.
public final class InstalledLiblxc {
    private static final Patience LIMIT = Patience.atLeast(Duration.ofSeconds(10));
    private static final String NAME = "x";

    /// The key whose value must be `NAME=value`: of another it says no more than of any refused
    /// line.
    private static final String VARIABLES = "lxc.environment";

    private static final int MOST = 200;
    private static final Pattern KEY = Pattern.compile("lxc\\.[A-Za-z0-9_.-]{1,200}");

    /// The words of liblxc 4 to 7 for a key that they do not have (`confile.c`).
    static final Pattern UNKNOWN =
            Pattern.compile("(?i)(unsupported|unknown) config(uration)? key");

    /// Their words for any line that they refuse, for whatever reason.
    static final Pattern REFUSED = Pattern.compile("Failed to parse config file");

    /// The lines of the configurations that come with LXC with keys that not every version has: to
    /// start the program costs more than each of these lines.
    private static final List<String> TOGETHER =
            Stream.of("lxc.cgroup.devices.deny", "lxc.cgroup.devices.allow")
                    .flatMap(key -> Stream.of(line(key, false), line(key, true)))
                    .toList();

    private static final Map<String, KeyAnswer> ASKED = new HashMap<>();
    private static boolean askedTogether;
    private static @Nullable String version;
    private static final Path LOCKS = Path.of("/run/lxc/lock");

    private InstalledLiblxc() {}

    /// Returns its version; empty where it is not known. It is asked once.
    public static synchronized String version() {
        String known = version;
        if (known == null) {
            known = Errand.or("", InstalledLiblxc::askedVersion);
            version = known;
        }
        return known;
    }

    private static String askedVersion() throws IOException {
        return RuntimeSurvey.version(
                HostProgram.onPath("lxc-info", "lxc").run(List.of("--version"), LIMIT));
    }

    /// Asks what it makes of a key.
    ///
    /// @param cleared whether its value is empty
    public static synchronized KeyAnswer asked(String key, boolean cleared) {
        if (!KEY.matcher(key).matches() || ASKED.size() >= MOST) {
            return KeyAnswer.NOT_KNOWN;
        }
        String line = line(key, cleared);
        if (!askedTogether && TOGETHER.contains(line)) {
            askedTogether = true;
            askTogether();
        }
        return ASKED.computeIfAbsent(line, one -> ask(one, cleared ? REFUSED : UNKNOWN));
    }

    private static String line(String key, boolean cleared) {
        return key + (cleared ? " =" : key.startsWith(VARIABLES) ? " = A=1" : " = 1");
    }

    /// All of them load, or nothing is known yet: a refusal names one line only.
    private static void askTogether() {
        if (ask(String.join("\n", TOGETHER), REFUSED) == KeyAnswer.LOADS) {
            TOGETHER.forEach(line -> ASKED.put(line, KeyAnswer.LOADS));
        }
    }

    /// @param refusal what is said when the key is refused: of a line with an empty value any
    ///   refusal, for the line is the very one in question; of another the key's alone, for the
    ///   value is not
    private static KeyAnswer ask(String lines, Pattern refusal) {
        try {
            HostProgram program = HostProgram.onPath("lxc-info", "lxc");
            Path folder = Files.createTempDirectory("capdrop-key");
            Path config = Files.createDirectory(folder.resolve(NAME)).resolve("config");
            try {
                Files.writeString(config, lines + "\n", StandardCharsets.UTF_8);
                return answer(
                        program.run(
                                List.of("-P", folder.toString(), "-n", NAME, "-c", "lxc.arch"),
                                LIMIT),
                        refusal);
            } finally {
                remove(folder, config);
            }
        } catch (IOException cannotAsk) {
            return KeyAnswer.NOT_KNOWN;
        }
    }

    static KeyAnswer answer(HostProgram.Outcome outcome, Pattern refusal) {
        if (outcome.succeeded()) {
            return KeyAnswer.LOADS;
        }
        return outcome.inTime() && refusal.matcher(outcome.output()).find()
                ? KeyAnswer.REFUSED
                : KeyAnswer.NOT_KNOWN;
    }

    private static void remove(Path folder, Path config) throws IOException {
        Files.deleteIfExists(config);
        Files.deleteIfExists(folder.resolve(NAME));
        Files.deleteIfExists(folder);
        Path lock = LOCKS.resolve(LOCKS.getRoot().relativize(folder));
        Files.deleteIfExists(lock.resolve("." + NAME));
        Files.deleteIfExists(lock);
    }
}
