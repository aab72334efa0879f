package dev.capdrop.linux.libc;

/// Which [Kernel] this program has. Of an image it is chosen when the image is built: then nothing
/// reaches the other one, nor what only that one needs.
final class Kernels {
    static final Kernel HERE = choose();

    private Kernels() {}

    private static Kernel choose() {
        if (System.getProperty("org.graalvm.nativeimage.imagecode") == null) {
            return new ForeignKernel();
        }
        try {
            return Class.forName("dev.capdrop.linux.libc.ImageKernel")
                    .asSubclass(Kernel.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
