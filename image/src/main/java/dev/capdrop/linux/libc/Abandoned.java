package dev.capdrop.linux.libc;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullMarked;

/// Memory of a thread, to be freed once nobody holds it: when the thread has ended, and a garbage
/// collection has found that. The next thread that asks for memory does so, so that no further
/// thread is needed.
@NullMarked
final class Abandoned extends PhantomReference<Memory> {
    private static final ReferenceQueue<Memory> QUEUE = new ReferenceQueue<>();

    /// The unfreed ones: a reference must exist to be told of its end.
    private static final Set<Abandoned> HELD = ConcurrentHashMap.newKeySet();

    private final long address;

    private Abandoned(Memory memory, long address) {
        super(memory, QUEUE);
        this.address = address;
    }

    /// Frees the memory once nobody holds it.
    static void free(Memory memory, long address) {
        HELD.add(new Abandoned(memory, address));
        while (QUEUE.poll() instanceof Abandoned abandoned) {
            HELD.remove(abandoned);
            ImageKernel.free(abandoned.address);
        }
    }
}
