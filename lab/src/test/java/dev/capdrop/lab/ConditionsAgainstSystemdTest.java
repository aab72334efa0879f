package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.ConditionLine;
import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.Machine;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.linux.machine.InitFacts;
import dev.capdrop.linux.machine.KernelFacts;
import dev.capdrop.linux.machine.LiveMachine;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.proc.ProcStatus;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Our answer to a list of conditions and `systemd-analyze condition`'s, asked in the container
/// that we look at from outside, under several bounding sets.
@NeedsContainers
final class ConditionsAgainstSystemdTest {
    private static final long SEED = 20261125;
    private static final String HELD = "Conditions succeeded.";
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
        compare(Suite.TRIXIE, 257, 2000, Privilege.UNPRIVILEGED);
    }

    @Test
    void onDebian13Privileged() throws IOException {
        compare(Suite.TRIXIE, 257, 500, Privilege.PRIVILEGED);
    }

    @Test
    void onDebian12() throws IOException {
        compare(Suite.BOOKWORM, 252, 500, Privilege.UNPRIVILEGED);
    }

    @Test
    void onDebian11() throws IOException {
        compare(Suite.BULLSEYE, 247, 500, Privilege.UNPRIVILEGED);
    }

    /// One list, and what the container's bounding set lacks when it is asked.
    private record Question(List<String> lines, String drop) {
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
        try (LabContainer container = bench.make(suite, privilege)) {
            container.boot();
            container.attachOrFail("sh", "-c", PLANTED);
            GeneratedConditions generated =
                    new GeneratedConditions(
                            new Random(SEED + version + privilege.ordinal()),
                            version,
                            container.attachOrFail("hostname"),
                            container.attachOrFail("cat", "/etc/machine-id"));
            List<Question> questions = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                questions.add(new Question(generated.list(), DROPS[i * DROPS.length / count]));
            }
            List<String> theirs = theirs(container, questions);
            judge(container, questions, theirs, version, privilege);
        }
    }

    /// All answers by one attach for each bounding set: a file of commands, an answer's lines
    /// between marks.
    private static List<String> theirs(LabContainer container, List<Question> questions)
            throws IOException {
        List<String> answers = new ArrayList<>();
        for (String drop : DROPS) {
            StringBuilder script = new StringBuilder("export LAB=yes\n");
            for (Question question : questions) {
                if (question.drop().equals(drop)) {
                    script.append(question.command()).append(" 2>&1; echo ++++\n");
                }
            }
            container.write("/lab/ask", script.toString(), "rwxr-xr-x");
            String[] line =
                    drop.isEmpty()
                            ? new String[] {"sh", "/lab/ask"}
                            : new String[] {
                                "capsh", "--drop=" + drop, "--shell=/bin/sh", "--", "/lab/ask"
                            };
            String out = container.attach(line).out();
            String[] parts = out.split("\\+\\+\\+\\+\n", -1);
            answers.addAll(List.of(parts).subList(0, parts.length - 1));
        }
        assertThat(answers).hasSameSizeAs(questions);
        return answers;
    }

    private static void judge(
            LabContainer container,
            List<Question> questions,
            List<String> theirs,
            int version,
            Privilege privilege)
            throws IOException {
        List<String> differences = new ArrayList<>();
        int held = 0;
        try (ProcDir process = ProcDir.open((int) container.initPid());
                SafeRoot root =
                        SafeRoot.ofProcess(process.descriptor(), process.read("mountinfo"))) {
            for (int i = 0; i < questions.size(); i++) {
                Question question = questions.get(i);
                Machine machine = machine(process, root, version, privilege, question.drop());
                ConditionResult ours = ours(question.lines(), version, machine);
                boolean holds = theirs.get(i).contains(HELD);
                held += holds ? 1 : 0;
                ConditionResult expected =
                        holds ? ConditionResult.SUCCEEDED : ConditionResult.FAILED;
                if (ours != expected) {
                    differences.add(
                            ours
                                    + " without '"
                                    + question.drop()
                                    + "': "
                                    + question.command()
                                    + "\n"
                                    + theirs.get(i));
                }
            }
        }
        System.err.printf(
                Locale.ROOT,
                "lab: conditions of systemd %d, %s: %d lists, %d of them held, %d differ%n",
                version,
                privilege,
                questions.size(),
                held,
                differences.size());
        assertThat(differences).isEmpty();
    }

    /// The container, asked as its systemd-analyze is: with the bounding set and the environment
    /// that the question is put in.
    private static Machine machine(
            ProcDir process, SafeRoot root, int version, Privilege privilege, String drop)
            throws IOException {
        String status = process.read("status");
        CapabilitySet bounding = ProcStatus.parse(status).bounding();
        if (!drop.isEmpty()) {
            bounding = bounding.minus(CapabilitySet.named(drop.replace("cap_", "").split(",")));
        }
        List<String> arguments = new ArrayList<>(List.of(process.read("cmdline").split("\0")));
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
    }

    private static ConditionResult ours(List<String> lines, int version, Machine machine) {
        List<TestedCondition> rows = new ArrayList<>();
        for (String line : lines) {
            String[] parts = line.substring("Condition".length()).split("=", 2);
            if (parts[1].isEmpty()) {
                rows.clear();
                continue;
            }
            ConditionLine written = ConditionLine.parse(parts[0], parts[1]);
            Condition condition = written.condition(written.text());
            boolean tested = !Boolean.FALSE.equals(Conditions.isTested(parts[0], version));
            if (condition != null && tested) {
                rows.add(new TestedCondition(condition, Conditions.test(condition, machine)));
            }
        }
        return Conditions.list(rows);
    }
}
