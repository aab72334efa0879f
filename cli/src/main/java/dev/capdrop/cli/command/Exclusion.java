package dev.capdrop.cli.command;

import dev.capdrop.cli.command.CommandModel.OptionGroup;
import dev.capdrop.cli.command.CommandModel.Several;
import dev.capdrop.linux.runtime.HostContainer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The option that leaves some of a host's containers out.
final class Exclusion implements OptionGroup {
    private final String meaning;
    List<String> words = List.of();

    private Exclusion(String meaning) {
        this.meaning = meaning;
    }

    /// Beside --all.
    static Exclusion ofEach() {
        return new Exclusion("with --all: leave this container, or those with this tag, out");
    }

    /// Where all are meant unless some are named.
    static Exclusion ofMet() {
        return new Exclusion(
                "leave this container, or those with this tag, out where all of this host are meant");
    }

    /// Beside --all and --host.
    static Exclusion ofAll() {
        return new Exclusion(
                "with --all or --host: leave this container, or those with this tag, out; the file of"
                        + " --host affects them all the same");
    }

    @Override
    public void addTo(CommandModel model) {
        model.options(
                "--exclude",
                "TARGET|TAG",
                meaning,
                Several.BETWEEN_COMMAS,
                String.class,
                given -> words = given);
    }

    /// Refuses it where it means nothing.
    ///
    /// @param all whether all containers are meant
    /// @param by what means all
    void require(boolean all, String by) {
        if (!all && !words.isEmpty()) {
            throw new UsageException("--exclude says something together with " + by + " only");
        }
    }

    /// These but for the excluded.
    ///
    /// @throws UsageException when a word means none of them
    List<HostContainer> leave(List<HostContainer> all) {
        Set<HostContainer> excluded = among(all);
        return all.stream().filter(one -> !excluded.contains(one)).toList();
    }

    /// The excluded among these.
    ///
    /// @throws UsageException when a word means none of them
    Set<HostContainer> among(List<HostContainer> all) {
        Set<HostContainer> excluded = new LinkedHashSet<>();
        for (String word : words) {
            List<HostContainer> meant = all.stream().filter(one -> means(word, one)).toList();
            if (meant.isEmpty()) {
                throw new UsageException(
                        "'"
                                + word
                                + "' is neither a container of this host nor a tag of one,"
                                + " expected a VMID, lxc:NAME, NAME or a tag");
            }
            excluded.addAll(meant);
        }
        return excluded;
    }

    private static boolean means(String word, HostContainer one) {
        return one.id().target().equals(word)
                || one.id().name().equals(word)
                || (one.guest() != null && one.guest().tags().contains(word));
    }
}
