package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.incus.IncusFile;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.incus.FakeIncus;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.proc.RunningContainers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IncusRuntimeTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String ONE =
            """
            {"name":"%s","project":"%s","type":"container","status":"Running","location":"%s",
             "profiles":[],"devices":{},"config":{},"expanded_config":{},"expanded_devices":{}}
            """;

    @TempDir Path folder = Path.of("");

    private FakeIncus cluster() throws IOException {
        String all =
                "[%s,%s,%s]"
                        .formatted(
                                ONE.formatted("web", "default", "here"),
                                ONE.formatted("db", "proj", "here"),
                                ONE.formatted("mail", "default", "there"));
        return new FakeIncus(
                folder,
                (request, _, to) ->
                        FakeIncus.good(
                                to,
                                "t",
                                request.contains("/instances")
                                        ? all
                                        : "{\"environment\":{\"server_clustered\":true,\"server_name\":\"here\"}}"));
    }

    private static IncusRuntime runtime(IncusServer server) {
        return new IncusRuntime(server, new RunningContainers());
    }

    @Test
    void theContainersOfThisMemberAreListedAndTheOthersAreNamed() throws IOException {
        try (FakeIncus incus = cluster()) {
            IncusRuntime runtime = runtime(incus.server(LONG));
            assertThat(runtime.containers())
                    .extracting(one -> one.id().target())
                    .containsExactly("incus:proj/db", "incus:web");
            assertThat(runtime.meant("mail"))
                    .isEqualTo(
                            "'incus:mail' is on the member 'there' of this Incus cluster; run"
                                    + " capdrop there");
            assertThat(runtime.meant("web")).isEmpty();
        }
    }

    @Test
    void whatAnswersWrongIsNotTakenForAHostWithoutIncus() throws IOException {
        try (FakeIncus incus = new FakeIncus(folder, (_, _, to) -> to.write('x'))) {
            IncusRuntime runtime = runtime(incus.server(LONG));
            assertThatThrownBy(runtime::containers).hasMessageContaining("Incus at '");
        }
    }

    @Test
    void whatRunsWhileIncusdDoesNotIsItsAllTheSame() throws IOException {
        IncusRuntime runtime = runtime(new IncusServer("/srv/incus", LONG, 0));
        assertThat(runtime.containers()).isEmpty();
        ContainerId known = new ContainerId("lxc", "proj_web", "/srv/incus/containers");
        assertThat(runtime.made(known)).isTrue();
        assertThat(runtime.made(new ContainerId("lxc", "web", "/var/lib/lxc"))).isFalse();
        HostContainer ours = Objects.requireNonNull(runtime.unlisted(known));
        assertThat(ours.id().target()).isEqualTo("incus:proj/web");
        assertThat(ours.id().isSameForLxc(known)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "proj_web,incus exec web --project proj,incus:proj/web",
        "web,incus exec web,incus:web",
    })
    void itsWordsAreThoseOfIncus(String name, String attach, String target) {
        ContainerId id =
                ContainerId.incus(
                        Objects.requireNonNull(
                                IncusFile.of("/var/lib/incus/containers/" + name + "/raw.lxc")));
        assertThat(id.name()).isEqualTo(name);
        assertThat(id.kind().attach(id)).isEqualTo(attach);
        assertThat(id.target()).isEqualTo(target);
        assertThat(id.kind().named(target.substring("incus:".length()))).isEqualTo(name);
    }

    @Test
    void theDefaultProjectMayBeSaidOrNot() {
        assertThat(RuntimeKind.INCUS.named("default/web")).isEqualTo("web");
    }
}
