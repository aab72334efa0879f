package dev.capdrop.linux.libc;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullMarked;

/// Memory of a thread, to be given back once nobody holds it: when the thread has ended, and a
/// garbage collection has found that. Done by the next thread that asks for memory, so that no
/// thread is needed for it.
@NullMarked
final class Abandoned extends PhantomReference<Memory> {
    private static final ReferenceQueue<Memory> QUEUE = new ReferenceQueue<>();

    /// Those to come: who is told of its end must be there for that.
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
