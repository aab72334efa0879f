package dev.capdrop.linux.root;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.linux.root.MountTable.Backing;
import org.junit.jupiter.api.Test;

final class MountTableTest {
    @Test
    void theTypeStandsBehindOptionalFieldsOfAnyNumber() {
        MountTable table =
                MountTable.parse(
                        """
                        36 35 98:0 /m1 / rw,noatime master:1 shared:2 - ext4 /dev/root rw
                        40 36 0:22 / /run ro,nosuid - tmpfs none rw
                        41 36 0:50 / /mnt rw - fuse.evil none ro,x=rw
                        """);
        assertThat(table.mount(36))
                .isEqualTo(new MountTable.Mount(35, "98:0", "/", "ext4", "rw", false, false));
        assertThat(table.mount(40))
                .isEqualTo(new MountTable.Mount(36, "0:22", "/run", "tmpfs", "rw", true, false));
        assertThat(requireNonNull(table.mount(41)).backing()).isEqualTo(Backing.PROGRAM);
        assertThat(requireNonNull(table.mount(41)).readOnly()).isTrue();
        assertThat(table.mount(99)).isNull();
        assertThat(table.ofDevice("0:22")).isEqualTo(table.mount(40));
        assertThat(table.ofDevice("0:23")).isNull();
    }

    @Test
    void aMountThatAProgramMakesOnEntryIsKnownByParentAndName() {
        MountTable table =
                MountTable.parse(
                        """
                        40 36 0:22 / /srv/a\\040b rw - autofs systemd-1 rw,fd=39,direct
                        41 36 0:23 / /srv/c rw - tmpfs none rw
                        """);
        assertThat(table.mountsOnEntry(36, "a b")).isTrue();
        assertThat(table.mountsOnEntry(36, "b")).isFalse();
        assertThat(table.mountsOnEntry(35, "a b")).isFalse();
        assertThat(table.mountsOnEntry(36, "c")).isFalse();
    }

    /// Of what cannot be seen the kernel escapes the blank, the tab and the line feed alone.
    @Test
    void aCarriageReturnInANameEndsNoLine() {
        MountTable table = MountTable.parse("41 36 0:23 / /srv/a\rb rw - tmpfs none rw\n");
        assertThat(requireNonNull(table.mount(41)).point()).isEqualTo("/srv/a\rb");
    }

    @Test
    void aLineOfAnotherFormIsRefused() {
        assertThatThrownBy(() -> MountTable.parse("36 35 98:0 / / rw ext4\n"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
