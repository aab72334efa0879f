package dev.capdrop.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.linux.perf.Learner.TracingSurvey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TracingSurveyTest {
    private static final Fact<Boolean> YES = new Fact.Known<>(true);
    private static final Fact<Boolean> NO = new Fact.Known<>(false);
    private static final Fact<Boolean> UNSEEN = new Fact.Absent<>();

    @TempDir Path folder = Path.of("");

    @Test
    void aFolderWithoutEventsIsNoTracefs() {
        assertThat(TracingSurvey.read(folder))
                .isEqualTo(new HostSurvey.Tracing(NO, UNSEEN, UNSEEN));
    }

    @Test
    void anOlderKernelHasNoSuchTracepoint() throws IOException {
        Files.createDirectories(folder.resolve("events/sched"));
        assertThat(TracingSurvey.read(folder))
                .isEqualTo(new HostSurvey.Tracing(YES, NO, UNSEEN, NO));
    }

    @Test
    void aTracepointThatIsNotUnderstoodIsNotKnown() throws IOException {
        Path format = folder.resolve("events/capability/cap_capable/format");
        Files.createDirectories(format.getParent());
        Files.writeString(format, "name: cap_capable\n");
        assertThat(TracingSurvey.read(folder).tracepoint()).isInstanceOf(Fact.Unknown.class);
    }
}
