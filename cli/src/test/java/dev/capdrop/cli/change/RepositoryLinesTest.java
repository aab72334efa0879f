package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `plan` for those who keep the configuration in a repository, on a host in memory; the lab has
/// each language read by a parser of its own.
final class RepositoryLinesTest {
    private final FakeHost host = new FakeHost();

    private FakeHost.Ran plan(int exit, String... words) {
        String[] line = new String[words.length + 1];
        line[0] = "plan";
        System.arraycopy(words, 0, line, 1, words.length);
        FakeHost.Ran ran = host.run(line);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(exit);
        return ran;
    }

    private static FakeContainer broken(FakeContainer container) {
        return container.failsWith("sys_rawio", "kdump.service").works("ssh.service");
    }

    @Test
    void ansibleHasTheTaskOfTheCollectionAndAPlainOne() {
        broken(host.lxc("web"));
        assertThat(plan(1, "web", "--format", "ansible", "--keep", "bpf").out().lines())
                .containsExactly(
                        "# \"lxc:web\", by 'capdrop plan': drops sys_rawio",
                        "- name: Nothing is held that has to go",
                        "  capdrop.capdrop.capdrop:",
                        "    target: \"lxc:web\"",
                        "    state: healthy",
                        "    keep: [\"bpf\"]",
                        "# Without capdrop on the node, in place of that; it restarts nothing and takes nothing back:",
                        "# - name: Nothing is held that has to go",
                        "#   ansible.builtin.lineinfile:",
                        "#     path: \"/var/lib/lxc/web/config\"",
                        "#     line: \"lxc.cap.drop = sys_rawio\"");
    }

    @Test
    void aLineThatIsChangedIsFoundByAPattern() {
        broken(host.lxc("web")).config += "lxc.cap.keep = sys_rawio chown\nlxc.tty.max = 4\n";
        assertThat(plan(1, "web", "--format", "ansible").out())
                .contains("line: \"lxc.cap.keep = chown\"")
                .contains("regexp: \"^lxc\\\\.cap\\\\.keep\\\\ \\\\=\\\\ sys_rawio\\\\ chown$\"");
    }

    /// Else the line would come to stand before another of the same words.
    @Test
    void theLineThatItIsPutBeforeStandsThereOnce() {
        FakeContainer web = broken(host.lxc("web"));
        web.config += "lxc.cap.drop = sys_time\nlxc.tty.max = 4\n";
        assertThat(plan(1, "web", "--format", "ansible").out())
                .contains("insertbefore: \"^lxc\\\\.tty\\\\.max\\\\ \\\\=\\\\ 4$\"");
        web.config = "lxc.tty.max = 4\n" + web.config;
        assertThat(plan(1, "web", "--format", "ansible").out())
                .contains("capdrop.capdrop.capdrop")
                .doesNotContain("lineinfile");
    }

    @Test
    void incusHasTheWholeOfItsLines() {
        host.profiles.put("default", "");
        broken(host.incus("proj/web")).config = "lxc.tty.max = 4\n";
        assertThat(plan(1, "incus:proj/web", "--format", "incus").out().lines())
                .containsExactly(
                        "# \"incus:proj/web\", by 'capdrop plan': drops sys_rawio",
                        "# incus config set web --project proj raw.lxc=$'lxc.tty.max = 4\\nlxc.cap.drop = sys_rawio\\n'",
                        "config:",
                        "  raw.lxc: \"lxc.tty.max = 4\\nlxc.cap.drop = sys_rawio\\n\"");
        assertThat(plan(1, "incus:proj/web", "--format", "terraform").out())
                .contains("incus_instance (provider lxc/incus)")
                .contains("  \"raw.lxc\" = \"lxc.tty.max = 4\\nlxc.cap.drop = sys_rawio\\n\"");
    }

    @Test
    void whereTerraformHasNoArgumentASentenceSaysWhatToDo() {
        for (String file : List.of("common.conf", "userns.conf")) {
            host.files.putIfAbsent("/usr/share/lxc/config/" + file, "");
            host.files.putIfAbsent("/usr/share/lxc/config/debian." + file, "");
        }
        broken(host.guest("101")).failsWithoutNesting("logind.service");
        assertThat(plan(1, "101", "--format", "terraform", "--remedy", "nesting").out())
                .contains(
                        "proxmox_virtual_environment_container", "features {\n  nesting = true\n}");
        assertThat(plan(1, "101", "--format", "terraform").out())
                .contains(
                        "# No provider of Terraform that capdrop knows of has an argument for this")
                .contains("'capdrop plan \"pve:101\" --format ansible'")
                .doesNotContain("cap.drop");
        assertThat(plan(1, "101", "--format", "ansible").out())
                .contains("target: \"pve:101\"")
                .doesNotContain("lineinfile");
    }

    @Test
    void whatAFormatCannotSayIsASentence() {
        broken(host.lxc("web"));
        assertThat(plan(2, "web", "--format", "incus").said())
                .containsExactly(
                        "'lxc:web' is no container of Incus or LXD, expected one of theirs with --format incus; --format ansible has lines for any");
        assertThat(plan(2, "--all", "--format", "ansible").said())
                .containsExactly(
                        "--format ansible is for the plan of one container: it cannot be given with --all, --host, --profile or --units");
        assertThat(plan(2, "web", "--format", "terraform", "--json").said())
                .containsExactly("--json and --format terraform exclude each other");
    }

    /// It has no configuration; "nothing to change" would be wrong.
    @Test
    void ofARootDirectoryThereAreNoLines(@TempDir Path root) throws IOException {
        String target = "root:" + root;
        Path units = Files.createDirectories(root.resolve("usr/lib/systemd/system"));
        Files.createFile(units.resolveSibling("systemd"));
        assertThat(plan(2, target, "--format", "ansible", "--goal", "none", "--drop", "bpf").said())
                .anyMatch(line ->
                        line.startsWith("the configuration of '" + target + "' is not known"));
    }

    @Test
    void whereNothingIsToBeChangedACommentSaysSo() {
        host.lxc("web").works("ssh.service");
        assertThat(plan(0, "web", "--format", "ansible").out())
                .isEqualTo("# \"lxc:web\": nothing to change\n");
    }

    @Test
    void aHostileNameStaysWithinItsQuotes() {
        String name = "a\"b\\{{x}}${y}%{z}'\n- k: é";
        broken(host.lxc(name)).config = "lxc.include = /usr/share/lxc/config/userns.conf\n";
        assertThat(plan(1, "lxc:" + name, "--format", "ansible").out())
                .contains("target: !unsafe \"lxc:a\\\"b\\\\{{x}}${y}%{z}'\\n- k: \\u00e9\"\n")
                .doesNotContain("\n- k");
        assertThat(Quoted.hcl(name)).isEqualTo("\"a\\\"b\\\\{{x}}$${y}%%{z}'\\n- k: \\u00e9\"");
        assertThat(Quoted.bash(name)).isEqualTo("$'a\"b\\\\{{x}}${y}%{z}\\'\\n- k: \\xc3\\xa9'");
    }
}
