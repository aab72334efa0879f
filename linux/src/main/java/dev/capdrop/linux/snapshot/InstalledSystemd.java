package dev.capdrop.linux.snapshot;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.core.boot.UnitLoader.LoadPath;
import dev.capdrop.linux.root.RootUnitTree;
import dev.capdrop.linux.root.SafeRoot;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The systemd of a root directory, known by the library that every part of it needs:
/// `libsystemd-shared-257.8-1~deb13u2.so`, with the number alone on other distributions.
///
/// @param number the first number of its version
/// @param splitUsr whether it was built to look below `/lib` besides `/usr/lib`
record InstalledSystemd(int number, String version, boolean splitUsr, DebianPackages packages) {
    private static final Pattern LIBRARY =
            Pattern.compile("libsystemd-shared-(([0-9]{1,6})[^/]*)\\.so");

    /// `x86_64-linux-gnu`, but not Arch's `ld-linux-x86-64.so.2`, which is a file beside it.
    private static final Pattern MULTIARCH = Pattern.compile("[a-z0-9_]+-linux-[a-z0-9]+");

    private static final Pattern VERSION = Pattern.compile("(([0-9]{1,6})\\S*)");
    private static final String PACKAGE_FILES = "/var/lib/dpkg/info/systemd.list";
    private static final int MAX_PACKAGE_FILES = 4 << 20;

    /// Returns the systemd; null when there is none, or PID 1 is another program.
    ///
    /// @param init the program of PID 1, absolute
    /// @param problems takes what could not be read, one sentence each
    static @Nullable InstalledSystemd of(SafeRoot root, String init, Collection<String> problems) {
        if (!isSystemd(root, init)) {
            return null;
        }
        RootUnitTree tree = new RootUnitTree(root);
        Matcher library = library(tree);
        problems.addAll(tree.problems());
        DebianPackages packages = DebianPackages.of(root, problems);
        Matcher told = packaged(packages);
        boolean elsewhere =
                told == null || (library != null && !library.group(2).equals(told.group(2)));
        if (elsewhere) {
            told = library;
        }
        return told == null
                ? null
                : new InstalledSystemd(
                        Integer.parseInt(told.group(2)),
                        told.group(1),
                        looksBelowLib(root, problems),
                        packages);
    }

    LoadPath loadPath() {
        return LoadPath.of(number, splitUsr);
    }

    private static @Nullable Matcher packaged(DebianPackages packages) {
        Matcher version = VERSION.matcher(requireNonNullElse(packages.systemd(), ""));
        return version.matches() ? version : null;
    }

    private static boolean isSystemd(SafeRoot root, String init) {
        try {
            String target = init.startsWith("/") ? root.readlink(init) : null;
            return target == null
                    ? init.startsWith("/") && init.endsWith("/systemd") && root.lstat(init) != null
                    : target.endsWith("/systemd");
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static @Nullable Matcher library(RootUnitTree tree) {
        Matcher newest = null;
        for (String directory : directories(tree)) {
            for (String name : tree.list(directory)) {
                Matcher matcher = LIBRARY.matcher(name);
                boolean newer =
                        matcher.matches()
                                && (newest == null
                                        || Integer.parseInt(matcher.group(2))
                                                > Integer.parseInt(newest.group(2)));
                newest = newer ? matcher : newest;
            }
        }
        return newest;
    }

    private static List<String> directories(RootUnitTree tree) {
        List<String> directories =
                new ArrayList<>(List.of("/usr/lib/systemd", "/lib/systemd", "/usr/lib64/systemd"));
        for (String name : tree.list("/usr/lib")) {
            if (MULTIARCH.matcher(name).matches()) {
                directories.add("/usr/lib/" + name + "/systemd");
            }
        }
        return directories;
    }

    /// Whether it looks below `/lib`, as Debian's up to 254, whose package has files there.
    private static boolean looksBelowLib(SafeRoot root, Collection<String> problems) {
        String files =
                requireNonNullElse(
                        RootFacts.text(root, PACKAGE_FILES, MAX_PACKAGE_FILES, problems), "");
        return files.startsWith("/lib/systemd/") || files.contains("\n/lib/systemd/");
    }
}
