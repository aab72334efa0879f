package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.core.snapshot.ConfigurationText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class FileConfigSourceTest {
    private static final int LAST = 40;
    @TempDir Path dir = Path.of("");

    @Test
    void everyByteSurvives() throws IOException {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Path file = Files.write(dir.resolve("config"), bytes);
        String text = new FileConfigSource().read(file.toString());
        assertThat(Objects.requireNonNull(text).getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo(bytes);
    }

    @Test
    @Timeout(60)
    void whatIsNoSmallRegularFileIsNotReadAndSaid() throws Exception {
        FileConfigSource source = new FileConfigSource();
        Path fifo = dir.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        Path large = Files.write(dir.resolve("large"), new byte[(1 << 20) + 1]);
        assertThat(source.read(fifo.toString())).isNull();
        assertThat(source.read(large.toString())).isNull();
        assertThat(source.read(dir.toString())).isNull();
        assertThat(source.read("/a\0b")).isNull();
        assertThat(source.read("/proc/kmsg")).isNull();
        assertThat(source.problems()).hasSize(5).anyMatch(text -> text.contains("1 MiB"));
        assertThat(source.read(dir.resolve("absent").toString())).isNull();
        assertThat(source.problems()).hasSize(5);
    }

    @Test
    void aCommandLineIsReadAWordALineAndItsAgeIsNoEdit() {
        long pid = ProcessHandle.current().pid();
        ConfigurationText text =
                FileConfigSource.text(
                        "/proc/" + pid + "/cmdline",
                        ConfigFormat.NSPAWN,
                        (_, _) -> KeyAnswer.NOT_KNOWN);
        assertThat(Objects.requireNonNull(text).files().get("/proc/" + pid + "/cmdline"))
                .contains("java\n-")
                .doesNotContain("\0");
        assertThat(new FileConfigSource().read("/proc/" + pid + "/environ")).isNull();
    }

    @Test
    void aMachineNeedsNoSettingsFileAndAContainerOfLxcItsConfiguration() {
        String absent = dir.resolve("web.nspawn").toString();
        assertThat(
                        FileConfigSource.text(
                                absent, ConfigFormat.NSPAWN, (_, _) -> KeyAnswer.NOT_KNOWN))
                .isNotNull();
        assertThat(FileConfigSource.text(absent, ConfigFormat.LXC, (_, _) -> KeyAnswer.NOT_KNOWN))
                .isNull();
    }

    /// What stands at the end of `lxc.include` is asked both ways.
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aFifoIsNotWaitedForAsAFileNorAsAFolder() throws Exception {
        Path fifo = dir.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        FileConfigSource source = new FileConfigSource();
        assertThat(source.list(fifo + "/")).isNull();
        assertThat(source.list(fifo.toString())).isNull();
        assertThat(source.problems()).isEmpty();
        assertThat(source.read(fifo.toString())).isNull();
        assertThat(source.problems())
                .containsExactly("cannot read '" + fifo + "': it is no regular file");
    }

    @Test
    void aDirectoryGivesWhatLiblxcReadsFromIt() throws IOException {
        for (String name : new String[] {"a.conf", ".b.conf", ".conf", "c.txt", "d.CONF"}) {
            Files.writeString(dir.resolve(name), "");
        }
        Files.createDirectory(dir.resolve("sub.conf"));
        Path masked = Files.createSymbolicLink(dir.resolve("masked.conf"), Path.of("/dev/null"));
        FileConfigSource source = new FileConfigSource();
        assertThat(source.list(dir + "/"))
                .containsExactlyInAnyOrder(dir + "/a.conf", dir + "/.b.conf", dir + "/masked.conf");
        assertThat(source.read(dir + "/masked.conf")).isEmpty();
        Files.delete(masked);
        assertThat(source.list(dir + "/absent/")).isNull();
        assertThat(source.list(dir + "/a.conf/")).isNull();
        assertThat(source.problems()).isEmpty();
    }

    @Test
    void theRecordedTextResolvesAsTheFilesDo() throws IOException {
        Path included = Files.createDirectory(dir.resolve("d"));
        Path member = Files.writeString(included.resolve("x.conf"), "lxc.cap.drop = kill\n");
        Files.setLastModifiedTime(member, FileTime.fromMillis(4_000_000_000_000L));
        Path config = dir.resolve("config");
        Files.writeString(
                config,
                "lxc.include = " + included + "\nlxc.cap.drop = 17\nlxc.include = /absent/\n");
        ConfigurationText text =
                Objects.requireNonNull(
                        FileConfigSource.text(
                                config.toString(), ConfigFormat.LXC, (_, _) -> KeyAnswer.NOT_KNOWN),
                        "unread");
        assertThat(text.modifiedMillis()).isEqualTo(4_000_000_000_000L);
        assertThat(ConfigFormat.LXC.resolve(config.toString(), text.asSource(), LAST))
                .isEqualTo(
                        ConfigFormat.LXC.resolve(config.toString(), new FileConfigSource(), LAST))
                .satisfies(read -> assertThat(read.names()).hasToString("kill sys_rawio"));
    }

    @Test
    void aConfigurationThatIsNotThereHasNoText() {
        assertThat(
                        FileConfigSource.text(
                                dir.resolve("config").toString(),
                                ConfigFormat.LXC,
                                (_, _) -> KeyAnswer.NOT_KNOWN))
                .isNull();
    }
}
