package dev.capdrop.core.observe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.observe.Findings.RawPath;
import org.junit.jupiter.api.Test;

final class RawPathTest {
    private static RawPath path(String bytes) {
        return RawPath.of(bytes.getBytes(ISO_8859_1));
    }

    @Test
    void aSlashStandsBetweenTwoPartsAndOnlyOne() {
        assertThat(path("/usr").below(path("bin"))).isEqualTo(path("/usr/bin"));
        assertThat(path("/").below(path("usr"))).isEqualTo(path("/usr"));
        assertThat(path(".").below(path("a/b"))).isEqualTo(path("./a/b"));
        assertThat(RawPath.EMPTY.below(path("a"))).isEqualTo(path("a"));
        assertThat(path("a").below(RawPath.EMPTY)).isEqualTo(path("a"));
    }

    @Test
    void theOrderIsThatOfUnsignedBytes() {
        assertThat(path("a").compareTo(path("\u00ff"))).isNegative();
        assertThat(path("a").compareTo(path("a/b"))).isNegative();
    }
}
