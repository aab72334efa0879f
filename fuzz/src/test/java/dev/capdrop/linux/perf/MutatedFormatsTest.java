package dev.capdrop.linux.perf;

import dev.capdrop.fuzz.Campaign;
import dev.capdrop.fuzz.Mutator;
import dev.capdrop.linux.perf.CheckFormat.TracepointFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What tracefs says of an event, and what the kernel says of its own types.
final class MutatedFormatsTest {
    private static final int OF_EACH = 5_000;
    private static final long MOST_BYTES = 16 << 20;
    private static final Path TEXTS = Path.of("../linux/src/test/resources/dev/capdrop/linux/perf");
    private static final List<String> ODD =
            List.of("\n", "\0", " ", "*", ";", "offset:", "9999", "99999999999", "-1", "(", "\\E");

    @Test
    void fiveThousandDescriptionsOfEventsAreReadOrRefused() throws IOException {
        String good = Files.readString(TEXTS.resolve("cap_capable.format"));
        List<String> pieces = Mutator.pieces(good, Pattern.compile("\\n|\\s|[^\\s;:]+"));
        Campaign campaign = new Campaign("tracefs formats", IOException.class, MOST_BYTES);
        campaign.run(
                OF_EACH,
                mutator -> mutator.text(pieces, ODD),
                text -> {
                    TracepointFormat format = TracepointFormat.parse(text);
                    var _ = format.notGrantedIn(1);
                });
        campaign.report();
    }

    @Test
    void fiveThousandDescriptionsOfTypesAreReadOrRefused() throws IOException {
        byte[] good = Files.readAllBytes(TEXTS.resolve("debian-13-6.12.118.btf"));
        Campaign campaign =
                new Campaign("types of the kernel (BTF)", IOException.class, MOST_BYTES);
        campaign.run(
                OF_EACH,
                mutator -> mutator.bytes(good),
                bytes -> {
                    Btf types = Btf.parse(bytes);
                    var _ = types.offset("cred", "user_ns");
                    var _ = KprobeFormat.definition("a/b", types);
                });
        campaign.report();
    }
}
