package dev.capdrop.linux.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.session.HostProgram.OwnSession;
import dev.capdrop.linux.session.HostProgram.OwnSession.LeashedProcess;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// One file of systemd-journald, of which nothing is to be believed: every read has a limit and is
/// counted, lists are followed a limited number of steps, and every length, place and count is
/// checked against its bounds. It is never mapped: its owner could shorten it under the reader.
///
/// The field `_SYSTEMD_UNIT=NAME` is looked up in the file's hash table; its data object names the
/// entries that hold it, in lists of growing length, the newest last; an entry names its fields.
///
/// Source: systemd's "Journal File Format"; `src/libsystemd/sd-journal/journal-def.h`.
final class JournalFile implements AutoCloseable {
    private static final String MESSAGE = "MESSAGE=";
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
    private static final int MOST_PACKED = 60_000;
    private static final int ZSTD = 0xFD2FB528;
    private static final Duration UNPACKS = Duration.ofSeconds(1);

    /// The command that unpacks a message: a program of its own without any right, since the bytes
    /// are the container's. It says nothing where there is no zstd(1).
    private static final List<String> UNPACK =
            List.of(
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    "--no-new-privs",
                    "--bounding-set=-all",
                    "/bin/sh",
                    "-c",
                    "zstd -dcq | head -c " + MOST_PACKED);

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

    /// @param micros when it was written, µs since the epoch
    /// @param kind the `MESSAGE_ID=`, empty where it has none
    /// @param ofUnit whether journald knew the unit of who wrote it
    record Line(long micros, long number, String message, String kind, boolean ofUnit)
            implements Comparable<Line> {
        @Override
        public int compareTo(Line other) {
            int byTime = Long.compare(micros, other.micros);
            return byTime == 0 ? Long.compare(number, other.number) : byTime;
        }
    }

    /// Returns the last lines that hold the field `NAME=VALUE`, not older than `since` (µs since
    /// the epoch), the newest first.
    List<Line> last(String field, long since, int most) throws IOException {
        List<Line> lines = new ArrayList<>();
        ByteBuffer data = find(field.getBytes(UTF_8));
        if (data == null) {
            return lines;
        }
        for (long at : lastEntries(data, most)) {
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
        List<Long> compressed = new ArrayList<>();
        boolean ofUnit = false;
        for (int item = ITEMS_OF_ENTRY; item + width <= entry.remaining(); item += width) {
            ByteBuffer data = object(item(entry, item), DATA, payloadAt() + MOST_PAYLOAD);
            if (data == null) {
                continue;
            }
            if (data.get(1) != 0) {
                compressed.add(item(entry, item));
                continue;
            }
            String field = new String(payload(data), UTF_8);
            ofUnit |= field.startsWith("_SYSTEMD_UNIT=");
            if (field.startsWith(MESSAGE)) {
                message = field.substring(MESSAGE.length());
            } else if (field.startsWith("MESSAGE_ID=")) {
                kind = field.substring("MESSAGE_ID=".length());
            }
        }
        String said = message.isEmpty() && !compressed.isEmpty() ? unpacked(compressed) : message;
        return new Line(entry.getLong(REALTIME_AT), entry.getLong(NUMBER_AT), said, kind, ofUnit);
    }

    /// Returns the message among the fields of an entry that are stored compressed (512 bytes or
    /// more, `Compress=` in journald.conf(5)).
    private String unpacked(List<Long> fields) throws IOException {
        for (long at : fields) {
            ByteBuffer data = object(at, DATA, payloadAt() + MOST_PACKED);
            byte[] packed = data == null ? new byte[0] : payload(data);
            if (packed.length >= Integer.BYTES
                    && ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).getInt() == ZSTD
                    && effort.unpacksLeft-- > 0) {
                String field = Errand.or("", () -> unzstd(packed));
                if (field.startsWith(MESSAGE)) {
                    return field.substring(MESSAGE.length());
                }
            }
        }
        return COMPRESSED;
    }

