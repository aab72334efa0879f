package dev.capdrop.linux.program;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.snapshot.ProgramFile.CapabilityCalls.Import;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds out how programs of a container handle their own capabilities, by the imports of their
/// files.
///
/// The needs of libraries that all share tell nothing: libsystemd and libaudit are linked with
/// libcap or libcap-ng, too. So the program's own imports count, and those of the libraries in a
/// folder of its own (DT_RUNPATH of ld.so(8)), as the daemons of FRR have them. For a script, the
/// programs that its text names count.
final class CapabilityCallReader {
    private static final Pattern OWN =
            Pattern.compile("capset|capget|cap_[a-z_]{1,40}|capng_[a-z_]{1,40}");
    private static final Pattern PROGRAM =
            Pattern.compile(
                    "/(?:usr/|usr/local/|opt/)?(?:s?bin|lib|libexec|share)/[\\w.+/-]{1,100}");
    private static final Pattern NAME =
            Pattern.compile("cap_[a-z_]{2,24}", Pattern.CASE_INSENSITIVE);
    private static final String READS_TEXT = "cap_from_text";
    private static final String ORIGIN = "$ORIGIN";
    private static final int SCRIPT = 64 << 10;
    private static final int MOST_NAMED = 50;

    /// The limit; libcap has some 80 functions, libcap-ng some 40.
    private static final int MOST_IMPORTS = 400;

    /// The cost of looking at a name, in bytes of the allowance: the name is kept.
    private static final int LOOK = 4096;

    private final SafeRoot root;
    private final Allowance allowance;
    private final Map<String, ProgramFile.CapabilityCalls> libraries = new HashMap<>();

    CapabilityCallReader(SafeRoot root, Allowance allowance) {
        this.root = root;
        this.allowance = allowance;
    }

    /// Returns the calls of a program opened with O_PATH; null when it cannot be read so.
    ProgramFile.@Nullable CapabilityCalls calls(Descriptor found, String path) {
        int flags = Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY;
        try (Descriptor file = Libc.openat(Descriptor.WORKING_DIRECTORY, found.path(), flags, 0)) {
            String text = beginning(file);
            return text.startsWith("#!") ? ofScript(text) : ofProgram(file, path, "");
        } catch (IOException noProgram) {
            return null;
        }
    }

    private static String beginning(Descriptor file) throws IOException {
        byte[] bytes = new byte[SCRIPT];
        int length = 0;
        int more = Libc.read(file, bytes, 0, bytes.length);
        while (more > 0) {
            length += more;
            boolean script = bytes[0] == '#';
            more = script ? Libc.read(file, bytes, length, bytes.length - length) : 0;
        }
        return new String(bytes, 0, length, ISO_8859_1);
    }

    private ProgramFile.CapabilityCalls ofScript(String text) {
        Set<String> paths = new HashSet<>();
        Matcher named = PROGRAM.matcher(text);
        while (named.find() && paths.size() < MOST_NAMED) {
            paths.add(named.group());
        }
        List<Import> imports = new ArrayList<>();
        CapabilitySet capabilities = CapabilitySet.EMPTY;
        for (String path : paths) {
            ProgramFile.CapabilityCalls calls = ofNamed(path);
            if (calls != null) {
                imports.addAll(calls.imports());
                capabilities = capabilities.union(calls.named());
            }
        }
        return new ProgramFile.CapabilityCalls(imports, capabilities);
    }

    /// Returns the calls of a program that a script names; null where it is none.
    private ProgramFile.@Nullable CapabilityCalls ofNamed(String path) {
        try (Descriptor file = open(path)) {
            return ofProgram(file, path, path);
        } catch (IOException noProgram) {
            return null;
        }
    }

    private Descriptor open(String path) throws IOException {
        try (Descriptor found = root.openPath(path, 0)) {
            FileStatus status = Libc.fstat(found);
            if (!status.regular()) {
                throw new IOException("'" + path + "' is not a regular file");
            }
            int flags = Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY;
            return Libc.openat(Descriptor.WORKING_DIRECTORY, found.path(), flags, 0);
        }
    }

    private ProgramFile.CapabilityCalls ofProgram(Descriptor file, String path, String as)
            throws IOException {
        ElfFile program = ElfFile.read(file, allowance);
        Set<Import> found = new LinkedHashSet<>(own(program, as));
        CapabilitySet named = CapabilitySet.EMPTY;
        for (String library : program.libraries()) {
            for (String directory : program.searched()) {
                allowance.take(LOOK);
                String where = directory(directory, path) + "/" + library;
                ProgramFile.CapabilityCalls calls = ofLibrary(where, library);
                found.addAll(calls.imports());
                requireFew(found);
                named = named.union(calls.named());
            }
        }
        List<Import> imports = List.copyOf(found);
        // a library may be handed the program's text
        return new ProgramFile.CapabilityCalls(
                imports, readsText(imports) ? named.union(named(file, program)) : named);
    }

    private static boolean readsText(List<Import> imports) {
        return imports.stream().anyMatch(called -> called.function().equals(READS_TEXT));
    }

    private static List<Import> own(ElfFile file, String as) throws IOException {
        List<Import> own =
                file.imports().stream()
                        .filter(name -> OWN.matcher(name).matches())
                        .map(name -> new Import(as, name))
                        .toList();
        requireFew(own);
        return own;
    }

    private static void requireFew(Collection<Import> imports) throws IOException {
        if (imports.size() > MOST_IMPORTS) {
            throw new IOException("more functions about capabilities than there are");
        }
    }

    private static String directory(String written, String path) {
        String here = path.substring(0, Math.max(path.lastIndexOf('/'), 0));
        return written.replace("${ORIGIN}", here).replace(ORIGIN, here);
    }

    private ProgramFile.CapabilityCalls ofLibrary(String path, String name) {
        ProgramFile.CapabilityCalls known = libraries.get(path);
        if (known == null) {
            known =
                    path.startsWith("/")
                            ? readLibrary(path, name)
                            : ProgramFile.CapabilityCalls.NONE;
            libraries.put(path, known);
        }
        return known;
    }

    private ProgramFile.CapabilityCalls readLibrary(String path, String name) {
        try (Descriptor file = open(path)) {
            ElfFile library = ElfFile.read(file, allowance);
            List<Import> imports = own(library, name);
            return new ProgramFile.CapabilityCalls(
                    imports, readsText(imports) ? named(file, library) : CapabilitySet.EMPTY);
        } catch (IOException notThere) {
            return ProgramFile.CapabilityCalls.NONE;
        }
    }

    /// Returns the capabilities that its texts name.
    private CapabilitySet named(Descriptor file, ElfFile program) throws IOException {
        CapabilitySet named = CapabilitySet.EMPTY;
        for (ElfFile.Segment segment : program.segments()) {
            Matcher names =
                    NAME.matcher(new String(ElfFile.bytes(file, allowance, segment), ISO_8859_1));
            while (names.find()) {
                String word = names.group().toLowerCase(Locale.ROOT);
                Capability capability = Capability.named(word.substring("cap_".length()));
                named = capability == null ? named : named.with(capability);
            }
        }
        return named;
    }
}
