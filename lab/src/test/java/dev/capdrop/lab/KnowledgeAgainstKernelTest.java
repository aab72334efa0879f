package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CheckSite;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The table of knowledge against the running kernel: what a capability permits is tried at some 65
/// places, as root of the host and of a container, with the capability and without it.
@NeedsContainers
final class KnowledgeAgainstKernelTest {
    private static final Pattern ANSWER =
            Pattern.compile(
                    "(?<number>\\d+) (?<file>[^ :(]+)(:(?<function>\\w+))?(\\((?<note>\\w+))?"
                            + " (?<hostWith>\\w+) (?<hostWithout>\\w+) (?<with>\\w+) (?<without>\\w+)");

    /// The table names places of this version and later; earlier ones have some elsewhere.
    private static final Pattern RECENT = Pattern.compile("(6\\.(1[7-9]|[2-9][0-9])|[7-9]\\.).*");

    /// Not below /tmp, which may be nosuid, nodev or have no attributes.
    private final Path folder = Bench.shared().lxcPath().resolve("probe");

    @AfterEach
    void remove() {
        Command.of("rm", "-rf", folder.toString()).runOrFail();
    }

    @Test
    void theKernelHonoursACapabilityWhereTheTableSaysSoAndNowhereElse() throws IOException {
        assumeTrue(RECENT.matcher(SnapshotReader.host().kernelRelease()).matches());
        CapabilitySet host = SnapshotReader.host().bounding();
        Set<Capability> asked = new HashSet<>();
        int unknown = 0;
        for (String line : answers()) {
            Matcher answer = ANSWER.matcher(line);
            assertThat(answer.matches()).as(line).isTrue();
            Capability capability = new Capability(Integer.parseInt(answer.group("number")));
            String inside = answer.group("with");
            assertThat(List.of(answer.group("hostWithout"), answer.group("without")))
                    .as(line)
                    .doesNotContain("granted");
            if (inside.equals("unknown")) {
                unknown++;
                continue;
            }
            assertThat(answer.group("hostWith"))
                    .as(line)
                    .isEqualTo(host.contains(capability) ? "granted" : "refused");
            Knowledge known = Objects.requireNonNull(capability.knowledge());
            assertThat(known.honouredAt().stream().anyMatch(site -> isIt(answer, site)))
                    .as("%s is honoured there in the table", line)
                    .isEqualTo(inside.equals("granted"));
            assertThat(known.initialOnlyAt().stream().anyMatch(site -> isIt(answer, site)))
                    .as("%s is refused there in the table", line)
                    .isEqualTo(inside.equals("refused"));
            asked.add(capability);
        }
        System.err.printf(
                Locale.ROOT,
                "lab: the kernel was asked for %d capabilities, and could not be at %d places%n",
                asked.size(),
                unknown);
        assertThat(asked).hasSizeGreaterThan(30);
    }

    private static boolean isIt(Matcher answer, CheckSite site) {
        String function = answer.group("function");
        String note = answer.group("note");
        return site.file().equals(answer.group("file"))
                && (function == null
                        ? site.functions().isEmpty()
                        : site.functions().contains(function))
                && (note == null || site.note().startsWith(note));
    }

    private List<String> answers() throws IOException {
        Files.createDirectory(folder);
        Path source = Clone.root().resolve("lab/src/test/c/capability-probe.c");
        Path program = folder.resolve("probe");
        Command.of("gcc", "-O1", "-Wall", "-static", "-o", "" + program, "" + source).runOrFail();
        Command.of("chmod", "0755", folder.toString()).runOrFail();
        return Command.of(program.toString(), folder.toString()).runOrFail().lines().toList();
    }
}
