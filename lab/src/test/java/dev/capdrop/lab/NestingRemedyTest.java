package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `apply --remedy nesting` on a real container: edit, restart, comparison, `status` and `undo`.
///
/// The kernel that these tests run on need not have AppArmor. Seccomp stands in for it: the program
/// that starts the container refuses it pivot_root(2) and the moving of mounts, by which systemd
/// enters a mount namespace, as long as its configuration does not allow nesting; and capdrop finds
/// a host with AppArmor in force. What AppArmor itself refuses is recorded (`AppArmorCorpusTest`).
@NeedsContainers
final class NestingRemedyTest {
    private static final String REFUSED =
            "2\ndenylist\npivot_root errno 13\nmount errno 13 [3,8192,SCMP_CMP_MASKED_EQ,8192]\n";

    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private Tool tool;
    private Path start;

    @BeforeEach
    void standIn() throws IOException {
        Path profile = Files.writeString(temp.resolve("refused.seccomp"), REFUSED);
        start =
                Files.writeString(
                        temp.resolve("start"),
                        """
                        #!/bin/bash
                        for word in "$@"; do
                            case $word in
                                --name=*) name=${word#*=} ;;
                                --lxcpath=*) path=${word#*=} ;;
                            esac
                        done
                        refuse=(-s 'lxc.seccomp.profile=%s')
                        grep -q '^lxc.apparmor.allow_nesting = 1$' "$path/$name/config" && refuse=()
                        exec /usr/bin/nsenter --mount=/proc/%s/ns/mnt /usr/bin/lxc-start "$@" "${refuse[@]}"
                        """
                                .formatted(profile, ProcessHandle.current().pid()));
        Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxr-xr-x"));
        tool = Tool.of(bench, temp.resolve("state"));
    }

    private LabContainer refused() throws IOException {
        LabContainer container =
                bench.make(
                        Suite.TRIXIE,
                        Privilege.UNPRIVILEGED,
                        "lxc.seccomp.profile = " + temp.resolve("refused.seccomp"));
        container.writeService(
                "sandboxed.service",
                List.of(),
                "PrivateTmp=yes",
                "NoExecPaths=/srv",
                "ExecStart=/bin/sleep infinity");
        container.enableOnDisk("sandboxed.service");
        container.boot();
        // from now on it is the program that starts the container which refuses
        Path config = config(container);
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceAll("(?m)^lxc.seccomp.profile = .*\n", "")
                        .replaceAll("(?m)^lxc.apparmor.allow_nesting = 1\n", ""));
        return container;
    }

    private static Path config(LabContainer container) {
        return container.rootfs().resolveSibling("config");
    }

    private static String flat(Command.Result result) {
        return result.toString().replaceAll("\\s+", " ");
    }

    @Test
    void whatIsRefusedIsUpWithNestingAndTheUndoBringsEveryByteBack() throws IOException {
        try (LabContainer container = refused()) {
            String before = Files.readString(config(container));
            String check = flat(tool.runWhereAppArmorIsOn(start, "check", container.name()));
            assertThat(check)
                    .contains("sandboxed.service", "(226/NAMESPACE)")
                    .contains("capdrop apply --remedy nesting lxc:" + container.name());
            Command.Result applied =
                    tool.runWhereAppArmorIsOn(
                            start, "apply", container.name(), "--remedy", "nesting", "--yes");
            assertThat(applied.exit()).as(applied.toString()).isZero();
            assertThat(flat(applied))
                    .contains("allow nesting: ")
                    .contains("widens what the container may do")
                    .contains("verdict: better");
            assertThat(Files.readString(config(container)))
                    .isEqualTo(
                            before.replace(
                                    "lxc.apparmor.profile = generated\n",
                                    """
                                    lxc.apparmor.profile = generated
                                    lxc.apparmor.allow_nesting = 1
                                    """));
            assertThat(container.attach("systemctl", "is-active", "sandboxed").out())
                    .isEqualTo("active\n");
            assertThat(flat(tool.runWhereAppArmorIsOn(start, "status", container.name())))
                    .contains("as it was left", "allows nesting");
            SchemasTest.assertValid(
                    "status-1",
                    tool.runWhereAppArmorIsOn(start, "status", container.name(), "--json").out());
            Command.Result again =
                    tool.runWhereAppArmorIsOn(
                            start, "apply", container.name(), "--remedy", "nesting", "--yes");
            assertThat(again.exit()).isEqualTo(1);
            assertThat(again.err()).contains("refused: its configuration allows nesting already");
            Command.Result undone =
                    tool.runWhereAppArmorIsOn(start, "undo", container.name(), "--yes", "--json");
            assertThat(undone.exit()).as(undone.toString()).isZero();
            SchemasTest.assertValid("undo-2", undone.out());
            assertThat(Files.readString(config(container))).isEqualTo(before);
            assertThat(container.attach("systemctl", "is-active", "sandboxed").out())
                    .isEqualTo("failed\n");
        }
    }

    /// What fails by itself is not AppArmor's doing, and nesting would not heal it.
    @Test
    void whatWasNotRefusedIsNotBlamedOnAppArmor() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.writeService(
                    "garbage.service",
                    List.of(),
                    "LoadCredentialEncrypted=token:/etc/token.cred",
                    "ExecStart=/bin/sleep infinity");
            container.write("/etc/token.cred", "bm90IHNlYWxlZCBieSBhbnlib2R5Cg==\n", "rw-r--r--");
            container.enableOnDisk("garbage.service");
            container.boot();
            Path config = config(container);
            Files.writeString(
                    config,
                    Files.readString(config)
                            .replaceAll("(?m)^lxc.apparmor.allow_nesting = 1\n", ""));
            String check = flat(tool.runWhereAppArmorIsOn(start, "check", container.name()));
            assertThat(check)
                    .contains("garbage.service systemd could not set its credentials up")
                    .doesNotContain("nesting", "AppArmor");
        }
    }

    @Test
    void whereAppArmorIsOffItIsRefusedAndNothingIsWritten() throws IOException {
        try (LabContainer container = refused()) {
            String before = Files.readString(config(container));
            Command.Result refused =
                    tool.run("apply", container.name(), "--remedy", "nesting", "--yes");
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("refused: AppArmor is not enabled on this host")
                    .hasLineCount(1);
            SchemasTest.assertValid(
                    "apply-2",
                    tool.run("apply", container.name(), "--remedy", "nesting", "--yes", "--json")
                            .out());
            assertThat(Files.readString(config(container))).isEqualTo(before);
        }
    }
}
