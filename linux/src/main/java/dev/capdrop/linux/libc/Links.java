package dev.capdrop.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Functions of libc as handles, all of the shape of syscall(2): each other shape would take
/// milliseconds to link. So would declaring syscall(2) variadic, which makes no difference: on all
/// processors of [Syscall] such a function takes numbers from where any other does.
final class Links {
    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private Links() {}

    @SuppressWarnings("restricted")
    static MethodHandle handle(String function, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(symbol(function), SHAPE, options);
    }

    static long address(String function) {
        return symbol(function).address();
    }

    private static MemorySegment symbol(String function) {
        return Linker.nativeLinker()
                .defaultLookup()
                .find(function)
                .orElseThrow(() -> absence(function));
    }

    private static UnsupportedOperationException absence(String function) {
        return new UnsupportedOperationException(
                "libc has no " + function + "(); capdrop needs glibc or musl on Linux");
    }

    /// Returns or throws a handle's throwable as an unchecked one.
    static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException exception
                ? exception
                : new IllegalStateException("a native call throws nothing", thrown);
    }
}
