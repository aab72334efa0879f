package dev.capdrop.linux.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One file of systemd-journald, of which nothing is to be believed: every read has a limit and is
/// counted, lists are followed a limited number of steps, and every length, place and count is
/// checked against its bounds. It is never mapped: its owner could shorten it under the reader.
///
/// To find a line of a unit, the field `_SYSTEMD_UNIT=NAME` is looked up in the file's hash table;
/// its data object names the entries that hold it, in lists of growing length, the newest last; an
/// entry names its fields, `MESSAGE=` among them.
///
/// Source: systemd's "Journal File Format"; `src/libsystemd/sd-journal/journal-def.h`. A field that
/// is stored compressed (512 bytes or more) is not unpacked.
final class JournalFile implements AutoCloseable {
    /// The text in place of a message that is stored compressed.
    static final String COMPRESSED = "(a long message, stored compressed)";

    private static final long SIGNATURE =
            ByteBuffer.wrap("LPKSHHRH".getBytes(UTF_8)).order(ByteOrder.LITTLE_ENDIAN).getLong();

    private static final int HEADER = 208;
    private static final int INCOMPATIBLE_AT = 12;
    private static final int FILE_ID_AT = 24;
    private static final int TABLE_AT = 104;
    private static final int TABLE_SIZE_AT = 112;

    private static final int KEYED = 4;
    private static final int COMPACT = 16;

    private static final int DATA = 1;
    private static final int ENTRY = 3;
    private static final int ENTRY_ARRAY = 6;

    private static final int OBJECT_SIZE_AT = 8;
    private static final int NEXT_HASH_AT = 24;
    private static final int FIRST_ENTRY_AT = 40;
    private static final int ARRAY_AT = 48;
    private static final int COUNT_AT = 56;
    private static final int NUMBER_AT = 16;
    private static final int REALTIME_AT = 24;
    private static final int ITEMS_OF_ENTRY = 64;
    private static final int NEXT_ARRAY_AT = 16;
    private static final int ITEMS_OF_ARRAY = 24;

    private static final int MOST_COLLISIONS = 200;
    private static final int MOST_ARRAYS = 64;
    private static final int MOST_FIELDS = 100;
    private static final int MOST_PAYLOAD = 1024;

    private final SafeRoot.RegularFile file;
    private final Effort effort;
    private final byte[] fileId = new byte[16];
    private final boolean keyed;
    private final boolean compact;
    private final long table;
    private final long buckets;

    JournalFile(SafeRoot.RegularFile file, Effort effort) throws IOException {
        this.file = file;
        this.effort = effort;
        ByteBuffer header = bytes(0, HEADER);
        if (header.remaining() < HEADER || header.getLong(0) != SIGNATURE) {
            throw new IOException("it is no journal");
        }
        int flags = header.getInt(INCOMPATIBLE_AT);
        keyed = (flags & KEYED) != 0;
        compact = (flags & COMPACT) != 0;
        header.get(FILE_ID_AT, fileId);
        table = header.getLong(TABLE_AT);
        buckets = header.getLong(TABLE_SIZE_AT) / 16;
    }

    /// A line of the journal.
    ///
    /// @param micros when it was written, µs since the epoch
    /// @param kind the `MESSAGE_ID=`, empty where it has none
    record Line(long micros, long number, String message, String kind) implements Comparable<Line> {
        @Override
        public int compareTo(Line other) {
            int byTime = Long.compare(micros, other.micros);
            return byTime == 0 ? Long.compare(number, other.number) : byTime;
        }
    }

    /// Returns the last lines that hold this field, the newest first.
    ///
    /// @param field as `NAME=VALUE`
    /// @param since the oldest time that is wanted, µs since the epoch
    List<Line> last(String field, long since, int most) throws IOException {
        List<Line> lines = new ArrayList<>();
        ByteBuffer data = find(field.getBytes(UTF_8));
        if (data == null) {
            return lines;
        }
        long[] entries = lastEntries(data, most);
        for (long at : entries) {
            Line line = line(at);
            if (line != null && line.micros() < since) {
                break;
            }
            if (line != null) {
                lines.add(line);
            }
        }
        return lines;
    }

    private @Nullable ByteBuffer find(byte[] payload) throws IOException {
        if (buckets <= 0 || table <= 0) {
            return null;
        }
        long hash = keyed ? SipHash.of(fileId, payload) : JenkinsHash.of(payload);
        long bucket = Long.remainderUnsigned(hash, buckets);
        ByteBuffer first = bytes(table + bucket * 16, 8);
        long at = first.remaining() < 8 ? 0 : first.getLong(0);
        for (int i = 0; i < MOST_COLLISIONS && at != 0; i++) {
            ByteBuffer data = object(at, DATA, payloadAt() + payload.length);
            if (data == null) {
                return null;
            }
            if (data.getLong(OBJECT_SIZE_AT) == payloadAt() + payload.length
                    && Arrays.equals(payload, payload(data))) {
                return data;
            }
            at = data.getLong(NEXT_HASH_AT);
        }
        return null;
    }

