package dev.capdrop.cli.scan;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.Kernel;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.observe.Findings;
import dev.capdrop.core.observe.Findings.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ScanTextTest {
    private static final int LAST = 40;
    private static final String EVIL = "/a\n\u001b[31m\u00ff\u00c3\u00a9";

    private static Findings.FoundFile file(
            String path, @Nullable String text, Findings.FoundFile.@Nullable Status s) {
        FileCapabilities capabilities =
                text == null
                        ? null
                        : FileCapabilities.of(CapabilityState.parse(text, LAST), 100_000L);
        return new Findings.FoundFile(RawPath.of(path.getBytes(ISO_8859_1)), capabilities, s);
    }

    private static ScanText.View view(boolean rootId, @Nullable String dropped) {
        CapabilitySet bounding =
                dropped == null ? null : CapabilitySet.upTo(LAST).minus(CapabilitySet.of(dropped));
        return new ScanText.View(rootId, bounding, Kernel.of("6.12.0", LAST));
    }

    private static byte[] written(Findings.FoundFile file, ScanText.View view, boolean raw)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, 80);
        Terminal terminal = new Terminal(new DataStream(bytes), style, bytes, style, UTF_8);
        new ScanText(terminal, view, raw).write(new Findings(List.of(file), List.of()));
        terminal.requireWritten();
        return bytes.toByteArray();
    }

    private static String line(Findings.FoundFile file, ScanText.View view) throws IOException {
        return new String(written(file, view, true), ISO_8859_1).stripTrailing();
    }

    @Test
    void anOrdinaryPathIsWrittenByteByByteToAPipe() throws IOException {
        List<String> paths =
                List.of("/a b", "/caf\u00c3\u00a9", "/caf\u00e9", "/it's", "/a \\ $b", "/a - b");
        for (String path : paths) {
            Findings.FoundFile file = file(path, "cap_kill=ep", null);
            assertThat(written(file, view(false, null), true))
                    .as(path)
                    .isEqualTo((path + " cap_kill=ep\n").getBytes(ISO_8859_1));
        }
    }

    @Test
    void noNameForgesALine() throws IOException {
        for (boolean raw : List.of(true, false)) {
            assertThat(shown("/a cap_kill=ep\n/usr/bin/passwd", raw))
                    .isEqualTo("'/a cap_kill=ep'$'\\n''/usr/bin/passwd' cap_kill=ep\n");
            assertThat(shown("/a cap_kill=ep", raw)).isEqualTo("'/a cap_kill=ep' cap_kill=ep\n");
            assertThat(shown("/a [works]", raw)).isEqualTo("'/a [works]' cap_kill=ep\n");
            assertThat(shown("'a'", raw)).isEqualTo("''\\''a'\\''' cap_kill=ep\n");
        }
    }

    @Test
    void noNameBringsToATerminalOrAPipeWhatATerminalObeys() throws IOException {
        String csi = "\u00c2\u009b";
        String bidi = "\u00e2\u0080\u00ae";
        for (boolean raw : List.of(true, false)) {
            assertThat(shown("/\u001b[31m\u00c3\u00a9", raw))
                    .isEqualTo("'/'$'\\033''[31m\u00e9' cap_kill=ep\n");
            assertThat(shown("/" + csi + bidi + "\u009b\u007f", raw))
                    .isEqualTo("'/'$'\\302\\233\\342\\200\\256\\233\\177' cap_kill=ep\n");
        }
        assertThat(shown("/\u00ff", false)).isEqualTo("'/'$'\\377' cap_kill=ep\n");
    }

    /// Whatever bytes a name is made of.
    @Test
    void aShellReadsAQuotedNameAsTheFilesOwn() throws IOException, InterruptedException {
        StringBuilder path = new StringBuilder("/");
        for (char each = 1; each < 256; each++) {
            path.append(each).append(each % 3 == 0 ? "'" : "").append(each % 5 == 0 ? "7" : "");
        }
        String line = shown(path.toString(), true);
        assertThat(line).startsWith("'").endsWith(" cap_kill=ep\n").containsOnlyOnce("\n");
        Process bash = new ProcessBuilder("bash", "-c", "printf %s/ " + line.strip()).start();
        byte[] read = bash.getInputStream().readAllBytes();
        assertThat(bash.waitFor()).isZero();
        assertThat(new String(read, ISO_8859_1)).isEqualTo(path + "/cap_kill=ep/");
    }

    private static String shown(String path, boolean raw) throws IOException {
        return new String(written(file(path, "cap_kill=ep", null), view(false, null), raw), UTF_8);
    }

    @Test
    void behindGetcapsTextStandsWhatItKnowsNothingOf() throws IOException {
        Findings.FoundFile ping = file("/ping", "cap_net_raw=ep", null);
        assertThat(line(ping, view(true, null))).isEqualTo("/ping cap_net_raw=ep [rootid=100000]");
        assertThat(line(ping, view(false, "kill"))).isEqualTo("/ping cap_net_raw=ep [works]");
        assertThat(line(ping, view(false, "net_raw")))
                .isEqualTo("/ping cap_net_raw=ep [execve fails with EPERM: lacks net_raw]");
        assertThat(line(file("/p", "cap_net_raw=p", null), view(false, "net_raw")))
                .isEqualTo("/p cap_net_raw=p [loses net_raw]");
        assertThat(
                        line(
                                file("/su", null, new Findings.FoundFile.Status(0104755, 0, 5)),
                                view(false, "kill")))
                .isEqualTo("/su [setuid=0]");
        assertThat(
                        line(
                                file("/m", null, new Findings.FoundFile.Status(0042775, 0, 8)),
                                view(false, null)))
                .isEqualTo("/m [setgid=8] [directory]");
    }

    /// With every field.
    static Object report() {
        Findings found =
                new Findings(
                        List.of(file(EVIL, "cap_net_raw=ep", null), file("/\\xff", null, null)),
                        List.of(new Findings.Unreadable(RawPath.of(new byte[] {'/', 'x'}), "why")));
        return ScanText.scan(List.of(found), view(false, "net_raw"));
    }

    @Test
    void anOddPathIsWholeInTheJson() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Json.write(bytes, report());
        assertThat(bytes.toString(UTF_8))
                .contains("\"path\" : \"/a\\n\\u001B[31m\\\\xff\\u00E9\"")
                .contains("\"raw\" : \"2f610a1b5b33316dffc3a9\"")
                .contains("\"path\" : \"/\\\\xff\",\n    \"raw\" : null")
                .contains("\"outcome\" : \"EPERM\"")
                .contains("\"reason\" : \"why\"");
    }
}
