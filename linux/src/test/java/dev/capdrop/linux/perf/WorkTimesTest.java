package dev.capdrop.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Control groups as directories of a test.
class WorkTimesTest {
    private static final PayloadCgroup PAYLOAD =
            new PayloadCgroup("/lxc.payload.web", "/lxc.payload.web/ns");

    @TempDir private Path folder;
    private Descriptor top;
    private WorkTimes work;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(folder.resolve("ns"));
        int flags = Libc.O_RDONLY | Libc.O_DIRECTORY;
        top = Libc.openat(Descriptor.WORKING_DIRECTORY, folder.toString(), flags, 0);
        work = new WorkTimes(top, PAYLOAD);
    }

    @AfterEach
    void close() {
        top.close();
    }

    @Test
    void whatTakesAMillisecondBetweenTwoLooksWorks() throws IOException {
        taken("system.slice/web.service", 700_000);
        taken("system.slice/idle.service", 900_000);
        taken("system.slice/system-getty.slice/getty@tty1.service", 1);
        work.look();
        assertThat(work.worked()).isEmpty();
        taken("system.slice/web.service", 701_000);
        taken("system.slice/idle.service", 900_900);
        taken("system.slice/system-getty.slice/getty@tty1.service", 5001);
        work.look();
        assertThat(work.worked()).containsExactly("getty@tty1.service", "web.service");
    }

    /// A wake-up now and then is none.
    @Test
    void whatAddsUpOverManyLooksIsNoWork() throws IOException {
        for (int look = 0; look < 100; look++) {
            taken("system.slice/idle.service", look * 100L);
            work.look();
        }
        assertThat(work.worked()).isEmpty();
    }

    @Test
    void whatAServiceTakesToStartIsNoWork() throws IOException {
        work.look();
        taken("system.slice/new.service", 10_000);
        work.look();
        taken("system.slice/new.service", 90_000);
        work.look();
        assertThat(work.worked()).isEmpty();
        taken("system.slice/new.service", 91_000);
        work.look();
        assertThat(work.worked()).containsExactly("new.service");
    }

    @Test
    void whatIsNoServiceAndWhatCannotBeReadIsPassedOver() throws IOException {
        for (int micros : new int[] {0, 9000}) {
            taken("init.scope", micros);
            taken("system.slice/a.socket", micros);
            Files.createDirectories(folder.resolve("ns/system.slice/bare.service"));
            work.look();
        }
        assertThat(work.worked()).isEmpty();
    }

    private void taken(String group, long micros) throws IOException {
        Path directory = folder.resolve("ns").resolve(group);
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("cpu.stat"),
                "usage_usec " + micros + "\nuser_usec 1\nsystem_usec 1\n");
    }
}
