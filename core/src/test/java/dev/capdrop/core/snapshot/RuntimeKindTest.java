package dev.capdrop.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RuntimeKindTest {
    @ParameterizedTest
    @EnumSource
    void eachHasAllItsWords(RuntimeKind kind) {
        ContainerId id = new ContainerId(kind.prefix(), "101", "/c", "/c/101/config");
        assertThat(id.kind()).isEqualTo(kind);
        assertThat(kind.attach(id)).contains("101");
        assertThat(kind.restart(id)).contains("101");
        assertThat(kind.thaw(id)).isNotEmpty();
        assertThat(kind.nesting()).doesNotContain("\n");
        assertThat(kind.word(id)).endsWith("101");
        assertThat(kind.heading()).isNotEmpty().hasSizeLessThanOrEqualTo(11);
        assertThat(kind.noun()).isNotEmpty();
        assertThat(kind.absence()).isNotEmpty();
        assertThat(RuntimeKind.titles()).contains(kind.title());
    }

    @Test
    void howOneOfEachIsNamedBeginsWithTheShortest() {
        assertThat(RuntimeKind.samples())
                .isEqualTo("VMID, lxc:NAME, nspawn:NAME, incus:NAME, lxd:NAME");
    }

    @ParameterizedTest
    @CsvSource({
        "incus:proj/web,true",
        "lxd:proj/web,true",
        "incus/web.conf,false",
        "lxc:a/b,false",
        "/etc/x,false",
    })
    void onlyWhatHasProjectsMayHaveASlash(String word, boolean container) {
        assertThat(RuntimeKind.namesInProject(word)).isEqualTo(container);
    }
}
