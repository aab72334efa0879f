package dev.capdrop.cli.drop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The sentences of refusals are read by administrators and by scripts: each says what is the
/// matter and what to do.
final class RefusedExceptionTest {
    private static final String FILE = "/var/lib/lxc/c1/config";

    private static final CapabilitySet DROP = CapabilitySet.of("kill");

    static Stream<Arguments> refusals() {
        ContainerId web = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");
        LoadError error = new LoadError(FILE, 3, "x", "this key is not known");
        return Stream.of(
                Arguments.of(
                        new Refusal.UnitsUnknown("nothing is known of it", true),
                        "nothing is known of it; start it first, or say with --drop what to drop"),
                Arguments.of(
                        new Refusal.UnitsUnknown("nothing is known of it", false),
                        "nothing is known of it; say with --drop what to drop"),
                Arguments.of(
                        new Refusal.UnitsUnread("lxc:web", List.of("it hangs", "it is slow")),
                        "'lxc:web': nothing is known of its units: it hangs; it is slow"),
                Arguments.of(
                        new Refusal.ProgramsUnknown("lxc:web"),
                        "'lxc:web': nothing is known of the programs in the container, and the goal"
                                + " has to know which of them would miss something; take a new"
                                + " snapshot of it, or name what to drop with --goal none --drop"),
                Arguments.of(
                        new Refusal.NothingLearnt(web),
                        "'lxc:web': nothing was learnt about what it uses, and goal least drops what"
                                + " was not seen in use; record a boot and some of its work first:"
                                + " capdrop learn lxc:web --boot --for 10m"),
                Arguments.of(
                        new Refusal.ChecksLost(
                                web, new UseHistory.Covered(900, 1, 17, CapabilitySet.EMPTY, 0)),
                        "'lxc:web': 17 checks were lost while it was watched, which may have been"
                                + " any use, and goal least drops what was not seen in use; watch it"
                                + " without losses for 15 min more: capdrop learn lxc:web --for 900s"),
                Arguments.of(
                        new Refusal.TooMuchToTry(21, 18),
                        "21 failed units name 18 capabilities that could be dropped, more than this"
                                + " program tries in combination; name some of them with --drop"),
                Arguments.of(
                        new Refusal.UnknownNames(DROP),
                        "'kill' is not known to every liblxc and kernel that is installed here, so"
                                + " that it would keep all containers from starting"),
                Arguments.of(
                        new Refusal.OfMember("lxc:web", new Refusal.TooMuchToTry(2, 11)),
                        "what 'lxc:web' would drop cannot be found (--exclude leaves it out of the"
                                + " sum): 2 failed units name 11 capabilities that could be"
                                + " dropped, more than this program tries in combination; name some"
                                + " of them with --drop"),
                Arguments.of(
                        edit(new Editing.NotLoaded(FILE, error)),
                        "'/var/lib/lxc/c1/config' does not load, so it is not edited: this key is"
                                + " not known (/var/lib/lxc/c1/config:3)"),
                Arguments.of(
                        edit(new Editing.NotLoaded(FILE, null)),
                        "'/var/lib/lxc/c1/config' does not load, so it is not edited: it cannot be"
                                + " read"),
                Arguments.of(
                        edit(new Editing.NestingUndone(FILE)),
                        "no line in '/var/lib/lxc/c1/config' can allow nesting: another one undoes"
                                + " it"),
                Arguments.of(
                        edit(new Editing.NotOurs(FILE, "# Ours")),
                        "'/var/lib/lxc/c1/config' is there and not written by capdrop (it does not"
                                + " begin with '# Ours'); rename it, its lines stay in force under"
                                + " any name that ends in .conf"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void eachRefusalHasItsSentence(Refusal refusal, String sentence) {
        assertThat(RefusedException.sentence(refusal)).isEqualTo(sentence);
    }

    @ParameterizedTest
    @EnumSource
    void whateverUndoesADropIsNamed(Editing.Obstacle obstacle) {
        String sentence =
                RefusedException.sentence(edit(new Editing.DropUndone(FILE, DROP, obstacle)));
        assertThat(sentence)
                .startsWith("no line in '" + FILE + "' can drop kill: ")
                .contains(
                        switch (obstacle) {
                            case LATER_LINE -> "what follows it undoes it";
                            case PENDING_RAW_LINES -> "[pve:pending]";
                            case OTHER_SETTINGS -> ConfigFormat.NSPAWN.reader();
                            case LINES_OF_PROFILE -> "a profile has lines of its own";
                        });
    }

    private static Refusal edit(Editing.Uneditable why) {
        return new Refusal.NotEditable(why);
    }
}
