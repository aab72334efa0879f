package dev.capdrop.linux.perf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile.Bounded;
import module java.base;

/// The kernel's description of its own types (Documentation/bpf/btf.rst of the kernel).
record Btf(ByteBuffer types, ByteBuffer names) {
    private static final String KERNEL = "/sys/kernel/btf/vmlinux";
    private static final int LARGEST = 64 << 20;
    private static final int MAGIC = 0xeb9f;
    private static final int VERSION = 1;
    private static final int STRUCT = 4;
    private static final int TYPE = 12;
    private static final int MEMBER = 12;

    /// The bytes behind a type of each kind: once, and for each member; -1 for a missing kind.
    private static final int[][] BEHIND = {
        {-1, -1}, // none
        {4, 0}, // INT
        {0, 0}, // PTR
        {12, 0}, // ARRAY
        {0, MEMBER}, // STRUCT
        {0, MEMBER}, // UNION
        {0, 8}, // ENUM
        {0, 0}, // FWD
        {0, 0}, // TYPEDEF
        {0, 0}, // VOLATILE
        {0, 0}, // CONST
        {0, 0}, // RESTRICT
        {0, 0}, // FUNC
        {0, 8}, // FUNC_PROTO
        {4, 0}, // VAR
        {0, 12}, // DATASEC
        {0, 0}, // FLOAT
        {4, 0}, // DECL_TAG
        {0, 0}, // TYPE_TAG
        {0, 12} // ENUM64
    };

    static Btf ofKernel() throws IOException {
        try (Descriptor file = Libc.open(KERNEL, Libc.O_RDONLY)) {
            return parse(Bounded.read(file, KERNEL, LARGEST));
        } catch (ErrnoException none) {
            throw new IOException(
                    "this kernel does not report capability checks, and where a probe finds them in it nobody can tell: '%s': %s; boot Linux 6.14 or later to learn"
                            .formatted(KERNEL, none.reason()),
                    none);
        }
    }

    static Btf parse(byte[] bytes) throws IOException {
        try {
            ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            if (Short.toUnsignedInt(all.getShort(0)) != MAGIC || all.get(2) != VERSION) {
                throw unreadable("it does not begin as one");
            }
            int header = all.getInt(4);
            return new Btf(
                    section(all, header + all.getInt(8), all.getInt(12)),
                    section(all, header + all.getInt(16), all.getInt(20)));
        } catch (IndexOutOfBoundsException cut) {
            throw unreadable("it is cut off");
        }
    }

    private static ByteBuffer section(ByteBuffer all, int from, int length) {
        return all.slice(from, length).order(all.order());
    }

    int offset(String struct, String member) throws IOException {
        try {
            int found = -1;
            for (int at = 0; at < types.limit(); ) {
                int info = types.getInt(at + 4);
                if (kind(info) == STRUCT && isCalled(types.getInt(at), struct)) {
                    if (found >= 0) {
                        throw unreadable("it has more than one struct '" + struct + "'");
                    }
                    found = at;
                }
                at += TYPE + length(info);
            }
            if (found < 0) {
                throw unreadable("it has no struct '" + struct + "'");
            }
            return memberOffset(found, struct, member);
        } catch (IndexOutOfBoundsException cut) {
            throw unreadable("it is cut off");
        }
    }

    private int memberOffset(int at, String struct, String member) throws IOException {
        int info = types.getInt(at + 4);
        boolean withFields = info < 0;
        for (int i = 0; i < count(info); i++) {
            int entry = at + TYPE + i * MEMBER;
            if (isCalled(types.getInt(entry), member)) {
                int bits = types.getInt(entry + 8);
                // in such a struct the high byte is the width of a bit field, else 0
                if ((withFields && (bits >>> 24) != 0) || bits % Byte.SIZE != 0) {
                    throw unreadable("'" + struct + "." + member + "' is a bit field");
                }
                return (withFields ? bits & 0xffffff : bits) / Byte.SIZE;
            }
        }
        throw unreadable("its struct '" + struct + "' has no '" + member + "'");
    }

    private static int kind(int info) {
        return (info >>> 24) & 0x1f;
    }

    private static int count(int info) {
        return info & 0xffff;
    }

    private static int length(int info) throws IOException {
        int kind = kind(info);
        if (kind == 0 || kind >= BEHIND.length) {
            throw unreadable("it has a type of the kind " + kind + ", which is not known");
        }
        return BEHIND[kind][0] + BEHIND[kind][1] * count(info);
    }

    private boolean isCalled(int name, String wanted) {
        byte[] ours = (wanted + "\0").getBytes(US_ASCII);
        if (name < 0 || name > names.limit() - ours.length) {
            return false;
        }
        byte[] theirs = new byte[ours.length];
        names.get(name, theirs);
        return Arrays.equals(ours, theirs);
    }

    private static IOException unreadable(String why) {
        return new IOException(
                "the kernel's description of its types, '%s', cannot be used: %s; boot Linux 6.14 or later to learn"
                        .formatted(KERNEL, why));
    }
}
