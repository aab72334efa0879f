package dev.capdrop.linux.runtime;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The capabilities that every liblxc and every kernel installed on a host knows by name. The name
/// of any other one keeps each container whose configuration names it from starting, after the next
/// boot of the host at the latest.
///
/// A liblxc knows the names that stand in its library, each between two NUL bytes. A kernel's
/// version tells what it knows; kernels are those below `/boot` and `/lib/modules`.
public record KnownCapabilities(Path root) {
    /// The capabilities up to audit_read, which Linux has had since 3.16: no liblxc and no kernel
    /// that is still in use lacks one.
    public static final CapabilitySet EVERYWHERE =
            CapabilitySet.upTo(Capability.of("audit_read").number());

    private static final int LARGEST = 64 << 20;
    private static final List<String> LIBRARIES =
            List.of(
                    "usr/lib",
                    "usr/lib64",
                    "usr/local/lib",
                    "usr/local/lib64",
                    "lib",
                    "lib64",
                    // Incus of its own packages, and the snap of LXD
                    "opt/incus/lib",
                    "snap/lxd/current/lib");
    private static final List<String> KERNELS = List.of("boot", "lib/modules", "usr/lib/modules");
    private static final Pattern KERNEL =
            Pattern.compile("(?:vmlinu[xz]-)?([0-9]+)\\.([0-9]+)[^/]*");

    /// The answer of lxc_get_version(3).
    private static final Pattern VERSION_4 = Pattern.compile("\\x004\\.[0-9]+\\.[0-9]+\\x00");

    private static final Pattern SINCE = Pattern.compile("([0-9]+)\\.([0-9]+)(?:\\.[0-9]+)*");

    public KnownCapabilities() {
        this(Path.of("/"));
    }

    /// These capabilities.
    ///
    /// @param last the number in `/proc/sys/kernel/cap_last_cap` of the kernel that runs
    /// @throws IOException one sentence when there is no liblxc, or it cannot be read
    public CapabilitySet read(int last) throws IOException {
        CapabilitySet known = ofKernels().intersect(CapabilitySet.upTo(last));
        Set<Path> libraries = libraries();
        if (libraries.isEmpty()) {
            throw new IOException(
                    "no liblxc.so was found in "
                            + String.join(", ", LIBRARIES.stream().map(d -> "/" + d).toList())
                            + ", so that nobody can say which capabilities it knows");
        }
        for (Path library : libraries) {
            known = known.intersect(named(content(library)));
        }
        return known;
    }

    /// Whether one of them is a liblxc 4, which keeps a list for each of the two keys.
    public boolean twoLists() throws IOException {
        for (Path library : libraries()) {
            if (VERSION_4.matcher(content(library)).find()) {
                return true;
            }
        }
        return false;
    }

    private static CapabilitySet named(String library) {
        CapabilitySet named = CapabilitySet.EMPTY;
        for (Capability capability : CapabilitySet.upTo(Capability.MAX_NUMBER)) {
            boolean hasName = capability.knowledge() != null;
            if (hasName && library.contains("\0" + capability.name() + "\0")) {
                named = named.with(capability);
            }
        }
        return named;
    }

    private static String content(Path library) throws IOException {
        try (InputStream in = Files.newInputStream(library)) {
            return new String(in.readNBytes(LARGEST), StandardCharsets.ISO_8859_1);
        }
    }

    /// The libraries themselves, each once; Debian has a folder more for each architecture.
    private Set<Path> libraries() throws IOException {
        Set<Path> found = new TreeSet<>();
        for (String name : LIBRARIES) {
            Path folder = root.resolve(name);
            add(found, members(folder, "liblxc.so*"));
            for (Path below : members(folder, "*-linux-*")) {
                add(found, members(below, "liblxc.so*"));
            }
        }
        return found;
    }

    private static void add(Set<Path> found, List<Path> files) throws IOException {
        for (Path file : files) {
            if (Files.isRegularFile(file)) {
                found.add(file.toRealPath());
            }
        }
    }

    private CapabilitySet ofKernels() throws IOException {
        CapabilitySet known = CapabilitySet.upTo(Capability.MAX_NUMBER);
        for (String folder : KERNELS) {
            for (Path kernel : members(root.resolve(folder), "*")) {
                Matcher version = KERNEL.matcher(kernel.getFileName().toString());
                if (version.matches()) {
                    known = known.intersect(since(version));
                }
            }
        }
        return known;
    }

    private static CapabilitySet since(Matcher kernel) {
        CapabilitySet known = CapabilitySet.EMPTY;
        for (Capability capability : CapabilitySet.upTo(Capability.MAX_NUMBER)) {
            Knowledge knowledge = capability.knowledge();
            Matcher since = SINCE.matcher(knowledge == null ? "" : knowledge.since());
            if (since.matches() && order(since) <= order(kernel)) {
                known = known.with(capability);
            }
        }
        return known;
    }

    private static long order(Matcher version) {
        return Long.parseLong(version.group(1)) * 1_000_000 + Long.parseLong(version.group(2));
    }

    private static List<Path> members(Path folder, String glob) throws IOException {
        List<Path> members = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, glob)) {
                all.forEach(members::add);
            } catch (DirectoryIteratorException failed) {
                throw failed.getCause();
            }
        }
        return members;
    }
}
