package dev.capdrop.linux.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.linux.bus.Marshaller.Tagged;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Messages of which bytes were changed at random are values of the type that they claim, or
/// refused by the one exception that is documented, in bounded time and memory.
final class FuzzedMessagesTest {
    private static final int MESSAGES = 100_000;
    private static final int MADE = 60;
    private static final long LONGEST_NANOS = 1_000_000_000;

    /// What the values of a message may take for each of its bytes.
    private static final long MOST_A_BYTE = ValueAllowance.VALUE + 2;

    private static final String BASIC = "ybnqiuxtdsogh";
    private static final UnitState UNIT =
            new UnitState("a.service", "loaded", "active", "running", List.of(), UnitDetail.UNREAD);

    private final Random random = new Random(20261130);
    private int read;
    private int refused;

    private static final class Sample {
        private final BusCall call;
        private final byte[] message;

        Sample(BusCall call, byte[] message) {
            this.call = call;
            this.message = message;
        }
    }

    @Test
    void aChangedMessageIsReadOrRefusedAndNeverAnythingElse() {
        List<Sample> samples = samples();
        List<Sample> slow = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            Sample sample = samples.get(random.nextInt(samples.size()));
            byte[] changed = changed(sample.message);
            try {
                if (nanos(sample.call, changed) > LONGEST_NANOS) {
                    slow.add(new Sample(sample.call, changed));
                }
            } catch (RuntimeException | Error e) {
                throw new AssertionError("message " + i + " of " + sample.call, e);
            }
        }
        assertThat(read + refused).isEqualTo(MESSAGES);
        // Each is much: neither does all fail at the header, nor is nothing ever looked at.
        assertThat(read).isGreaterThan(MESSAGES / 20);
        assertThat(refused).isGreaterThan(MESSAGES / 20);
        // The machine may have been busy with something else: they have another try.
        slow.removeIf(sample -> nanos(sample.call, sample.message) < LONGEST_NANOS);
        assertThat(slow).isEmpty();
    }

    private long nanos(BusCall call, byte[] message) {
        long start = System.nanoTime();
        look(call, message);
        return System.nanoTime() - start;
    }

    @Test
    void theSamplesThemselvesAreRead() {
        List<Sample> samples = samples();
        samples.forEach(sample -> look(sample.call, sample.message));
        assertThat(read).isEqualTo(samples.size());
    }

    private void look(BusCall call, byte[] message) {
        ValueAllowance allowance = new ValueAllowance(MOST_A_BYTE * message.length);
        try {
            WireHeader header = WireHeader.parse(message);
            Object value = new MessageCodec(allowance).decode(call, header, message);
            if (value instanceof Map<?, ?> map) {
                Map<String, @Nullable Object> properties = new HashMap<>();
                map.forEach((name, one) -> properties.put(name.toString(), one));
                DetailProperties.detail(UNIT, properties, (_, _) -> List.of());
            }
            if (call.arguments().contains("Conditions")) {
                SystemdBus.tested(value, "Condition");
            }
            read++;
        } catch (MalformedMessageException expected) {
            assertThat(expected).hasMessageNotContaining("values that take more");
            refused++;
        }
    }

    private byte[] changed(byte[] message) {
        byte[] changed = message.clone();
        // Where the header stays as it was, what is behind it is looked at.
        int from = random.nextBoolean() ? 0 : Math.min(changed.length - 1, 64);
        for (int n = random.nextInt(4); n >= 0; n--) {
            int at = from + random.nextInt(changed.length - from);
            changed[at] =
                    switch (random.nextInt(4)) {
                        case 0 -> 0;
                        case 1 -> (byte) (changed[at] ^ 1 << random.nextInt(8));
                        case 2 -> (byte) "a(){}vsy".charAt(random.nextInt(8));
                        default -> (byte) random.nextInt(256);
                    };
        }
        try {
            // A connection takes as many bytes as the header says.
            long length = WireHeader.length(changed);
            return length <= 2L * changed.length ? Arrays.copyOf(changed, (int) length) : changed;
        } catch (MalformedMessageException refusedByTheConnection) {
            return changed;
        }
    }

    /// Those that were recorded, and as many types as chance makes.
    private List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        for (String name : RecordedAnswers.names()) {
            samples.add(new Sample(RecordedAnswers.call(name), RecordedAnswers.message(name)));
        }
        for (int i = 0; i < MADE; i++) {
            String type = type(0);
            Object value = value(type);
            ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            byte[] body = Marshaller.body(order, type, value);
            BusCall call = BusCall.ofBus("Made", type);
            samples.add(new Sample(call, Marshaller.answer(order, 1, type, body)));
            BusCall get = BusCall.get("/a", "a.b", "Made", type);
            byte[] variant = Marshaller.body(order, "v", new Tagged(type, value));
            samples.add(new Sample(get, Marshaller.answer(order, 1, "v", variant)));
        }
        return samples;
    }

    private String type(int depth) {
        return switch (random.nextInt(depth > 3 ? 2 : 6)) {
            case 0, 1 -> BASIC.charAt(random.nextInt(BASIC.length())) + "";
            case 2 -> "v";
            case 3 -> "a" + type(depth + 1);
            case 4 -> "a{" + BASIC.charAt(random.nextInt(BASIC.length())) + type(depth + 1) + "}";
            default -> "(" + type(depth + 1) + type(depth + 1) + ")";
        };
    }

    private Object value(String type) {
        return switch (type.charAt(0)) {
            case 'b' -> random.nextBoolean();
            case 'd' -> random.nextDouble();
            case 's' -> "text".repeat(random.nextInt(4));
            case 'o' -> "/a".repeat(1 + random.nextInt(4));
            case 'g' -> "a{sv}(ii)".substring(0, random.nextBoolean() ? 5 : 9);
            case 'v' -> {
                String inner = type(3);
                yield new Tagged(inner, value(inner));
            }
            case 'a' -> {
                List<Object> elements = new ArrayList<>();
                for (int n = random.nextInt(4); n > 0; n--) {
                    elements.add(value(type.substring(1)));
                }
                yield elements;
            }
            case '(', '{' -> {
                int second = Marshaller.end(type, 1);
                yield List.of(
                        value(type.substring(1, second)),
                        value(type.substring(second, type.length() - 1)));
            }
            default -> random.nextLong();
        };
    }
}
