package dev.capdrop.lab;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Credentials;
import dev.capdrop.capability.ExecutedFile;
import dev.capdrop.capability.ExecutedFile.Mount;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.FileCapabilities.Version;
import dev.capdrop.capability.Securebit;
import dev.capdrop.capability.Securebits;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadIds;
import dev.capdrop.capability.UserNamespace;
import dev.capdrop.lab.ExecveProbe.Case;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All that an execve(2) can meet beside the capabilities themselves, which the rule treats one by
/// one: so one program meets as many combinations at once as there are capabilities.
///
/// @param ids the thread's
/// @param file with its sets still empty
record ExecveContext(
        ThreadIds ids,
        Securebits securebits,
        boolean noNewPrivs,
        UserNamespace namespace,
        ExecutedFile file,
        boolean held) {
    private static final boolean[] BOTH = {false, true};
    private static final long[] OWNERS = {-1, 0, 100_000, 101_001};
    private static final Long[] ROOTS = {null, 100_000L, 300_000L};
    private static final long USER = 1000;
    private static final long GROUP = 100_005;

    /// How one capability can be in a thread's and a file's sets.
    private record Cell(
            boolean permitted,
            boolean inheritable,
            boolean effective,
            boolean bounding,
            boolean ambient,
            boolean inFilePermitted,
            boolean inFileInheritable) {
        private static final int COMBINATIONS = 1 << 7;

        static List<Cell> all() {
            List<Cell> all = new ArrayList<>();
            for (int bits = 0; bits < COMBINATIONS; bits++) {
                Cell cell =
                        new Cell(
                                (bits & 1) != 0,
                                (bits & 2) != 0,
                                (bits & 4) != 0,
                                (bits & 8) != 0,
                                (bits & 16) != 0,
                                (bits & 32) != 0,
                                (bits & 64) != 0);
                if (cell.exists()) {
                    all.add(cell);
                }
            }
            return all;
        }

        private boolean exists() {
            return (!effective || permitted) && (!ambient || (permitted && inheritable));
        }

        /// Whether an effective file that wants it cannot have it.
        boolean fails() {
            return inFilePermitted && !bounding && !(inFileInheritable && inheritable);
        }
    }

    static List<ExecveContext> all() {
        List<ExecveContext> all = new ArrayList<>();
        for (UserNamespace namespace :
                new UserNamespace[] {UserNamespace.INITIAL, ExecveProbe.CONTAINER}) {
            for (ThreadIds ids : ids(namespace.parent() == null ? 0 : 100_000)) {
                for (ExecutedFile file : files()) {
                    for (int bits = 0; bits < 8; bits++) {
                        Securebits securebits =
                                (bits & 1) == 0
                                        ? Securebits.NONE
                                        : Securebits.NONE.with(Securebit.NOROOT);
                        all.add(
                                new ExecveContext(
                                        ids,
                                        securebits,
                                        (bits & 2) != 0,
                                        namespace,
                                        file,
                                        (bits & 4) != 0));
                    }
                }
            }
        }
        return all;
    }

    private static List<ThreadIds> ids(long base) {
        List<ThreadIds> ids = new ArrayList<>();
        for (long real : new long[] {base, base + USER}) {
            for (long effective : new long[] {base, base + USER}) {
                ids.add(new ThreadIds(real, effective, effective, GROUP, GROUP, Set.of(GROUP)));
            }
        }
        return ids;
    }

    private static List<ExecutedFile> files() {
        List<ExecutedFile> files = new ArrayList<>();
        for (Mount mount : Mount.values()) {
            for (long owner : OWNERS) {
                boolean setUid = owner >= 0;
                long user = Math.max(owner, 0);
                files.add(new ExecutedFile(null, user, GROUP, setUid, false, mount));
                for (Long root : ROOTS) {
                    for (boolean effective : BOTH) {
                        FileCapabilities empty =
                                attribute(
                                        CapabilitySet.EMPTY, CapabilitySet.EMPTY, effective, root);
                        files.add(new ExecutedFile(empty, user, GROUP, setUid, false, mount));
                    }
                }
            }
        }
        return files;
    }

    private static FileCapabilities attribute(
            CapabilitySet permitted,
            CapabilitySet inheritable,
            boolean effective,
            @Nullable Long root) {
        return new FileCapabilities(
                root == null ? Version.V2 : Version.V3, permitted, inheritable, effective, root);
    }

    /// The cases in which, together, some capability is in every combination that lets the program
    /// run, and one in one of those that do not.
    ///
    /// @param capabilities those that a thread can be given here
    List<Case> cases(List<Capability> capabilities, Random random) {
        List<Cell> good = new ArrayList<>(Cell.all());
        List<Cell> failing = new ArrayList<>();
        FileCapabilities attribute = file.capabilities();
        if (attribute == null) {
            good.removeIf(cell -> cell.inFilePermitted() || cell.inFileInheritable());
        } else if (attribute.effective()) {
            // one that fails would hide all others of the same program
            good.stream().filter(Cell::fails).forEach(failing::add);
            good.removeAll(failing);
        }
        Collections.shuffle(good, random);
        List<Case> cases = new ArrayList<>();
        for (int from = 0; from < good.size(); from += capabilities.size()) {
            int to = Math.min(from + capabilities.size(), good.size());
            cases.add(filled(good.subList(from, to), capabilities));
        }
        if (!failing.isEmpty()) {
            List<Cell> one = new ArrayList<>(good.subList(0, capabilities.size() - 1));
            one.add(random.nextInt(one.size()), failing.get(random.nextInt(failing.size())));
            cases.add(filled(one, capabilities));
        }
        return cases;
    }

    private Case filled(List<Cell> cells, List<Capability> capabilities) {
        CapabilitySet[] sets = new CapabilitySet[7];
        Arrays.fill(sets, CapabilitySet.EMPTY);
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            boolean[] in = {
                cell.permitted(),
                cell.inheritable(),
                cell.effective(),
                cell.bounding(),
                cell.ambient(),
                cell.inFilePermitted(),
                cell.inFileInheritable()
            };
            for (int set = 0; set < sets.length; set++) {
                sets[set] = in[set] ? sets[set].with(capabilities.get(i)) : sets[set];
            }
        }
        ThreadCapabilities thread =
                new ThreadCapabilities(sets[0], sets[1], sets[2], sets[3], sets[4]);
        Credentials before = new Credentials(ids, thread, securebits, noNewPrivs, namespace);
        return new Case(before, withSets(sets[5], sets[6]), held, true);
    }

    private ExecutedFile withSets(CapabilitySet permitted, CapabilitySet inheritable) {
        FileCapabilities attribute = file.capabilities();
        return attribute == null
                ? file
                : new ExecutedFile(
                        attribute(
                                permitted, inheritable, attribute.effective(), attribute.rootId()),
                        file.owner(),
                        file.group(),
                        file.setUid(),
                        file.setGid(),
                        file.mount());
    }
}
