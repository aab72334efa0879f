package dev.capdrop.core.boot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.boot.ForecastBoot.Surroundings;
import dev.capdrop.core.boot.UnitLoader.LoadPath;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Machine;
import dev.capdrop.core.condition.Machine.MountStatus;
import dev.capdrop.core.condition.Machine.PathStatus;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.SystemFacts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a boot that nobody has seen makes of its units.
final class ForecastBootTest {
    private static final String USR = "/usr/lib/systemd/system/";
    private static final CapabilitySet WITHOUT_RAWIO =
            CapabilitySet.upTo(40)
                    .minus(CapabilitySet.EMPTY.with(requireNonNull(Capability.named("sys_rawio"))));

    private static final Map<String, Set<String>> PROVIDES =
            Map.of("x", Set.of("httpd", "x-api"), "user", Set.of("httpd"), "idle", Set.of("httpd"));
    private static final Set<String> MOUNTED = Set.of("/srv/given");

    private final SketchedTree tree = new SketchedTree();
    private @Nullable Set<String> fileSystems;

    @BeforeEach
    void aTarget() {
        tree.with(USR + "sysinit.target", "[Unit]\n");
        tree.with(
                USR + "default.target", "[Unit]\nWants=x.service x.socket x.mount user.service\n");
    }

    private Systemd forecast(CapabilitySet bounding, boolean unprivileged) {
        return forecast(257, bounding, unprivileged);
    }

    private Systemd forecast(int version, CapabilitySet bounding, boolean unprivileged) {
        return forecast(version, bounding, unprivileged, Set.of());
    }

    private Systemd forecast(
            int version, CapabilitySet bounding, boolean unprivileged, Set<String> onBus) {
        SystemFacts facts = new SystemFacts(version, "web", null, true, "6.12", "x86-64", Map.of());
        LoadPath path = LoadPath.of(version, false);
        BootUnits boot =
                BootUnits.of(new UnitLoader(tree, path), facts, "default.target", onBus, MOUNTED);
        return ForecastBoot.of(
                boot,
                new Surroundings(
                        "257.8",
                        facts,
                        new Sketched(bounding),
                        unprivileged,
                        MOUNTED,
                        PROVIDES,
                        fileSystems));
    }

    private UnitState unit(String name) {
        return requireNonNull(forecast(CapabilitySet.upTo(40), true).unit(name));
    }

    @Test
    void theRuntimeMountsTheNetworksSettingsForWhoMayWriteThem() {
        CapabilitySet all = CapabilitySet.upTo(40);
        assertThat(requireNonNull(forecast(all, true).unit("proc-sys-net.mount")).activeState())
                .isEqualTo("active");
        CapabilitySet without = all.minus(CapabilitySet.of("net_admin"));
        assertThat(forecast(without, true).unit("proc-sys-net.mount")).isNull();
    }

    @Test
    void startedServicesOfPackagesThatProvideTheSameAreRivals() {
        tree.with(USR + "x.service", "[Service]\nExecStart=/x\n");
        tree.with(USR + "user.service", "[Service]\nExecStart=/x\n");
        tree.with(USR + "idle.service", "[Service]\nExecStart=/x\n");
        assertThat(forecast(CapabilitySet.upTo(40), true).rivals())
                .isEqualTo(
                        Map.of(
                                "x.service", List.of("user.service"),
                                "user.service", List.of("x.service")));
    }

    @Test
    void whatACallOnTheBusStartsIsKnownAndNotStarted() {
        tree.with(USR + "host.service", "[Service]\nExecStart=/x\n");
        tree.with(
                "/etc/systemd/system/dbus-org.example.Host.service", "-> " + USR + "host.service");
        Systemd systemd =
                forecast(
                        257,
                        CapabilitySet.upTo(40),
                        true,
                        Set.of("dbus-org.example.Host.service", "dbus-org.example.None.service"));
        assertThat(systemd.busActivated()).containsExactly("host.service");
        assertThat(Outcome.of(requireNonNull(systemd.unit("host.service"))))
                .isEqualTo(Outcome.NOT_STARTED);
    }

    @Test
    void whatWasNotReadIsLeftOpen() {
        tree.with(USR + "x.service", "!");
        UnitState unit = unit("x.service");
        assertThat(unit.loadState()).isEqualTo("unread");
        assertThat(unit.activeState()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "252, true, true",
        "252, false, false",
        "253, true, true",
        "254, true, false",
        "255, true, false",
        "256, true, true",
        "257, true, false"
    })
    void theCredentialsOfAServiceThatStaysAreMountedWhereThereMayBeNone(
            int version, boolean stays, boolean mounted) {
        tree.with(
                USR + "x.service",
                "[Service]\nType=oneshot\nRemainAfterExit="
                        + stays
                        + "\nExecStart=/x\nLoadCredential=a.b\n");
        Systemd systemd = forecast(version, CapabilitySet.upTo(40), true);
        assertThat(systemd.unit("run-credentials-x.service.mount") != null).isEqualTo(mounted);
    }

