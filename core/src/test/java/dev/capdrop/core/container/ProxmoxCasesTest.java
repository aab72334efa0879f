package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Recorded answers of Proxmox VE's own parser and writer, and what six liblxc versions and a
/// really started container made of the configuration that it generated.
final class ProxmoxCasesTest {
    private static final String PATH = "/etc/pve/lxc/101.conf";
    private static final int LAST = 40;

    /// What the host that the containers were started on lacked itself.
    private static final CapabilitySet HOST = CapabilitySet.upTo(LAST).minus(set("sys_resource"));

    /// Those from 4.0.12 on read the whole generated file. 7.0.0 knows a key no more that Proxmox
    /// VE wrote for 6: of it, the capability lines alone were recorded.
    private static final Map<String, String> VERSIONS =
            Map.of(
                    "4.0.12", "liblxc_whole_generated_config",
                    "5.0.2", "liblxc_whole_generated_config",
                    "6.0.4", "liblxc_whole_generated_config",
                    "6.0.5-pve", "liblxc_whole_generated_config",
                    "7.0.0+git", "liblxc_capability_lines_only");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01-basic-unpriv",
                "03-snapshots",
                "05-descriptions",
                "07-duplicate-keys",
                "09-quotes-odd",
                "11-indented-comment",
                "13-empty",
                "15-include",
                "17-capkeep-priv-conflict",
                "19-keep-then-drop",
                "21-drop-none",
                "23-uppercase-cap2",
                "25-numeric",
                "27-unknown-cap",
                "29-equals-syntax",
                "31-reset-empty",
                "33-locked",
                "35-odd-sections",
                "37-bom",
                "39-custom-idmap",
                "41-cap-many-lines",
                "43-fedora-priv"
            })
    void weReadAndEditACaseAsProxmoxDoes(String name) throws IOException {
        Case recorded = new Case(name);
        parserAgrees(recorded);
        liblxcAgrees(recorded);
        startedContainerAgrees(recorded);
        writerAgrees(recorded);
        ourNamesSurviveARewriteAndNothingIsLost(recorded);
        nestingAgrees(recorded);
    }

    private static void parserAgrees(Case recorded) {
        ProxmoxConfig ours = ProxmoxConfig.parse(recorded.input());
        assertThat(raw(ours.main())).isEqualTo(pairs(recorded.answer().get("raw")));
        Map<String, Object> snapshots = new LinkedHashMap<>();
        ours.snapshots().forEach((name, section) -> snapshots.put(name, raw(section)));
        Map<String, Object> expected = new LinkedHashMap<>();
        object(recorded.answer().get("snapshots_raw"))
                .forEach((name, list) -> expected.put(name, pairs(list)));
        assertThat(snapshots).isEqualTo(expected);
        ProxmoxConfig.Section pending = ours.pending();
        assertThat(pending == null ? List.of() : raw(pending))
                .isEqualTo(pairs(recorded.answer().get("pending_raw")));
        assertThat(ours.main().property("ostype")).isEqualTo(recorded.answer().get("ostype"));
        assertThat(ours.main().flag("unprivileged"))
                .isEqualTo(Objects.equals(recorded.answer().get("unprivileged"), 1L));
        assertThat(
                        ours.lost().stream()
                                .map(line -> "vm 101 - unable to parse config: " + line.text()))
                .isEqualTo(recorded.answer().get("warnings"));
    }

    private static void liblxcAgrees(Case recorded) {
        EffectiveCapabilities ours = recorded.resolve(recorded.input());
        VERSIONS.forEach((version, what) -> {
            Map<String, @Nullable Object> all = object(recorded.answer().get(what));
            if (all.isEmpty()) {
                assertThat(ours.loads()).as("Proxmox VE generated nothing").isFalse();
                return;
            }
            Map<String, @Nullable Object> theirs = object(all.get(version));
            assertThat(ours.loads()).as("%s: %s", version, ours).isEqualTo(theirs.get("loads"));
            if (ours.loads()) {
                String mode = ours.mode() == EffectiveCapabilities.Mode.KEEP ? "keep" : "drop";
                assertThat(mode).as(version).isEqualTo(theirs.get("mode"));
                assertThat(ours.names()).as(version).isEqualTo(named(theirs.get("names")));
            }
        });
    }

    private static void startedContainerAgrees(Case recorded) {
        EffectiveCapabilities ours = recorded.resolve(recorded.input());
        Map<String, @Nullable Object> real = object(recorded.answer().get("real_start_6.0.5"));
        if (real.get("bounding") instanceof String bounding) {
            CapabilitySet ourSet = ours.bounding(LAST);
            boolean userNamespace = ProxmoxConfig.parse(recorded.input()).main().unprivileged();
            assertThat((userNamespace ? ourSet : ourSet.intersect(HOST)).formatHex())
                    .isEqualTo(bounding);
        } else {
            assertThat(ours.loads()).isFalse();
        }
    }

    /// The writer of these tests is Proxmox VE's, or the next test would prove nothing.
    private static void writerAgrees(Case recorded) throws IOException {
        assertThat(ProxmoxWriter.rewrite(recorded.input()))
                .isEqualTo(recorded.file("rewritten.conf"));
    }

    private static void ourNamesSurviveARewriteAndNothingIsLost(Case recorded) {
        String before = recorded.input();
        EffectiveCapabilities now = recorded.resolve(before);
        if (!now.loads()) {
            return;
        }
        CapabilitySet drop = set("sys_module", "wake_alarm", "net_raw");
        ConfigEdit edit =
                ConfigFormat.PROXMOX.drop(PATH, recorded.source(before), drop, LAST).orElseThrow();
        assertThat(edit.after().lines().toList()).containsSubsequence(before.lines().toList());
        String rewritten = ProxmoxWriter.rewrite(edit.after());
        CapabilitySet wanted = now.bounding(LAST).minus(drop);
        assertThat(recorded.resolve(edit.after()).bounding(LAST)).isEqualTo(wanted);
        assertThat(recorded.resolve(rewritten).bounding(LAST)).isEqualTo(wanted);
        assertThat(rest(rewritten)).isEqualTo(rest(ProxmoxWriter.rewrite(before)));
        assertThat(ConfigFormat.PROXMOX.takeBack(edit.after(), edit)).isEqualTo(before);
        assertThat(ConfigFormat.PROXMOX.takeBack(rewritten, edit))
                .isEqualTo(ProxmoxWriter.rewrite(before));
    }

    /// What Proxmox VE has written of a container that may nest, and has generated a configuration
    /// with `lxc.apparmor.allow_nesting` from, is what we make of the same without it.
    private static void nestingAgrees(Case recorded) throws IOException {
        String nested = recorded.file("rewritten.conf");
        String without = nested.replaceFirst("(?m)^features: nesting=1\n", "");
        if (!recorded.resolve(without).loads()) {
            return;
        }
        assertThat(without).isNotEqualTo(nested);
        String generated = recorded.file("lxc-config");
        boolean own = recorded.input().contains("\nlxc.apparmor.profile: ");
        assertThat(generated.contains("\nlxc.apparmor.allow_nesting = 1\n")).isNotEqualTo(own);
        assertThat(
                        ConfigFormat.PROXMOX
                                .settings(PATH, recorded.source(recorded.input()))
                                .allowsNesting())
                .isNotEqualTo(own);
        if (own) {
            assertThat(ConfigFormat.PROXMOX.allowNesting(PATH, recorded.source(recorded.input())))
                    .isEqualTo(new Editing.NestingUndone(PATH));
            return;
        }
        ConfigEdit edit =
                ConfigFormat.PROXMOX.allowNesting(PATH, recorded.source(without)).orElseThrow();
        assertThat(edit.after()).isEqualTo(nested);
        assertThat(ConfigFormat.PROXMOX.takeBack(nested, edit)).isEqualTo(without);
        String merged = nested.replaceFirst("features: nesting=1", "features: fuse=1,nesting=1");
        String fuse = merged.replaceFirst(",nesting=1", "");
        ConfigEdit merging =
                ConfigFormat.PROXMOX.allowNesting(PATH, recorded.source(fuse)).orElseThrow();
        assertThat(ProxmoxWriter.rewrite(merging.after())).isEqualTo(merged);
        assertThat(ConfigFormat.PROXMOX.takeBack(merged, merging)).isEqualTo(fuse);
    }

    /// What is not in the main section.
    private static String rest(String text) {
        int header = text.indexOf("\n[");
        return header < 0 ? "" : text.substring(header);
    }

    private static List<List<String>> raw(ProxmoxConfig.Section section) {
        return section.raw().stream().map(line -> List.of(line.key(), line.value())).toList();
    }

    private static Object pairs(@Nullable Object list) {
        return list == null ? List.of() : list;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    private static CapabilitySet named(@Nullable Object words) {
        List<Capability> capabilities = new ArrayList<>();
        if (words instanceof List<?> list) {
            for (Object word : list) {
                capabilities.add(
                        Objects.requireNonNull(CapabilityWords.read(String.valueOf(word), LAST)));
            }
        }
        return CapabilitySet.of(capabilities);
    }

    private static CapabilitySet set(String... names) {
        return named(List.of(names));
    }

    /// One folder of recorded files.
    private record Case(String name, Map<String, @Nullable Object> answer, String input) {
        private static final String INCLUDED = "/usr/share/lxc/config/";

        Case(String name) throws IOException {
            this(name, Json.object(read(name + "/answer.json")), bytes(name + "/input.conf"));
        }

        String file(String file) throws IOException {
            return bytes(name + "/" + file);
        }

        EffectiveCapabilities resolve(String text) {
            return ConfigFormat.PROXMOX.resolve(PATH, source(text), LAST);
        }

        /// The file, those that it includes, and what Proxmox VE's templates say of capabilities.
        ConfigSource source(String text) {
            Map<String, String> files = new HashMap<>();
            files.put(PATH, text);
            files.put(
                    INCLUDED + "common.conf",
                    "lxc.cap.drop = mac_admin mac_override sys_time sys_module sys_rawio\n");
            files.put(
                    INCLUDED + "userns.conf",
                    "lxc.cap.drop =\nlxc.cap.keep =\nlxc.include = "
                            + INCLUDED
                            + "userns.conf.d/\n");
            files.put(
                    INCLUDED + "debian.common.conf", "lxc.include = " + INCLUDED + "common.conf\n");
            files.put(
                    INCLUDED + "debian.userns.conf", "lxc.include = " + INCLUDED + "userns.conf\n");
            files.put(
                    INCLUDED + "fedora.common.conf",
                    "lxc.include = "
                            + INCLUDED
                            + "common.conf\n"
                            + "lxc.cap.drop = setfcap sys_nice sys_pacct sys_rawio\n");
            try {
                for (String included : List.of("extra.conf", "dir.d/10-a.conf")) {
                    files.put("INCLUDE_DIR/" + included, bytes("include/" + included));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Map<String, String> absolute = new HashMap<>();
            files.forEach((path, content) -> absolute.put(rooted(path), content));
            return new TextSource(absolute);
        }

        private static String rooted(String path) {
            return path.startsWith("/") ? path : "/" + path;
        }

        private static String bytes(String file) throws IOException {
            return read(file, StandardCharsets.ISO_8859_1);
        }

        private static String read(String file) throws IOException {
            return read(file, StandardCharsets.UTF_8);
        }

        private static String read(String file, Charset charset) throws IOException {
            try (InputStream in = ProxmoxCasesTest.class.getResourceAsStream("proxmox/" + file)) {
                assertThat(in).as(file).isNotNull();
                return new String(in.readAllBytes(), charset);
            }
        }
    }
}
