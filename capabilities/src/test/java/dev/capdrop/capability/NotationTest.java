package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NotationTest {
    private static final int LAST = 40;

    @Test
    void everyNotationIsToldByItsForm() {
        // text, kind, all that occurs
        String[][] rows = {
            {"1fffffffff", "Mask", "0000001fffffffff"},
            {"0x2000", "Mask", "0000000000002000"},
            {"0XFFFFFFFFFFFFFFFF", "Mask", "ffffffffffffffff"},
            {"41", "Mask", "0000000000000041"},
            {" 000001dffffdffff\n", "Mask", "000001dffffdffff"},
            {"net_raw", "Names", "0000000000002000"},
            {"cap_kill,CAP_CHOWN net_raw", "Names", "0000000000002021"},
            {"kill, 41 63", "Names", "8000020000000020"},
            {"1 2", "Names", "0000000000000006"},
            {"all", "Names", "000001ffffffffff"},
            {"cap_net_raw=ep", "Text", "0000000000002000"},
            {"=ep cap_net_raw-p", "Text", "000001ffffffffff"},
            {"41+e", "Text", "0000020000000000"},
            {"!cap_chown,^cap_kill", "Iab", "0000000000000021"},
            {"%cap_kill", "Iab", "0000000000000020"},
            {"CapBnd:\t000001ffffffffff", "StatusLine", "000001ffffffffff"},
            {"CapEff: 20", "StatusLine", "0000000000000020"},
            {"0100000200200000000000000000000000000000", "Attribute", "0000000000002000"},
            {"0x0100000200200000000000000000000000000000", "Attribute", "0000000000002000"},
            {"0100 0002 0020 0000 0000 0000 0000 0000 0000 0000", "Attribute", "0000000000002000"},
            {"security.capability=0sAQAAAgAgAAAAAAAAAAAAAAAAAAA=", "Attribute", "0000000000002000"},
        };
        for (String[] row : rows) {
            Notation read = Notation.read(row[0], LAST);
            assertThat(read.getClass().getSimpleName()).as(row[0]).isEqualTo(row[1]);
            assertThat(read.all().formatHex()).as(row[0]).isEqualTo(row[2]);
        }
    }

    @Test
    void whatIsInNoneIsRefused() {
        String[][] rows = {
            {"", "column 1: found the end, expected a mask in hex, names"},
            {"nonsense", "column 1: found 'nonsense', expected a mask in hex, names"},
            {"kill,murder", "column 6: found 'murder', expected a capability's name"},
            {"kill 64", "column 6: found '64'"},
            {"cap_net_raw=x", "column 13: found 'x'"},
            {"!all", "column 2: found 'all'"},
            {"CapFoo:\t0", "expected CapInh, CapPrm, CapEff, CapBnd or CapAmb"},
            {"CapBnd:\tzz", "column 9: found 'zz', expected 1 to 16 hex digits"},
            {"CapBnd:", "found the end, expected 1 to 16 hex digits"},
            {"00112233445566778899", "expected 1 to 16 hex digits of a mask, or the 24, 40 or 48"},
            {"0000000000000000f", "expected 1 to 16 hex digits of a mask"},
            {"001122334455667788990011", "column 4: found version 51, expected 1, 2 or 3"},
            {"security.capability=", "expected 1 to 16 hex digits of a mask, or the 24"},
            {"0sA", "expected base64"},
            {"0".repeat(17), "found 17 hex digits, expected 1 to 16 hex digits of a mask"},
            {"f".repeat(100_000), "found 100000 hex digits"},
            {",".repeat(100_000), "expected a mask in hex, names"},
            {"\u212aill", "expected a mask in hex, names"},
            {"cap_\u212aill", "expected a mask in hex, names"},
            {"\u0441hown", "expected a mask in hex, names"},
            {"sy\u017f_admin", "expected a mask in hex, names"},
        };
        for (String[] row : rows) {
            assertThatThrownBy(() -> Notation.read(row[0], LAST))
                    .as(row[0])
                    .isInstanceOf(CapabilitySyntaxException.class)
                    .hasMessageContaining(row[1]);
        }
    }

    @Test
    void oneNotationBecomesAnotherWhereItSaysAsMuch() {
        Notation mask = Notation.read("2000", LAST);
        assertThat(mask.state()).isEqualTo(CapabilityState.parse("cap_net_raw=ep", LAST));
        assertThat(mask.iab(LAST)).isEqualTo(IabTuple.parse("cap_net_raw"));
        assertThat(mask.file())
                .isEqualTo(
                        FileCapabilities.of(CapabilityState.parse("cap_net_raw=ep", LAST), null));
        assertThat(Notation.read("cap_net_raw=ep", LAST).one())
                .isEqualTo(CapabilitySet.of("net_raw"));
        assertThat(Notation.read("cap_net_raw=ep cap_kill=i", LAST).one()).isNull();
        assertThat(Notation.read("cap_net_raw=ep cap_kill=p", LAST).file()).isNull();
        assertThat(Notation.read("!cap_kill", LAST).state()).isNull();
        assertThat(Notation.read("CapBnd: 1fffffffffe", LAST).iab(LAST))
                .isEqualTo(IabTuple.parse("!cap_chown"));
        assertThat(Notation.read("CapAmb: 1", LAST).iab(LAST))
                .isEqualTo(IabTuple.parse("^cap_chown"));
        assertThat(Notation.read("CapEff: 1", LAST).iab(LAST)).isNull();
    }
}
