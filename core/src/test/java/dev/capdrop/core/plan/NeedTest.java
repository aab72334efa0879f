package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who would miss a capability that the kernel ignores, as a plan says it.
class NeedTest {
    private static Sketch with(List<ProgramFile> files, String... engines) {
        return new Sketch()
                .isolation(new Isolation(100000, false, false))
                .programs(new Programs(files, true, List.of(engines)))
                .running("dbus.service", "User=messagebus");
    }

    private static ProgramFile vault() {
        byte[] attribute =
                FileCapabilities.of(CapabilityState.parse("cap_syslog=ep", 40), null).encode();
        return new ProgramFile(
                "/usr/bin/vault",
                ProgramFile.Reading.READ,
                HexFormat.of().formatHex(attribute),
                false,
                false,
                100000);
    }

    private static String reason(Sketch sketch, String capability) {
        Request request =
                new Request(Goal.NONE, CapabilitySet.of(capability), CapabilitySet.EMPTY, Set.of());
        return Planner.plan(sketch.draw(), request)
                .orElseThrow()
                .weighing()
                .reasons()
                .getFirst()
                .text();
    }

    private static List<Kept> kept(Sketch sketch) {
        Request request =
                new Request(Goal.INERT, CapabilitySet.EMPTY, CapabilitySet.EMPTY, Set.of());
        return Planner.plan(sketch.draw(), request).orElseThrow().weighing().kept();
    }

    @Test
    void whoWouldMissWhatIsNamedToBeDroppedIsSaid() {
        assertThat(reason(with(List.of(), "docker"), "mknod"))
                .startsWith("not usable here: ")
                .endsWith("; beware: docker is installed, and starts no container without it");
        assertThat(reason(with(List.of(), "docker", "runc", "podman"), "mknod"))
                .endsWith(
                        "; beware: docker, runc are installed, and start no container without it");
        assertThat(reason(with(List.of(vault())), "syslog"))
                .endsWith(
                        "; beware: execve of /usr/bin/vault takes it: the file capabilities are"
                                + " effective");
        assertThat(reason(with(List.of()), "mknod")).doesNotContain("beware");
    }

    @Test
    void whereNobodyLookedAtTheProgramsTheKnownCautionIsSaid() {
        Sketch blind = new Sketch().running("dbus.service");
        assertThat(reason(blind, "mknod")).contains("; beware: Docker, containerd, runc and crun");
        assertThat(reason(blind, "sys_rawio")).doesNotContain("beware");
    }

    @Test
    void whatTheKernelHonoursIsDescribedByWhatItPermits() {
        assertThat(reason(with(List.of()), "net_raw")).startsWith("permits to ");
    }

    @Test
    void whyTheRuntimeKeepsOneIsSaid() {
        assertThat(kept(with(List.of()).isolation(new Isolation(100000, true, true))))
                .extracting(Kept::why)
                .contains(
                        "features: mknod=1 has device nodes made with the capabilities of the program that asks",
                        "its generated AppArmor profile lets it load policy of its own");
        Sketch unknown =
                new Sketch()
                        .programs(new Programs(List.of(), true, List.of()))
                        .running("dbus.service", "User=messagebus");
        assertThat(kept(unknown))
                .extracting(Kept::why)
                .contains("its AppArmor profile is not known");
    }

    /// Of two capabilities that would do, the one goes that nobody misses.
    @Test
    void whatAProgramMissesIsTheDearer() {
        Sketch sketch =
                with(List.of(vault()))
                        .wanted(
                                "a.service",
                                "failed",
                                "failed",
                                needs("CAP_SYSLOG", SUCCEEDED),
                                needs("CAP_WAKE_ALARM", SUCCEEDED));
        assertThat(Planner.plan(sketch.draw(), Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.of("wake_alarm"));
        Sketch free =
                with(List.of())
                        .wanted(
                                "a.service",
                                "failed",
                                "failed",
                                needs("CAP_SYSLOG", SUCCEEDED),
                                needs("CAP_WAKE_ALARM", SUCCEEDED));
        assertThat(Planner.plan(free.draw(), Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.of("syslog"));
    }
}