    private static String unzstd(byte[] packed) throws IOException {
        var setpriv = OwnSession.of("setpriv", OwnSession.FOLDERS, "util-linux");
        LeashedProcess process = LeashedProcess.start(setpriv, UNPACK);
        try (OutputStream input = process.process().getOutputStream()) {
            input.write(packed);
        }
        return process.within(UNPACKS) instanceof LeashedProcess.Ended ended ? ended.output() : "";
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
        private int unpacksLeft = 20;

        Effort(Deadline deadline) {
            this.deadline = deadline;
        }

        void spend() throws IOException {
            if (left-- <= 0 || deadline.passed()) {
                throw new IOException("the journal takes too long to read");
            }
        }
    }

    /// Jenkins' hash of 64 bits, by which the tables of older journals are addressed (systemd
    /// before 246, and builds that keep their form): "lookup3.c", hashlittle2() (2006, public
    /// domain).
    static final class JenkinsHash {
        private static final int START = 0xdeadbeef;
        private static final int BLOCK = 12;

        private int a;
        private int b;
        private int c;

        private JenkinsHash(int length) {
            a = START + length;
            b = a;
            c = a;
        }

        static long of(byte[] data) {
            JenkinsHash state = new JenkinsHash(data.length);
            if (data.length > 0) {
                int blocks = (data.length + BLOCK - 1) / BLOCK;
                ByteBuffer padded =
                        ByteBuffer.wrap(Arrays.copyOf(data, blocks * BLOCK))
                                .order(ByteOrder.LITTLE_ENDIAN);
                for (int block = 0; block < blocks; block++) {
                    if (block > 0) {
                        state.mix();
                    }
                    state.a += padded.getInt();
                    state.b += padded.getInt();
                    state.c += padded.getInt();
                }
                state.finish();
            }
            return (long) state.c << Integer.SIZE | Integer.toUnsignedLong(state.b);
        }

        private void mix() {
            a = (a - c) ^ Integer.rotateLeft(c, 4);
            c += b;
            b = (b - a) ^ Integer.rotateLeft(a, 6);
            a += c;
            c = (c - b) ^ Integer.rotateLeft(b, 8);
            b += a;
            a = (a - c) ^ Integer.rotateLeft(c, 16);
            c += b;
            b = (b - a) ^ Integer.rotateLeft(a, 19);
            a += c;
            c = (c - b) ^ Integer.rotateLeft(b, 4);
            b += a;
        }

        private void finish() {
            c = (c ^ b) - Integer.rotateLeft(b, 14);
            a = (a ^ c) - Integer.rotateLeft(c, 11);
            b = (b ^ a) - Integer.rotateLeft(a, 25);
            c = (c ^ b) - Integer.rotateLeft(b, 16);
            a = (a ^ c) - Integer.rotateLeft(c, 4);
            b = (b ^ a) - Integer.rotateLeft(a, 14);
            c = (c ^ b) - Integer.rotateLeft(b, 24);
        }
    }

    /// SipHash-2-4, by which a journal's tables are addressed. Source: J.-P. Aumasson, D. J.
    /// Bernstein, "SipHash: a fast short-input PRF" (2012).
    static final class SipHash {
        private static final VarHandle LONG =
                MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

        private long v0;
        private long v1;
        private long v2;
        private long v3;

        private SipHash(byte[] key) {
            long k0 = (long) LONG.get(key, 0);
            long k1 = (long) LONG.get(key, 8);
            v0 = k0 ^ 0x736f6d6570736575L;
            v1 = k1 ^ 0x646f72616e646f6dL;
            v2 = k0 ^ 0x6c7967656e657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        static long of(byte[] key, byte[] data) {
            SipHash state = new SipHash(key);
            int whole = data.length & ~7;
            for (int at = 0; at < whole; at += 8) {
                state.add((long) LONG.get(data, at));
            }
            long last = (long) data.length << 56;
            for (int at = whole; at < data.length; at++) {
                last |= (data[at] & 0xffL) << (8 * (at - whole));
            }
            state.add(last);
            state.v2 ^= 0xff;
            state.rounds(4);
            return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
        }

        private void add(long word) {
            v3 ^= word;
            rounds(2);
            v0 ^= word;
        }

        private void rounds(int count) {
            for (int i = 0; i < count; i++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
        }
    }
}
