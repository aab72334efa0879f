package dev.capdrop.cli.scan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilitySyntaxException;
import dev.capdrop.capability.Kernel;
import dev.capdrop.capability.Notation;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.render.LinePath;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.observe.Findings;
import dev.capdrop.linux.scan.TreeWalk;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop scan`: the files that give capabilities, or ids, to who executes them.
final class ScanCommand extends HostCommand {
    private List<String> paths = List.of();
    private boolean setIds;
    private boolean rootId;
    private @Nullable String bounding;

    @Override
    protected CommandModel model() {
        return new CommandModel("scan", this)
                .operands("PATH", "1..*", words -> paths = words)
                .flag("--setuid", on -> setIds = on)
                .flag("--rootid", on -> rootId = on)
                .option("--bounding", "MASK|NAMES")
                .as(String.class, bounding, word -> bounding = word)
                .with(output);
    }

    @Override
    public ExitCode call() throws IOException {
        Kernel kernel = environment.facts().kernel().kernel();
        ScanText.View view = new ScanText.View(rootId, bounding(kernel), kernel);
        Terminal terminal = output.terminal();
        ScanText text = new ScanText(terminal, view, !Output.isTerminal(Output.STDOUT));
        List<Findings> found = new ArrayList<>();
        RawWords words = RawWords.own();
        for (String path : paths) {
            Findings below = TreeWalk.of(rawPath(words.next(path)), setIds);
            if (!output.isJson()) {
                text.write(below);
                terminal.requireWritten();
            }
            complain(terminal, below.unreadable());
            found.add(below);
        }
        if (output.isJson()) {
            output.writeJson(ScanText.scan(found, view));
        }
        return status(found, view);
    }

    private @Nullable CapabilitySet bounding(Kernel kernel) {
        if (bounding == null) {
            return null;
        }
        try {
            return switch (Notation.read(bounding, kernel.lastCapability())) {
                case Notation.Mask mask -> mask.set();
                case Notation.Names names -> names.set();
                default -> throw noSet("it says more than one set");
            };
        } catch (CapabilitySyntaxException wrong) {
            throw noSet(wrong.getMessage());
        }
    }

    private UsageException noSet(@Nullable String why) {
        return new UsageException(
                "--bounding '%s': %s; expected a mask such as 1fffffdffff, or names such as chown,net_raw"
                        .formatted(bounding, why));
    }

    /// Slashes at the end go, as with nftw(3).
    private static Findings.RawPath rawPath(byte[] word) {
        int end = word.length;
        while (end > 1 && word[end - 1] == '/') {
            end--;
        }
        return Findings.RawPath.of(Arrays.copyOf(word, end));
    }

    private static void complain(Terminal terminal, List<Findings.Unreadable> places) {
        for (Findings.Unreadable place : places) {
            terminal.complain("'%s': %s", LinePath.decoded(place.path()), place.reason());
        }
    }

    private static ExitCode status(List<Findings> found, ScanText.View view) {
        ExitCode status = ExitCode.OK;
        for (Findings findings : found) {
            if (findings.files().stream().anyMatch(view::loses)) {
                status = status.or(ExitCode.FINDINGS);
            }
            if (!findings.unreadable().isEmpty()) {
                status = status.or(ExitCode.FAILURE);
            }
        }
        return status;
    }
}
