package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program itself, run by this machine's sh, with a folder in place of `/`.
final class ContainerNamesTest {
    @TempDir private Path host;

    @BeforeEach
    void tools() throws IOException {
        program("lxc-config", "echo " + host + "/srv/my lxc");
        program("systemctl", "test -e " + host + "/runs");
        for (String tool : new String[] {"sed", "timeout", "sleep"}) {
            Files.createSymbolicLink(file("bin/" + tool), Path.of("/usr/bin/" + tool));
        }
    }

    @Test
    void theFilesOfARuntimeBearTheNames() throws IOException, InterruptedException {
        write("srv/my lxc/web/config");
        write("srv/my lxc/$(touch x)/config");
        write("srv/my lxc/no-container/rootfs");
        write("etc/pve/lxc/101.conf");
        write("var/lib/machines/db/etc/os-release");
        write("var/lib/machines/image.raw");
        write("var/lib/machines/.hidden/x");
        write("etc/systemd/nspawn/elsewhere.nspawn");
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "lxc:web",
                        "lxc:$(touch x)",
                        "pve:101",
                        "nspawn:db",
                        "nspawn:image",
                        "nspawn:elsewhere");
    }

    @Test
    void aDaemonThatRunsIsAskedForThoseOfTheDefaultProject()
            throws IOException, InterruptedException {
        write("var/lib/incus/unix.socket");
        program("incus", "echo \"$*\" >" + host + "/asked; echo web; echo mail");
        assertThat(names()).containsExactly("incus:web", "incus:mail");
        assertThat(host.resolve("asked"))
                .hasContent("list local: type=container --project default -c n -f csv");
    }

    @Test
    void whatSystemdWouldStartForAQuestionIsNotAsked() throws IOException, InterruptedException {
        write("run/systemd/system/x");
        write("var/snap/lxd/common/lxd/unix.socket");
        program("lxc", "echo web");
        assertThat(names()).isEmpty();
        write("runs");
        assertThat(names()).containsExactly("lxd:web");
    }

    @Test
    void aClientWithoutADaemonIsNotAsked() throws IOException, InterruptedException {
        program("incus", "echo web");
        assertThat(names()).isEmpty();
    }

    /// It would take an hour.
    @Test
    void aDaemonThatHangsEndsByItself() throws IOException, InterruptedException {
        write("var/lib/incus/unix.socket");
        program("incus", "exec sleep 3600");
        write("etc/pve/lxc/101.conf");
        assertThat(names()).containsExactly("pve:101");
    }

    private String[] names() throws IOException, InterruptedException {
        String program = ContainerNames.program();
        for (String folder : new String[] {"/etc/", "/run/", "/var/"}) {
            program = program.replaceAll("(?<=[ \"])" + folder, host + folder);
        }
        ProcessBuilder builder =
                new ProcessBuilder("/bin/sh", "-c", program)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PATH", file("bin").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out.lines().toArray(String[]::new);
    }

    private void program(String name, String text) throws IOException {
        Path file = file("bin/" + name);
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void write(String path) throws IOException {
        Files.writeString(file(path), "");
    }

    private Path file(String path) throws IOException {
        Path file = host.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return file;
    }
}
