package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.Environment.OpenFiles;
import dev.capdrop.cli.command.Host.HostOptions;
import dev.capdrop.core.host.HostReview.HostFinding;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import org.junit.jupiter.api.Test;

final class DoctorCommandTest {
    private final FakeHost host = new FakeHost();

    private void tracing(Fact<Boolean> mounted) {
        HostSurvey fine = host.survey;
        Fact<Boolean> unseen = new Fact.Absent<>();
        host.survey =
                new HostSurvey(
                        fine.kernel(),
                        fine.rights(),
                        new HostSurvey.Tracing(mounted, unseen, unseen),
                        fine.cgroups(),
                        fine.appArmor(),
                        fine.runtimes(),
                        fine.quotas(),
                        fine.state());
    }

    private static String firstSentence(FakeHost.Ran ran) {
        return ran.out().substring(0, ran.out().indexOf("\n  ")).replaceAll("\\s+", " ").strip();
    }

    @Test
    void theFirstSentenceIsTheAnswer() {
        FakeHost.Ran ran = host.run("doctor");
        assertThat(firstSentence(ran)).isEqualTo("capdrop can do all of its work here.");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void whatCannotBeDoneIsNamedWithWhatItNeeds() {
        tracing(new Fact.Known<>(false));
        FakeHost.Ran ran = host.run("doctor");
        assertThat(firstSentence(ran))
                .isEqualTo(
                        "capdrop can do all of its work here but 'learn', which needs tracefs at /sys/kernel/tracing.");
        assertThat(ran.out()).contains(" 'mount -t tracefs tracefs /sys/kernel/tracing'\n");
        assertThat(ran.exit()).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeSeenIsSaidAndIsNoSuccess() {
        tracing(new Fact.Unknown<>("permission denied"));
        FakeHost.Ran ran = host.run("doctor");
        assertThat(firstSentence(ran))
                .isEqualTo("capdrop can do all of its work here. What could not be seen: tracing.");
        assertThat(ran.exit()).isEqualTo(2);
    }

    @Test
    void withoutRootAllOfTheWorkIsNamedAtOnce() {
        HostSurvey fine = host.survey;
        host.survey =
                new HostSurvey(
                        fine.kernel(),
                        new HostSurvey.Rights(
                                new Fact.Known<>(false),
                                new Fact.Known<>(CapabilitySet.EMPTY),
                                new Fact.Known<>(true)),
                        fine.tracing(),
                        fine.cgroups(),
                        fine.appArmor(),
                        fine.runtimes(),
                        fine.quotas(),
                        fine.state());
        assertThat(firstSentence(host.run("doctor")))
                .isEqualTo(
                        "capdrop can read recordings here, but not do the work of 'check', 'apply', 'apply --live' and 'learn', which need root.");
    }

    @Test
    void aFileOfDefaultsThatCannotBeUsedIsAFindingAndNoEnd() {
        host.files.put(HostOptions.DEFAULTS.toString(), "x = y\n");
        FakeHost.Ran ran = host.run("doctor");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("problem  defaults     /etc/capdrop/capdrop.conf:1: 'x' is");
        assertThat(firstSentence(ran)).endsWith("which need a file of defaults that can be used.");
    }

    @Test
    void whatTheFileOfDefaultsSetsIsShown() {
        host.lxc("web");
        host.files.put(HostOptions.DEFAULTS.toString(), "exclude = web,gone\ntimeout = 9s\n");
        String out = host.run("doctor").out().replaceAll("\\s+", " ");
        assertThat(out)
                .contains("/etc/capdrop/capdrop.conf sets timeout = 9s; exclude = web,gone")
                .contains("no container of this host is meant by the excluded gone");
        assertThat(host.run("doctor", "--config", "none").out())
                .contains("no file of defaults is in use");
    }

    @Test
    void whatNewContainersWillLackIsOfferedUntilTheFileOfAllIsThere() {
        host.lxc("web").failsWith("sys_rawio", "kdump.service");
        assertThat(newOnes()).contains("nothing is dropped from containers of LXC that are made");
        assertThat(host.run("apply", "web", "--yes").exit()).isZero();
        assertThat(newOnes())
                .contains("note new ones " + FakeHost.SHARED + " is not there")
                .contains("what was dropped from 1 container of LXC here is not dropped from those")
                .contains("to do: see 'capdrop plan --host --goal new'");
        assertThat(host.run("apply", "--host", "--goal", "new", "--yes").exit()).isZero();
        assertThat(newOnes()).contains("ok new ones " + FakeHost.SHARED + " is there");
    }

    private String newOnes() {
        return host.run("doctor").out().replaceAll("\\s+", " ");
    }

    @Test
    void theDocumentHoldsTheAnswerAndEachFinding() {
        tracing(new Fact.Known<>(false));
        FakeHost.Ran ran = host.run("doctor", "--json");
        assertThat(ran.out())
                .contains("\"schema\" : \"capdrop/doctor/1\"")
                .contains("\"command\" : \"learn\"")
                .contains("\"stops\" : [ \"learn\" ]")
                .contains("\"topic\" : \"open-files\"");
        assertThat(ran.exit()).isEqualTo(1);
    }

    @Test
    void whatTheHostSaysCannotObeyTheTerminal() {
        HostSurvey fine = host.survey;
        host.survey =
                new HostSurvey(
                        new HostSurvey.Kernel(
                                new Fact.Known<>("6\u001b[2J"),
                                "amd64",
                                new Fact.Absent<>(),
                                new Fact.Absent<>()),
                        fine.rights(),
                        fine.tracing(),
                        fine.cgroups(),
                        fine.appArmor(),
                        fine.runtimes(),
                        fine.quotas(),
                        fine.state());
        assertThat(host.run("doctor").out()).doesNotContain("\u001b");
    }

    @Test
    void tooFewOpenFilesForbidAChange() {
        assertThat(OwnReview.openFiles(new OpenFiles(64, 12)).stops()).hasSize(2);
        assertThat(OwnReview.openFiles(new OpenFiles(76, 12)).stops()).isEmpty();
        assertThat(OwnReview.openFiles(new OpenFiles(Integer.MAX_VALUE, 12)).found())
                .isEqualTo("any number may be open, 12 are");
    }

    @Test
    void itIsSaidWhichClassLibraryIsInTheProgram() {
        HostFinding compiled = new OwnReview.OwnBuild(true, "25.0.2+10").finding();
        assertThat(compiled.level()).isEqualTo(HostFinding.Level.GOOD);
        assertThat(compiled.found())
                .isEqualTo("a native program, with the class library of OpenJDK 25.0.2+10");
        HostFinding run = OwnReview.OwnBuild.own().finding();
        assertThat(run.level()).isEqualTo(HostFinding.Level.NOTE);
        assertThat(run.found()).isEqualTo("run by a JVM, OpenJDK " + Runtime.version());
    }
}
