package dev.capdrop.cli.command;

import dev.capdrop.cli.render.CapabilityText;
import dev.capdrop.cli.render.ExplainReports;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.Knowledge;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `capdrop explain`: what a capability is.
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  capdrop explain sys_rawio             what it is worth, and to whom",
            "  capdrop explain CAP_SYS_RAWIO         the same",
            "  capdrop explain 17                    the same"
        },
        description =
                "Says what a capability permits, whether the kernel honours it in a container, who asks for it, what"
                        + " breaks without it, and what holding it risks.")
final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CAPABILITY", description = "its name or number")
    String word = "";

    @Mixin Output output = new Output();

    @Override
    public Integer call() throws IOException {
        return switch (Subject.parse(word, false)) {
            case Subject.OfCapability of -> explain(of.capability());
            case Subject.OfUnit _, Subject.OfContainer _ ->
                    throw new UsageException(
                            "'"
                                    + word
                                    + "' is no capability, expected a name as in capabilities(7) or"
                                    + " a number from 0 to 63"
                                    + NearNames.question(
                                            word.toLowerCase(Locale.ROOT), knownNames()));
        };
    }

    private static List<String> knownNames() {
        return IntStream.rangeClosed(0, Capability.MAX_NUMBER)
                .mapToObj(Capability::new)
                .map(Capability::knowledge)
                .filter(Objects::nonNull)
                .map(Knowledge::name)
                .toList();
    }

    private int explain(Capability capability) throws IOException {
        Terminal terminal = output.terminal();
        if (output.isJson()) {
            output.writeJson(ExplainReports.capability(capability));
        } else {
            boolean known = capability.knowledge() != null;
            int last = known ? Capability.MAX_NUMBER : SnapshotReader.host().lastCapability();
            new CapabilityText(terminal).write(capability, last);
        }
        terminal.requireWritten();
        return ExitCode.OK.status();
    }
}
