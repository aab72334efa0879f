package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The commands that change nothing, on a host in memory.
final class LookingCommandsTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);

    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "kdump.service").works("ssh.service");
    private String config = "";

    @BeforeEach
    void remember() {
        config = web.config;
    }

    private FakeHost.Ran run(int exit, String... words) {
        FakeHost.Ran ran = host.run(words);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(exit);
        assertThat(web.config).isEqualTo(config);
        return ran;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check",
                "plan web",
                "plan --all",
                "plan --host",
                "status",
                "snapshot web",
                "explain web",
                "ps",
                "learn web",
                "metrics"
            })
    void whatReadsContainersNeedsRoot(String line) {
        host.root = false;
        assertThat(run(2, line.split(" ")).err())
                .startsWith("capdrop: reading and changing containers needs root: run it with");
    }

    /// Whoever owns a container names it, and root pastes what is shown.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "check",
                "check $(x)",
                "check --json",
                "check --format junit",
                "plan $(x)",
                "plan --all",
                "explain $(x)",
                "explain kdump.service@$(x)",
                "report"
            })
    void aCommandToPasteHasAHostileNameInQuotes(String line) {
        host.lxc("$(x)").failsWith("sys_rawio", "kdump.service").works("ssh.service");
        FakeHost.Ran ran = host.run(line.split(" "));
        String said = (ran.out() + ran.err()).replace("&#39;", "'").replaceAll("\\s+", " ");
        assertThat(said).as(ran.toString()).contains("$(x)");
        assertThat(said)
                .doesNotContainPattern("(capdrop|lxc-[a-z]+) [-a-z0-9 /_,]*(lxc:)?\\$\\(x\\)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"check", "plan web", "status", "ps", "config web", "explain web", "metrics"})
    void aRuntimeThatCannotBeAskedIsOneSentence(String line) {
        host.unreachable = "it does not answer: see 'systemctl status it'";
        assertThat(run(2, line.split(" ")).said())
                .containsExactly("it does not answer: see 'systemctl status it'");
    }

    /// The others are shown, and the exit status says that something is missing.
    @ParameterizedTest
    @CsvSource({"check,kdump.service", "check --json,kdump.service", "metrics,target=\"lxc:web\""})
    void aRuntimeThatDoesNotAnswerHidesOnlyItsOwn(String line, String shown) {
        host.ill.add(RuntimeKind.INCUS);
        FakeHost.Ran ran = run(2, line.split(" "));
        assertThat(ran.out()).contains(shown).contains("incus");
        if (!line.equals("metrics")) {
            assertThat(ran.out()).contains("Incus does not answer");
        }
    }

    /// Only its own node knows.
    @Test
    void aTagMeansAllGuestsOfThisNodeThatHaveIt() {
        host.guest("101", "prod").failsWith("sys_rawio", "kdump.service");
        host.guest("102", "prod", "db");
        host.guest("103", "test");
        assertThat(host.run("check", "tag:prod").out())
                .contains("pve:101", "pve:102")
                .doesNotContain("pve:103");
        assertThat(host.run("status", "tag:db").out()).contains("102").doesNotContain("101");
        FakeHost.Ran none = host.run("check", "tag:nobody");
        assertThat(none.said()).containsExactly("no container here has the tag 'nobody'");
        assertThat(none.exit()).isEqualTo(2);
        assertThat(host.run("apply", "tag:prod", "--yes").said())
                .containsExactly(
                        "'tag:prod' may mean several containers; only check and status take a tag");
    }

    @Test
    void ofAGuestOfAnotherNodeIsNotSaidThatItIsStopped() {
        FakeContainer far = host.guest("205").stopped();
        far.guest =
                new ProxmoxGuest(
                        "205",
                        new ProxmoxGuest.Place("pve2", false),
                        "far",
                        List.of(),
                        false,
                        null,
                        205,
                        false);
        assertThat(host.run("check", "205").out())
                .contains("on the node pve2, and not known whether it runs")
                .doesNotContain("stopped");
    }

    @Test
    void aCheckOfAllNamesWhatIsOnOtherHosts() {
        host.elsewhere = "on other members of this cluster, to be checked there: incus:mail (b)";
        assertThat(run(1, "check").said()).contains(host.elsewhere);
        assertThat(run(1, "check", "web").said()).doesNotContain(host.elsewhere);
        assertThat(run(1, "check", "--json").said()).isEmpty();
    }

    @Test
    void whoNamesARuntimeAsksNoOther() {
        host.ill.add(RuntimeKind.INCUS);
        assertThat(run(1, "check", "lxc:web").out()).contains("kdump.service");
        assertThat(run(2, "check", "web").said())
                .containsExactly("Incus does not answer; 'lxc:web' asks plain LXC alone");
        assertThat(run(2, "check", "incus:web").said()).containsExactly("Incus does not answer");
        assertThat(run(2, "plan", "--all").said()).containsExactly("Incus does not answer");
        assertThat(run(0, "status").out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check wbe",
                "plan wbe",
                "status wbe",
                "snapshot wbe",
                "explain wbe",
                "ps wbe",
                "learn wbe",
                "config wbe"
            })
    void aNameThatNobodyHasIsRefusedByEach(String line) {
        assertThat(run(2, line.split(" ")).err()).contains("did you mean 'web'?");
    }

    /// `check`.
    @Nested
    final class Check {
        @Test
        void whatFailedForACapabilityIsAFinding() {
            assertThat(run(1, "check").out()).contains("kdump.service").contains("sys_rawio");
            web.config += "lxc.cap.drop = sys_rawio\n";
            config = web.config;
            web.start();
            assertThat(run(0, "check", "web").out()).contains("lxc:web").contains("running");
        }

        @Test
        void oneThatCannotBeReadIsNamedAndTheOthersAreShown() {
            host.lxc("db").unreadable = true;
            FakeHost.Ran ran = run(2, "check");
            assertThat(ran.out()).contains("'db' ended or restarted").contains("kdump.service");
        }

        @Test
        void oneWithoutSystemdIsJudgedOnlyWhereItIsNamed() {
            host.lxc("alpine").otherInit = true;
            web.config += "lxc.cap.drop = sys_rawio\n";
            config = web.config;
            web.start();
            assertThat(run(0, "check").out()).contains("PID 1 is '/bin/sleep', not systemd");
            assertThat(run(2, "check", "alpine").out()).contains("not systemd");
        }

        @Test
        void fromFourContainersOnEachIsARowAndTheLastLineCounts() {
            host.lxc("alpine").otherInit = true;
            host.lxc("db").start();
            assertThat(run(1, "check").out()).contains("kdump.service");
            host.lxc("mail").start();
            assertThat(run(1, "check").out())
                    .contains("lxc:alpine  not systemd  -")
                    .contains("starts for inert          capdrop apply lxc:web\n")
                    .doesNotContain("kdump.service")
                    .endsWith(
                            "4 containers: 1 fixable by a drop, 2 healthy, 1 without systemd; next:\n    capdrop plan lxc:web\n");
        }

        @Test
        void whatCountsCanBeChosen() {
            run(1, "check", "--fail-on", "fixable");
            run(1, "check", "--fail-on", "degraded,drift");
            run(0, "check", "--fail-on", "drift");
            run(0, "check", "--fail-on", "never");
            assertThat(run(2, "check", "--fail-on", "never,drift").said())
                    .containsExactly("--fail-on never cannot be combined with another word");
            assertThat(run(2, "check", "--fail-on", "nonsense").err()).contains("fixable");
            String before = config;
            assertThat(host.run("apply", "web", "--yes").exit()).isZero();
            config = web.config;
            run(0, "check", "--fail-on", "degraded,drift");
            web.config = before;
            config = before;
            run(1, "check", "--fail-on", "drift");
            run(0, "check", "--fail-on", "degraded");
        }

        @Test
        void whatCannotBeReadIsNotLessGraveWhereNothingCounts() {
            host.lxc("db").unreadable = true;
            run(2, "check", "--fail-on", "never");
        }

        @Test
        void quietlyTheExitStatusAloneSaysIt() {
            FakeHost.Ran ran = run(1, "check", "-q");
            assertThat(ran.out() + ran.err()).isEmpty();
            assertThat(run(1, "check", "--quiet", "--json").out()).isEmpty();
        }

        @Test
        void whoIsExcludedIsNotLookedAt() {
            host.lxc("db").start();
            assertThat(run(0, "check", "--exclude", "web").out()).doesNotContain("web");
            assertThat(run(0, "metrics", "--exclude", "web").out()).doesNotContain("web");
            assertThat(run(2, "check", "web", "--exclude", "db").said())
                    .containsExactly("--exclude can be given only together with a check of all");
        }

        @Test
        void aHostWithoutContainersSaysSo() {
            host.containers.clear();
            FakeHost.Ran ran = host.run("check");
            assertThat(ran.said())
                    .containsExactly(
                            "this host has no container of plain LXC, Proxmox VE, systemd-nspawn, Incus, LXD");
            assertThat(ran.exit()).isZero();
        }

        @Test
        void aChangeThatWaitedIsVerifiedByTheFirstCheckAfterARestart() {
            assertThat(host.run("apply", "web", "--yes", "--no-restart").exit()).isZero();
            config = web.config;
            assertThat(run(1, "check").out())
                    .contains("a drop of sys_rawio waits for the next restart");
            web.start();
            assertThat(run(0, "check").out()).contains("verdict: better");
        }

        @Test
        void aRecordingTakesThePlaceOfATarget() {
            assertThat(run(2, "check", "web", "--from", "x.json").said())
                    .containsExactly("'web' and --from: only one of the two can be given");
        }
    }

    /// `plan` of one.
    @Nested
    final class PlanOfOne {
        @Test
        void whatWouldBeDroppedIsAFindingAndNothingIsWritten() {
            assertThat(run(1, "plan", "web").out()).contains("+lxc.cap.drop = sys_rawio");
            assertThat(host.journal.entries).isEmpty();
        }

        private void assertDecision(String decision, String refusal, String... line) {
            String out = host.run(line).out();
            assertThat(out).contains("\"decision\" : \"" + decision + "\"");
            assertThat(out).contains("\"refusal\" : " + refusal);
        }

        @Test
        void whatApplyWouldMakeOfItIsSaidAndWhyItWouldRefuse() {
            assertDecision("change", "null", "plan", "web", "--json");
            host.lxc("db").works("ssh.service");
            assertDecision("nothing", "null", "plan", "db", "--json");
            web.notRestartable =
                    new Decision.LeftOut("it would not start again", Decision.Weight.REFUSED);
            String why = "\"it would not start again\"";
            assertDecision("refuse", why, "plan", "web", "--json");
            assertThat(run(1, "plan", "web").said())
                    .containsExactly("apply would refuse it: it would not start again");
            assertDecision("change", "null", "plan", "web", "--no-restart", "--json");
            assertDecision("change", "null", "plan", "web", "--live", "--json");
            web.unchangeable = new Decision.LeftOut("it is locked", Decision.Weight.REFUSED);
            assertDecision("refuse", "\"it is locked\"", "plan", "web", "--live", "--json");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '"',
                value = {
                    "plan | no target, expected a VMID, lxc:NAME, nspawn:NAME, incus:NAME, lxd:NAME, NAME or --all or --host; 'capdrop check' lists the containers",
                    "plan web --from x.json | 'web' and --from: only one of the two can be given",
                    "plan web --all | --all can be given neither with a container nor with --from",
                    "plan --from /nonesuch | '/nonesuch' is no file, expected a snapshot as 'capdrop snapshot' writes it",
                })
        void wordsThatContradictEachOtherAreRefused(String line, String sentence) {
            assertThat(run(2, line.split(" ")).said()).contains(sentence);
        }
    }

    /// `status`.
    @Nested
    final class Status {
        @Test
        void theSnapshotThatBroughtTheOldLinesBackIsNamed() {
            host.run("apply", "web", "--yes");
            web.config = config;
            assertThat(run(1, "status", "web").out()).contains("nothing of the");
            host.snapshotWith = "before";
            assertThat(run(1, "status", "web").out().replaceAll("\\s+", " "))
                    .contains("its raw lines are those of its snapshot 'before'");
        }

        @Test
        void whatAnUndoOfAllWouldMakeOfTheConfigurationIsItsDiff() {
            assertThat(run(0, "status", "web", "--json").out()).contains("\"undoDiff\" : \"\"");
            String first = host.run("apply", "web", "--yes", "--json").out();
            assertThat(first).contains("+lxc.cap.drop = sys_rawio\\n");
            assertThat(
                            host.run(
                                            "apply", "web", "--goal", "none", "--drop", "mknod",
                                            "--yes", "--json")
                                    .out())
                    .contains("+lxc.cap.drop = mknod\\n");
            config = web.config;
            assertThat(run(0, "status", "web", "--json").out())
                    .contains("-lxc.cap.drop = sys_rawio\\n-lxc.cap.drop = mknod\\n")
                    .doesNotContain("+lxc.cap");
        }

        @Test
        void whatIsAsItWasLeftIsNoFindingAndWhatHasDriftedIs() {
            assertThat(run(0, "status").said())
                    .containsExactly("nothing that capdrop has changed is in force on this host");
            assertThat(host.run("apply", "web", "--yes").exit()).isZero();
            String applied = web.config;
            config = applied;
            assertThat(run(0, "status").out()).contains("lxc:web").contains("sys_rawio");
            web.config = applied.replace("lxc.cap.drop = sys_rawio\n", "");
            config = web.config;
            assertThat(run(1, "status", "web").out()).contains("lost");
            host.containers.clear();
            assertThat(host.run("status").exit()).isEqualTo(1);
        }
    }

    /// `snapshot`.
    @Nested
    final class Snapshot {
        @TempDir private Path folder;

        @Test
        void allAreWrittenIntoAFolderAndWhatCannotBeReadCostsNoOther(@TempDir Path folder)
                throws IOException {
            host.lxc("gone").unreadable = true;
            FakeHost.Ran ran = run(2, "snapshot", "--all", folder.toString());
            assertThat(ran.err()).contains("'lxc:gone'", "1 of 2 containers recorded in");
            try (var files = Files.list(folder)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactly("lxc-web.json");
            }
            assertThat(run(0, "snapshot", "web").out())
                    .isEqualTo(Files.readString(folder.resolve("lxc-web.json")));
            assertThat(run(0, "snapshot", "--all", "--exclude", "gone", folder.toString()).err())
                    .contains("1 of 1 containers");
            assertThat(run(2, "snapshot", "--all", folder.toString(), "--json").out())
                    .contains("\"file\" : \"" + folder.resolve("lxc-web.json") + "\"")
                    .containsPattern("\"file\" : null,\\s+\"problem\" : \"'gone' ended");
            assertThat(run(2, "snapshot", "--all", "/nonesuch").said().getFirst())
                    .contains("'/nonesuch' is no folder");
        }

        @Test
        void itIsTakenBackByFrom() throws IOException {
            Path file = folder.resolve("web.json");
            assertThat(run(0, "snapshot", "web", "-o", file.toString()).out()).isEmpty();
            assertThat(run(0, "snapshot", "web").out()).isEqualTo(Files.readString(file));
            host.root = false;
            assertThat(run(1, "check", "--from", file.toString()).out()).contains("kdump.service");
            assertThat(run(1, "plan", "--from", file.toString()).out())
                    .contains("+lxc.cap.drop = sys_rawio");
            assertThat(run(0, "explain", "ssh.service", "--from", file.toString()).out())
                    .contains("ssh.service");
            assertThat(run(2, "explain", "ssh@db", "--from", file.toString()).err())
                    .contains("is a snapshot of 'lxc:web', not of 'db'");
        }

        @Test
        void whatIsNoRegularFileIsNotReplaced() {
            assertThat(run(2, "snapshot", "web", "-o", "/dev/null").said())
                    .containsExactly(
                            "'/dev/null' is no regular file, so it is not replaced; without -o it"
                                    + " goes to standard output");
        }

        @Test
        void aFolderThatIsNotThereIsSaid() {
            String file = folder.resolve("none/web.json").toString();
            assertThat(run(2, "snapshot", "web", "-o", file).said())
                    .containsExactly("'" + file + "': its folder does not exist");
        }
    }

    /// `explain`.
    @Nested
    final class Explain {
        @Test
        void aCapabilityAUnitAndAContainerAreExplained() {
            assertThat(run(0, "explain", "sys_rawio").out()).contains("CAP_SYS_RAWIO  number 17");
            assertThat(run(0, "explain", "kdump.service@web").out()).contains("kdump.service");
            assertThat(run(0, "explain", "web").out()).contains("lxc:web");
        }

        @Test
        void withoutAWordAllCapabilitiesAreExplainedAndWhatTheContainersHold() {
            String out = run(0, "explain").out();
            assertThat(out)
                    .contains("What the container of this host holds", "  1  lxc:web")
                    .containsPattern("sys_rawio +o\\?")
                    .containsPattern("net_admin +#");
            assertThat(out.lines()).allMatch(line -> line.length() <= 80);
            assertThat(run(0, "explain", "--json").out())
                    .contains("\"kind\" : \"overview\"", "\"target\" : \"lxc:web\"");
        }

        @Test
        void aTermIsExplainedWithoutRoot() {
            host.root = false;
            assertThat(run(0, "explain", "nesting").out())
                    .contains("nesting", "226/NAMESPACE", "security.nesting=true")
                    .contains("more: pct.conf(5)");
            assertThat(run(0, "explain", "bounding", "--json").out())
                    .contains("\"kind\" : \"term\"", "\"word\" : \"bounding\"");
        }

        @Test
        void withoutRootTheCapabilitiesAreExplainedAlone() {
            host.root = false;
            assertThat(run(0, "explain").out())
                    .contains("The five sets of a process", "sys_rawio")
                    .doesNotContain("lxc:web");
        }

        @Test
        void whatIsNothingOfTheseSaysWhatIsNear() {
            assertThat(run(2, "explain", "sys_rawoi").err())
                    .contains("'sys_rawoi' is neither a capability nor a container");
            assertThat(run(2, "explain", "shh.service@web").err())
                    .contains("has no unit 'shh.service' loaded; did you mean 'ssh.service'?");
            web.stopped();
            assertThat(run(2, "explain", "ssh.service@web").err())
                    .contains("nothing is known of the units of 'lxc:web'");
        }
    }

    /// `config`.
    @Nested
    final class Config {
        @Test
        void whatItDropsIsSaidAndWhatLiblxcRefusesIsAFinding() {
            web.config = config + "lxc.cap.drop = mknod\n";
            config = web.config;
            assertThat(run(0, "config", "web").out()).contains("mknod");
            web.config = config + "lxc.cap.drop = CAP_MKNOD\n";
            config = web.config;
            assertThat(run(1, "config", "web").out()).contains("CAP_MKNOD");
        }

        @Test
        void whatIsNoFileIsSaid() {
            assertThat(run(2, "config", "/nonesuch/config").said())
                    .containsExactly(
                            "'/nonesuch/config' is no file, expected a configuration or a"
                                    + " container's name");
        }
    }

    /// `ps` and `learn`.
    @Nested
    final class Processes {
        @Test
        void aContainerWithoutProcessesDoesNotRun() {
            assertThat(run(2, "ps", "web").said())
                    .containsExactly("'web' does not run, so it has no processes");
            assertThat(run(0, "ps", "--json").out()).contains("capdrop/ps/1");
        }

        @Test
        void theProcessesOfOneContainerAreShownAndNobodyElses() {
            host.processes.add(process(7, web.id, "nginx", "net_bind_service", "mknod"));
            host.processes.add(process(8, web.id, "sleep", "", ""));
            host.processes.add(process(9, null, "sshd", "sys_admin", ""));
            assertThat(run(0, "ps", "web").out())
                    .contains("nginx", "net_bind_service")
                    .doesNotContain("sleep", "sshd");
            assertThat(run(0, "ps", "web", "--all").out()).contains("nginx", "sleep");
            assertThat(run(0, "ps").out()).contains("nginx", "sshd");
            assertThat(run(0, "ps", "web", "--json").out())
                    .contains("\"nginx\"", "\"sleep\"")
                    .doesNotContain("sshd");
        }

        @Test
        void whatWasStartedBeforeADropIsOutdated() {
            host.processes.add(process(7, web.id, "nginx", "net_bind_service", "mknod"));
            host.processes.add(process(8, web.id, "cron", "setuid", ""));
            assertThat(run(0, "ps", "--outdated", "web").out())
                    .contains("nginx", "mknod")
                    .doesNotContain("cron");
        }

        private static HostProcess process(
                int pid,
                @Nullable ContainerId container,
                String command,
                String held,
                String beyond) {
            return new HostProcess(
                    pid,
                    1,
                    0,
                    command,
                    container,
                    command + ".service",
                    new ThreadStatus(
                            held.isEmpty()
                                    ? ThreadCapabilities.ofUser(ALL)
                                    : ThreadCapabilities.ofRoot(CapabilitySet.of(held)),
                            false),
                    beyond.isEmpty() ? CapabilitySet.EMPTY : CapabilitySet.of(beyond));
        }

        @Test
        void aWatchThatEndsWithItsContainerIsAFinding() {
            assertThat(run(0, "learn", "web", "--for", "90s").said())
                    .containsExactly(
                            "watching web for 90 s; ^C ends it earlier, with what was seen so far");
            host.watchEnd = Coverage.End.CONTAINER;
            assertThat(run(1, "learn", "web").out()).isNotEmpty();
            web.stopped();
            assertThat(run(2, "learn", "web").said()).containsExactly("'web' does not run");
        }
    }

    /// `scan` and `decode`, which ask no container.
    @Nested
    final class WithoutContainers {
        @TempDir private Path folder;

        @Test
        void anEmptyFolderHasNoFindings() {
            host.root = false;
            assertThat(run(0, "scan", folder.toString()).out()).isEmpty();
            assertThat(run(2, "scan", folder.resolve("none").toString()).err()).contains("none'");
            assertThat(run(2, "scan", "--bounding", "sys_nonsense", folder.toString()).err())
                    .contains("--bounding 'sys_nonsense': ")
                    .contains("expected a mask such as 1fffffdffff, or names");
        }

        @Test
        void aMaskIsDecodedAsTheKernelOfTheHostKnowsIt() {
            assertThat(run(0, "decode", "0000000000020000").out()).contains("sys_rawio");
            assertThat(run(2, "decode", "0xnonsense").out()).isEmpty();
        }
    }
}
