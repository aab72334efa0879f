package dev.capdrop.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.boot.UnitLoader.LoadPath;
import dev.capdrop.core.boot.UnitLoader.LoadedUnit;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.unit.SystemFacts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lines of conditions as systemd takes them in.
final class WrittenConditionsTest {
    private static final SystemFacts FACTS =
            new SystemFacts(257, "web", null, true, "6.12", "x86-64", Map.of());

    private static List<WrittenConditions.Line> lines(String unit) {
        SketchedTree tree = new SketchedTree();
        tree.with("/etc/systemd/system/x.target", "[Unit]\n" + unit);
        LoadedUnit loaded = new UnitLoader(tree, LoadPath.of(257, false)).load("x.target");
        return WrittenConditions.of(loaded, "Condition", FACTS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    ConditionPathExists=/proc/sys/net/          ; ConditionPathExists=/proc/sys/net
                    ConditionPathExists=//etc//./x/.            ; ConditionPathExists=/etc/x
                    ConditionPathExists=/                       ; ConditionPathExists=/
                    ConditionPathExists=|!/etc/%p               ; ConditionPathExists=|!/etc/x
                    ConditionPathExists=/etc/../etc             ; ''
                    ConditionPathExists=| /etc                  ; ''
                    ConditionPathExists=etc                     ; ''
                    ConditionHost=| ! %H                        ; ConditionHost=|!web
                    ConditionVirtualization=//                  ; ConditionVirtualization=//
                    """)
    void aLineIsTakenInAs(String line, String condition) {
        assertThat(lines(line).stream().map(l -> l.condition().format()).toList())
                .isEqualTo(condition.isEmpty() ? List.of() : List.of(condition));
    }

    @Test
    void theLastLineComesFirst() {
        assertThat(lines("ConditionUser=root\nConditionHost=web\n"))
                .extracting(WrittenConditions.Line::condition)
                .extracting(Condition::type)
                .containsExactly("Host", "User");
    }

    @Test
    void aLineWithWhatOnlyTheNextBootTellsIsOpen() {
        assertThat(lines("ConditionPathExists=/run/%b"))
                .singleElement()
                .satisfies(line -> assertThat(line.undecided()).isTrue());
    }
}
