package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.runtime.HostRuntime.Original;
import dev.capdrop.linux.runtime.HostRuntime.Original.LeftCopy;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.TrialFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Throw-away clones by a stand-in for pct; nothing is booted.
final class ProxmoxCopiesTest {
    private static final CapabilitySet MKNOD = CapabilitySet.of("mknod");
    private static final String CONF =
            "arch: amd64\nostype: debian\nrootfs: local:subvol-%s-disk-0,size=8G\nunprivileged: 1\n";

    @TempDir Path folder = Path.of("");
    private Path lxc;
    private final List<String> told = new ArrayList<>();
    private String failing = "";
    private boolean linked = true;
    private String type = "zfspool";
    private boolean runs;
    private boolean stays;

    /// How many clones meet a disk that is still attached.
    private int busy;

    private final List<String> immutable = new ArrayList<>();

    @BeforeEach
    void make() throws IOException {
        lxc = Files.createDirectories(folder.resolve("pve/lxc"));
        Files.writeString(conf("101"), CONF.formatted("101"));
    }

    private Path conf(String vmid) {
        return lxc.resolve(vmid + ".conf");
    }

    private Path disk(String vmid) {
        return folder.resolve("disks/subvol-" + vmid + "-disk-0");
    }

    private void makeDisk(String vmid) throws IOException {
        Files.createDirectories(disk(vmid));
    }

    /// The storage, and where a volume of it lies.
    private HostProgram.Outcome pvesm(List<String> words) throws IOException {
        if (words.getFirst().equals("free")) {
            String volume = words.get(1).replace("local:", "");
            if (!stays) {
                Files.deleteIfExists(folder.resolve("disks").resolve(volume));
            }
            return new HostProgram.Outcome(true, stays ? 255 : 0, "");
        }
        String said =
                words.getFirst().equals("status")
                        ? "Name Type Status Total Used Available %%\nlocal %s active 9 1 900000 1%%\n"
                                .formatted(type)
                        : folder.resolve("disks").resolve(words.get(1).replace("local:", ""))
                                + "\n";
        return new HostProgram.Outcome(true, 0, said);
    }

    private HostProgram.Outcome pct(List<String> words) throws IOException {
        told.add(
                String.join(" ", words)
                        .replaceAll("[0-9a-f]{12}", "M")
                        .replaceAll("9[0-9]{8}", "N"));
        String command = words.getFirst();
        if (command.equals(failing)) {
            return new HostProgram.Outcome(
                    true, 255, "unable to clone mountpoint 'mp0' (type bind)\n");
        }
        Path file = conf(words.get(command.equals("clone") ? 2 : 1));
        String text = Files.exists(file) ? Files.readString(file) : "";
        String from = command.equals("clone") ? Files.readString(conf(words.get(1))) : "";
        switch (command) {
            case "clone" -> {
                if (busy > 0) {
                    busy--;
                    return new HostProgram.Outcome(
                            true,
                            255,
                            "mount: /x: /dev/loop1 already mounted or mount point busy.\n");
                }
                if (!words.contains("--full") && !linked) {
                    return new HostProgram.Outcome(
                            true, 255, "Linked clone feature is not available\n");
                }
                if (!from.contains("template: 1") && from.contains("lock: disk")) {
                    return new HostProgram.Outcome(true, 255, "CT is locked (disk)\n");
                }
                // "copy everything else", clone_vm in pve-container's API2/LXC.pm
                String own =
                        from.replaceFirst("(?s)\n\\[.*", "")
                                .replaceAll("(?m)^(#.*|template: 1)\n", "");
                Files.writeString(
                        file,
                        "#"
                                + words.get(4)
                                + "\n"
                                + own.replaceAll("subvol-\\d+", "subvol-" + words.get(2)));
                makeDisk(words.get(2));
            }
            case "template" -> {
                Files.writeString(file, text + "template: 1\n");
                immutable.add(words.get(1));
            }
            case "set" ->
                    Files.writeString(
                            file, text.replaceAll("(?m)^(%s): 1\n".formatted(options(words)), ""));
            case "unlock" -> Files.writeString(file, text.replaceAll("lock: .*\n", ""));
            case "destroy" -> {
                if (text.contains("lock:")) {
                    return new HostProgram.Outcome(true, 255, "CT is locked (create)\n");
                }
                if (text.contains("protection: 1")) {
                    return new HostProgram.Outcome(
                            true, 255, "can't remove CT - protection mode enabled\n");
                }
                Files.delete(file);
                // free_image in pve-storage's Plugin.pm: what is no "base-" keeps its chattr +i
                if (stays || (type.equals("dir") && immutable.contains(words.get(1)))) {
                    return new HostProgram.Outcome(
                            true, 0, "cannot remove directory: Operation not permitted\n");
                }
                Files.delete(disk(words.get(1)));
            }
            default -> {}
        }
        return new HostProgram.Outcome(true, 0, "");
    }

