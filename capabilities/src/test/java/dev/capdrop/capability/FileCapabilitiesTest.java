package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FileCapabilitiesTest {
    private static final int LAST = 40;

    @Test
    void theAttributeOfEachVersionIsReadAndWritten() {
        // layout, text, root id
        String[][] rows = {
            {"010000010020000000000000", "cap_net_raw=ep", null},
            {"010000020020000000000000" + "0000000000000000", "cap_net_raw=ep", null},
            {"000000020020000000000000" + "0000000000000000", "cap_net_raw=p", null},
            {"0000000200000000" + "00200000" + "0000000000000000", "cap_net_raw=i", null},
            {"01000002ffffffffffffffff" + "ff010000ff010000", "=eip", null},
            {"010000020000000000000000" + "8000000000000000", "cap_bpf=ep", null},
            {"000000020000000000000000" + "0000000000000000", "=", null},
            {"010000020020000000000000" + "0000000000000000", "cap_net_raw=ep", null},
            {
                "01000002" + "0100000002000000" + "0000000000000000",
                "cap_dac_override=ei cap_chown+ep"
            },
            {
                "01000003" + "0020000000000000" + "0000000000000000" + "a0860100",
                "cap_net_raw=ep",
                "100000"
            },
            {
                "01000003" + "0020000000000000" + "0000000000000000" + "feffffff",
                "cap_net_raw=ep",
                "4294967294"
            },
            {
                "00000003" + "0020000000000000" + "0000000000000000" + "00000000",
                "cap_net_raw=p",
                "0"
            },
            {"00000002" + "0000000000000000" + "0000008000020000", "= 41+i 63+p"},
        };
        for (String[] row : rows) {
            byte[] bytes = HexFormat.of().parseHex(row[0]);
            FileCapabilities decoded = FileCapabilities.decode(bytes);
            assertThat(decoded.format(LAST)).as(row[0]).isEqualTo(row[1]);
            assertThat(decoded.rootId()).isEqualTo(rootId(row));
            assertThat(decoded.encode()).isEqualTo(bytes);
        }
    }

    private static @Nullable Long rootId(String[] row) {
        return row.length > 2 && row[2] != null ? Long.valueOf(row[2]) : null;
    }

    @Test
    void everyValueAndItsAttributeAreInverses() {
        Random random = new Random(20261125);
        for (FileCapabilities.Version version : FileCapabilities.Version.values()) {
            boolean owned = version == FileCapabilities.Version.V3;
            long mask = version == FileCapabilities.Version.V1 ? 0xffffffffL : -1L;
            for (int i = 0; i < 3_000; i++) {
                FileCapabilities some =
                        new FileCapabilities(
                                version,
                                new CapabilitySet(random.nextLong() & mask),
                                new CapabilitySet(random.nextLong() & mask),
                                random.nextBoolean(),
                                owned ? Integer.toUnsignedLong(random.nextInt()) : null);
                assertThat(FileCapabilities.decode(some.encode())).isEqualTo(some);
            }
        }
    }

    @Test
    void whatSetcapWritesFollowsFromTheText() {
        FileCapabilities ping =
                FileCapabilities.of(CapabilityState.parse("cap_net_raw+ep", LAST), null);
        assertThat(ping.encode()).asHexString().isEqualTo("0100000200200000" + "0".repeat(24));
        assertThat(FileCapabilities.of(ping.state(), 0L)).isEqualTo(ping);
        FileCapabilities inside = FileCapabilities.of(ping.state(), 100000L);
        assertThat(inside.version()).isEqualTo(FileCapabilities.Version.V3);
        assertThat(inside.state()).isEqualTo(ping.state());
        CapabilityState odd = CapabilityState.parse("cap_net_raw=ep cap_chown+p", LAST);
        assertThatThrownBy(() -> FileCapabilities.of(odd, null))
                .hasMessageContaining("effective set is empty, or all");
    }

    @Test
    void aRootIdIsShownAsGetcapShowsIt() {
        CapabilityState state = CapabilityState.parse("cap_net_raw+ep", LAST);
        assertThat(FileCapabilities.of(state, 100000L).formatWithRootId(LAST))
                .isEqualTo("cap_net_raw=ep [rootid=100000]");
        assertThat(FileCapabilities.of(state, 4294967294L).formatWithRootId(LAST))
                .isEqualTo("cap_net_raw=ep [rootid=-2]");
        assertThat(FileCapabilities.of(state, 0L).formatWithRootId(LAST))
                .isEqualTo("cap_net_raw=ep");
    }

    @Test
    void whatIsNoAttributeIsRefused() {
        String[][] rows = {
            {"", "found the end of 0 bytes, expected 12, 20 or 24 bytes"},
            {"010000", "found the end of 3 bytes"},
            {"01000002", "found the end of 4 bytes, expected 20 bytes of version 2"},
            {"01000004" + "0".repeat(32), "column 4: found version 4, expected 1, 2 or 3"},
            {"01000003" + "0".repeat(32), "expected 24 bytes of version 3"},
        };
        for (String[] row : rows) {
            byte[] bytes = HexFormat.of().parseHex(row[0]);
            assertThatThrownBy(() -> FileCapabilities.decode(bytes))
                    .isInstanceOf(CapabilitySyntaxException.class)
                    .hasMessageContaining(row[1]);
        }
        assertThatThrownBy(() ->
                        new FileCapabilities(
                                FileCapabilities.Version.V3,
                                CapabilitySet.EMPTY,
                                CapabilitySet.EMPTY,
                                false,
                                null))
                .hasMessageContaining("root id null in version 3");
        assertThatThrownBy(() ->
                        new FileCapabilities(
                                FileCapabilities.Version.V1,
                                CapabilitySet.of("bpf"),
                                CapabilitySet.EMPTY,
                                false,
                                null))
                .hasMessageContaining("version 1 ends with capability 31");
    }

    @Test
    void bitsWithoutMeaningArePassedOver() {
        byte[] bytes = HexFormat.of().parseHex("ff00ff02" + "00200000" + "0".repeat(24));
        assertThat(FileCapabilities.decode(bytes).format(LAST)).isEqualTo("cap_net_raw=ep");
    }
}
