package dev.capdrop.linux.root;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        assertThat(table.mount(36)).isEqualTo(new MountTable.Mount("98:0", "ext4", false));
        assertThat(table.mount(40)).isEqualTo(new MountTable.Mount("0:22", "tmpfs", true));
        assertThat(requireNonNull(table.mount(41)).fuse()).isTrue();
        assertThat(requireNonNull(table.mount(41)).readOnly()).isTrue();
        assertThat(table.mount(99)).isNull();
        assertThat(table.hasDevice("0:22")).isTrue();
        assertThat(table.hasDevice("0:23")).isFalse();
    }

    @Test
    void aLineOfAnotherFormIsRefused() {
        assertThatThrownBy(() -> MountTable.parse("36 35 98:0 / / rw ext4\n"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
