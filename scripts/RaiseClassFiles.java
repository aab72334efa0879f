import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// Writes the classes of jars anew in the class file format of Java 21 where theirs is older than Java
/// 6's, which the AOT cache leaves out. What they do stays; they only get the stack maps that a newer
/// format asks for (JVMS 4.7.4). A jar without such classes is not touched.
///
/// usage: java RaiseClassFiles.java JAR...
final class RaiseClassFiles {
    private static final int OLDEST_THAT_IS_CACHED = ClassFile.JAVA_6_VERSION;

    private final ClassFile format;

    private RaiseClassFiles(ClassLoader classes) {
        ClassHierarchyResolver hierarchy =
                ClassHierarchyResolver.ofClassLoading(classes)
                        .orElse(ClassHierarchyResolver.defaultResolver());
        format =
                ClassFile.of(
                        StackMapsOption.GENERATE_STACK_MAPS,
                        ClassHierarchyResolverOption.of(hierarchy));
    }

    public static void main(String... jars) throws IOException {
        for (String jar : jars) {
            Path path = Path.of(jar);
            try (URLClassLoader classes =
                    new URLClassLoader(new URL[] {path.toUri().toURL()})) {
                new RaiseClassFiles(classes).raise(path);
            }
        }
    }

    private void raise(Path jar) throws IOException {
        Map<ZipEntry, byte[]> files = new LinkedHashMap<>();
        boolean changed = false;
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] before = in.readAllBytes();
                byte[] after = entry.getName().endsWith(".class") ? raised(before) : before;
                changed |= after != before;
                files.put(copy(entry), after);
            }
        }
        if (changed) {
            replace(jar, files);
        }
    }

    /// Its name and time: the same jar gives the same bytes at any time.
    private static ZipEntry copy(ZipEntry entry) {
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(entry.getTimeLocal());
        return copy;
    }

    private byte[] raised(byte[] bytes) {
        ClassModel old = format.parse(bytes);
        if (old.majorVersion() >= OLDEST_THAT_IS_CACHED) {
            return bytes;
        }
        ClassTransform newer =
                ClassTransform.dropping(ClassFileVersion.class::isInstance)
                        .andThen(ClassTransform.transformingMethodBodies((code, e) -> code.with(e)))
                        .andThen(
                                ClassTransform.endHandler(
                                        end -> end.withVersion(ClassFile.JAVA_21_VERSION, 0)));
        try {
            return format.transformClass(old, newer);
        } catch (IllegalArgumentException beyondIt) {
            return bytes; // it goes on as it is, only not from the cache
        }
    }

    private static void replace(Path jar, Map<ZipEntry, byte[]> files) throws IOException {
        Path fresh = Files.createTempFile(jar.toAbsolutePath().getParent(), "raised", ".tmp");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(fresh))) {
            for (Map.Entry<ZipEntry, byte[]> file : files.entrySet()) {
                out.putNextEntry(file.getKey());
                out.write(file.getValue());
                out.closeEntry();
            }
        }
        Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(jar));
        Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
