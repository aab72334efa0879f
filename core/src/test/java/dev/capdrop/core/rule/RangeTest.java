package dev.capdrop.core.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RangeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    every version booted, systemd 247 on   | 246 | false
                    every version booted, systemd 247 on   | 300 | true
                    since systemd 255                      | 254 | false
                    systemd 229 to 245                     | 229 | true
                    systemd 229 to 245                     | 246 | false
                    systemd 245, 249, 252 and 253          | 250 | true
                    systemd 245, 249, 252 and 253          | 254 | false
                    systemd 247 to 252, and since 255      | 260 | true
                    systemd 254                            | 255 | false
                    since Linux 5.12                       | 1   | true
                    any version                            | 1   | true
                    unknown                                | 1   | true
                    systemd 254                            | 0   | true
                    """)
    void aRowsWordsSayOfWhichSystemdItsRuleIsKnown(String since, int version, boolean known) {
        assertThat(Rule.Range.of(since).covers(version)).isEqualTo(known);
    }
}
