package dev.capdrop.linux.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.linux.bus.Marshaller.Tagged;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class WireReaderTest {
    private static final List<ByteOrder> ORDERS =
            List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);

    private static final int HEADER = 48;

    private static Object read(ByteOrder order, String signature, byte[] bytes)
            throws MalformedMessageException {
        WireReader in = reader(order, bytes, new ValueAllowance(100_000_000));
        Object value = in.value(Signature.parse(signature).single());
        in.end();
        return value;
    }

    /// A reader of a message's body, in front of which a header stands.
    private static WireReader reader(ByteOrder order, byte[] body, ValueAllowance allowance) {
        ByteBuffer message = ByteBuffer.allocate(HEADER + body.length).order(order);
        return new WireReader(message.put(HEADER, body).position(HEADER), allowance);
    }

    /// A signature, and values of it as they are read.
    static Stream<Arguments> values() {
        return Stream.of(
                row("y", 0L, 1L, 127L, 128L, 255L),
                row("b", true, false),
                row("n", 0L, -1L, 32_767L, -32_768L),
                row("q", 0L, 1L, 32_768L, 65_535L),
                row("i", 0L, -1L, 2_147_483_647L, -2_147_483_648L),
                row("u", 0L, 1L, 2_147_483_648L, 4_294_967_295L),
                row("h", 0L, 4_294_967_295L),
                row("x", 0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE),
                // -1 is what systemd calls infinity
                row("t", 0L, 1L, Long.MAX_VALUE, -1L),
                row("d", 0.0, -1.5, Double.MIN_VALUE, Double.POSITIVE_INFINITY),
                row("s", "", "a", "dbus.service", "\n\t\u0001", "ä€\ud83d\ude80", "\ufffe"),
                row("o", "/", "/a", "/org/freedesktop/systemd1/unit/a_2eb", "/_/0"),
                row("g", "", "a{sv}", "ii"),
                row("as", List.of(), List.of(""), List.of("a", "bc", "def")),
                row("ay", List.of(), List.of(1L, 2L, 3L)),
                row("at", List.of(), List.of(1L, 2L)),
                row("aai", List.of(), List.of(List.of(), List.of(1L), List.of(2L, 3L))),
                row("aat", List.of(), List.of(List.of(), List.of(1L), List.of(2L, 3L))),
                row("(y)", List.of(7L)),
                row("(sbyn)", List.of("a", true, 1L, -1L)),
                row("(y(t)(y))", List.of(1L, List.of(2L), List.of(3L))),
                row("a(sbbsi)", List.of(), List.of(List.of("Capability", false, true, "x", -1L))),
                row("a{yt}", List.of(), List.of(List.of(1L, 2L), List.of(3L, 4L))),
                row("a{s(ii)}", List.of(List.of("a", List.of(1L, 2L)))),
                row("a{sa{sy}}", List.of(List.of("a", List.of(List.of("b", 1L))))));
    }

    private static Arguments row(String signature, Object... values) {
        return Arguments.of(signature, List.of(values));
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatIsWrittenIsReadInEitherByteOrder(String signature, List<Object> values)
            throws MalformedMessageException {
        for (ByteOrder order : ORDERS) {
            for (Object value : values) {
                assertThat(read(order, signature, Marshaller.body(order, signature, value)))
                        .as("%s, %s", signature, order)
                        .isEqualTo(value);
                Tagged tagged = new Tagged(signature, value);
                assertThat(read(order, "v", Marshaller.body(order, "v", tagged))).isEqualTo(value);
                Tagged twice = new Tagged("v", tagged);
                assertThat(read(order, "(yv)", Marshaller.body(order, "(yv)", List.of(1, twice))))
                        .isEqualTo(List.of(1L, value));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatIsCutOffIsRefusedWhereverItEnds(String signature, List<Object> values) {
        for (Object value : values) {
            byte[] whole = Marshaller.body(ByteOrder.BIG_ENDIAN, signature, value);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> read(ByteOrder.BIG_ENDIAN, signature, cut))
                        .as("%s of %s", cut.length, value)
                        .isInstanceOf(MalformedMessageException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatIsPassedHasToBeRightAndTakesNoMemory(String signature, List<Object> values)
            throws MalformedMessageException {
        for (Object value : values) {
            byte[] whole = Marshaller.body(ByteOrder.LITTLE_ENDIAN, signature, value);
            ValueAllowance none = new ValueAllowance(0);
            WireReader in = reader(ByteOrder.LITTLE_ENDIAN, whole, none);
            in.skip(Signature.parse(signature).single());
            in.end();
            assertThat(none.taken()).isZero();
            byte[] cut = Arrays.copyOf(whole, whole.length - 1);
            WireReader rest = reader(ByteOrder.LITTLE_ENDIAN, cut, none);
            assertThatThrownBy(() -> rest.skip(Signature.parse(signature).single()))
                    .isInstanceOf(MalformedMessageException.class);
        }
    }

    /// Big-endian, as that is easier to read.
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    b     | 00000002                   | neither true nor false
                    b     | 01000000                   | neither true nor false
                    s     | 00000001 6100 00           | 1 bytes behind its last value
                    s     | 00000002 61 00 00          | a text with a byte of zero in it
                    s     | 00000001 61 62             | a text without its end
                    s     | 00000005 61 00             | a value of 6 bytes where 2 are left
                    s     | ffffffff 61 00             | a value of 4294967296 bytes where 2 are left
                    s     | 7fffffff 61 00             | a value of 2147483648 bytes where 2 are left
                    s     | 00000001 ff 00             | a text that is not UTF-8
                    s     | 00000002 c080 00           | a text that is not UTF-8
                    s     | 00000003 eda080 00         | a text that is not UTF-8
                    s     | 00000001 c3 00             | a text that is not UTF-8
                    o     | 00000000 00                | what is no object path
                    o     | 00000001 61 00             | what is no object path
                    o     | 00000002 2f2f 00           | what is no object path
                    o     | 00000003 2f612f 00         | what is no object path
                    o     | 00000003 2f612d 00         | what is no object path
                    o     | 00000003 2fc3a4 00         | what is no object path
                    g     | 02 6128 00                 | a signature with no end of what it begins
                    v     | 00 00                      | a signature with 0 types where one has its place
                    v     | 02 6969 00 00000000        | a signature with 2 types where one has its place
                    v     | 03 612829 00 00000004 ffff | a signature with an empty structure
                    v     | 04 61282829 00 00000004    | a signature with an empty structure
                    v     | 01 7a 00 00                | a signature with an unknown or misplaced type
                    v     | 01 ff 00 00                | a text that is not UTF-8
                    (yt)  | 01 00000000000001 00       | padding that is not zero
                    (yy)  | 01                         | a value of 1 bytes where 0 are left
                    as    | 00000004 00000000 00       | a value of 1 bytes where 0 are left
                    as    | 00000003 000000 00         | a value of 4 bytes where 3 are left
                    at    | 00000000                   | a value of 1 bytes where 0 are left
                    at    | 00000000 00000001          | padding that is not zero
                    ay    | 00000003 0102              | an array of 3 bytes where 2 are left
                    ay    | ffffffff 0102              | an array of 4294967295 bytes where 2 are left
                    ay    | 00000001 0102              | 1 bytes behind its last value
                    """,
            delimiter = '|')
    void whatTheSpecificationDoesNotAllowIsRefused(String signature, String bytes, String why) {
        byte[] body = HexFormat.of().parseHex(bytes.replace(" ", ""));
        assertThatThrownBy(() -> read(ByteOrder.BIG_ENDIAN, signature, body))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("D-Bus sent a malformed message: " + why);
    }

    @Test
    void anArrayOfMoreThan64MebibytesIsRefusedWhateverFollows() {
        byte[] body = new byte[(1 << 26) + 5];
        ByteBuffer.wrap(body).putInt((1 << 26) + 1);
        assertThatThrownBy(() -> read(ByteOrder.BIG_ENDIAN, "ay", body))
                .hasMessageContaining("an array of 67108865 bytes");
    }

    @Test
    void valuesStandInEachOther64DeepAndNoDeeper() throws MalformedMessageException {
        byte[] deepest = Marshaller.body(ByteOrder.BIG_ENDIAN, "v", variants(64));
        assertThat(read(ByteOrder.BIG_ENDIAN, "v", deepest)).isEqualTo(7L);
        byte[] deeper = Marshaller.body(ByteOrder.BIG_ENDIAN, "v", variants(65));
        assertThatThrownBy(() -> read(ByteOrder.BIG_ENDIAN, "v", deeper))
                .hasMessage("D-Bus sent a malformed message: more than 64 values in each other");
        byte[] arrays =
                Marshaller.body(ByteOrder.BIG_ENDIAN, "a(v)", List.of(List.of(variants(63))));
        assertThatThrownBy(() -> read(ByteOrder.BIG_ENDIAN, "a(v)", arrays))
                .hasMessageContaining("more than 64");
    }

    private static Tagged variants(int depth) {
        Tagged variant = new Tagged("y", 7);
        for (int i = 1; i < depth; i++) {
            variant = new Tagged("v", variant);
        }
        return variant;
    }

    /// 31 structures in each other are as short as the byte in them: their number times their
    /// length is the work of reading them.
    @Test
    void moreValuesThanBytesAreRefused() {
        String deep = "a" + "(".repeat(31) + "y" + ")".repeat(31);
        byte[] body = new byte[1 << 20];
        ByteBuffer.wrap(body).putInt(body.length - 8);
        assertThatThrownBy(() -> read(ByteOrder.BIG_ENDIAN, deep, body))
                .hasMessage("D-Bus sent a malformed message: more values than bytes");
    }

    @Test
    void valuesThatTakeMoreMemoryThanIsGrantedAreRefused() throws MalformedMessageException {
        byte[] body = Marshaller.body(ByteOrder.BIG_ENDIAN, "as", List.of("abc", "ä", ""));
        Signature.Type type = Signature.parse("as").single();
        long needed = 4 * ValueAllowance.VALUE + 3 + 2 * 2;
        ValueAllowance enough = new ValueAllowance(needed);
        reader(ByteOrder.BIG_ENDIAN, body, enough).value(type);
        assertThat(enough.taken()).isEqualTo(needed);
        WireReader in = reader(ByteOrder.BIG_ENDIAN, body, new ValueAllowance(needed - 1));
        assertThatThrownBy(() -> in.value(type))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("D-Bus sent values that take more than " + (needed - 1) + " bytes");
    }
}
