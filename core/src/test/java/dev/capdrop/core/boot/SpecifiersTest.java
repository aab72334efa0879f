package dev.capdrop.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.boot.Specifiers.Expansion;
import dev.capdrop.core.unit.SystemFacts;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Cases of systemd.unit(5), "Specifiers".
final class SpecifiersTest {
    private static final SystemFacts FACTS =
            new SystemFacts(
                    257, "web.example", "0f", true, "6.12.1", "x86-64", Map.of("ID", "debian"));

    private final Specifiers specifiers =
            new Specifiers("a-b\\x2dc@x-y.service", "/etc/systemd/system/a.service", FACTS);

    @ParameterizedTest
    @CsvSource({
        "%n, a-b\\x2dc@x-y.service",
        "%N, a-b\\x2dc@x-y",
        "%p, a-b\\x2dc",
        "%P, a/b-c",
        "%i, x-y",
        "%I, x/y",
        "%j, b\\x2dc",
        "%J, b-c",
        "%f, /x/y",
        "%y, /etc/systemd/system/a.service",
        "%Y, /etc/systemd/system",
        "%t%S%C%L%E, /run/var/lib/var/cache/var/log/etc",
        "%T%V, /tmp/var/tmp",
        "%H %l, web.example web",
        "%m %v %a, 0f 6.12.1 x86-64",
        "%u %U %g %G %h %s, root 0 root 0 /root /bin/bash",
        "%o[%w], debian[]",
        "%d, /run/credentials/a-b\\x2dc@x-y.service",
        "100%%, 100%",
        "%_ % %, %_ % %"
    })
    void aSpecifierIsExpanded(String text, String expanded) {
        assertThat(specifiers.expand(text)).isEqualTo(new Expansion.Done(expanded));
    }

    /// Asked of systemd 247, 252 and 257 with `systemd-analyze condition "ConditionHost=%z"`.
    @ParameterizedTest
    @CsvSource({"date +%F, %F", "%n %5, %5", "100%z, %z"})
    void aLetterOrDigitThatIsNoSpecifierFailsTheLine(String text, String specifier) {
        assertThat(specifiers.expand(text)).isEqualTo(new Expansion.Failed(specifier));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%A", "%M", "%d", "%q", "%y", "%Y", "%D"})
    void anOldSystemdDoesNotKnowAllOfThem(String specifier) {
        SystemFacts old = new SystemFacts(247, "web", "0f", true, "6.12.1", "x86-64", Map.of());
        Specifiers known = new Specifiers("a.service", "/etc/systemd/system/a.service", old);
        assertThat(known.expand(specifier)).isEqualTo(new Expansion.Failed(specifier));
        assertThat(known.expand("%s")).isEqualTo(new Expansion.Done("/bin/sh"));
    }

    @Test
    void aNameTakesFewerSpecifiers() {
        assertThat(specifiers.expandName("%n.d"))
                .isEqualTo(new Expansion.Done("a-b\\x2dc@x-y.service.d"));
        assertThat(specifiers.expandName("%t")).isEqualTo(new Expansion.Failed("%t"));
        assertThat(specifiers.expandName("%I")).isEqualTo(new Expansion.Failed("%I"));
    }

    @ParameterizedTest
    @CsvSource({"/a/%b, %b", "%c, %c"})
    void whatOnlyTheBootTellsStaysOpen(String text, String specifier) {
        assertThat(specifiers.expand(text)).isEqualTo(new Expansion.Undecided(specifier));
    }

    @ParameterizedTest
    @CsvSource({"a\\xq@b.service, %P", "a@b\\x2.service, %I", "a@b--c.service, %f"})
    void anEscapeThatIsNoneFailsTheLine(String unit, String specifier) {
        assertThat(new Specifiers(unit, "", FACTS).expand(specifier))
                .isEqualTo(new Expansion.Failed(specifier));
    }
}
