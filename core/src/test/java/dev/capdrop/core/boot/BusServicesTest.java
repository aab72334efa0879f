package dev.capdrop.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The units that the files of D-Bus name.
final class BusServicesTest {
    private static final String USR = "/usr/share/dbus-1/system-services/";
    private static final String ETC = "/etc/dbus-1/system-services/";

    private final SketchedTree tree = new SketchedTree();
    private final List<String> problems = new ArrayList<>();

    private static String service(String unit) {
        return "[D-BUS Service]\nName=org.example.A\nExec=/bin/false\nUser=root\nSystemdService="
                + unit
                + "\n";
    }

    @Test
    void aServiceNamesItsUnit() {
        tree.with(USR + "org.example.A.service", service("dbus-org.example.A.service"));
        tree.with(USR + "org.example.B.service", "[D-BUS Service]\nExec=/usr/bin/b\n");
        tree.with(USR + "org.example.C.service.old", service("old.service"));
        assertThat(BootUnits.busServices(tree, problems::add))
                .containsExactly("dbus-org.example.A.service");
        assertThat(problems).isEmpty();
    }

    @Test
    void ofTwoFilesOfOneNameTheFirstCounts() {
        tree.with(USR + "org.example.A.service", service("usr.service"));
        tree.with(ETC + "org.example.A.service", service("etc.service"));
        assertThat(BootUnits.busServices(tree, problems::add)).containsExactly("etc.service");
    }

    @Test
    void whatIsNoUnitsNameOrCannotBeReadIsLeftOut() {
        tree.with(USR + "org.example.A.service", service("../evil"));
        tree.with(USR + "org.example.B.service", "!");
        assertThat(BootUnits.busServices(tree, problems::add)).isEmpty();
        assertThat(problems).singleElement().asString().contains("org.example.B.service");
    }

    @Test
    void thereIsAnEndToThem() {
        for (int i = 0; i < 2000; i++) {
            tree.with(USR + "org.example.N" + i + ".service", service("n" + i + ".service"));
        }
        assertThat(BootUnits.busServices(tree, problems::add)).hasSizeLessThanOrEqualTo(500);
        assertThat(problems).singleElement().asString().contains("left out");
    }
}
