package dev.capdrop.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.scan.FileLines.Decodable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileLinesTest {
    private static List<Decodable> read(String... lines) {
        FileLines files = new FileLines();
        List<Decodable> read = new ArrayList<>();
        for (String line : lines) {
            Decodable one = files.next(line);
            if (one != null) {
                read.add(one);
            }
        }
        return read;
    }

    @Test
    void fieldsOfAStatusThatTellOfNoCapabilitiesArePassedOver() {
        assertThat(read("Name:\tbash", "SigCgt:\t0000000000000001", "CapEff:\t01", "Seccomp:\t0"))
                .containsExactly(new Decodable("", "CapEff:\t01"));
    }

    /// As arch_proc_pid_thread_features of the kernel writes it on x86, since Linux 6.6.
    @Test
    void aFieldWhoseNameHoldsADigitIsPassedOver() {
        assertThat(read("x86_Thread_features:\t", "x86_Thread_features_locked:\tshstk wrss "))
                .isEmpty();
    }

    @Test
    void otherAttributesOfAFileArePassedOver() {
        assertThat(
                        read(
                                "# file: one",
                                "security.ima=0x0404",
                                "security.capability=0x01",
                                "system.posix_acl_access=0x0200",
                                "user.a=b=\"c\""))
                .containsExactly(new Decodable("one", "security.capability=0x01"));
    }

    @Test
    void grepSaysWhichFileALineIsOf() {
        assertThat(read("/proc/1/status:CapEff:\t01", "CapEff:\t02"))
                .containsExactly(
                        new Decodable("/proc/1/status", "CapEff:\t01"),
                        new Decodable("", "CapEff:\t02"));
        assertThat(read("/proc/1/status:44:CapEff:\t01", "44:CapEff:\t02"))
                .containsExactly(
                        new Decodable("/proc/1/status", "CapEff:\t01"),
                        new Decodable("", "CapEff:\t02"));
    }

    @Test
    void getfattrSaysWhichFileTheLinesUpToABlankOneAreOf() {
        assertThat(read("# file: usr/bin/ping", "security.capability=0x01", "", "2000"))
                .containsExactly(
                        new Decodable("usr/bin/ping", "security.capability=0x01"),
                        new Decodable("", "2000"));
    }

    @Test
    void aProcessCannotNameItselfIntoAnother() {
        assertThat(read("Name:\tx:CapEff:\tff")).isEmpty();
        assertThat(read("/proc/7/status:Name:\tx:CapEff:\tff"))
                .extracting(Decodable::file)
                .containsExactly("");
    }
}
