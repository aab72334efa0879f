package dev.capdrop.core.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.unit.UnitName.UnitType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnitNameTest {
    @Test
    void whatStandsBehindTheLastDotIsTheType() {
        for (UnitType type : UnitType.values()) {
            assertThat(UnitName.type("a.b." + type.word())).isEqualTo(type);
        }
        assertThat(UnitName.type("a.service.d")).isEqualTo(UnitType.OTHER);
        assertThat(UnitName.type("service")).isEqualTo(UnitType.SERVICE);
        assertThat(UnitName.isValid("a.snapshot")).isFalse();
        assertThat(UnitType.AUTOMOUNT.section()).isEqualTo("Automount");
        assertThat(UnitType.OTHER.section()).isEmpty();
    }

    @Test
    void aNameWithoutATypeIsAServices() {
        assertThat(UnitName.withType("ssh")).isEqualTo("ssh.service");
        assertThat(UnitName.withType("a.b")).isEqualTo("a.b.service");
        assertThat(UnitName.withType("dbus.socket")).isEqualTo("dbus.socket");
    }

    @Test
    void systemdAcceptsTheseNames() {
        assertThat(
                        List.of(
                                "a.service",
                                "-.mount",
                                "..service",
                                "a.b.socket",
                                "a:b_c\\x2d.device",
                                "a@.timer",
                                "a@b@c.path",
                                "x".repeat(247) + ".service"))
                .allMatch(UnitName::isValid);
    }

    @Test
    void systemdAcceptsNoneOfThese() {
        assertThat(
                        List.of(
                                "",
                                ".service",
                                "service",
                                "a",
                                "a.",
                                "a.conf",
                                "a.Service",
                                "a.service\n",
                                "a b.service",
                                "a/b.service",
                                "ä.service",
                                "\uFFFD.service",
                                "@a.service",
                                "x".repeat(248) + ".service"))
                .noneMatch(UnitName::isValid);
    }
}
