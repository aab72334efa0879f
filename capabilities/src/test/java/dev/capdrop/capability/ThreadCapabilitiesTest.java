package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ThreadCapabilitiesTest {
    private static final CapabilitySet NONE = CapabilitySet.EMPTY;
    private static final CapabilitySet KILL = CapabilitySet.of("kill");

    @Test
    void whatTheKernelNeverLetsHappenIsNoValue() {
        assertThatThrownBy(() -> new ThreadCapabilities(NONE, NONE, KILL, NONE, NONE))
                .hasMessage("effective but not permitted: kill");
        assertThatThrownBy(() -> new ThreadCapabilities(NONE, KILL, NONE, NONE, KILL))
                .hasMessage("ambient but not permitted: kill");
        assertThatThrownBy(() -> new ThreadCapabilities(KILL, NONE, NONE, NONE, KILL))
                .hasMessage("ambient but not inheritable: kill");
        assertThat(new ThreadCapabilities(KILL, KILL, KILL, NONE, KILL).bounding()).isEmpty();
    }

    @Test
    void aModeIsThatOfLibcap() {
        ThreadCapabilities none = ThreadCapabilities.ofUser(NONE);
        ThreadCapabilities bounded = ThreadCapabilities.ofUser(KILL);
        ThreadCapabilities inheriting = new ThreadCapabilities(NONE, KILL, NONE, NONE, NONE);
        ThreadCapabilities ambient = new ThreadCapabilities(KILL, KILL, NONE, KILL, KILL);
        assertThat(CapabilityMode.of(none, Securebits.NONE)).isEqualTo(CapabilityMode.HYBRID);
        for (int other : new int[] {0x02, 0x2f, 0x1ef}) {
            assertThat(CapabilityMode.of(none, new Securebits(other)))
                    .isEqualTo(CapabilityMode.UNCERTAIN);
        }
        Securebits pure = new Securebits(0xef);
        assertThat(CapabilityMode.of(none, pure)).isEqualTo(CapabilityMode.NOPRIV);
        assertThat(CapabilityMode.of(bounded, pure)).isEqualTo(CapabilityMode.PURE1E_INIT);
        assertThat(CapabilityMode.of(inheriting, pure)).isEqualTo(CapabilityMode.PURE1E);
        assertThat(CapabilityMode.of(ambient, pure)).isEqualTo(CapabilityMode.UNCERTAIN);
    }

    @Test
    void aStatusAndItsLinesAreInverses() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            CapabilitySet permitted = new CapabilitySet(random.nextLong());
            CapabilitySet inheritable = new CapabilitySet(random.nextLong());
            CapabilitySet some = new CapabilitySet(random.nextLong());
            ThreadStatus status =
                    new ThreadStatus(
                            new ThreadCapabilities(
                                    permitted,
                                    inheritable,
                                    some.intersect(permitted),
                                    new CapabilitySet(random.nextLong()),
                                    some.intersect(permitted).intersect(inheritable)),
                            random.nextBoolean());
            assertThat(ThreadStatus.parse(status.format())).isEqualTo(status);
        }
    }

    @Test
    void theFieldsAreFoundAmongAllOthers() {
        String text =
                """
                Name:\tCapInh: 1
                SigCgt:\t0000000000000000
                CapInh:\t0000000000000000
                CapPrm:\t0000000000000020
                CapEff:\t0000000000000020
                CapBnd:\t000001ffffffffff
                CapAmb:\t0000000000000000
                NoNewPrivs:\t1
                Seccomp:\t2
                """;
        ThreadStatus status = ThreadStatus.parse(text);
        assertThat(status.noNewPrivs()).isTrue();
        assertThat(status.capabilities().state().format(40)).isEqualTo("cap_kill=ep");
        assertThat(status.capabilities().iab(40)).isEqualTo(IabTuple.EMPTY);
        assertThat(text).contains(status.format());
    }

    @Test
    void aStatusThatLacksAFieldIsRefused() {
        assertThatThrownBy(() -> ThreadStatus.parse("CapInh:\t0\n"))
                .hasMessage("no 'CapPrm' in a process' status");
        String text = new ThreadStatus(ThreadCapabilities.ofRoot(KILL), false).format();
        assertThatThrownBy(
                        () -> ThreadStatus.parse(text.replace("NoNewPrivs:\t0", "NoNewPrivs:\t2")))
                .hasMessageContaining("expected 0 or 1");
        assertThatThrownBy(() -> ThreadStatus.parse(text.replace("20\n", "2g\n")))
                .hasMessageContaining("is no capability mask");
    }

    @Test
    void securebitsAndTheirWordsAreInverses() {
        for (int bits = 0; bits < 1 << 14; bits++) {
            Securebits some = new Securebits(bits);
            assertThat(Securebits.parse(some.format())).isEqualTo(some);
        }
        assertThat(new Securebits(0x2f).format())
                .isEqualTo(
                        "noroot noroot-locked no-setuid-fixup no-setuid-fixup-locked"
                                + " keep-caps-locked");
        assertThat(new Securebits(0x80000001).format()).isEqualTo("noroot 0x80000000");
        assertThatThrownBy(() -> Securebits.parse("noroot no-root"))
                .hasMessageContaining("'no-root' is no securebit");
    }

    @Test
    void aLockNeverOpensAndHoldsItsSwitch() {
        Securebits locked = Securebits.NONE.with(Securebit.NOROOT).locked(Securebit.NOROOT);
        assertThat(locked.mayBecome(locked.with(Securebit.KEEP_CAPS))).isTrue();
        assertThat(locked.mayBecome(locked.without(Securebit.NOROOT))).isFalse();
        assertThat(locked.mayBecome(Securebits.NONE.with(Securebit.NOROOT))).isFalse();
        assertThat(Securebits.NONE.mayBecome(locked)).isTrue();
    }

    @Test
    void aProcessCannotForgeASetByItsName() {
        ThreadStatus honest =
                new ThreadStatus(ThreadCapabilities.ofRoot(CapabilitySet.upTo(40)), false);
        assertThat(ThreadStatus.parse("Name:\ta\rCapPrm:\t0\n" + honest.format()))
                .isEqualTo(honest);
    }
}
