package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.runtime.InstalledLiblxc.KnownCapabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KnownCapabilitiesTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);

    @TempDir private Path root;

    private void library(String path, CapabilitySet names) throws IOException {
        library(path, "6.0.4", names);
    }

    private void library(String path, String version, CapabilitySet names) throws IOException {
        List<String> all = new ArrayList<>(List.of("ELF", "1.4.0.6", version, "lxc_bpf"));
        all.addAll(names.names());
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\0", all) + "\0");
    }

    private CapabilitySet known() throws IOException {
        return new KnownCapabilities(root).read(40);
    }

    @Test
    void whatEveryLibraryKnowsCounts() throws IOException {
        library("usr/lib/x86_64-linux-gnu/liblxc.so.1.8.0", ALL);
        Files.createSymbolicLink(
                root.resolve("usr/lib/x86_64-linux-gnu/liblxc.so.1"), Path.of("liblxc.so.1.8.0"));
        assertThat(known()).isEqualTo(ALL);
        library("usr/local/lib/liblxc.so.1.3.0", ALL.minus(CapabilitySet.of("bpf")));
        assertThat(known()).isEqualTo(ALL.minus(CapabilitySet.of("bpf")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usr/lib64",
                "lib/aarch64-linux-gnu",
                "opt/incus/lib",
                "snap/lxd/current/lib"
            })
    void aLibraryIsFoundWhereverItWasInstalled(String folder) throws IOException {
        library(folder + "/liblxc.so.1", ALL.minus(CapabilitySet.of("bpf")));
        assertThat(known()).isEqualTo(ALL.minus(CapabilitySet.of("bpf")));
    }

    @ParameterizedTest
    @CsvSource({
        "boot/vmlinuz-6.12.57+deb13-amd64, 40",
        "boot/vmlinuz-5.9.0-1-amd64, 40",
        "boot/vmlinuz-5.8.0-1-amd64, 39",
        "boot/vmlinuz-5.4.0-200-generic, 37",
        "lib/modules/3.10.0-1160.el7, 36",
        "boot/vmlinuz-old, 40",
        "boot/config-2.6.0, 40"
    })
    void whatEveryKernelKnowsCounts(String kernel, int last) throws IOException {
        library("usr/lib/liblxc.so.1", ALL);
        Files.createDirectories(root.resolve(kernel));
        assertThat(known()).isEqualTo(CapabilitySet.upTo(last));
    }

    @Test
    void aLiblxc4IsToldByItsVersion() throws IOException {
        library("usr/lib/liblxc.so.1", ALL);
        assertThat(new KnownCapabilities(root).twoLists()).isFalse();
        library("usr/local/lib/liblxc.so.1", "4.0.6", ALL);
        assertThat(new KnownCapabilities(root).twoLists()).isTrue();
    }

    @Test
    void theKernelThatRunsCounts() throws IOException {
        library("usr/lib/liblxc.so.1", ALL);
        assertThat(new KnownCapabilities(root).read(37)).isEqualTo(CapabilitySet.upTo(37));
    }

    @Test
    void withoutALibraryNothingIsKnown() {
        assertThatThrownBy(this::known)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("no liblxc.so was found in /usr/lib, ");
    }

    @Test
    void theLibraryOfThisHostKnowsMost() throws IOException {
        try {
            assertThat(new KnownCapabilities().read(40).contains(Capability.of("sys_rawio")))
                    .isTrue();
        } catch (IOException none) {
            assertThat(none).hasMessageStartingWith("no liblxc.so was found");
        }
    }
}
