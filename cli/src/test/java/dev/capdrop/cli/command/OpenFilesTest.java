package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.command.Environment.OpenFiles;
import org.junit.jupiter.api.Test;

class OpenFilesTest {
    @Test
    void theLimitIsTheSoftOneOfTheKernelsTable() {
        String table =
                """
                Limit                     Soft Limit           Hard Limit           Units
                Max core file size        0                    unlimited            bytes
                Max open files            1024                 524288               files
                Max locked memory         8388608              8388608              bytes
                """;
        assertThat(OpenFiles.limit(table)).isEqualTo(1024);
    }

    @Test
    void whatIsUnlimitedIsNoLimit() {
        assertThat(OpenFiles.limit("Max open files   unlimited   unlimited   files\n"))
                .isEqualTo(Integer.MAX_VALUE);
    }
}
