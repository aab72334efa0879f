package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.CapabilityLine;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusExpansion;
import dev.capdrop.core.runtime.IncusFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IncusFormatTest {
    private static final String RAW = "/var/lib/incus/containers/web/raw.lxc";
    private static final int LAST = 40;
    private static final List<String> IDS = List.of("u 0 1000000 65536", "g 0 1000000 65536");

    private static ConfigSource source(String own, IncusExpansion expansion) {
        Map<String, String> files = new HashMap<>();
        files.put(RAW, own);
        files.put(IncusFile.expanded(RAW), expansion.format());
        return new ConfigSource() {
            @Override
            public @Nullable String read(String path) {
                return files.get(path);
            }

            @Override
            public @Nullable List<String> list(String directory) {
                return null;
            }
        };
    }

    private static IncusExpansion plain() {
        return new IncusExpansion(IncusDaemon.INCUS, false, false, IDS, 1, false, "", "");
    }

    private static EffectiveCapabilities read(String own, IncusExpansion expansion) {
        return ConfigFormat.INCUS.resolve(RAW, source(own, expansion), LAST);
    }

    @Test
    void anUnprivilegedContainerIsLeftAllOfThem() {
        assertThat(read("", plain()).bounding(LAST)).isEqualTo(CapabilitySet.upTo(LAST));
    }

    @ParameterizedTest
    @CsvSource({
        "false,sys_time sys_module sys_rawio mac_admin mac_override",
        "true,sys_time sys_module sys_rawio"
    })
    void fromAPrivilegedOneIncusTakesSome(boolean stacked, String dropped) {
        EffectiveCapabilities read =
                read(
                        "",
                        new IncusExpansion(
                                IncusDaemon.INCUS, true, false, IDS, 0, stacked, "", ""));
        assertThat(read.names()).isEqualTo(CapabilitySet.of(dropped.split(" ")));
        assertThat(read.lines())
                .extracting(CapabilityLine::place, CapabilityLine::text)
                .containsExactly(tuple("Incus", "lxc.cap.drop = " + dropped));
    }

    @Test
    void itsOwnLinesComeBehindThoseOfIncusAndCanTakeThemBack() {
        IncusExpansion privileged =
                new IncusExpansion(IncusDaemon.INCUS, true, false, IDS, 0, false, "", "");
        assertThat(read("lxc.cap.drop =\nlxc.cap.drop = mknod\n", privileged).names())
                .isEqualTo(CapabilitySet.of("mknod"));
        assertThat(read("lxc.cap.drop = nothing\n", plain()).error())
                .extracting(error -> Objects.requireNonNull(error).place())
                .isEqualTo(RAW + ":1");
    }

    @Test
    void aProfilesLinesCountWhereItHasNone() {
        IncusExpansion given =
                new IncusExpansion(
                        IncusDaemon.INCUS,
                        false,
                        false,
                        IDS,
                        0,
                        false,
                        "strict",
                        "# é\nlxc.cap.drop = mknod\n");
        EffectiveCapabilities read = read("", given);
        assertThat(read.names()).isEqualTo(CapabilitySet.of("mknod"));
        assertThat(read.lines())
                .extracting(CapabilityLine::place)
                .containsExactly("profile strict:2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lxc.cap.drop = mknod\n", "lxc.environment = A=B\n"})
    void aProfilesLinesAreNeverPutOutOfForce(String lines) {
        ConfigSource source =
                source(
                        "",
                        new IncusExpansion(
                                IncusDaemon.INCUS, false, false, IDS, 0, false, "strict", lines));
        CapabilitySet drop = CapabilitySet.of("sys_module");
        assertThat(ConfigFormat.INCUS.drop(RAW, source, drop, LAST))
                .isEqualTo(new Editing.DropUndone(RAW, drop, Editing.Obstacle.LINES_OF_PROFILE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | lxc.cap.drop = sys_module~",
                "# mine~lxc.environment = A=B | # mine~lxc.environment = A=B~lxc.cap.drop = sys_module~",
                "lxc.cap.drop = mknod~# end~ | lxc.cap.drop = mknod~lxc.cap.drop = sys_module~# end~",
            })
    void anEditIsALineBesideWhatIsThere(String before, String after) {
        String own = before.replace('~', '\n');
        ConfigEdit edit =
                ConfigFormat.INCUS
                        .drop(RAW, source(own, plain()), CapabilitySet.of("sys_module"), LAST)
                        .orElseThrow();
        assertThat(edit.after().stripTrailing())
                .isEqualTo(after.replace('~', '\n').stripTrailing());
        assertThat(ConfigFormat.INCUS.takeBack(edit.after(), edit)).isEqualTo(own);
        assertThat(ConfigFormat.INCUS.takeBack(edit.after() + "\n# theirs\n", edit))
                .contains("# theirs")
                .doesNotContain("sys_module");
    }

    @Test
    void whatIncusGivesIsSaidInTheTermsOfLiblxc() {
        LxcSettings settings = ConfigFormat.INCUS.settings(RAW, source("", plain()));
        assertThat(settings.values("lxc.idmap")).isEqualTo(IDS);
        assertThat(settings.value("lxc.net.0.flags")).isEqualTo("up");
        IncusExpansion privileged =
                new IncusExpansion(IncusDaemon.INCUS, true, false, IDS, 0, false, "", "");
        assertThat(ConfigFormat.INCUS.settings(RAW, source("", privileged)).values("lxc.idmap"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "false,/dev/mqueue dev/mqueue none",
        "true,mqueue dev/mqueue mqueue",
    })
    void whatIncusMountsBeforeSystemdBeginsIsKnown(boolean privileged, String queue) {
        IncusExpansion given =
                new IncusExpansion(IncusDaemon.INCUS, privileged, false, IDS, 0, false, "", "");
        assertThat(ConfigFormat.INCUS.settings(RAW, source("", given)).values("lxc.mount.entry"))
                .contains(
                        "/sys/kernel/debug sys/kernel/debug none rbind,create=dir,optional 0 0",
                        "/sys/kernel/config sys/kernel/config none rbind,create=dir,optional 0 0")
                .anyMatch(entry -> entry.startsWith(queue));
    }

    @ParameterizedTest
    @CsvSource({
        "false,proc:rw sys:rw cgroup:rw:force",
        "true,proc:mixed sys:mixed cgroup:rw:force",
    })
    void whetherProcIsWritableFollowsFromThePrivilege(boolean privileged, String automatic) {
        IncusExpansion given =
                new IncusExpansion(IncusDaemon.INCUS, privileged, false, IDS, 0, false, "", "");
        assertThat(ConfigFormat.INCUS.settings(RAW, source("", given)).values("lxc.mount.auto"))
                .containsExactly(automatic);
    }

    /// Source: Incus' instance_lxc.profile.go, "unprivileged containers" and "nesting".
    @ParameterizedTest
    @CsvSource({"true,false,true", "true,true,false", "false,false,false", "false,true,false"})
    void onlyAPrivilegedOneWithoutNestingMayNotMount(
            boolean privileged, boolean nesting, boolean confined) {
        IncusExpansion given =
                new IncusExpansion(IncusDaemon.LXD, privileged, nesting, IDS, 0, false, "", "");
        LxcSettings settings = ConfigFormat.INCUS.settings(RAW, source("", given));
        assertThat(IncusExpansion.CONFINED.equals(settings.profile())).isEqualTo(confined);
        assertThat(settings.values("lxc.mount.entry"))
                .as("what the kernel lets containers inside mount anew")
                .filteredOn(entry -> entry.contains("dev/.lxc/"))
                .hasSize(nesting ? 2 : 0);
    }

    @Test
    void anExpansionIsReadAsItWasWritten() {
        IncusExpansion some =
                new IncusExpansion(IncusDaemon.LXD, true, true, IDS, 2, true, "a=b", "x\n\n\ny");
        assertThat(IncusExpansion.parse(some.format())).isEqualTo(some);
        assertThat(IncusExpansion.parse("interfaces=99999999999\nnothing"))
                .isEqualTo(
                        new IncusExpansion(
                                IncusDaemon.INCUS, false, false, List.of(), 0, false, "", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "/var/lib/incus/containers/web/raw.lxc,default,web",
        "/srv/containers/x/containers/proj_web/expanded_config,proj,web",
    })
    void aPathNamesProjectAndInstance(String path, String project, String instance) {
        IncusFile file = Objects.requireNonNull(IncusFile.of(path));
        assertThat(file.project()).isEqualTo(project);
        assertThat(file.instance()).isEqualTo(instance);
    }

    @ParameterizedTest
    @CsvSource({
        "/var/lib/incus/containers/web/config",
        "/var/lib/incus/containers/a_b_c/raw.lxc",
        "/var/lib/incus/containers/../raw.lxc",
        "containers/web/raw.lxc",
        "/var/lib/lxc/web/raw.lxc",
    })
    void anyOtherPathNamesNone(String path) {
        assertThat(IncusFile.of(path)).isNull();
    }
}
