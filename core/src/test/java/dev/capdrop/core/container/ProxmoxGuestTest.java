package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxmoxGuestTest {
    @Test
    void itIsCalledByItsHostnameElseByItsNumber() {
        assertThat(guest("hostname: web\n", true).hostname()).isEqualTo("web");
        assertThat(guest("", true).hostname()).isEqualTo("CT101");
    }

    @Test
    void tagsAreSeparatedByCommasSemicolonsAndBlanks() {
        assertThat(guest("tags: b;a, c\n", true).tags()).containsExactly("b", "a", "c");
        assertThat(guest("tags: ;a\n", true).tags()).containsExactly("a");
        assertThat(guest("", true).tags()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "order=3,up=30 | 3",
                "up=30,order=4 | 4",
                "7             | 7",
                "up=5          | 2147483647",
                "order=soon    | 2147483647"
            })
    void theOrderOfItsStartIsThatOfStartup(String startup, int order) {
        assertThat(guest("startup: " + startup + "\n", true).startupOrder()).isEqualTo(order);
        assertThat(guest("", true).startupOrder()).isEqualTo(ProxmoxGuest.LAST);
    }

    @Test
    void nothingHindersAChangeOfAnOrdinaryOneHere() {
        assertThat(guest("", true).hindrance()).isNull();
        assertThat(guest("", true).refusal()).isNull();
    }

    @Test
    void whatHindersAChangeIsSaidWithWhatToDo() {
        assertThat(guest("template: 1\n", false).refusal())
                .isEqualTo("'pve:101' is on the node 'pve2'; run capdrop there");
        assertThat(guest("template: 1\n", true).refusal())
                .isEqualTo(
                        "'pve:101' is a template, which is never started; change the containers made of it");
        assertThat(guest("lock: backup\n", true).refusal())
                .isEqualTo(
                        "'pve:101' is locked by Proxmox VE (backup); wait until that has ended, or run 'pct unlock 101' if it was interrupted");
        assertThat(guest("lock: mounted\n", true).hindrance())
                .isEqualTo(
                        "locked by Proxmox VE (mounted); 'pct unmount 101' ends that, as 'capdrop apply 101' does");
    }

    @Test
    void whatWasMountedToBeReadHereIsTold() {
        assertThat(guest("lock: mounted\n", true).isMounted()).isTrue();
        for (String other : new String[] {"", "lock: backup\n", "lock: mounted\ntemplate: 1\n"}) {
            assertThat(guest(other, true).isMounted()).as(other).isFalse();
        }
        assertThat(guest("lock: mounted\n", false).isMounted()).isFalse();
    }

    private static ProxmoxGuest guest(String text, boolean here) {
        ProxmoxConfig.Section main = ProxmoxConfig.parse(text).main();
        return ProxmoxGuest.of("101", "pve2", here, main, false);
    }
}
