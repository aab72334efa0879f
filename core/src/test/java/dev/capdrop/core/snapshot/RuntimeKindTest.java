package dev.capdrop.core.snapshot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RuntimeKindTest {
    @ParameterizedTest
    @EnumSource
    void eachHasAllItsWords(RuntimeKind kind) {
        ContainerId id = new ContainerId(kind, "101", "/c", "/c/101/config");
        assertThat(id.kind()).isEqualTo(kind);
        assertThat(kind.attach(id)).contains("101");
        assertThat(kind.restart(id)).contains("101");
        assertThat(kind.thaw(id)).isNotEmpty();
        assertThat(kind.nesting()).doesNotContain("\n");
        assertThat(kind.word(id)).endsWith("101");
        assertThat(kind.heading()).isNotEmpty().hasSizeLessThanOrEqualTo(11);
        assertThat(kind.noun()).isNotEmpty();
        assertThat(kind.absence()).isNotEmpty();
        assertThat(kind.binding()).isNotEmpty();
        assertThat(kind.manual()).matches("[a-z.]+\\([15]\\)");
        assertThat(kind.traces()).allMatch(trace -> trace.matches("[^*\" ]+\\*[/.][a-z]*"));
        assertThat(kind.traces().isEmpty()).isEqualTo(!kind.listing().isEmpty());
        assertThat(RuntimeKind.titles()).contains(kind.title());
    }

    @Test
    void howOneOfEachIsNamedBeginsWithTheShortest() {
        assertThat(RuntimeKind.samples())
                .isEqualTo("VMID, lxc:NAME, nspawn:NAME, incus:NAME, lxd:NAME");
    }

    @ParameterizedTest
    @EnumSource
    void aNameThatAShellWouldRunStandsInQuotes(RuntimeKind kind) {
        ContainerId id = new ContainerId(kind, "$(touch;x)", "/c", "/c/x/config");
        for (String command :
                List.of(kind.attach(id), kind.restart(id), kind.thaw(id), kind.nest(id))) {
            assertThat(command.replaceAll("'[^']*'", "")).doesNotContain("$", ";");
        }
    }

    @Test
    void aWordOfACommandIsQuotedWhereAShellNeedsIt() {
        ContainerId web = new ContainerId(RuntimeKind.LXC, "web", "/srv/my lxc");
        assertThat(RuntimeKind.LXC.restart(web))
                .isEqualTo("lxc-stop -P '/srv/my lxc' -n web && lxc-start -P '/srv/my lxc' -n web");
    }

    @ParameterizedTest
    @CsvSource({
        "incus,web,web,true",
        "incus,web,incus:web,true",
        "incus,web,incus:default/web,true",
        "incus,web,lxd:web,false",
        "incus,web,default/web,false",
        "incus,proj_web,incus:proj/web,true",
        "incus,proj_web,incus:web,false",
        "lxd,web,lxd:default/web,true",
        "lxc,web,lxc:web,true",
        "lxc,web,lxc:default/web,false",
        "pve,101,pve:101,true",
    })
    void aWordMeansAContainerInAnyWayInWhichItMayBeWritten(
            String runtime, String name, String word, boolean meant) {
        assertThat(new ContainerId(kind(runtime), name, "/c", "/c/x").isCalled(word))
                .isEqualTo(meant);
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

    private static RuntimeKind kind(String prefix) {
        return requireNonNull(RuntimeKind.of(prefix));
    }
}
