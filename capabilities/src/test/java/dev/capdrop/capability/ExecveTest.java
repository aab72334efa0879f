package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Execve.FileUse;
import dev.capdrop.capability.Execve.IdUse;
import dev.capdrop.capability.Execve.Outcome;
import dev.capdrop.capability.Execve.RootUse;
import dev.capdrop.capability.Kernel.IdChange;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExecveTest {
    private static final Kernel KERNEL = new Kernel(40, IdChange.FROM_EFFECTIVE);
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final CapabilitySet NET_RAW = CapabilitySet.of("net_raw");
    private static final UserNamespace CONTAINER =
            UserNamespace.ofContainer(IdMap.parse("0 100000 65536"));
    private static final ExecutedFile PING =
            ExecutedFile.with(
                    FileCapabilities.of(CapabilityState.parse("cap_net_raw=ep", 40), null));

    private static Credentials user(CapabilitySet bounding) {
        return Credentials.of(
                ThreadIds.of(1000, 1000),
                ThreadCapabilities.ofUser(bounding),
                UserNamespace.INITIAL);
    }

    private static ThreadCapabilities after(Execve execve) {
        return ((Outcome.Executed) execve.outcome()).after().capabilities();
    }

    @Test
    void aFileGivesAPlainUserItsCapability() {
        Execve ping = Execve.of(user(ALL), PING, KERNEL);
        assertThat(ping.fileUse()).isEqualTo(FileUse.HONOURED);
        assertThat(ping.sum().fromFile()).isEqualTo(NET_RAW);
        assertThat(after(ping).effective()).isEqualTo(NET_RAW);
    }

    @Test
    void anEffectiveFileCapabilityOutsideTheBoundingSetIsEpermForRootToo() {
        CapabilitySet limited = ALL.minus(NET_RAW);
        Credentials root =
                Credentials.of(
                        ThreadIds.of(0, 0),
                        ThreadCapabilities.ofRoot(limited),
                        UserNamespace.INITIAL);
        for (Credentials who : new Credentials[] {user(limited), root}) {
            assertThat(Execve.of(who, PING, KERNEL).outcome())
                    .isEqualTo(new Outcome.Refused(NET_RAW));
        }
    }

    @Test
    void withoutTheEffectiveBitItRunsWithLess() {
        FileCapabilities permitted =
                FileCapabilities.of(CapabilityState.parse("cap_net_raw,cap_kill=p", 40), null);
        Execve execve = Execve.of(user(ALL.minus(NET_RAW)), ExecutedFile.with(permitted), KERNEL);
        assertThat(after(execve).permitted()).isEqualTo(CapabilitySet.of("kill"));
        assertThat(after(execve).effective()).isEqualTo(CapabilitySet.EMPTY);
    }

    @Test
    void aContainersAttributeIsWorthNothingOutsideAndTheHostsCountsInside() {
        FileCapabilities own =
                FileCapabilities.of(CapabilityState.parse("cap_net_raw=ep", 40), 100_000L);
        Credentials inside =
                Credentials.of(
                        ThreadIds.of(101_000, 101_000), ThreadCapabilities.ofUser(ALL), CONTAINER);
        assertThat(Execve.of(user(ALL), ExecutedFile.with(own), KERNEL).fileUse())
                .isEqualTo(FileUse.FOREIGN);
        assertThat(after(Execve.of(inside, ExecutedFile.with(own), KERNEL)).effective())
                .isEqualTo(NET_RAW);
        assertThat(after(Execve.of(inside, PING, KERNEL)).effective()).isEqualTo(NET_RAW);
    }

    @Test
    void theHostsSetUidRootIsNobodyInAContainer() {
        Credentials inside =
                Credentials.of(
                        ThreadIds.of(101_000, 101_000), ThreadCapabilities.ofUser(ALL), CONTAINER);
        assertThat(Execve.of(inside, ExecutedFile.setUid(0), KERNEL).idUse())
                .isEqualTo(IdUse.UNMAPPED);
    }

    @Test
    void setUidRootGivesWhatTheBoundingSetHolds() {
        CapabilitySet limited = CapabilitySet.of("chown", "net_raw");
        Execve su = Execve.of(user(limited), ExecutedFile.setUid(0), KERNEL);
        assertThat(su.rootUse()).isEqualTo(RootUse.ALL);
        assertThat(after(su).effective()).isEqualTo(limited);
        assertThat(((Outcome.Executed) su.outcome()).after().ids())
                .isEqualTo(new ThreadIds(1000, 0, 0, 1000, 1000, Set.of()));
    }

    @Test
    void whatTheKernelDoesNotKnowIsPassedOver() {
        FileCapabilities future =
                FileCapabilities.of(CapabilityState.parse("cap_net_raw,41=ep", 40), null);
        assertThat(after(Execve.of(user(ALL), ExecutedFile.with(future), KERNEL)).permitted())
                .isEqualTo(NET_RAW);
        Kernel newer = new Kernel(41, IdChange.FROM_EFFECTIVE);
        assertThat(Execve.of(user(ALL), ExecutedFile.with(future), newer).outcome())
                .isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void beforeLinux617MixedIdsCostTheAmbientSet() {
        Credentials mixed =
                new Credentials(
                        new ThreadIds(1000, 1001, 1001, 1000, 1000, Set.of()),
                        new ThreadCapabilities(NET_RAW, NET_RAW, NET_RAW, ALL, NET_RAW),
                        Securebits.NONE,
                        false,
                        UserNamespace.INITIAL);
        Kernel old = Kernel.of("6.12.57+deb13-amd64", 40);
        assertThat(after(Execve.of(mixed, ExecutedFile.PLAIN, old)).ambient())
                .isEqualTo(CapabilitySet.EMPTY);
        assertThat(
                        after(Execve.of(mixed, ExecutedFile.PLAIN, Kernel.of("6.17.2-1-pve", 40)))
                                .ambient())
                .isEqualTo(NET_RAW);
    }
}
