package dev.capdrop.lab;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Condition.ConditionLine;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.Machine;
import dev.capdrop.linux.machine.LiveMachine;
import dev.capdrop.linux.machine.LiveMachine.InitFacts;
import dev.capdrop.linux.machine.LiveMachine.KernelFacts;
import dev.capdrop.linux.machine.RootMachine;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.proc.ProcDir.ProcStatus;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.root.SafeRoot.HostMounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Our answer to a list of conditions and `systemd-analyze condition`'s, asked in the container
/// that we look at from outside, under several bounding sets; then the same of its root directory.
@NeedsContainers
final class ConditionsAgainstSystemdTest {
    private static final long SEED = 20261125;
    private static final int AT_ONCE = 200;

    /// Of one container; of each of the others a quarter. The document tells of 2000.
    private static final int LISTS = Integer.getInteger("lab.lists", 400);

    /// What is measured at the moment.
    private static final String OPEN = "Condition(CPU|IO|Memory)Pressure=.*";

    /// What a boot makes of the control groups shows only when it has made it; what the network
    /// namespace holds, when there is one; what the configuration mounts is not looked at.
    private static final String OPEN_OF_FILES =
            "Condition(ControlGroupController=.*|(CPU|IO|Memory)Pressure=.*"
                    + "|[A-Za-z]+=/sys/fs/cgroup|DirectoryNotEmpty=/sys/class/net"
                    + "|[A-Za-z]+=/sys/fs/fuse/connections)";

    private static final String[] DROPS = {
        "",
        "cap_sys_rawio",
        "cap_net_admin,cap_sys_time",
        "cap_sys_module,cap_audit_read,cap_bpf",
        "cap_sys_admin,cap_chown"
    };
    private static final String PLANTED =
            """
            mkdir -p /lab/empty /lab/hidden /lab/backup /lab/full
            : > /lab/hidden/.x; : > /lab/backup/x~; : > /lab/backup/y.dpkg-old; echo 1 > /lab/full/x
            : > /lab/zero; echo 1 > /lab/tool; chmod 711 /lab/tool; mkfifo /lab/fifo
            ln -s nowhere /lab/dangling; ln -s loop /lab/loop; ln -s /etc /lab/away
            : > /lab/full/.updated; touch -r /usr /lab/full/.updated
            : > /lab/empty/.updated; touch -d 2001-01-01 /lab/empty/.updated
            """;

    private final Bench bench = Bench.shared();

    @Test
    void onDebian13() throws IOException {
        compare(Suite.TRIXIE, 257, LISTS, Privilege.UNPRIVILEGED);
    }

    @Test
    void onDebian13Privileged() throws IOException {
        compare(Suite.TRIXIE, 257, LISTS / 4, Privilege.PRIVILEGED);
    }

    @Test
    void onDebian12() throws IOException {
        compare(Suite.BOOKWORM, 252, LISTS / 4, Privilege.UNPRIVILEGED);
    }

    @Test
    void onDebian11() throws IOException {
        compare(Suite.BULLSEYE, 247, LISTS / 4, Privilege.UNPRIVILEGED);
    }

    /// One list, and what the container's bounding set lacks when it is asked.
    private record Question(List<String> lines, String drop) {
        /// Whether it asks what /proc/sys/net is mounted like, without this capability.
        boolean asksForNetOf(String capability) {
            return drop.contains(capability)
                    && lines.stream().anyMatch(line -> line.contains("/proc/sys/net"));
        }

        String command() {
            StringBuilder command = new StringBuilder("systemd-analyze condition --");
            for (String line : lines) {
                command.append(" '").append(line.replace("'", "'\\''")).append('\'');
            }
            return command.toString();
        }
    }

