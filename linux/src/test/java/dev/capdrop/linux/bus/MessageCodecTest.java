package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.linux.bus.Marshaller.Tagged;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageCodecTest {
    private static final BusCall CONDITIONS =
            BusCall.get("/u", SystemdBus.UNIT, "Conditions", SystemdBus.CONDITIONS);
    private static final BusCall PROPERTIES =
            BusCall.getAll("/u", SystemdBus.UNIT, Map.of("Names", "as", "Transient", "b"));
    private final ValueAllowance allowance = new ValueAllowance(1 << 20);
    private final MessageCodec codec = new MessageCodec(allowance);

    private Object decode(BusCall call, String signature, byte[] body)
            throws MalformedMessageException {
        byte[] message = Marshaller.answer(ByteOrder.LITTLE_ENDIAN, 7, signature, body);
        return codec.decode(call, WireHeader.parse(message), message);
    }

    private Object decode(BusCall call, String signature, Object... values)
            throws MalformedMessageException {
        return decode(call, signature, Marshaller.body(ByteOrder.LITTLE_ENDIAN, signature, values));
    }

    private Object properties(Object... properties) throws MalformedMessageException {
        return decode(PROPERTIES, "a{sv}", List.of(properties));
    }

    private static Object property(String name, String signature, Object value) {
        return List.of(name, new Tagged(signature, value));
    }

    /// Each byte as the specification has it.
    @Test
    void aCallIsWrittenByteForByte() {
        Outgoing out = new Outgoing();
        BusCall call = BusCall.method("a.b", "/c", "d.e", "F", "", "gh");
        assertThat(codec.encode(call, out)).isEqualTo(1);
        assertThat(HexFormat.of().formatHex(out.bytes()))
                .isEqualTo(
                        // least byte first, a call, no flags, version 1; body, serial, fields
                        "6c010001"
                                + "07000000"
                                + "01000000"
                                + "47000000"
                                // the object
                                + "01016f00"
                                + "02000000"
                                + "2f6300"
                                + "0000000000"
                                // the interface
                                + "02017300"
                                + "03000000"
                                + "642e6500"
                                + "00000000"
                                // the member
                                + "03017300"
                                + "01000000"
                                + "4600"
                                + "000000000000"
                                // the destination
                                + "06017300"
                                + "03000000"
                                + "612e6200"
                                + "00000000"
                                // the signature, and what fills up to the body
                                + "08016700"
                                + "01"
                                + "7300"
                                + "00"
                                + "02000000"
                                + "676800");
    }

    @Test
    void callsHaveNumbersOfTheirOwnAndArgumentsOfTheirTypes() throws MalformedMessageException {
        Outgoing out = new Outgoing();
        BusCall number =
                new BusCall(
                        "a.b", "/c", "d.e", "F", List.of("4294967295"), "u", new BusCall.Value(""));
        BusCall texts = BusCall.method("a.b", "/c", "d.e", "F", "", "", "ä\ud83d\ude80");
        assertThat(codec.encode(number, out)).isEqualTo(1);
        byte[] first = out.bytes();
        out.sent(first.length);
        assertThat(codec.encode(texts, out)).isEqualTo(2);
        byte[] second = out.bytes();
        WireHeader header = WireHeader.parse(first);
        assertThat(header.type()).isEqualTo(WireHeader.METHOD_CALL);
        assertThat(header.signature().text()).isEqualTo("u");
        assertThat(Arrays.copyOfRange(first, header.body(), first.length))
                .containsExactly(255, 255, 255, 255);
        assertThat(ByteBuffer.wrap(second).order(ByteOrder.LITTLE_ENDIAN).getInt(8)).isEqualTo(2);
        assertThat(new String(second, UTF_8)).endsWith("\0\0\0\0\0\0\0\0\6\0\0\0ä\ud83d\ude80\0");
    }

    @Test
    void aListOfConditionsIsRead() throws MalformedMessageException {
        List<Object> row = List.of("ConditionCapability", false, true, "CAP_SYS_RAWIO", -1);
        Object value = decode(CONDITIONS, "v", new Tagged("a(sbbsi)", List.of(row)));
        assertThat(SystemdBus.tested(value, "Condition"))
                .singleElement()
                .satisfies(c -> {
                    assertThat(c.condition().format())
                            .isEqualTo("ConditionCapability=!CAP_SYS_RAWIO");
                    assertThat(c.result().holds()).isFalse();
                });
    }

    @Test
    void anEmptyListIsRead() throws MalformedMessageException {
        Object value = decode(CONDITIONS, "v", new Tagged("a(sbbsi)", List.of()));
        assertThat(SystemdBus.tested(value, "Condition")).isEqualTo(List.of());
    }

    @Test
    void anAnswerOfAnotherTypeIsRefused() {
        assertThatThrownBy(() -> decode(CONDITIONS, "v", new Tagged("as", List.of())))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "D-Bus answered Get[org.freedesktop.systemd1.Unit, Conditions] with another"
                                + " type than 'a(sbbsi)'");
        assertThatThrownBy(() -> decode(CONDITIONS, "a(sbbsi)", List.of()))
                .hasMessageEndingWith("with another type than 'v'");
        assertThatThrownBy(() -> decode(BusCall.ofBus("Hello", "s"), "ss", "a", "b"))
                .hasMessageEndingWith("with another type than 's'");
        assertThatThrownBy(() -> decode(BusCall.ofBus("Hello", ""), "s", "a"))
                .hasMessageEndingWith("with another type than ''");
    }

    @Test
    void bytesThatNoTypeAccountsForAreRefused() throws MalformedMessageException {
        assertThat(decode(BusCall.ofBus("Hello", ""), "")).isEqualTo("");
        assertThatThrownBy(() -> decode(BusCall.ofBus("Hello", ""), "", new byte[1]))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("D-Bus sent a malformed message: 1 bytes behind its last value");
    }

    @Test
    void ofAllPropertiesThoseThatAreWantedAreTakenAndTheOthersTakeNothing()
            throws MalformedMessageException {
        Object others = property("Id", "a{sv}", List.of(property("a", "(ss)", List.of("b", "c"))));
        assertThat(properties(others, property("Transient", "b", true)))
                .isEqualTo(Map.of("Transient", true));
        assertThat(allowance.taken()).isEqualTo(ValueAllowance.VALUE);
    }

    @Test
    void aWantedPropertyOfAnotherTypeIsRefused() {
        assertThatThrownBy(() -> properties(property("Names", "s", "a")))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("GetAll")
                .hasMessageContaining("'as'");
    }

    @Test
    void aPropertyThatNobodyWantsHasToBeRightAllTheSame() {
        assertThatThrownBy(() -> properties(property("Id", "o", "no path")))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("D-Bus sent a malformed message: what is no object path");
    }

    @Test
    void variantsThatStandInEachOtherWithoutEndAreRefused() {
        Tagged deep = new Tagged("y", 1);
        for (int i = 0; i < 1000; i++) {
            deep = new Tagged("v", deep);
        }
        Object property = property("Id", "v", deep);
        assertThatThrownBy(() -> properties(property))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("D-Bus sent a malformed message: more than 64 values in each other");
    }

    /// None of their elements takes a byte, so that reading them would never come to the array's
    /// end.
    @ParameterizedTest
    @ValueSource(strings = {"a()", "a(())", "a{()()}", "a(ua())", "a{ya()}", "(ya())"})
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anArrayOfWhatTakesNoBytesIsRefusedByItsSignature(String signature) {
        byte[] variant = new byte[signature.length() + 18];
        variant[0] = (byte) signature.length();
        System.arraycopy(signature.getBytes(UTF_8), 0, variant, 1, signature.length());
        int array = (signature.length() + 5) / 4 * 4;
        variant[array] = 4;
        // as the whole answer, and as a property that nobody wants
        assertThatThrownBy(() -> decode(CONDITIONS, "v", variant))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith("D-Bus sent a malformed message: a signature with ");
        byte[] entry = new byte[8 + 8 + variant.length];
        ByteBuffer.wrap(entry)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(8 + variant.length)
                .putInt(0)
                .putInt(2)
                .put((byte) 'I')
                .put((byte) 'd')
                .put((byte) 0)
                .put(variant);
        assertThatThrownBy(() -> decode(PROPERTIES, "a{sv}", entry))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith("D-Bus sent a malformed message: a signature with ");
    }
}
