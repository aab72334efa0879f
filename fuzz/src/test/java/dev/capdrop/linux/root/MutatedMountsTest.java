package dev.capdrop.linux.root;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.fuzz.Campaign;
import dev.capdrop.fuzz.Mutator;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Lists of mounts, of which the container chooses the names.
final class MutatedMountsTest {
    private static final int LISTS = 5_000;
    private static final String GOOD =
            """
            36 35 98:0 /m1 / rw,noatime master:1 shared:2 - ext4 /dev/root rw
            40 36 0:22 / /run ro,nosuid - tmpfs none rw,size=10%
            41 36 0:50 / /mnt\\040a rw - fuse.evil none ro,x=rw
            42 36 0:51 / /srv rw - autofs systemd-1 rw,fd=39,direct
            """;

    @Test
    void fiveThousandListsOfMountsAreReadOrRefused() {
        List<String> pieces = Mutator.pieces(GOOD, Pattern.compile("\\n| +|[^\\s,:]+"));
        List<String> odd =
                List.of(
                        "\n",
                        "\r",
                        "\0",
                        " ",
                        "-",
                        "\\",
                        "\\040",
                        ":",
                        ",",
                        "99999999999999999999");
        Campaign campaign =
                new Campaign("/proc/PID/mountinfo", IllegalArgumentException.class, 16 << 20);
        campaign.run(
                LISTS,
                mutator -> mutator.text(pieces, odd),
                text -> {
                    MountTable table = MountTable.parse(text);
                    assertThat(table.mount(-1)).isNull();
                    assertThat(table.mountsOnEntry(36, "x")).isFalse();
                });
        campaign.report();
    }

    @Test
    void whatAContainerCallsItsMountsMakesNoListUnreadable() {
        List<String> names =
                List.of("\r", "\u0085", "\u2028", "\0", "\\", "-", "\u000b", "\f", "é");
        Campaign campaign = new Campaign("names of mounts", NoException.class, 16 << 20);
        campaign.run(
                LISTS,
                mutator -> {
                    StringBuilder name = new StringBuilder();
                    for (int count = mutator.below(4); count >= 0; count--) {
                        name.append(mutator.oneOf(names)).append(mutator.below(10));
                    }
                    return name.toString();
                },
                name -> {
                    String line = "77 36 0:60 / /srv/" + name + " rw - tmpfs " + name + " rw\n";
                    MountTable table = MountTable.parse(GOOD + line);
                    MountTable.Mount mount = table.mount(77);
                    assertThat(mount).isNotNull();
                    assertThat(table.mount(36)).isEqualTo(MountTable.parse(GOOD).mount(36));
                });
        campaign.report();
    }

    /// None is documented.
    private static final class NoException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
