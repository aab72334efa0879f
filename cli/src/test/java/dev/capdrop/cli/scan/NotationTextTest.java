package dev.capdrop.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.capdrop.capability.Notation;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.cli.scan.NotationText.Decoded;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NotationTextTest {
    private static final int LAST = 40;

    static List<Decoded> one(String text) {
        return List.of(decoded(text));
    }

    private static Decoded decoded(String text) {
        return new Decoded("", text, Notation.read(text, LAST));
    }

    private static List<String> shown(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, 80);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        new NotationText(terminal, LAST).write(decoded(text), true);
        assertThatCode(terminal::requireWritten).doesNotThrowAnyException();
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aMaskIsToldByItsNamesAndByWhatItLacks() {
        assertThat(shown("000001dffffdffff"))
                .startsWith(
                        "000001dffffdffff  39 capabilities, all but sys_rawio audit_read",
                        "  names        chown dac_override dac_read_search fowner fsetid kill setgid")
                .endsWith("  text         =ep cap_sys_rawio,cap_audit_read-ep")
                .allMatch(line -> line.length() <= 80);
        assertThat(shown("1"))
                .containsExactly(
                        "1  1 capability", "  names        chown", "  text         cap_chown=ep");
    }

    @Test
    void aNumberWithoutANamePassesThrough() {
        assertThat(shown("8000020000000000"))
                .containsExactly(
                        "8000020000000000  2 capabilities",
                        "  names        41 63",
                        "  text         = 41,63+ep");
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        assertThat(shown("ffffffffffffffff"))
                .hasSizeGreaterThan(2)
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void aLineOfAStatusIsOneLine() {
        assertThat(shown("CapBnd:\t000001fffeffffff"))
                .containsExactly("  bounding     000001fffeffffff  all but sys_resource");
    }

    @Test
    void anAttributeTellsItsRootId() {
        assertThat(shown("010000030020000000000000" + "0000000000000000" + "a0860100"))
                .startsWith(
                        "010000030020000000000000"
                                + "0000000000000000"
                                + "a0860100"
                                + "  attribute of version 3, root",
                        "  id 100000")
                .endsWith("  text         cap_net_raw=ep [rootid=100000]");
    }

    @Test
    void everyFormSaysTheSame() {
        String[][] rows = {
            {"202000", "mask", "0000000000202000"},
            {"202000", "lxc", "net_raw sys_admin"},
            {"202000", "libcap", "cap_net_raw,cap_sys_admin"},
            {"202000", "systemd", "CAP_NET_RAW CAP_SYS_ADMIN"},
            {"202000", "text", "cap_net_raw,cap_sys_admin=ep"},
            {"202000", "iab", "cap_net_raw,cap_sys_admin"},
            {"202000", "attribute", "0x0100000200202000000000000000000000000000"},
        };
        for (String[] row : rows) {
            NotationText.Form form = NotationText.Form.valueOf(row[1]);
            assertThat(form.write(Notation.read(row[0], LAST), LAST)).isEqualTo(row[2]);
            assertThat(Notation.read(row[2], LAST).all().formatHex())
                    .as("read back from %s", form)
                    .isEqualTo("0000000000202000");
        }
        assertThat(NotationText.Form.text.write(Notation.read("!cap_kill", LAST), LAST)).isNull();
    }
}
