package dev.capdrop.core.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.explanation.ContainerExplanation.Limit;
import dev.capdrop.core.explanation.ContainerExplanation.Naming;
import dev.capdrop.core.explanation.ContainerExplanation.Naming.Kind;
import dev.capdrop.core.explanation.ContainerExplanation.Origin;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Programs.ProgramFile.Reading;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ContainerExplanationTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);

    private static CapabilitySet but(String... names) {
        return ALL.minus(CapabilitySet.of(names));
    }

    private static Limit limit(Origin origin, String... names) {
        return new Limit(origin, CapabilitySet.of(names));
    }

    @Test
    void whatALineDropsIsPutDownToIt() {
        ContainerExplanation said =
                ContainerExplanation.of(
                        new Sketch()
                                .config("lxc.cap.drop = mknod sys_rawio\n")
                                .bounding(but("mknod", "sys_rawio"))
                                .draw());
        assertThat(said.limits()).containsExactly(limit(Origin.DROPPED, "mknod", "sys_rawio"));
        assertThat(said.configuration().entries())
                .extracting(ContainerExplanation.Entry::inForce)
                .containsExactly(CapabilitySet.of("mknod", "sys_rawio"));
        assertThat(said.sets().next()).isEqualTo(said.sets().bounding());
    }

    @Test
    void whatALaterLineClearsIsOutOfForce() {
        ContainerExplanation said =
                ContainerExplanation.of(
                        new Sketch()
                                .config(
                                        "lxc.cap.drop = mknod\nlxc.cap.drop =\nlxc.cap.drop = chown\n")
                                .bounding(but("chown"))
                                .draw());
        assertThat(said.configuration().entries())
                .extracting(entry -> entry.inForce().toString())
                .containsExactly("", "", "chown");
        assertThat(said.limits()).containsExactly(limit(Origin.DROPPED, "chown"));
    }

    @Test
    void whatIsNotKeptIsMissing() {
        ContainerExplanation said =
                ContainerExplanation.of(
                        new Sketch()
                                .config("lxc.cap.keep = chown kill\n")
                                .bounding(CapabilitySet.of("chown", "kill"))
                                .draw());
        assertThat(said.limits()).containsExactly(new Limit(Origin.NOT_KEPT, but("chown", "kill")));
    }

    @Test
    void theHostLimitsThePrivilegedContainerOnly() {
        Sketch sketch = new Sketch().hostBounding(but("sys_time")).bounding(but("sys_time"));
        assertThat(ContainerExplanation.of(sketch.privileged().draw()).limits())
                .containsExactly(limit(Origin.HOST, "sys_time"));
        Sketch unprivileged = new Sketch().hostBounding(but("sys_time")).bounding(but("sys_time"));
        assertThat(ContainerExplanation.of(unprivileged.draw()).limits())
                .containsExactly(limit(Origin.UNEXPLAINED, "sys_time"));
    }

    @Test
    void whatWasEditedSinceWaitsForTheNextStart() {
        ContainerExplanation said =
                ContainerExplanation.of(new Sketch().config("lxc.cap.drop = mknod\n").draw());
        assertThat(said.limits()).isEmpty();
        assertThat(said.sets().bounding().minus(said.sets().next()))
                .isEqualTo(CapabilitySet.of("mknod"));
    }

    @Test
    void inAPrivilegedContainerEverythingIsHonoured() {
        ContainerExplanation said = ContainerExplanation.of(new Sketch().privileged().draw());
        assertThat(said.useless().inert().union(said.useless().nearlyInert()).isEmpty()).isTrue();
        ContainerExplanation unprivileged = ContainerExplanation.of(new Sketch().draw());
        assertThat(unprivileged.useless().inert().containsAll(CapabilitySet.of("sys_rawio")))
                .isTrue();
        assertThat(unprivileged.useless().nearlyInert().isEmpty()).isFalse();
    }

    @Test
    void unitsAndProgramsThatNameACapabilityAreCollected() {
        ProgramFile ping =
                new ProgramFile(
                        "/bin/ping",
                        Reading.READ,
                        "0100000200200000000000000000000000000000",
                        false,
                        false,
                        0);
        List<Naming> named =
                ContainerExplanation.of(
                                new Sketch()
                                        .programs(new Programs(List.of(ping), false, List.of()))
                                        .running(
                                                "a.service",
                                                "AmbientCapabilities=CAP_CHOWN",
                                                "CapabilityBoundingSet=CAP_KILL")
                                        .running("b.service", "CapabilityBoundingSet=~CAP_MKNOD")
                                        .draw())
                        .namings();
        assertThat(named)
                .extracting(naming -> naming.capability() + " " + naming.kind() + " " + naming.by())
                .containsExactly(
                        "chown " + Kind.AMBIENT + " a.service",
                        "kill " + Kind.BOUNDING + " a.service",
                        "net_raw " + Kind.FILE + " /bin/ping");
        assertThat(named.getFirst().line()).isNotNull();
    }

    @Test
    void theLineThatNamesACapabilityIsFoundInEachSpelling() {
        List<Naming> named =
                ContainerExplanation.of(
                                new Sketch()
                                        .running("a.service", "AmbientCapabilities=cap_chown 5")
                                        .draw())
                        .namings();
        assertThat(named)
                .extracting(naming -> naming.capability().name())
                .containsExactly("chown", "kill");
        assertThat(named).extracting(Naming::line).doesNotContainNull();
    }
}
