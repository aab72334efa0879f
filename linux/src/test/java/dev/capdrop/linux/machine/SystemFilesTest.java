package dev.capdrop.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.linux.machine.SurveyReader.Question;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A host whose /proc and /sys are a folder.
final class SystemFilesTest {
    @TempDir Path root = Path.of("");

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static <T> Fact<T> asked(Errand<Fact<T>> look) {
        return Question.of(look).answer(Deadline.in(Duration.ofSeconds(10)));
    }

    private SystemFiles files() {
        return new SystemFiles(root);
    }

    @Test
    void whatTheKernelSaysIsRead() throws IOException {
        file("proc/sys/kernel/osrelease", "6.14.1\n");
        file("proc/sys/kernel/yama/ptrace_scope", "2\n");
        file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
        file("proc/self/uid_map", "         0          0 4294967295\n");
        file("proc/self/cgroup", "12:pids:/\n11:cpu,cpuacct:/\n1:name=systemd:/\n0::/init.scope\n");
        assertThat(asked(files()::release)).isEqualTo(new Fact.Known<>("6.14.1"));
        assertThat(asked(files()::ptraceScope)).isEqualTo(new Fact.Known<>(2));
        assertThat(asked(files()::lockdown)).isEqualTo(new Fact.Known<>("integrity"));
        assertThat(asked(files()::initialUsers)).isEqualTo(new Fact.Known<>(true));
        assertThat(asked(files()::oldControllers))
                .isEqualTo(new Fact.Known<>(List.of("pids", "cpu", "cpuacct")));
    }

    @Test
    void theCapabilitiesOfThisProcessAreTheEffectiveOnes() throws IOException {
        String status = Files.readString(Path.of("/proc/self/status"));
        file(
                "proc/self/status",
                status.replaceFirst("CapEff:\t[0-9a-f]+", "CapEff:\t0000000000000001"));
        assertThat(asked(files()::effective))
                .isEqualTo(new Fact.Known<>(CapabilitySet.of("chown")));
    }

    @Test
    void aHostWithoutTheseFilesLacksThem() {
        assertThat(asked(files()::ptraceScope)).isEqualTo(new Fact.Absent<>());
        assertThat(asked(files()::lockdown)).isEqualTo(new Fact.Absent<>());
        assertThat(asked(files()::appArmor)).isEqualTo(new Fact.Absent<>());
        assertThat(asked(files()::version2)).isEqualTo(new Fact.Known<>(false));
    }

    @Test
    void aHierarchyOfVersion2MayStandBesideTheOthers() throws IOException {
        file("sys/fs/cgroup/unified/cgroup.controllers", "\n");
        assertThat(asked(files()::version2)).isEqualTo(new Fact.Known<>(true));
    }

    @Test
    void appArmorIsAbsentWhereItIsNotInForce() throws IOException {
        file("sys/module/apparmor/parameters/enabled", "N\n");
        assertThat(asked(files()::appArmor)).isEqualTo(new Fact.Absent<>());
        file("sys/module/apparmor/parameters/enabled", "Y\n");
        file("sys/kernel/security/apparmor/profiles", "a (enforce)\nlxc-x (complain)\n");
        assertThat(asked(files()::appArmor))
                .isEqualTo(new Fact.Known<>(new HostSurvey.AppArmor(new Fact.Known<>(2))));
    }

    @Test
    void whatIsNoFileOrHasNoEndIsNotRead() throws IOException {
        Files.createDirectories(root.resolve("proc/sys/kernel/osrelease"));
        assertThat(asked(files()::release)).isEqualTo(new Fact.Unknown<>("it is no regular file"));
        Path scope = root.resolve("proc/sys/kernel/yama/ptrace_scope");
        Files.createDirectories(scope.getParent());
        Files.createSymbolicLink(scope, Path.of("/dev/zero"));
        assertThat(asked(files()::ptraceScope))
                .isEqualTo(new Fact.Unknown<>("it is no regular file"));
        file("sys/module/apparmor/parameters/enabled", "Y".repeat(2 << 20));
        assertThat(asked(files()::appArmor))
                .isEqualTo(new Fact.Unknown<>("it is larger than 1 MiB"));
    }

    @Test
    void nonsenseIsNotKnown() throws IOException {
        file("proc/sys/kernel/yama/ptrace_scope", "two\n");
        file("proc/self/status", "Name:\tjava\n");
        assertThat(asked(files()::ptraceScope))
                .isEqualTo(new Fact.Unknown<>("it says what nobody expects there"));
        assertThat(asked(files()::effective)).isInstanceOf(Fact.Unknown.class);
    }

    @Test
    void aLookThatDoesNotComeBackIsLeftBehind() {
        Question<String> hangs =
                Question.of(() -> {
                    sleep();
                    return new Fact.Known<>("late");
                });
        assertThat(hangs.answer(Deadline.in(Duration.ofMillis(200))))
                .isEqualTo(new Fact.Unknown<>("no answer within 0.2 s"));
    }

    private static void sleep() {
        try {
            Thread.sleep(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
