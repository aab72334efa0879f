package dev.capdrop.linux.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.linux.bus.Marshaller.Tagged;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WireHeaderTest {
    private static final Object PATH = field(1, "o", "/a");
    private static final Object INTERFACE = field(2, "s", "a.b");
    private static final Object MEMBER = field(3, "s", "M");
    private static final Object ERROR_NAME = field(4, "s", "a.Failed");
    private static final Object REPLY_SERIAL = field(5, "u", 7);
    private static final Object SIGNATURE = field(8, "g", "s");

    private static Object field(int code, String signature, Object value) {
        return List.of(code, new Tagged(signature, value));
    }

    private static WireHeader parse(int type, Object... fields) throws MalformedMessageException {
        return WireHeader.parse(message(type, fields));
    }

    private static byte[] message(int type, Object... fields) {
        return Marshaller.message(
                ByteOrder.LITTLE_ENDIAN, type, List.of(fields), new byte[] {0, 0, 0, 0, 0});
    }

    @Test
    void anAnswerIsReadInEitherByteOrder() throws MalformedMessageException {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            byte[] body = Marshaller.body(order, "s", "yes");
            byte[] message = Marshaller.answer(order, 0x01020304, "s", body);
            assertThat(WireHeader.length(message)).isEqualTo(message.length);
            WireHeader header = WireHeader.parse(message);
            assertThat(header.type()).isEqualTo(WireHeader.METHOD_RETURN);
            assertThat(header.replySerial()).isEqualTo(0x01020304);
            assertThat(header.signature().text()).isEqualTo("s");
            assertThat(header.body()).isEqualTo(message.length - body.length);
            assertThat(
                            new MessageCodec(new ValueAllowance(1000))
                                    .decode(BusCall.ofBus("Hello", "s"), header, message))
                    .isEqualTo("yes");
        }
    }

    static Stream<Arguments> required() {
        return Stream.of(
                Arguments.of(WireHeader.METHOD_CALL, List.of(PATH, MEMBER)),
                Arguments.of(WireHeader.METHOD_RETURN, List.of(REPLY_SERIAL)),
                Arguments.of(WireHeader.ERROR, List.of(ERROR_NAME, REPLY_SERIAL)),
                Arguments.of(WireHeader.SIGNAL, List.of(PATH, INTERFACE, MEMBER)));
    }

    @ParameterizedTest
    @MethodSource("required")
    void eachKindOfMessageHasItsFields(int type, List<Object> fields)
            throws MalformedMessageException {
        assertThat(parse(type, fields.toArray()).type()).isEqualTo(type);
        for (Object one : fields) {
            Object[] others = fields.stream().filter(field -> !field.equals(one)).toArray();
            assertThatThrownBy(() -> parse(type, others))
                    .hasMessage("D-Bus sent a malformed message: a header that lacks a field");
        }
    }

    @Test
    void aKindOfMessageThatIsNotKnownIsNoneOfOurs() throws MalformedMessageException {
        assertThat(parse(5).type()).isEqualTo(5);
        assertThat(parse(255).type()).isEqualTo(255);
        assertThatThrownBy(() -> parse(0)).hasMessageContaining("a header that does not fit it");
    }

    @Test
    void aFieldThatIsNotKnownIsPassed() throws MalformedMessageException {
        Object unknown = field(10, "a{sv}", List.of(List.of("a", new Tagged("i", 1))));
        assertThat(parse(2, unknown, REPLY_SERIAL, field(255, "y", 1)).replySerial()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(names = "INVALID", mode = EnumSource.Mode.EXCLUDE)
    void aFieldHasItsTypeAndNoOther(WireHeader.Field field) {
        int code = field.code();
        assertThatThrownBy(() -> parse(2, REPLY_SERIAL, field(code, "y", 1)))
                .hasMessage(
                        "D-Bus sent a malformed message: header field "
                                + code
                                + " of a wrong type");
    }

    @Test
    void aFieldThatMayNotBeIsRefused() {
        assertThatThrownBy(() -> parse(2, REPLY_SERIAL, field(0, "y", 1)))
                .hasMessageContaining("header field 0 of a wrong type");
        assertThatThrownBy(() -> parse(2, REPLY_SERIAL, SIGNATURE, SIGNATURE))
                .hasMessageContaining("header field 8 twice");
        assertThatThrownBy(() -> parse(2, REPLY_SERIAL, field(8, "g", "()")))
                .hasMessageContaining("a signature with an empty structure");
        assertThatThrownBy(() -> parse(2, REPLY_SERIAL, field(9, "u", 1)))
                .hasMessage("D-Bus sent file descriptors, which were not asked for");
    }

    @Test
    void aMessageOfAnotherLengthThanItClaimsIsRefused() {
        byte[] message = message(2, REPLY_SERIAL);
        message[4]++;
        assertThatThrownBy(() -> WireHeader.parse(message))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("a header that does not fit it");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 8, 12, 14})
    void whatNoMessageBeginsWithIsRefused(int at) {
        byte[] message = message(2, REPLY_SERIAL);
        message[at] = (byte) (at == 8 ? 0 : 99);
        assertThatThrownBy(() -> WireHeader.parse(message))
                .isInstanceOf(MalformedMessageException.class);
    }
}
