package dev.capdrop.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders stand for the control groups: what counts is their inodes.
final class ControlGroupsTest {
    private static final String TOP = "/lxc.payload.web";
    private static final String HOST = "/lxc.payload.host";

    @TempDir Path folder;

    private long group(String path) throws IOException {
        Path made = Files.createDirectories(folder.resolve(path));
        return (Long) Files.getAttribute(made, "unix:ino");
    }

    private ControlGroups groups(Descriptor top, boolean whole) {
        return groups(top, false, whole);
    }

    private static ControlGroups groups(Descriptor top, boolean alone, boolean whole) {
        return new ControlGroups(
                top, new PayloadCgroup(TOP, TOP), alone, whole, ControlGroups.MOST);
    }

    private Descriptor top() throws IOException {
        int flags = Libc.O_RDONLY | Libc.O_DIRECTORY;
        return Libc.openat(Descriptor.WORKING_DIRECTORY, folder.toString(), flags, 0);
    }

    @Test
    void whatTheKernelTellsOfIsTheContainersByItsPath() throws IOException {
        long old = group("system.slice/old.service");
        try (Descriptor top = top()) {
            ControlGroups groups = groups(top, true);
            groups.walk();
            groups.add(1, TOP + "/system.slice/new.service");
            groups.add(2, HOST + TOP + "/system.slice/new.service");
            assertThat(groups.unit(old)).isEqualTo("old.service");
            assertThat(groups.unit(1)).isEqualTo("new.service");
            assertThat(groups.unit(2)).isEqualTo(ControlGroups.OUTSIDE);
        }
    }

    /// What was told before one of them was found counts then, too, though it has ended by then.
    @Test
    void onAHostThatIsAContainerItselfPathsAreTheKernels() throws IOException {
        try (Descriptor top = top()) {
            ControlGroups groups = groups(top, false);
            groups.add(1, HOST + TOP + "/system.slice/ended.service");
            groups.add(2, "/lxc.payload.other" + TOP + "/system.slice/evil.service");
            groups.add(group("system.slice"), HOST + TOP + "/system.slice");
            assertThat(groups.unit(1)).isNull();
            groups.walk();
            groups.add(3, HOST + TOP + "/system.slice/later.service");
            groups.add(4, TOP + "/system.slice/evil.service");
            assertThat(groups.unit(1)).isEqualTo("ended.service");
            assertThat(groups.unit(2)).isEqualTo(ControlGroups.OUTSIDE);
            assertThat(groups.unit(3)).isEqualTo("later.service");
            assertThat(groups.unit(4)).isEqualTo(ControlGroups.OUTSIDE);
            assertThat(groups.names()).containsExactly("ended.service", "later.service");
        }
    }

    /// A service that ends at once leaves nothing to find, be it the first or one of many.
    @Test
    void whereOnlyTheContainerIsToldOfNoneHasToBeFound() throws IOException {
        try (Descriptor top = top()) {
            ControlGroups groups = groups(top, true, false);
            groups.add(1, HOST + TOP + TOP + "/system.slice/evil.service");
            groups.walk();
            assertThat(groups.unit(1)).as("which of the two is the container's?").isNull();
            groups.add(2, HOST + TOP + "/system.slice/ended.service");
            groups.add(3, HOST + TOP + TOP + "/system.slice/evil.service");
            assertThat(groups.unit(2)).isEqualTo("ended.service");
            assertThat(groups.unit(3)).isEmpty();
            assertThat(groups.unit(1)).isEmpty();
            assertThat(groups.names()).containsExactly("ended.service");
        }
    }

    @Test
    void whatWasMadeSinceAWalkIsFoundByTheNext() throws IOException {
        group("system.slice/old.service");
        try (Descriptor top = top()) {
            ControlGroups groups = groups(top, true);
            groups.walk();
            long made = group("user.slice/user@0.service");
            assertThat(groups.walkAgain(false)).isTrue();
            assertThat(groups.unit(made)).isEqualTo("user@0.service");
            assertThat(groups.forgot()).isFalse();
        }
    }

    /// A check of a group that is not known yet counts as lost at the end.
    @Test
    void atTheEndAWatchDoesNotRestAfterALongWalk() throws IOException {
        try (Descriptor top = top()) {
            ControlGroups groups = groups(top, true);
            groups.walk();
            long late = group("system.slice/late.service");
            groups.rest(Duration.ofHours(1).toNanos());
            assertThat(groups.walkAgain(false)).isFalse();
            assertThat(groups.unit(late)).isNull();
            assertThat(groups.walkAgain(true)).isTrue();
            assertThat(groups.unit(late)).isEqualTo("late.service");
        }
    }

    @Test
    void groupsWithoutEndBelowOneUnitHideNoOther() throws IOException {
        for (int i = 0; i < 100; i++) {
            group("system.slice/a.service/g" + i);
            group("system.slice/z.service/g" + i + "/x");
        }
        long web = group("system.slice/web.service");
        try (Descriptor top = top()) {
            ControlGroups groups =
                    new ControlGroups(top, new PayloadCgroup(TOP, TOP), true, true, 50);
            groups.walk();
            assertThat(groups.unit(web)).isEqualTo("web.service");
            assertThat(groups.forgot()).as("it is said that some were not looked at").isTrue();
        }
    }

    @Test
    void moreInOneThanAreKeptAreNotPassedOverInSilence() throws IOException {
        for (int i = 0; i < 400; i++) {
            group("g" + i);
        }
        try (Descriptor top = top()) {
            ControlGroups groups =
                    new ControlGroups(top, new PayloadCgroup(TOP, TOP), true, true, 100);
            groups.walk();
            assertThat(groups.forgot()).isTrue();
        }
    }
}
