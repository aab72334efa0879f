package dev.capdrop.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.IabTuple;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The installed libcap (libcap(3)), and the two calls for extended attributes that Java lacks.
///
/// All memory that libcap hands out is freed here; a text is a string of bytes without NUL.
final class LibCap {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = library();
    private static final int TEXT = 1 << 16;
    private static final int EFFECTIVE = 0;
    private static final int PERMITTED = 1;
    private static final int INHERITABLE = 2;
    private static final int IAB_INHERITABLE = 2;
    private static final int IAB_AMBIENT = 3;
    private static final int IAB_BLOCKED = 4;
    private static final int EXTERNAL_HEADER = 5;
    private static final int EXTERNAL_SIZE = EXTERNAL_HEADER + 3 * Long.BYTES;

    private static final MethodHandle FREE = handle("cap_free", JAVA_INT, ADDRESS);
    private static final MethodHandle INIT = handle("cap_init", ADDRESS);
    private static final MethodHandle FROM_TEXT = handle("cap_from_text", ADDRESS, ADDRESS);
    private static final MethodHandle TO_TEXT = handle("cap_to_text", ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle COPY_EXT =
            handle("cap_copy_ext", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle SET_FLAG =
            handle("cap_set_flag", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle COMPARE = handle("cap_compare", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle FROM_NAME =
            handle("cap_from_name", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle TO_NAME = handle("cap_to_name", ADDRESS, JAVA_INT);
    private static final MethodHandle IAB_FROM_TEXT = handle("cap_iab_from_text", ADDRESS, ADDRESS);
    private static final MethodHandle IAB_TO_TEXT = handle("cap_iab_to_text", ADDRESS, ADDRESS);
    private static final MethodHandle IAB_VECTOR =
            handle("cap_iab_get_vector", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle SET_OWNER =
            handle("cap_set_nsowner", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GET_OWNER = handle("cap_get_nsowner", JAVA_INT, ADDRESS);
    private static final MethodHandle SET_FILE = handle("cap_set_file", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GET_FILE = handle("cap_get_file", ADDRESS, ADDRESS);
    private static final MethodHandle SETXATTR =
            handle("setxattr", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETXATTR =
            handle("getxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);

    private LibCap() {}

    /// cap_from_text(3); null where it refuses the text.
    static @Nullable CapabilityState fromText(String text) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment read = address(FROM_TEXT, string(arena, text));
            return isNull(read) ? null : taken(arena, read);
        }
    }

    /// cap_to_text(3) of a cap_t made bit by bit.
    static String toText(CapabilityState state) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment made = made(arena, state);
            MemorySegment text = address(TO_TEXT, made, MemorySegment.NULL);
            free(made);
            return takenText(text);
        }
    }

    /// cap_compare(3): bit N for flag N that differs, effective, permitted, inheritable.
    static int compare(CapabilityState one, CapabilityState other) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = made(arena, one);
            MemorySegment second = made(arena, other);
            int result = number(COMPARE, first, second);
            free(first);
            free(second);
            return result;
        }
    }

    /// cap_from_name(3); null where it refuses the name.
    static @Nullable Capability fromName(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            int result = number(FROM_NAME, string(arena, name), value);
            return result == 0 ? new Capability(value.get(JAVA_INT, 0)) : null;
        }
    }

    /// cap_to_name(3).
    static String toName(Capability capability) {
        return takenText(address(TO_NAME, capability.number()));
    }

    /// cap_iab_from_text(3); null where it refuses the text.
    static @Nullable IabTuple iabFromText(String text) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment read = address(IAB_FROM_TEXT, string(arena, text));
            if (isNull(read)) {
                return null;
            }
            IabTuple tuple =
                    new IabTuple(
                            vector(read, IAB_INHERITABLE),
                            vector(read, IAB_AMBIENT),
                            vector(read, IAB_BLOCKED));
            free(read);
            return tuple;
        }
    }

    /// cap_iab_to_text(3) of what cap_iab_from_text(3) reads.
    static String iabToText(String text) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment read = address(IAB_FROM_TEXT, string(arena, text));
            MemorySegment written = address(IAB_TO_TEXT, read);
            free(read);
            return takenText(written);
        }
    }

    /// cap_set_file(3) with cap_set_nsowner(3).
    ///
    /// @return whether it could
    static boolean setFile(String path, CapabilityState state, int rootId) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment made = made(arena, state);
            number(SET_OWNER, made, rootId);
            int result = number(SET_FILE, string(arena, path), made);
            free(made);
            return result == 0;
        }
    }

    /// What cap_get_file(3) reads.
    ///
    /// @param rootId cap_get_nsowner(3)'s answer
    record OfFile(CapabilityState state, int rootId) {}

    /// cap_get_file(3); null where it fails.
    static @Nullable OfFile getFile(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment read = address(GET_FILE, string(arena, path));
            if (isNull(read)) {
                return null;
            }
            int owner = number(GET_OWNER, read);
            return new OfFile(taken(arena, read), owner);
        }
    }

    /// setxattr(2).
    ///
    /// @return whether it could
    static boolean setAttribute(String path, String name, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, value);
            return number(
                            SETXATTR,
                            string(arena, path),
                            string(arena, name),
                            bytes,
                            (long) value.length,
                            0)
                    == 0;
        }
    }

    /// getxattr(2); null where it fails.
    static byte @Nullable [] getAttribute(String path, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(TEXT);
            long length =
                    (long)
                            call(
                                    GETXATTR,
                                    string(arena, path),
                                    string(arena, name),
                                    bytes,
                                    bytes.byteSize());
            return length < 0 ? null : bytes.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    private static CapabilitySet vector(MemorySegment tuple, int which) {
        CapabilitySet set = CapabilitySet.EMPTY;
        for (int bit = 0; bit <= Capability.MAX_NUMBER; bit++) {
            if (number(IAB_VECTOR, tuple, which, bit) == 1) {
                set = set.with(new Capability(bit));
            }
        }
        return set;
    }

    private static MemorySegment made(Arena arena, CapabilityState state) {
        MemorySegment made = address(INIT);
        raise(arena, made, EFFECTIVE, state.effective());
        raise(arena, made, PERMITTED, state.permitted());
        raise(arena, made, INHERITABLE, state.inheritable());
        return made;
    }

    private static void raise(Arena arena, MemorySegment made, int flag, CapabilitySet set) {
        int[] numbers = set.members().stream().mapToInt(Capability::number).toArray();
        if (numbers.length > 0) {
            MemorySegment list = arena.allocateFrom(JAVA_INT, numbers);
            if (number(SET_FLAG, made, flag, numbers.length, list, 1) != 0) {
                throw new AssertionError("cap_set_flag refuses " + set);
            }
        }
    }

    /// The sets of a cap_t in its portable form, byte by byte: effective, permitted, inheritable.
    private static CapabilityState taken(Arena arena, MemorySegment read) {
        MemorySegment external = arena.allocate(EXTERNAL_SIZE);
        long size = (long) call(COPY_EXT, external, read, (long) EXTERNAL_SIZE);
        if (size != EXTERNAL_SIZE) {
            throw new AssertionError("cap_copy_ext wrote " + size + " bytes");
        }
        free(read);
        long[] sets = new long[3];
        for (int i = 0; i < 3 * Long.BYTES; i++) {
            long bits = external.get(JAVA_BYTE, EXTERNAL_HEADER + i) & 0xffL;
            sets[i % 3] |= bits << (i / 3 * Byte.SIZE);
        }
        return new CapabilityState(
                new CapabilitySet(sets[EFFECTIVE]),
                new CapabilitySet(sets[INHERITABLE]),
                new CapabilitySet(sets[PERMITTED]));
    }

    @SuppressWarnings("restricted")
    private static String takenText(MemorySegment text) {
        String copy = text.reinterpret(TEXT).getString(0, StandardCharsets.ISO_8859_1);
        free(text);
        return copy;
    }

    private static void free(MemorySegment memory) {
        number(FREE, memory);
    }

    private static MemorySegment string(Arena arena, String text) {
        return arena.allocateFrom(text, StandardCharsets.ISO_8859_1);
    }

    private static boolean isNull(MemorySegment address) {
        return address.address() == 0;
    }

    private static MemorySegment address(MethodHandle handle, Object... arguments) {
        return (MemorySegment) call(handle, arguments);
    }

    private static int number(MethodHandle handle, Object... arguments) {
        return (int) call(handle, arguments);
    }

    private static Object call(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeExact(arguments);
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable checked) {
            throw new AssertionError("a native call throws nothing", checked);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(
            String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(
                        LIBRARY.findOrThrow(name), FunctionDescriptor.of(result, parameters))
                .asSpreader(Object[].class, parameters.length)
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup library() {
        return SymbolLookup.libraryLookup("libcap.so.2", Arena.global()).or(LINKER.defaultLookup());
    }
}
