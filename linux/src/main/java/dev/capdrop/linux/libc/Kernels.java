package dev.capdrop.linux.libc;

/// The [KernelPort] of this program. An image's is chosen when the image is built, whose builder
/// sets the property: then nothing reaches the other one, nor what only that one needs.
final class Kernels {
    static final KernelPort HERE = choose();

    private static KernelPort choose() {
        if (System.getProperty("org.graalvm.nativeimage.imagecode") == null) {
            return new ForeignKernel();
        }
        try {
            // by its name: it is in a module that depends on this one
            return Class.forName("dev.capdrop.linux.libc.ImageKernel")
                    .asSubclass(KernelPort.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("an image needs the module image", missing);
        }
    }
}
