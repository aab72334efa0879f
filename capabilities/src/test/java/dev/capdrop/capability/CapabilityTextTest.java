package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.CapabilityState.Flag;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CapabilityTextTest {
    private static final int LAST = 40;

    /// text, and how libcap 2.75 writes the same
    private static final String[][] TEXTS = {
        {"", "="},
        {" \t\n", "="},
        {"=", "="},
        {"all=", "="},
        {"=ep", "=ep"},
        {"all=i", "=i"},
        {"ALL+eip", "=eip"},
        {"cap_chown=p cap_chown+e", "cap_chown=ep"},
        {"all=pe cap_chown-e cap_kill-pe", "=ep cap_chown-e cap_kill-ep"},
        {"= cap_chown+iep cap_chown-i", "cap_chown=ep"},
        {"= cap_setfcap,cap_chown+iep cap_chown-i", "cap_setfcap=eip cap_chown+ep"},
        {"=ep cap_net_raw-p", "=ep cap_net_raw-p"},
        {"cap_fowner+p-i", "cap_fowner=p"},
        {"cap_fowner=+pe", "cap_fowner=ep"},
        {"all=p cap_kill=-p", "=p cap_kill-p"},
        {"Cap_Net_Raw=PE".replace("PE", "ep"), "cap_net_raw=ep"},
        {"0x1F=e", "cap_setfcap=e"},
        {"010=i", "cap_setpcap=i"},
        {"0b101=p", "cap_kill=p"},
        {"00=p", "cap_chown=p"},
        {"63+p", "= 63+p"},
        {"all,63=p", "=p 63+p"},
        {"63,all=p", "=p"},
        {"cap_chown,41=ep", "cap_chown=ep 41+ep"},
        {"=ep 41+ep 63+i", "=ep 63+i 41+ep"},
        {"cap_chown=eep", "cap_chown=ep"},
    };

    private static final String[][] REFUSED = {
        {"cap_chown", "column 10: found the end, expected one of '=', '+', '-'"},
        {"cap_nonsense=p", "column 1: found 'cap_nonsense=p', expected a capability"},
        {"chown=p", "column 1: found 'chown=p'"},
        {"cap_chown+", "column 11: found the end, expected one of 'e', 'i', 'p'"},
        {"cap_chown+x", "column 11: found 'x'"},
        {"cap_chown=E", "column 11: found 'E'"},
        {"cap_chown=e=p", "column 12: found '=p'"},
        {"+ep", "column 1: found '+ep', expected a list of capabilities"},
        {"=p-i", "column 3: found '-i', expected a list of capabilities"},
        {"=+p", "column 2: found '+p', expected a list of capabilities"},
        {"cap_chown=+", "column 12: found the end"},
        {"cap_chown,=p", "column 11: found '=p'"},
        {"64=p", "column 1: found '64=p'"},
        {"99999999999999999999=p", "column 1"},
        {"08=p", "column 2: found '8=p'"},
        {"0x=p", "column 2: found 'x=p'"},
        {"cap_chown5=p", "column 10: found '5=p'"},
        {"allx=p", "column 1: found 'allx=p'"},
        {"=p  ?", "column 5: found '?'"},
        {"\u0436=p", "column 1"},
    };

    @Test
    void aTextIsReadAndWrittenAsLibcapDoes() {
        for (String[] row : TEXTS) {
            CapabilityState state = CapabilityState.parse(row[0], LAST);
            assertThat(state.format(LAST)).as(row[0]).isEqualTo(row[1]);
            assertThat(CapabilityState.parse(row[1], LAST)).as(row[1]).isEqualTo(state);
        }
    }

    @Test
    void aWrongTextIsRefusedWithItsColumn() {
        for (String[] row : REFUSED) {
            assertThatThrownBy(() -> CapabilityState.parse(row[0], LAST))
                    .as(row[0])
                    .isInstanceOf(CapabilitySyntaxException.class)
                    .hasMessageContaining(row[1]);
        }
    }

    @Test
    void everyStateAndItsTextAreInverses() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            CapabilityState state = new CapabilityState(some(random), some(random), some(random));
            for (int last : new int[] {37, LAST, 63}) {
                assertThat(CapabilityState.parse(state.format(last), last)).isEqualTo(state);
            }
        }
    }

    @Test
    void comparingTellsWhichSetsDiffer() {
        CapabilityState one = CapabilityState.parse("cap_chown=ep", LAST);
        assertThat(one.differences(one)).isEmpty();
        assertThat(one.differences(CapabilityState.parse("cap_chown=eip", LAST)))
                .containsExactly(Flag.INHERITABLE);
        assertThat(one.differences(CapabilityState.EMPTY))
                .containsExactly(Flag.EFFECTIVE, Flag.PERMITTED);
    }

    @Test
    void anIabTupleIsReadAndWrittenAsLibcapDoes() {
        String[][] rows = {
            {"", ""},
            {"cap_chown", "cap_chown"},
            {"%cap_chown", "cap_chown"},
            {"!%cap_chown", "!%cap_chown"},
            {"!cap_chown,^cap_chown", "!^cap_chown"},
            {"cap_setuid,!cap_chown", "!cap_chown,cap_setuid"},
            {"%^cap_kill", "^cap_kill"},
            {"cap_chown,", "cap_chown"},
            {"cap_chown,!", "cap_chown"},
            {"cap_chown,5,!7", "cap_chown,cap_kill,!cap_setuid"},
            {"^cap_kill,%!cap_kill", "!^cap_kill"},
            {"!50,^0x29", "^41,!50"},
        };
        for (String[] row : rows) {
            IabTuple tuple = IabTuple.parse(row[0]);
            assertThat(tuple.format()).as(row[0]).isEqualTo(row[1]);
            assertThat(IabTuple.parse(row[1])).isEqualTo(tuple);
        }
    }

    @Test
    void comparingIabTuplesTellsWhichVectorsDiffer() {
        IabTuple tuple = IabTuple.parse("!cap_chown,^cap_kill");
        assertThat(tuple.differences(IabTuple.parse("^cap_kill,!cap_chown"))).isEmpty();
        assertThat(tuple.differences(IabTuple.parse("^cap_kill")))
                .containsExactly(ThreadSet.BOUNDING);
        assertThat(tuple.differences(IabTuple.parse("!cap_chown,%cap_kill")))
                .containsExactly(ThreadSet.AMBIENT);
        assertThat(tuple.differences(IabTuple.EMPTY))
                .containsExactly(ThreadSet.INHERITABLE, ThreadSet.BOUNDING, ThreadSet.AMBIENT);
    }

    @Test
    void aWrongIabTupleIsRefusedWithItsColumn() {
        String[][] rows = {
            {" ", "column 1"},
            {"all", "column 1: found 'all'"},
            {"!,cap_chown", "column 2: found ',cap_chown'"},
            {"cap_chown;cap_kill", "column 10: found ';cap_kill', expected ',' or the end"},
            {"cap_chown,,cap_kill", "column 11"},
            {"cap_chown=p", "column 10: found '=p'"},
        };
        for (String[] row : rows) {
            assertThatThrownBy(() -> IabTuple.parse(row[0]))
                    .as(row[0])
                    .isInstanceOf(CapabilitySyntaxException.class)
                    .hasMessageContaining(row[1]);
        }
    }

    @Test
    void aNameInEachStyleIsReadAndWritten() {
        for (String name : new String[] {"sys_rawio", "checkpoint_restore", "52"}) {
            Capability capability = NameStyle.LXC.parse(name);
            for (NameStyle style : NameStyle.values()) {
                assertThat(style.parse(style.format(capability))).isEqualTo(capability);
            }
        }
        Capability rawio = Capability.of("sys_rawio");
        assertThat(NameStyle.LXC.format(rawio)).isEqualTo("sys_rawio");
        assertThat(NameStyle.LIBCAP.format(rawio)).isEqualTo("cap_sys_rawio");
        assertThat(NameStyle.SYSTEMD.format(rawio)).isEqualTo("CAP_SYS_RAWIO");
        assertThat(NameStyle.of("CAP_KILL")).isEqualTo(NameStyle.SYSTEMD);
        assertThat(NameStyle.of("Cap_kill")).isNull();
        assertThat(NameStyle.of("murder")).isNull();
        assertThatThrownBy(() -> NameStyle.LXC.parse("cap_sys_rawio"))
                .hasMessageContaining("found 'cap_sys_rawio', expected a capability's name");
        assertThatThrownBy(() -> NameStyle.LIBCAP.parse("64")).hasMessageContaining("'64'");
    }

    /// Some capabilities, often all or none of the kernel's.
    private static CapabilitySet some(Random random) {
        long bits = random.nextLong();
        bits &= random.nextLong();
        return switch (random.nextInt(4)) {
            case 0 -> CapabilitySet.upTo(LAST).minus(new CapabilitySet(bits & bits >>> 7));
            case 1 -> new CapabilitySet(bits & bits >>> 5);
            case 2 -> CapabilitySet.EMPTY;
            default -> new CapabilitySet(bits);
        };
    }
}
