package dev.capdrop.cli;

import static dev.capdrop.cli.Roff.bold;
import static dev.capdrop.cli.Roff.italic;

import dev.capdrop.core.snapshot.RuntimeKind;
import module java.base;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The manual pages: one of the tool, and one of each command.
record ManualPages(CommandSpec tool, Collection<CommandSpec> commands, LocalDate date) {
    /// Returns capdrop(1).
    String overview() {
        Roff about = new Roff();
        for (CommandSpec spec : commands) {
            about.macro("TP")
                    .raw(bold("capdrop-" + spec.name()) + "(1)")
                    .text(Documents.sentence(spec) + ".");
        }
        Roff options = new Roff().section("OPTIONS");
        options(options, tool);
        ending(options, tool);
        Stream<String> manuals = Stream.of(RuntimeKind.values()).map(RuntimeKind::manual);
        return filled(
                        "capdrop.1",
                        begun("capdrop", Documents.sentence(tool), Roff.Chapter.COMMANDS))
                .replace("@RUNTIMES@", Roff.escaped(String.join(", ", RuntimeKind.titles())))
                .replace("@SAMPLES@", Roff.escaped(RuntimeKind.samples()))
                .replace("@COMMANDS@", about.toString())
                .replace("@OPTIONS@", options.toString())
                .replace(
                        "@SEE@",
                        Stream.concat(Stream.of("capabilities(7)"), manuals)
                                .map(ManualPages::reference)
                                .collect(Collectors.joining(", ")));
    }

    private static String filled(String template, Roff begin) {
        return Completed.template(template).replace("@BEGIN@", begin.toString());
    }

    /// Returns a reference to a page, `NAME(SECTION)`.
    private static String reference(String page) {
        int section = page.indexOf('(');
        return bold(page.substring(0, section)) + page.substring(section);
    }

    String page(CommandSpec command) {
        String name = "capdrop-" + command.name();
        Roff page = begun(name, Documents.sentence(command), Roff.Chapter.COMMANDS);
        page.section("SYNOPSIS").raw(synopsis(command));
        page.section("DESCRIPTION");
        texts(page, "PP", command.usageMessage().description());
        page.section("OPTIONS");
        for (PositionalParamSpec operand : command.positionalParameters()) {
            item(page, italic(operand.paramLabel()), operand);
        }
        options(page, command);
        ending(page, command);
        page.section("SEE ALSO").raw(bold("capdrop") + "(1)");
        return page.toString();
    }

    /// Returns capdrop.conf(5).
    String defaults() {
        Roff settings = new Roff();
        for (DefaultOption setting : DefaultOption.values()) {
            settings.macro("TP").raw(bold(setting.word) + " = " + italic(setting.example));
            settings.text(meaning(setting));
            String commands = String.join(", ", setting.commands());
            settings.macro("br")
                    .text(
                            commands.isEmpty()
                                    ? "For all that look at this host."
                                    : "For " + commands + ".");
        }
        Roff begin = begun("capdrop.conf", "Defaults of capdrop on a host", Roff.Chapter.FILES);
        return filled("capdrop.conf.5", begin).replace("@SETTINGS@", settings.toString());
    }

    /// Returns the help's text for the option, of the first command that has it.
    private String meaning(DefaultOption setting) {
        for (CommandSpec command : commands) {
            OptionSpec option = command.findOption("--" + setting.word);
            if (option != null && setting.isFor(command.name())) {
                return String.join(" ", option.description());
            }
        }
        throw new IllegalStateException("no command has --" + setting.word);
    }

    private Roff begun(String name, String title, Roff.Chapter chapter) {
        return new Roff()
                .title(name.toUpperCase(Locale.ROOT), chapter, date, tool.version()[0])
                .section("NAME")
                .text(name + " - " + lowered(title));
    }

    private static String lowered(String sentence) {
        return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
    }

    private static String synopsis(CommandSpec command) {
        List<String> words = new ArrayList<>();
        words.add(bold("capdrop " + command.name()));
        words.add("[" + italic("OPTION") + "]...");
        for (PositionalParamSpec operand : command.positionalParameters()) {
            String label = italic(operand.paramLabel()) + (operand.arity().max() > 1 ? "..." : "");
            words.add(operand.required() ? label : "[" + label + "]");
        }
        return String.join(" ", words);
    }

    private static void options(Roff page, CommandSpec command) {
        List<OptionSpec> options = new ArrayList<>(command.options());
        options.sort(Comparator.comparing(option -> option.longestName()));
        for (OptionSpec option : options) {
            List<String> names = new ArrayList<>();
            for (String name : option.names()) {
                names.add(bold(name));
            }
            String value = option.arity().max() == 0 ? "" : "=" + italic(option.paramLabel());
            String more = option.arity().max() > 1 ? "..." : "";
            item(page, String.join(", ", names) + value + more, option);
        }
    }

    private static void item(Roff page, String tag, ArgSpec described) {
        page.macro("TP").raw(tag);
        texts(page, "br", described.description());
    }

    private static void texts(Roff page, String between, String... texts) {
        for (int i = 0; i < texts.length; i++) {
            if (i > 0) {
                page.macro(between);
            }
            page.text(texts[i]);
        }
    }

    private static void ending(Roff page, CommandSpec command) {
        Map<String, String> statuses = command.usageMessage().exitCodeList();
        if (!statuses.isEmpty()) {
            page.section("EXIT STATUS");
            statuses.forEach((status, meaning) -> page.macro("TP").raw(bold(status)).text(meaning));
        }
        String[] examples = command.usageMessage().footer();
        if (examples.length > 0) {
            page.section("EXAMPLES");
            page.verbatim(Arrays.asList(examples));
        }
    }
}
