package dev.capdrop.cli;

import module java.base;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// Writes all documents below a folder, as below `/usr/share`; usage: Documents FOLDER DATE.
public final class Documents {
    private Documents() {}

    public static void main(String... words) throws IOException {
        Path folder = Path.of(words[0]);
        for (Map.Entry<String, String> document :
                all(CommandLineTool.declared(), LocalDate.parse(words[1])).entrySet()) {
            Path file = folder.resolve(document.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, document.getValue());
        }
    }

    static Map<String, String> all(CommandLine tool, LocalDate date) {
        Map<String, String> documents = new LinkedHashMap<>();
        List<CommandSpec> commands =
                tool.getSubcommands().values().stream()
                        .map(CommandLine::getCommandSpec)
                        .filter(command -> !command.helpCommand())
                        .toList();
        ManualPages pages = new ManualPages(tool.getCommandSpec(), commands, date);
        documents.put("man/man1/capdrop.1", pages.overview());
        for (CommandSpec command : commands) {
            documents.put("man/man1/capdrop-" + command.name() + ".1", pages.page(command));
        }
        documents.put("man/man5/capdrop.conf.5", pages.defaults());
        documents.put("bash-completion/completions/capdrop", new BashCompletion(commands).script());
        documents.put("zsh/vendor-completions/_capdrop", new ZshCompletion(commands).script());
        documents.put(
                "fish/vendor_completions.d/capdrop.fish", new FishCompletion(commands).script());
        return documents;
    }

    private static final Pattern SENTENCE = Pattern.compile("(.*?)\\.(?: .*|$)", Pattern.DOTALL);

    /// Returns the first one, without its full stop.
    static String sentence(CommandSpec command) {
        String[] description = command.usageMessage().description();
        if (description.length == 0) {
            throw new IllegalArgumentException("'" + command.name() + "' has no description");
        }
        Matcher sentence = SENTENCE.matcher(description[0]);
        return sentence.matches() ? sentence.group(1) : description[0];
    }
}