    private static String options(List<String> words) {
        return words.stream()
                .filter(word -> word.startsWith("--"))
                .map(word -> word.substring(2))
                .collect(Collectors.joining("|"));
    }

    private Copies copies(boolean keep, String snapshot) throws IOException {
        Map<String, String> files =
                Map.of(
                        conf("101").toString(),
                        Files.readString(conf("101")),
                        "/usr/share/lxc/config/debian.common.conf",
                        "",
                        "/usr/share/lxc/config/debian.userns.conf",
                        "");
        return ProxmoxCopies.of(
                new Original(
                        id("101"),
                        new ConfigurationText(conf("101").toString(), files, Map.of(), 0, Map.of()),
                        40,
                        folder.resolve("state"),
                        false,
                        keep,
                        snapshot),
                node());
    }

    private ContainerId id(String vmid) {
        return ContainerId.proxmox(vmid, folder.toString(), conf(vmid).toString());
    }

    private ProxmoxCopies.Node node() {
        return new ProxmoxCopies.Node(
                (words, _) -> pct(words),
                (words, _) -> pvesm(words),
                new GuestRuntime(),
                new Store());
    }

    private Path trials() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("state/trials"))) {
            return all.findFirst().orElseThrow();
        }
    }

    private final class GuestRuntime implements ContainerRuntime {
        @Override
        public boolean running(ContainerId container) {
            return runs && container.name().equals("101");
        }

        @Override
        public void stop(ContainerId container, Duration timeout, boolean force) {}

        @Override
        public boolean start(ContainerId container, Duration timeout) {
            told.add("start");
            return true;
        }
    }

    private static final class Store implements ConfigStore {
        @Override
        public String read(String path) throws IOException {
            return Files.readString(Path.of(path), StandardCharsets.ISO_8859_1);
        }

        @Override
        public void replace(String path, String expected, String content) throws IOException {
            assertThat(read(path)).isEqualTo(expected);
            Files.writeString(Path.of(path), content);
        }
    }

    /// Records and configurations that are there beside the container's.
    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("pve.") || name.matches("9[0-9]+\\.conf"))
                    .toList();
        }
    }

    /// A backup of all guests saves copies, too, or meets none where one was when it began.
    @Test
    void aBackupJobThatTakesCopiesAsWellIsToldBeforeOneIsMade() throws IOException {
        Files.createSymbolicLink(folder.resolve("pve/local"), Path.of("nodes/pve1"));
        String job = "vzdump: backup-%s\n\tall 1\n%s\tmode snapshot\n\n";
        String others =
                job.formatted("off", "\tenabled 0\n\tschedule 01:00\n")
                        + job.formatted("far", "\tnode pve2\n\tschedule 02:00\n")
                        + "vzdump: backup-list\n\tschedule 03:00\n\tvmid 101,102\n\n"
                        + "realmsync: ad\n\tall 1\n\tschedule 04:00\n";
        Files.writeString(folder.resolve("pve/jobs.cfg"), others);
        try (Copies copies = copies(false, "")) {
            assertThat(copies.complaints()).isEmpty();
        }
        Files.writeString(
                folder.resolve("pve/jobs.cfg"),
                others + "\n" + job.formatted("all", "\tnode pve1\n\tschedule sun 21:00\n"));
        try (Copies copies = copies(false, "")) {
            assertThat(copies.complaints())
                    .containsExactly(
                            "a backup job takes all guests of this node (sun 21:00): one that begins before the trial has ended saves its copies too, or ends with errors because they are gone");
        }
    }

    @Test
    void theDiskIsReadOnceAndTheTemplateGoesLast() throws IOException {
        try (Copies copies = copies(false, "")) {
            ContainerId one = copies.make(MKNOD);
            ContainerId other = copies.make(CapabilitySet.EMPTY);
            assertThat(Files.readString(Path.of(one.configPath()))).contains("lxc.cap.drop: mknod");
            assertThat(Files.readString(Path.of(other.configPath()))).doesNotContain("lxc.cap");
            assertThat(left()).hasSize(6);
            copies.remove(one);
            assertThat(left()).hasSize(4);
        }
        assertThat(left()).isEmpty();
        assertThat(told)
                .containsExactly(
                        "clone 101 N --description capdrop trial M --full 1",
                        "template N",
                        "clone N N --description capdrop trial M",
                        "clone N N --description capdrop trial M",
                        "destroy N --purge 1 --force 1",
                        "destroy N --purge 1 --force 1",
                        "destroy N --purge 1 --force 1");
        assertThat(Files.readString(conf("101"))).isEqualTo(CONF.formatted("101"));
    }

    @Test
    void whereTheStorageLinksNothingClonesAreFull() throws IOException {
        linked = false;
        try (Copies copies = copies(false, "")) {
            copies.make(MKNOD);
            copies.make(MKNOD);
        }
        assertThat(left()).isEmpty();
        assertThat(told.stream().filter(one -> one.endsWith("--full 1"))).hasSize(3);
        assertThat(told.stream().filter(one -> one.endsWith("trial M"))).hasSize(1);
    }

    /// Proxmox VE makes a template of any folder, and that one is never removed.
    @Test
    void noTemplateIsMadeOfAFolderForClonesOfItAreBrokenAndItStays() throws IOException {
        type = "dir";
        linked = false;
        try (Copies copies = copies(false, "")) {
            copies.make(MKNOD);
            copies.make(MKNOD);
        }
        assertThat(told).noneMatch(one -> one.startsWith("template"));
        assertThat(told.stream().filter(one -> one.endsWith("--full 1"))).hasSize(3);
        assertThat(left()).isEmpty();
    }

    @Test
    void ofAProtectedContainerNoCopyIsProtectedNorStartedWithTheHost() throws IOException {
        String conf = CONF + "onboot: 1\nprotection: 1\n";
        Files.writeString(conf("101"), conf.formatted("101"));
        try (Copies copies = copies(false, "")) {
            copies.make(MKNOD);
        }
        assertThat(left()).isEmpty();
        assertThat(told).contains("set N --protection 0 --onboot 0");
        assertThat(Files.readString(conf("101"))).isEqualTo(conf.formatted("101"));
    }

    /// As pct ends where a folder is immutable.
    @Test
    void aDiskThatIsStillThereIsNamedWhateverPctEndedWith() throws IOException {
        copies(false, "").close();
        Files.createDirectory(trials().resolve("pve.900000001.0123456789ab"));
        Files.writeString(
                conf("900000001"), "#capdrop trial 0123456789ab\n" + CONF.formatted("900000001"));
        makeDisk("900000001");
        stays = true;
        for (int again = 0; again < 3; again++) {
            assertThat(removeLeft())
                    .singleElement()
                    .extracting(LeftCopy::why)
                    .isEqualTo(
                            "Proxmox VE has destroyed it and left its disk '%1$s'; 'chattr -i %1$s' and 'pvesm free local:subvol-900000001-disk-0' remove that"
                                    .formatted(disk("900000001")));
        }
        stays = false;
        assertThat(removeLeft()).extracting(LeftCopy::why).containsExactly("");
        assertThat(disk("900000001")).doesNotExist();
        assertThat(removeLeft()).isEmpty();
        assertThat(left()).isEmpty();
    }

    private List<LeftCopy> removeLeft() throws IOException {
        List<LeftCopy> found = new ArrayList<>();
        TrialFolder.eachAbandoned(
                folder.resolve("state"),
                left -> found.addAll(ProxmoxCopies.removeLeft(left, node(), id("0"))));
        return found;
    }

    @Test
    void aDiskThatIsAttachedForAMomentLongerIsWaitedFor() throws IOException {
        busy = 2;
        try (Copies copies = copies(false, "")) {
            copies.make(MKNOD);
        }
        assertThat(busy).isZero();
        assertThat(told).filteredOn(words -> words.startsWith("clone 101")).hasSize(3);
        assertThat(left()).isEmpty();
    }

    @Test
    void whatPctRefusesIsSaidInItsWordsAndNothingIsLeft() throws IOException {
        failing = "clone";
        try (Copies copies = copies(false, "")) {
            assertThatThrownBy(() -> copies.make(MKNOD))
                    .hasMessage(
                            "Proxmox VE makes no copy of 'pve:101': unable to clone mountpoint 'mp0' (type bind)");
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void aContainerThatRunsIsClonedFromASnapshotOnly() throws IOException {
        runs = true;
        assertThatThrownBy(() -> copies(false, ""))
                .hasMessageContaining("it runs")
                .hasMessageContaining("--snapshot NAME");
        String own = CONF.formatted("101");
        Files.writeString(conf("101"), own + "\n[good]\n" + own);
        try (Copies copies = copies(false, "good")) {
            copies.make(MKNOD);
        }
        assertThat(told.getFirst()).endsWith("--full 1 --snapname good");
        assertThatThrownBy(() -> copies(true, "good")).hasMessageContaining("--keep-copies");
    }

    /// By its number alone nothing is destroyed, and a lock that nobody holds any more is undone.
    @Test
    void ofWhatAKilledRunHasLeftOnlyThatGoesWhichSaysItIsACopy() throws IOException {
        copies(false, "").close();
        Path trials = trials();
        String ours = "900000001";
        String others = "900000002";
        Files.createDirectory(trials.resolve("pve." + ours + ".0123456789ab"));
        Files.createDirectory(trials.resolve("pve." + others + ".0123456789ab"));
        Files.createDirectory(trials.resolve("pve.900000003.0123456789ab"));
        String text = CONF + "lock: create\n";
        Files.writeString(conf(ours), "#capdrop trial 0123456789ab\n" + text.formatted(ours));
        Files.writeString(conf(others), "#capdrop trial ffffffffffff\n" + CONF.formatted(others));
        makeDisk(ours);
        try (Copies copies = copies(false, "")) {
            assertThat(copies.complaints()).isEmpty();
        }
        assertThat(conf(ours)).doesNotExist();
        assertThat(conf(others)).exists();
        assertThat(left()).containsExactly(others + ".conf");
        assertThat(told).containsExactly("unlock N", "destroy N --purge 1 --force 1");
    }

    @Test
    void onlyACopysDescriptionMakesItOne() {
        assertThat(ProxmoxCopies.isCopy("#capdrop trial 0123456789ab\narch: amd64\n")).isTrue();
        assertThat(ProxmoxCopies.isCopy("#capdrop trial of mine\narch: amd64\n")).isFalse();
        assertThat(ProxmoxCopies.isCopy("arch: x\n\n[a1]\n#capdrop trial 0123456789ab\n"))
                .isFalse();
    }
}