    private int payloadAt() {
        return compact ? 72 : 64;
    }

    private byte[] payload(ByteBuffer data) {
        byte[] payload = new byte[Math.max(0, data.remaining() - payloadAt())];
        data.get(payloadAt(), payload);
        return payload;
    }

    private long[] lastEntries(ByteBuffer data, int most) throws IOException {
        int width = compact ? 4 : 8;
        List<Long> arrays = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        long left = data.getLong(COUNT_AT) - 1;
        long at = data.getLong(ARRAY_AT);
        while (left > 0 && at != 0 && arrays.size() < MOST_ARRAYS) {
            ByteBuffer array = object(at, ENTRY_ARRAY, ITEMS_OF_ARRAY);
            if (array == null) {
                break;
            }
            long room = (array.getLong(OBJECT_SIZE_AT) - ITEMS_OF_ARRAY) / width;
            if (room <= 0) {
                break;
            }
            arrays.add(at);
            lengths.add(Math.min(room, left));
            left -= room;
            at = array.getLong(NEXT_ARRAY_AT);
        }
        long[] found = new long[most];
        int count = 0;
        for (int i = arrays.size() - 1; i >= 0 && count < most; i--) {
            int wanted = (int) Math.min(lengths.get(i), most - count);
            long from = ITEMS_OF_ARRAY + (lengths.get(i) - wanted) * width;
            ByteBuffer items = bytes(arrays.get(i) + from, wanted * width);
            for (int item = items.remaining() / width - 1; item >= 0; item--) {
                found[count++] = item(items, item * width);
            }
        }
        if (count < most) {
            found[count++] = data.getLong(FIRST_ENTRY_AT);
        }
        return Arrays.copyOf(found, count);
    }

    private long item(ByteBuffer items, int at) {
        return compact ? Integer.toUnsignedLong(items.getInt(at)) : items.getLong(at);
    }

    private @Nullable Line line(long at) throws IOException {
        int width = compact ? 4 : 16;
        ByteBuffer entry = object(at, ENTRY, ITEMS_OF_ENTRY + MOST_FIELDS * width);
        if (entry == null) {
            return null;
        }
        String message = "";
        String kind = "";
        boolean compressed = false;
        for (int item = ITEMS_OF_ENTRY; item + width <= entry.remaining(); item += width) {
            ByteBuffer data = object(item(entry, item), DATA, payloadAt() + MOST_PAYLOAD);
            if (data == null) {
                continue;
            }
            if (data.get(1) != 0) {
                compressed = true;
                continue;
            }
            String field = new String(payload(data), UTF_8);
            if (field.startsWith("MESSAGE=")) {
                message = field.substring("MESSAGE=".length());
            } else if (field.startsWith("MESSAGE_ID=")) {
                kind = field.substring("MESSAGE_ID=".length());
            }
        }
        String said = message.isEmpty() && compressed ? COMPRESSED : message;
        return new Line(entry.getLong(REALTIME_AT), entry.getLong(NUMBER_AT), said, kind);
    }

    private @Nullable ByteBuffer object(long at, int kind, int most) throws IOException {
        ByteBuffer object = bytes(at, most);
        int head =
                kind == ENTRY_ARRAY ? ITEMS_OF_ARRAY : kind == DATA ? payloadAt() : ITEMS_OF_ENTRY;
        if (object.remaining() < head || object.get(0) != kind) {
            return null;
        }
        long size = object.getLong(OBJECT_SIZE_AT);
        return size < head ? null : object.limit((int) Math.min(size, object.limit()));
    }

    private ByteBuffer bytes(long at, int count) throws IOException {
        if (at < 0 || at >= file.size()) {
            return ByteBuffer.allocate(0);
        }
        effort.spend();
        byte[] bytes = new byte[count];
        int length = Libc.pread(file.file(), bytes, at);
        return ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        file.close();
    }

    /// The limit on reads from a container's journal: its lists can be endless, or rings.
    static final class Effort {
        private static final int READS = 50_000;
        private final Deadline deadline;
        private int left = READS;

        Effort(Deadline deadline) {
            this.deadline = deadline;
        }

        void spend() throws IOException {
            if (left-- <= 0 || deadline.passed()) {
                throw new IOException("the journal takes too long to read");
            }
        }
    }
}
