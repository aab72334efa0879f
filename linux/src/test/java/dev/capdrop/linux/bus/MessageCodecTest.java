package dev.capdrop.linux.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class MessageCodecTest {
    private static final BusCall CONDITIONS =
            BusCall.get("/u", SystemdBus.UNIT, "Conditions", SystemdBus.CONDITIONS);
    private static final int MANGLED = 30_000;
    private final MessageCodec codec = new MessageCodec();

    private Object decode(byte[] message) throws IOException {
        return codec.decode(CONDITIONS, WireHeader.parse(message), message);
    }

    private static byte[] conditions(int rows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < rows; i++) {
            ByteBuffer row = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
            row.put(HostileBus.text("ConditionCapability")).position(24);
            row.putInt(0).putInt(1).put(HostileBus.text("CAP_SYS_RAWIO"));
            row.position(52).putInt(-1);
            out.writeBytes(row.array());
        }
        int length = Math.max(0, out.size() - 8);
        ByteBuffer array = ByteBuffer.allocate(4 + length).order(ByteOrder.LITTLE_ENDIAN);
        array.putInt(length).put(out.toByteArray(), 0, length);
        // No padding behind the length: the variant's signature ends at 12, the rows begin at 16.
        byte[] variant = HostileBus.variant(SystemdBus.CONDITIONS, array.array());
        return HostileBus.reply(7, "v", variant);
    }

    @Test
    void aListOfConditionsIsRead() throws IOException {
        assertThat(SystemdBus.tested(decode(conditions(1)), "Condition"))
                .singleElement()
                .satisfies(c -> {
                    assertThat(c.condition().format())
                            .isEqualTo("ConditionCapability=!CAP_SYS_RAWIO");
                    assertThat(c.result().holds()).isFalse();
                });
    }

    @Test
    void anEmptyListIsRead() throws IOException {
        assertThat(SystemdBus.tested(decode(conditions(0)), "Condition")).isEqualTo(List.of());
    }

    @Test
    @Timeout(60)
    void aMangledAnswerIsAValueOrRefusedAndNeverAnythingElse() throws IOException {
        byte[] valid = conditions(3);
        Random random = new Random(20261125);
        int refused = 0;
        for (int i = 0; i < MANGLED; i++) {
            byte[] message = valid.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt(256);
            }
            try {
                long length = WireHeader.length(message);
                if (length == message.length) {
                    assertThat(SystemdBus.tested(decode(message), "Condition")).isNotNull();
                }
            } catch (IOException malformed) {
                refused++;
            }
        }
        assertThat(refused).isBetween(MANGLED / 20, MANGLED);
    }

    private static final BusCall PROPERTIES =
            BusCall.getAll("/u", SystemdBus.UNIT, Map.of("Names", "as", "Transient", "b"));

    /// An answer with two properties, each 16 bytes behind the other at least.
    private Object properties(String first, byte[] one, String second, byte[] two)
            throws IOException {
        ByteBuffer body =
                ByteBuffer.allocate(64 + one.length + two.length).order(ByteOrder.LITTLE_ENDIAN);
        body.position(8);
        body.put(HostileBus.text(first)).put(one).position(body.position() + 7 & -8);
        body.put(HostileBus.text(second)).put(two);
        body.putInt(0, body.position() - 8);
        byte[] message = HostileBus.reply(7, "a{sv}", Arrays.copyOf(body.array(), body.position()));
        return codec.decode(PROPERTIES, WireHeader.parse(message), message);
    }

    private static byte[] nested(int depth) {
        byte[] variants = new byte[3 * depth + 4];
        for (int i = 0; i < depth; i++) {
            variants[3 * i] = 1;
            variants[3 * i + 1] = 'v';
        }
        variants[3 * depth] = 1;
        variants[3 * depth + 1] = 'y';
        return variants;
    }

    @Test
    void ofAllPropertiesThoseThatAreWantedAreTaken() throws IOException {
        byte[] flag = {1, 'b', 0, 0, 0, 0, 1, 0, 0, 0};
        assertThat(properties("Transient", flag, "Id", nested(0)))
                .isEqualTo(Map.of("Transient", true));
    }

    @Test
    void aWantedPropertyOfAnotherTypeIsRefused() {
        assertThatThrownBy(() -> properties("Names", nested(0), "Id", nested(0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("GetAll")
                .hasMessageContaining("'as'");
    }

    @Test
    void variantsThatStandInEachOtherWithoutEndAreRefused() {
        assertThatThrownBy(() -> properties("Id", nested(1_000_000), "Names", nested(0)))
                .isInstanceOf(IOException.class)
                .hasMessage("D-Bus sent a malformed message");
    }
}
