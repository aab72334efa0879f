package dev.capdrop.cli.command;

import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The option that leaves some of a host's containers out.
public final class Exclusion implements CommandModel.OptionGroup {
    private final String section;
    public List<String> words = List.of();
    private @Nullable CommandModel model;

    /// Makes the option of `each`, `all` or `met`, where all are meant unless some are named.
    public Exclusion(String whom) {
        section = "exclusion of " + whom;
    }

    @Override
    public void addTo(CommandModel model) {
        this.model = model;
        model.of(section)
                .option("--exclude", "TARGET|TAG")
                .each(CommandModel.Several.BETWEEN_COMMAS, String.class, given -> words = given);
    }

    /// Whether it is a default, which may mean nothing here.
    private boolean isDefault() {
        return model != null && !model.isGiven("--exclude");
    }

    /// Returns it as words of a command line; a default holds for the next command, too.
    public String arguments() {
        return words.isEmpty() || isDefault()
                ? ""
                : " --exclude " + ShellWord.quoted(String.join(",", words));
    }

    public void require(boolean all, String by) {
        if (!all && isDefault()) {
            words = List.of();
        }
        if (!all && !words.isEmpty()) {
            throw new Mistakes.UsageException("--exclude can be given only together with " + by);
        }
    }

    /// Tells which words of an exclusion mean nothing now.
    @FunctionalInterface
    public interface Known {
        /// Returns the words, of several with commas between them, that mean no container.
        List<String> idle(String words);
    }

    public static List<String> idle(List<String> words, List<HostContainer> all) {
        return words.stream()
                .filter(word -> all.stream().noneMatch(one -> means(word, one)))
                .toList();
    }

    /// Returns these but for the excluded; each word has to mean some of them.
    public List<HostContainer> leave(List<HostContainer> all) {
        Set<HostContainer> excluded = among(all);
        return all.stream().filter(one -> !excluded.contains(one)).toList();
    }

    /// Returns the excluded among these; each word has to mean some of them.
    public Set<HostContainer> among(List<HostContainer> all) {
        Set<HostContainer> excluded = new LinkedHashSet<>();
        for (String word : words) {
            List<HostContainer> meant = all.stream().filter(one -> means(word, one)).toList();
            if (meant.isEmpty() && !isDefault()) {
                throw new Mistakes.UsageException(
                        "'%s' is neither a container on this host nor a tag of one; expected a %s, NAME or a tag"
                                .formatted(word, RuntimeKind.samples()));
            }
            excluded.addAll(meant);
        }
        return excluded;
    }

    private static boolean means(String word, HostContainer one) {
        return one.id().isCalled(word)
                || (one.guest() != null && one.guest().tags().contains(word));
    }
}
