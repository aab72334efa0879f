package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a process that is killed in the moment of an exchange leaves beside the file.
final class AsideTest {
    @TempDir private Path folder;

    private Path config = Path.of("");
    private long old;

    @BeforeEach
    void aFile() throws IOException {
        config = Files.writeString(folder.resolve("config"), "old\n");
        old = inode(config);
    }

    private static long inode(Path file) throws IOException {
        return (Long) Files.getAttribute(file, "unix:ino");
    }

    private Path write(String content) throws IOException {
        return Files.writeString(folder.resolve("new"), content);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }

    @Test
    void aNewFileThatNeverTookTheNameGoes() throws IOException {
        Path fresh = write("ours\n");
        Files.move(fresh, folder.resolve(new Aside(config, inode(fresh), old).name()));
        Aside.removeLeft(config);
        assertThat(names()).containsExactly("config");
        assertThat(Files.readString(config)).isEqualTo("old\n");
    }

    @Test
    void theOldFileGoesOnceTheNewOneHasTheName() throws IOException {
        Path fresh = write("ours\n");
        Path aside = folder.resolve(new Aside(config, inode(fresh), old).name());
        Files.move(config, aside);
        Files.move(fresh, config);
        Aside.removeLeft(config);
        assertThat(names()).containsExactly("config");
        assertThat(Files.readString(config)).isEqualTo("ours\n");
    }

    @Test
    void whatAnotherProgramHadPutThereMeanwhileIsGivenBack() throws IOException {
        Path fresh = write("ours\n");
        Path aside = folder.resolve(new Aside(config, inode(fresh), old).name());
        // its number is not given to another file
        Files.createLink(folder.resolve("kept"), config);
        Files.move(fresh, config, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(aside, "theirs\n");
        assertThat(inode(aside)).isNotIn(old, inode(config));
        Aside.removeLeft(config);
        assertThat(names()).containsExactlyInAnyOrder("config", "kept");
        assertThat(Files.readString(config)).isEqualTo("theirs\n");
    }

    @Test
    void whatAThirdProgramHasWrittenSinceStays() throws IOException {
        Path kept = Files.move(config, folder.resolve("kept"));
        Path aside = folder.resolve(new Aside(config, 1, old).name());
        Files.writeString(config, "newest\n");
        Files.writeString(aside, "theirs\n");
        Aside.removeLeft(config);
        assertThat(Files.readString(config)).isEqualTo("newest\n");
        assertThat(names()).containsExactlyInAnyOrder("config", "kept");
        Files.delete(kept);
    }

    @Test
    void whatIsNotOursStays() throws IOException {
        for (String name :
                List.of(".config.swp", ".config.1-x.capdrop-tmp", ".config.capdrop-tmp~")) {
            Files.writeString(folder.resolve(name), "");
        }
        Aside.removeLeft(config);
        assertThat(names()).hasSize(4);
    }
}
