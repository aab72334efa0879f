package dev.capdrop.linux.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.snapshot.JournalFile.JenkinsHash;
import dev.capdrop.linux.snapshot.JournalFile.SipHash;
import org.junit.jupiter.api.Test;

/// The hashes by which journals are addressed, against the answers that their authors published.
final class HashesTest {
    @Test
    void sipHashGivesTheAnswersOfItsPaper() {
        byte[] key = new byte[16];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        byte[] data = new byte[15];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) i;
        }
        assertThat(SipHash.of(key, data)).isEqualTo(0xa129ca6149be45e5L);
        assertThat(SipHash.of(key, new byte[0])).isEqualTo(0x726fdb47dd0e0e31L);
        assertThat(SipHash.of(key, new byte[] {0, 1, 2, 3, 4, 5, 6, 7}))
                .isEqualTo(0x93f5f5799a932462L);
    }

    @Test
    void jenkinsHashGivesTheAnswersOfItsSource() {
        assertThat(JenkinsHash.of(new byte[0])).isEqualTo(0xdeadbeefdeadbeefL);
        assertThat(JenkinsHash.of("Four score and seven years ago".getBytes(US_ASCII)))
                .isEqualTo(0x17770551ce7226e6L);
    }
}
