package dev.capdrop.linux.libc;

/// Work done ahead of its time, in a thread of its own: on a machine with a second core it is out
/// of the way of what the caller has to do before.
public final class HeadStart {
    private HeadStart() {}

    /// Starts the work. What fails in it is not said: it fails again where it is needed, and is
    /// said there, once and with what was asked for.
    public static void of(Runnable work) {
        Thread.ofPlatform()
                .daemon()
                .name("head start")
                .uncaughtExceptionHandler((_, _) -> {})
                .start(work);
    }
}
