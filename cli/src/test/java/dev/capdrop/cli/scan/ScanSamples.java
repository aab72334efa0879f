package dev.capdrop.cli.scan;

import dev.capdrop.capability.Kernel;
import dev.capdrop.cli.Taint;
import dev.capdrop.cli.Taint.Manner;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.scan.NotationText.Decoded;
import dev.capdrop.core.observe.Findings;
import dev.capdrop.core.observe.Findings.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The reports of this package, each with everything in it.
public final class ScanSamples {
    private static final int LAST = 40;

    private ScanSamples() {}

    /// Writes each for people, tainted.
    public static void write(Terminal terminal, Manner manner) {
        new NotationText(terminal, LAST).write(decoded(manner), true);
        new ScanText(terminal, view(), true).write(found(manner));
        new ScanText(terminal, view(), false).write(found(manner));
    }

    /// Returns each as a tree for JSON, tainted.
    public static List<Object> trees(Manner manner) {
        return List.of(
                NotationText.decode(List.of(decoded(manner)), LAST),
                ScanText.scan(List.of(found(manner)), view()));
    }

    /// Returns each as a tree for JSON.
    public static List<Object> trees() {
        return List.of(
                NotationText.decode(NotationTextTest.one("CapBnd: 1ff"), LAST),
                ScanTextTest.report());
    }

    private static Decoded decoded(Manner manner) {
        return Taint.full(NotationTextTest.one("CapBnd: 1ff").getFirst(), manner);
    }

    private static Findings found(Manner manner) {
        byte[] path = Taint.evil("/a", "path", manner).getBytes(StandardCharsets.UTF_8);
        Findings.FoundFile file =
                new Findings.FoundFile(
                        RawPath.of(path), null, new Findings.FoundFile.Status(0104755, 0, 5));
        String why = Taint.evil("x", "why", manner);
        return new Findings(List.of(file), List.of(new Findings.Unreadable(RawPath.of(path), why)));
    }

    private static ScanText.View view() {
        return new ScanText.View(true, null, Kernel.of("6.12.0", LAST));
    }
}