    @ParameterizedTest
    @CsvSource({"252, false", "253, false", "256, true", "257, false"})
    void thoseThatAServiceImportsAreMountedWhereSystemdKnowsTheSetting(
            int version, boolean mounted) {
        tree.with(USR + "x.service", "[Service]\nExecStart=/x\nImportCredential=a.*\n");
        Systemd systemd = forecast(version, CapabilitySet.upTo(40), true);
        assertThat(systemd.unit("run-credentials-x.service.mount") != null).isEqualTo(mounted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    [Service] ExecStart=/x ; STARTED
                    [Service] ExecStart=/x Type=oneshot ; STARTED
                    [Service] ExecStart=/x Type=oneshot RemainAfterExit=yes ; STARTED
                    [Unit] ConditionCapability=CAP_SYS_RAWIO [Service] ExecStart=/x ; STARTED
                    [Unit] ConditionCapability=!CAP_SYS_RAWIO [Service] ExecStart=/x ; SKIPPED
                    [Unit] ConditionCapability=|!cap_chown ConditionCapability=| cap_kill [Service] ExecStart=/x ; STARTED
                    [Unit] AssertCapability=!CAP_SYS_RAWIO [Service] ExecStart=/x ; NOT_STARTED
                    [Unit] ConditionPathExists=relative [Service] ExecStart=/x ; STARTED
                    [Unit] ConditionPathExists=/there [Service] ExecStart=/x ; STARTED
                    [Unit] ConditionPathExists=/nowhere [Service] ExecStart=/x ; SKIPPED
                    [Unit] ConditionPathExists=/nowhere ConditionPathExists= [Service] ExecStart=/x ; STARTED
                    [Unit] SuccessAction=exit [Service] Type=oneshot ExecStop=/x ; INACTIVE
                    [Service] Type=oneshot ExecStop=/x ; NOT_STARTED
                    [Service] Type=oneshot RemainAfterExit=yes ExecStop=/x ; ACTIVE
                    [Unit] Requires=early.service After=early.service [Service] Type=oneshot RemainAfterExit=yes ExecStop=/x ; STARTED
                    [Unit] Requires=open.service After=open.service [Service] Type=oneshot RemainAfterExit=yes ExecStop=/x ; STARTED
                    [Unit] BindsTo=early.service [Service] Type=oneshot RemainAfterExit=yes ExecStop=/x ; STARTED
                    [Unit] Requires=early.service [Service] Type=oneshot RemainAfterExit=yes ExecStop=/x ; ACTIVE
                    [Unit] Requires=none.service [Service] ExecStart=/x ; NOT_STARTED
                    [Unit] Requires=none.service ConditionPathExists=/nowhere [Service] ExecStart=/x ; NOT_STARTED
                    [Unit] Requisite=idle.service [Service] ExecStart=/x ; NOT_STARTED
                    """)
    void aServiceComesTo(String text, Outcome outcome) {
        tree.with(USR + "x.service", text.replace(' ', '\n').replace("|\n", "| "));
        tree.with(USR + "idle.service", "[Service]\nExecStart=/x\n");
        tree.with(USR + "early.service", "[Service]\nExecStart=/x\n");
        tree.with(
                USR + "open.service",
                "[Unit]\nConditionPathExists=/run/%b\n[Service]\nExecStart=/x\n");
        assertThat(Outcome.of(unit("x.service"))).isEqualTo(outcome);
    }

    @Test
    void withAnotherBoundingSetAnotherUnitIsSkipped() {
        tree.with(
                USR + "x.service",
                "[Unit]\nConditionCapability=CAP_SYS_RAWIO\n[Service]\nExecStart=/x\n");
        Systemd systemd = forecast(WITHOUT_RAWIO, true);
        UnitState unit = requireNonNull(systemd.unit("x.service"));
        assertThat(Outcome.of(unit)).isEqualTo(Outcome.SKIPPED);
        assertThat(unit.conditions())
                .containsExactly(
                        new Condition.Tested(
                                new Condition("Capability", false, false, "CAP_SYS_RAWIO"),
                                Condition.Result.FAILED));
        assertThat(systemd.source()).isEqualTo(Systemd.Source.FILES);
        assertThat(systemd.booting()).isFalse();
    }

    @Test
    void whatTheFilesDoNotTellHasNoState() {
        tree.with(
                USR + "x.service",
                "[Unit]\nConditionPathExists=/run/%b\n[Service]\nExecStart=/x\n");
        assertThat(unit("x.service").activeState()).isEmpty();
        assertThat(unit("x.service").conditions())
                .extracting(Condition.Tested::result)
                .containsExactly(Condition.Result.UNDECIDED);
    }

    @Test
    void anAssertionThatTheFilesDoNotTellLeavesItsUnitWithoutAStateToo() {
        tree.with(USR + "x.service", "[Unit]\nAssertPathExists=/run/%b\n[Service]\nExecStart=/x\n");
        assertThat(unit("x.service").activeState()).isEmpty();
        assertThat(unit("x.service").detail().asserts())
                .extracting(Condition.Tested::result)
                .containsExactly(Condition.Result.UNDECIDED);
    }

    @Test
    void theKernelRefusesSomeMountsToAUserNamespaceAndWhatRequiresThemIsKeptBack() {
        tree.with(USR + "x.mount", "[Mount]\nWhat=debugfs\nWhere=/x\nType=debugfs\n");
        tree.with(
                USR + "user.service",
                "[Unit]\nRequires=x.mount\nAfter=x.mount\n[Service]\nExecStart=/x\n");
        assertThat(Outcome.of(unit("x.mount"))).isEqualTo(Outcome.FAILED);
        assertThat(Outcome.of(unit("user.service"))).isEqualTo(Outcome.NOT_STARTED);
        Systemd privileged = forecast(CapabilitySet.upTo(40), false);
        UnitState mount = requireNonNull(privileged.unit("x.mount"));
        assertThat(Outcome.of(mount)).isEqualTo(Outcome.STARTED);
        assertThat(mount.subState()).isEqualTo("mounted");
    }

    @Test
    void aKernelThatLoadsNoModulesRefusesToMountWhatItDoesNotKnow() {
        tree.with(USR + "x.mount", "[Mount]\nWhat=nfsd\nWhere=/x\nType=nfsd\n");
        assertThat(onKernel(Set.of("nfsd", "ext4"))).isEqualTo(Outcome.STARTED);
        assertThat(onKernel(null)).isEqualTo(Outcome.STARTED);
        assertThat(onKernel(Set.of("ext4"))).isEqualTo(Outcome.FAILED);
    }

    private Outcome onKernel(@Nullable Set<String> fileSystems) {
        this.fileSystems = fileSystems;
        return Outcome.of(requireNonNull(forecast(CapabilitySet.upTo(40), false).unit("x.mount")));
    }

    @Test
    void whatTheConfigurationMountsIsThereWhateverItsUnitSays() {
        tree.with(USR + "x.service", "[Unit]\nRequires=srv-given.mount\n[Service]\nExecStart=/x\n");
        tree.with(
                USR + "srv-given.mount",
                "[Unit]\nConditionPathExists=/nowhere\nRequires=early.service\n[Mount]\nWhat=a\nWhere=/srv/given\n");
        UnitDetail given = unit("srv-given.mount").detail();
        assertThat(Outcome.of(unit("srv-given.mount"))).isEqualTo(Outcome.ACTIVE);
        assertThat(given.activation().conditionMicros()).isZero();
        assertThat(given.dependencies().of(Dependency.REQUIRES)).contains("early.service");
        assertThat(Outcome.of(unit("x.service"))).isEqualTo(Outcome.STARTED);
    }

    @Test
    void whatTheConfigurationMountsIsLoadedWithoutAFile() {
        tree.with(USR + "x.service", "[Unit]\nBindsTo=srv-given.mount\n[Service]\nExecStart=/x\n");
        assertThat(unit("srv-given.mount").loaded()).isTrue();
        assertThat(Outcome.of(unit("x.service"))).isEqualTo(Outcome.STARTED);
    }

    @Test
    void whatAUnitIsPartOfIsHeldAndDoesNotKeepItBack() {
        tree.with(USR + "x.service", "[Unit]\nPartOf=nowhere.service\n[Service]\nExecStart=/x\n");
        UnitDetail detail = unit("x.service").detail();
        assertThat(detail.dependencies().of(Dependency.PART_OF)).containsExactly("nowhere.service");
        assertThat(Outcome.of(unit("x.service"))).isEqualTo(Outcome.STARTED);
    }

    @Test
    void whatIsNoSettingNamesNothing() {
        tree.with(
                USR + "x.service",
                "[Unit]\nTriggers=y.service\nTriggeredBy=z.socket\n[Service]\nExecStart=/x\n");
        tree.with(USR + "y.service", "[Service]\nExecStart=/y\n");
        UnitDetail detail = unit("x.service").detail();
        assertThat(detail.dependencies().of(Dependency.TRIGGERED_BY)).isEmpty();
        assertThat(forecast(CapabilitySet.upTo(40), true).unit("y.service")).isNull();
    }

    @Test
    void theAuditSocketOfAUserNamespaceCannotBeOpened() {
        tree.with(USR + "x.socket", "[Socket]\nListenNetlink=audit 1\nService=x.service\n");
        tree.with(USR + "x.service", "[Service]\nExecStart=/x\n");
        assertThat(unit("x.socket").failed()).isTrue();
    }

    @Test
    void whatBindsItselfToASkippedUnitIsKeptBack() {
        tree.with(
                USR + "x.service",
                "[Unit]\nConditionPathExists=/nowhere\n[Service]\nExecStart=/x\n");
        tree.with(
                USR + "user.service",
                "[Unit]\nBindsTo=x.service\nAfter=x.service\n[Service]\nExecStart=/x\n");
        assertThat(Outcome.of(unit("user.service"))).isEqualTo(Outcome.NOT_STARTED);
    }

    /// Without `After=` it has begun before the other one is given up.
    @Test
    void whatBindsItselfToWhatIsKeptBackIsActiveUnlessItWaitsForIt() {
        tree.with(
                USR + "x.service", "[Unit]\nAssertPathExists=/nowhere\n[Service]\nExecStart=/x\n");
        tree.with(USR + "user.service", "[Unit]\nBindsTo=x.service\n[Service]\nExecStart=/x\n");
        assertThat(Outcome.of(unit("user.service"))).isEqualTo(Outcome.STARTED);
        tree.with(
                USR + "user.service",
                "[Unit]\nBindsTo=x.service\nAfter=x.service\n[Service]\nExecStart=/x\n");
        assertThat(Outcome.of(unit("user.service"))).isEqualTo(Outcome.NOT_STARTED);
    }

    @Test
    void whatRequiresAUnitWithoutAFileIsStartedByOlderVersionsAllTheSame() {
        tree.with(
                USR + "user.service",
                "[Unit]\nRequires=nowhere.service\nAfter=nowhere.service\n[Service]\nExecStart=/x\n");
        for (int version : new int[] {247, 252, 253, 254, 255, 256, 257}) {
            UnitState user =
                    requireNonNull(forecast(version, WITHOUT_RAWIO, true).unit("user.service"));
            assertThat(Outcome.of(user))
                    .as("%d", version)
                    .isEqualTo(version < 253 ? Outcome.STARTED : Outcome.NOT_STARTED);
        }
    }

    @Test
    void whatASocketTriggersWaits() {
        tree.with(USR + "x.socket", "[Socket]\nListenStream=22\nService=on-demand.service\n");
        tree.with(USR + "on-demand.service", "[Service]\nExecStart=/x\n");
        UnitState unit = unit("on-demand.service");
        assertThat(Outcome.of(unit)).isEqualTo(Outcome.NOT_STARTED);
        assertThat(unit.detail().dependencies().of(Dependency.TRIGGERED_BY))
                .containsExactly("x.socket");
    }

    /// As fstrim.service and e2scrub_all.service at the first boot of a guest.
    @Test
    void whoseConditionFailsIsNotSkippedBeforeItsTimerStartsIt() {
        tree.with(USR + "default.target", "[Unit]\nWants=x.timer\n");
        tree.with(USR + "x.timer", "[Timer]\nOnCalendar=weekly\n");
        tree.with(
                USR + "x.service",
                "[Unit]\nConditionPathExists=/nowhere\n[Service]\nExecStart=/x\n");
        UnitState unit = unit("x.service");
        assertThat(unit.detail().dependencies().of(Dependency.TRIGGERED_BY))
                .containsExactly("x.timer");
        assertThat(Outcome.of(unit)).isEqualTo(Outcome.NOT_STARTED);
        assertThat(unit.conditions())
                .extracting(Condition.Tested::result)
                .containsExactly(Condition.Result.FAILED);
    }

    /// A container in whose root `/there` exists, and nothing else. Its runtime mounts
    /// /proc/sys/net where it keeps net_admin.
    private record Sketched(CapabilitySet bounding) implements Machine {
        @Override
        public PathStatus path(String path) {
            return path.equals("/there")
                    ? new PathStatus(PathStatus.Kind.REGULAR, 0, false, 0)
                    : PathStatus.MISSING;
        }

        @Override
        public PathStatus link(String path) {
            return path(path);
        }

        @Override
        public @Nullable MountStatus mount(String path) {
            boolean net = bounding.containsAll(CapabilitySet.of("net_admin"));
            return net && path.equals("/proc/sys/net")
                    ? new MountStatus("proc", false, true, "0:20")
                    : null;
        }

        @Override
        public @Nullable Boolean firstBoot() {
            return null;
        }
    }
}
