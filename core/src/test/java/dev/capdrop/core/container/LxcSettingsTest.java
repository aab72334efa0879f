package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.IdMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LxcSettingsTest {
    /// `_` is a line feed.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lxc.uts.name = c1 | 0 0 4294967295",
                "lxc.idmap = u 0 100000 65536 | 0 100000 65536",
                "lxc.idmap = b 0 100000 65536 | 0 100000 65536",
                "lxc.idmap = g 0 7 1_lxc.idmap = u 0 5 1_lxc.idmap = u 1 9 2 | 0 5 1_1 9 2",
                "lxc.idmap = g 0 100000 65536 | 0 0 4294967295",
                "lxc.idmap = u 0 5 1_lxc.idmap = | 0 0 4294967295",
                "lxc.idmap = u 0 100000 |",
                "lxc.idmap = u 0 100000 0 |",
                "lxc.idmap = u 0 4294967296 1 |",
                "lxc.idmap = g 0 0 0 |",
                "lxc.idmap = u 0 5 1_lxc.idmap = u zero 5 1 |",
                "lxc.idmap = users 0 5 1 |"
            })
    void theMapOfUsersIsThatOfAllLinesOrIsNotKnown(String text, @Nullable String map) {
        LxcSettings settings =
                ConfigFormat.LXC.settings(
                        TextSource.MAIN, TextSource.of(text.replace('_', '\n') + "\n"));
        assertThat(settings.users())
                .isEqualTo(map == null ? null : IdMap.parse(map.replace('_', '\n')));
    }
}