    private void compare(Suite suite, int version, int count, Privilege privilege)
            throws IOException {
        try (LabContainer container = bench.makeOnDisk(suite, privilege)) {
            container.boot();
            container.attachOrFail("sh", "-c", PLANTED);
            GeneratedConditions generated =
                    new GeneratedConditions(
                            new Random(SEED + count),
                            version,
                            container.attachOrFail("hostname"),
                            container.attachOrFail("cat", "/etc/machine-id"));
            List<Question> questions = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                questions.add(new Question(generated.list(), DROPS[i * DROPS.length / count]));
            }
            List<Answer> theirs = theirs(container, questions);
            try (ProcDir process = ProcDir.open((int) container.initPid());
                    SafeRoot root =
                            SafeRoot.ofProcess(
                                    process.descriptor(),
                                    process.read("mountinfo"),
                                    new HostMounts(true, List.of()))) {
                Asked asked = new Asked(process, root, version, privilege);
                judge("running", asked::machine, questions, theirs, version, OPEN);
                judgeFiles(container, asked, questions, theirs);
            }
        }
    }

    /// The answers, by as few attaches as may each take a minute: a file of commands, an answer's
    /// lines between marks.
    private static List<Answer> theirs(LabContainer container, List<Question> questions)
            throws IOException {
        List<Answer> answers = new ArrayList<>();
        for (int from = 0; from < questions.size(); ) {
            String drop = questions.get(from).drop();
            StringBuilder script = new StringBuilder("export LAB=yes NO_COLOR=1\n");
            int to = from;
            while (to < questions.size()
                    && to < from + AT_ONCE
                    && questions.get(to).drop().equals(drop)) {
                script.append(questions.get(to++).command()).append(" 2>&1; echo ++++\n");
            }
            container.write("/lab/ask", script.toString(), "rwxr-xr-x");
            String[] parts = container.attach(ask(drop)).out().split("\\+\\+\\+\\+\n", -1);
            assertThat(parts).hasSize(to - from + 1);
            Stream.of(parts).limit(to - from).map(Answer::parse).forEach(answers::add);
            from = to;
        }
        return answers;
    }

    private static String[] ask(String drop) {
        return drop.isEmpty()
                ? new String[] {"sh", "/lab/ask"}
                : new String[] {"capsh", "--drop=" + drop, "--shell=/bin/sh", "--", "/lab/ask"};
    }

    /// What systemd-analyze printed.
    ///
    /// @param rows what each condition came to that it tested, by its text
    /// @param held null when no condition was left to test
    private record Answer(Map<String, Condition.Result> rows, @Nullable Boolean held, String text) {
        private static final Pattern TESTED =
                Pattern.compile("test\\.service: (Condition.*) (succeeded|failed)\\.");
        private static final Pattern REFUSED =
                Pattern.compile(
                        ".*test\\.service: Couldn't determine result for (Condition.*), assuming"
                                + " failed: .*");

        static Answer parse(String text) {
            Map<String, Condition.Result> rows = new HashMap<>();
            Boolean held = null;
            for (String line : text.lines().toList()) {
                Matcher tested = TESTED.matcher(line);
                Matcher refused = REFUSED.matcher(line);
                if (tested.matches()) {
                    rows.put(
                            tested.group(1),
                            tested.group(2).equals("failed")
                                    ? Condition.Result.FAILED
                                    : Condition.Result.SUCCEEDED);
                } else if (refused.matches()) {
                    rows.put(refused.group(1), Condition.Result.ERROR);
                } else if (line.contains("Conditions succeeded.")) {
                    held = true;
                } else if (line.contains("Conditions failed.")) {
                    held = false;
                }
            }
            return new Answer(rows, held, text);
        }
    }

    private static void judgeFiles(
            LabContainer container, Asked running, List<Question> questions, List<Answer> theirs)
            throws IOException {
        List<Question> asked = new ArrayList<>();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            // A drop by capsh(1) leaves the mount as it is, which the container's own would not.
            boolean turned = questions.get(i).asksForNetOf("cap_net_admin");
            if (!turned) {
                asked.add(questions.get(i));
                answers.add(theirs.get(i));
            }
        }
        Map<String, RootMachine> machines = new HashMap<>();
        try (SafeRoot root = SafeRoot.of(container.rootfs())) {
            for (String drop : DROPS) {
                machines.put(drop, ofFiles(root, drop, running));
            }
            judge(
                    "files",
                    drop -> requireNonNull(machines.get(drop)),
                    asked,
                    answers,
                    running.version(),
                    OPEN_OF_FILES);
        } finally {
            machines.values().forEach(RootMachine::close);
        }
    }

    private static RootMachine ofFiles(SafeRoot root, String drop, Asked running)
            throws IOException {
        String status = Files.readString(Path.of("/proc/self/status"));
        InitFacts init =
                new InitFacts(
                        running.machine(drop).bounding(),
                        running.privilege() == Privilege.UNPRIVILEGED,
                        List.of("/sbin/init", "systemd.setenv=LAB=yes"),
                        Integer.toString(running.version()),
                        "lxc",
                        KernelFacts.allowedCpus(status),
                        false);
        return RootMachine.open(init, root, List.of("/sys/fs/fuse/connections"), List.of());
    }

    private static CapabilitySet without(CapabilitySet all, String drop) {
        return drop.isEmpty()
                ? all
                : all.minus(CapabilitySet.of(drop.replace("cap_", "").split(",")));
    }

    /// Compares lists and rows, and prints how many there were.
    ///
    /// @param machines by what the bounding set lacks
    /// @param mayBeOpen a pattern of the conditions for which the facts are not at hand
    private static void judge(
            String how,
            Function<String, Machine> machines,
            List<Question> questions,
            List<Answer> theirs,
            int version,
            String mayBeOpen) {
        List<String> differences = new ArrayList<>();
        Set<String> open = new TreeSet<>();
        int rows = 0;
        int held = 0;
        for (int i = 0; i < questions.size(); i++) {
            Question question = questions.get(i);
            Answer answer = theirs.get(i);
            List<Condition.Tested> ours =
                    ours(question.lines(), version, machines.apply(question.drop()));
            boolean holds = !Boolean.FALSE.equals(answer.held());
            Condition.Result list = Conditions.list(ours);
            Condition.Result expected =
                    holds ? Condition.Result.SUCCEEDED : Condition.Result.FAILED;
            boolean differs =
                    (list != expected && list != Condition.Result.UNDECIDED)
                            || ours.isEmpty() != (answer.held() == null);
            for (Map.Entry<String, Condition.Result> row : answer.rows().entrySet()) {
                Condition.Result our = result(ours, row.getKey());
                differs |= our != row.getValue() && our != Condition.Result.UNDECIDED;
                if (our == Condition.Result.UNDECIDED) {
                    open.add(row.getKey().replaceAll("=[|!]*", "="));
                }
            }
            rows += answer.rows().size();
            held += holds ? 1 : 0;
            if (differs) {
                differences.add(ours + "\n" + question + "\n" + answer.text());
            }
        }
        System.err.printf(
                Locale.ROOT,
                "lab: conditions of systemd %d, %s: %d lists with %d conditions tested, %d lists held,"
                        + " %d differ, open: %s%n",
                version,
                how,
                questions.size(),
                rows,
                held,
                differences.size(),
                open);
        assertThat(differences).isEmpty();
        assertThat(open).allMatch(row -> row.matches(mayBeOpen));
    }

    /// systemd prints the name of a CPU's feature in small letters, however it was written.
    private static Condition.Result result(List<Condition.Tested> rows, String text) {
        for (Condition.Tested row : rows) {
            if (row.condition().format().equalsIgnoreCase(text)) {
                return row.result();
            }
        }
        throw new AssertionError("systemd tests " + text + ", and we have only " + rows);
    }

    /// The container from outside.
    private record Asked(ProcDir process, SafeRoot root, int version, Privilege privilege) {
        /// As its systemd-analyze is asked: with the bounding set and the environment that the
        /// question is put in.
        LiveMachine machine(String drop) {
            try {
                String status = process.read("status");
                CapabilitySet bounding = without(ProcStatus.parse(status).bounding(), drop);
                List<String> arguments =
                        new ArrayList<>(List.of(process.read("cmdline").split("\0")));
                arguments.add("systemd.setenv=LAB=yes");
                return new LiveMachine(
                        new InitFacts(
                                bounding,
                                privilege == Privilege.UNPRIVILEGED,
                                arguments,
                                Integer.toString(version),
                                InitFacts.virtualization(process.read("environ")),
                                KernelFacts.allowedCpus(status),
                                false),
                        root);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// The conditions that systemd keeps of these lines, tested.
    private static List<Condition.Tested> ours(List<String> lines, int version, Machine machine) {
        List<Condition.Tested> rows = new ArrayList<>();
        for (String line : lines) {
            String[] parts = line.substring("Condition".length()).split("=", 2);
            String value = parts[1].strip();
            if (value.isEmpty()) {
                rows.clear();
                continue;
            }
            ConditionLine written = ConditionLine.parse(parts[0], value);
            Condition condition = written.condition(written.text());
            boolean tested = !Boolean.FALSE.equals(Conditions.isTested(parts[0], version));
            if (condition != null && tested) {
                rows.add(new Condition.Tested(condition, Conditions.test(condition, machine)));
            }
        }
        return rows;
    }
}
