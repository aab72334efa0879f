package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.change.Decision;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.incus.FakeIncus;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IncusRuntimeTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String ONE =
            """
            {"name":"%s","project":"%s","type":"container","status":"Running","location":"%s",
             "profiles":[],"devices":{},"config":{},"expanded_config":{},"expanded_devices":{}}
            """;

    private static final String BUSY =
            "Failed to create instance start operation: Instance is busy running a \\\"stop\\\" operation";

    @TempDir Path folder = Path.of("");
    private final AtomicInteger listings = new AtomicInteger();

    private FakeIncus cluster() throws IOException {
        String all =
                "[%s,%s,%s]"
                        .formatted(
                                ONE.formatted("web", "default", "here"),
                                ONE.formatted("db", "proj", "here"),
                                ONE.formatted("mail", "default", "there"));
        return new FakeIncus(
                folder,
                (request, _, to) -> {
                    boolean listing = request.contains("/instances");
                    listings.addAndGet(listing ? 1 : 0);
                    FakeIncus.good(
                            to,
                            "t",
                            listing
                                    ? all
                                    : "{\"environment\":{\"server_clustered\":true,\"server_name\":\"here\"}}");
                });
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
    void oneListingTellsWhatIsHereAndWhatIsElsewhere() throws IOException {
        String others = "on other members of this cluster, to be checked there: incus:mail (there)";
        try (FakeIncus incus = cluster()) {
            IncusRuntime runtime = runtime(incus.server(LONG));
            assertThat(runtime.elsewhere()).isEqualTo(others);
            listings.set(0);
            assertThat(runtime.containers()).hasSize(2);
            assertThat(runtime.elsewhere()).isEqualTo(others);
            assertThat(listings).hasValue(1);
        }
    }

    /// As Incus 6.0.4 lists what is on a member that does not answer.
    @Test
    void aMemberThatDoesNotAnswerHidesOnlyItsOwnContainers() throws IOException {
        String lost =
                ONE.formatted("mail", "default", "there")
                        .replace("\"Running\"", "\"Error\"")
                        .replace("{}", "null")
                        .replace("[]", "null");
        String all = "[" + ONE.formatted("web", "default", "here") + "," + lost + "]";
        String member = "{\"environment\":{\"server_clustered\":true,\"server_name\":\"here\"}}";
        FakeIncus.Handler handler =
                (request, _, to) ->
                        FakeIncus.good(
                                to,
                                "t",
                                request.contains("/instances?")
                                        ? all
                                        : request.contains("/instances/") ? lost : member);
        try (FakeIncus incus = new FakeIncus(folder, handler)) {
            IncusRuntime runtime = runtime(incus.server(LONG));
            assertThat(runtime.containers())
                    .extracting(one -> one.id().target())
                    .containsExactly("incus:web");
            assertThat(runtime.meant("mail")).contains("is on the member 'there'");
            assertThatThrownBy(() ->
                            runtime.store()
                                    .replace(
                                            folder + "/containers/mail/raw.lxc",
                                            "",
                                            "lxc.cap.drop = mknod\n"))
                    .hasMessageEndingWith("it does not tell the settings of 'mail'");
        }
    }

    @Test
    void whyNothingIsListedIsSaidWhereNobodyListens() throws IOException {
        try (FakeIncus incus = cluster()) {
            assertThat(runtime(incus.server(LONG)).silence()).isEmpty();
        }
        assertThat(
                        runtime(new IncusServer(IncusDaemon.INCUS, folder.toString(), LONG, 0))
                                .silence())
                .isEqualTo(
                        "Incus does not answer at '%s/unix.socket'; 'systemctl start incus' starts it"
                                .formatted(folder));
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
        IncusRuntime runtime = runtime(new IncusServer(IncusDaemon.INCUS, "/srv/incus", LONG, 0));
        assertThat(runtime.containers()).isEmpty();
        ContainerId known = new ContainerId(RuntimeKind.LXC, "proj_web", "/srv/incus/containers");
        assertThat(runtime.made(known)).isTrue();
        assertThat(runtime.made(new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc"))).isFalse();
        HostContainer ours = Objects.requireNonNull(runtime.unlisted(known));
        assertThat(ours.id().target()).isEqualTo("incus:proj/web");
        assertThat(ours.id().isSameForLxc(known)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Frozen | it is frozen; 'incus resume web' lets it go on",
                "Starting | Incus says that it is 'Starting'; try again when that has ended",
            })
    void oneThatIsNotSettledIsNotChanged(String status, String sentence) throws IOException {
        try (FakeIncus incus = withWeb("\"status\":\"" + status + "\"", "{}")) {
            IncusRuntime runtime = runtime(incus.server(LONG));
            assertThat(Objects.requireNonNull(refusal(runtime)).sentence()).isEqualTo(sentence);
        }
    }

    /// Incus freezes one that it copies from storage that cannot clone.
    @ParameterizedTest
    @ValueSource(strings = {"Running", "Frozen"})
    void oneThatIsAtWorkIsNotChanged(String status) throws IOException {
        String running =
                """
                {"running":[{"description":"Migrating instance",
                             "resources":{"instances":["/1.0/instances/web"]}}]}
                """;
        try (FakeIncus incus = withWeb("\"status\":\"" + status + "\"", running)) {
            IncusRuntime runtime = runtime(incus.server(LONG));
            assertThat(Objects.requireNonNull(refusal(runtime)).sentence())
                    .isEqualTo(
                            "Incus is at work on it (Migrating instance); try again when that has"
                                    + " ended");
        }
        Files.delete(folder.resolve("unix.socket"));
        try (FakeIncus incus = withWeb("\"status\":\"Ready\"", "{}")) {
            assertThat(refusal(runtime(incus.server(LONG)))).isNull();
        }
    }

    /// Incus says so while a stop that is over for the container has not ended for Incus.
    @ParameterizedTest
    @CsvSource({"3,4", "0,1"})
    void aStartThatIsRefusedAsBusyIsTriedAgain(int refusals, int asked) throws IOException {
        AtomicInteger left = new AtomicInteger(refusals);
        FakeIncus.Handler busy =
                (_, _, to) -> {
                    if (left.getAndDecrement() > 0) {
                        FakeIncus.reply(to, 500, "", "{\"error\":\"" + BUSY + "\"}");
                    } else {
                        FakeIncus.good(to, "", "{}");
                    }
                };
        try (FakeIncus incus = new FakeIncus(folder, busy)) {
            assertThat(runtime(incus.server(LONG)).act(web(), "start", LONG, false)).isEmpty();
            assertThat(incus.asked()).hasSize(asked);
        }
    }

    @Test
    void oneThatIsBusyAllTheTimeOrRefusedOtherwiseIsSaid() throws IOException {
        FakeIncus.Handler busy =
                (_, whole, to) ->
                        FakeIncus.reply(
                                to,
                                500,
                                "",
                                "{\"error\":\""
                                        + (whole.contains("\"stop\"") ? "no" : BUSY)
                                        + "\"}");
        try (FakeIncus incus = new FakeIncus(folder, busy)) {
            IncusRuntime runtime = runtime(incus.server(LONG));
            assertThat(runtime.act(web(), "stop", LONG, false)).isEqualTo("no");
            assertThat(incus.asked()).hasSize(1);
            assertThat(runtime.act(web(), "start", Duration.ofSeconds(2), false))
                    .startsWith("Failed to create instance start operation: Instance is busy");
            assertThat(incus.asked()).hasSizeGreaterThan(2);
        }
    }

    @Test
    void anEphemeralOneIsNotStopped() throws IOException {
        try (FakeIncus incus = withWeb("\"ephemeral\":true,\"status\":\"Running\"", "{}")) {
            IncusRuntime runtime = runtime(incus.server(LONG));
            assertThat(Objects.requireNonNull(runtime.notRestartable(web())).sentence())
                    .startsWith("it is ephemeral, and Incus deletes it as soon as it stops");
        }
    }

    private ContainerId web() {
        return ContainerId.incus(new IncusFile(folder.toString(), "default", "web"));
    }

    private Decision.@Nullable LeftOut refusal(IncusRuntime runtime) throws IOException {
        return runtime.unchangeable(new HostContainer(web(), null), false, true);
    }

    private FakeIncus withWeb(String status, String operations) throws IOException {
        String web =
                ONE.formatted("web", "default", "none").replace("\"status\":\"Running\"", status);
        return new FakeIncus(
                folder,
                (request, _, to) ->
                        FakeIncus.good(
                                to, "t", request.contains("/operations") ? operations : web));
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

    /// As Incus lists snapshots: by their own names, or by those of their instance before.
    @Test
    void theNewestSnapshotWithTheLinesIsNamed() throws IOException {
        String all =
                """
                [{"name":"old","created_at":"2026-11-01T10:00:00Z","config":{"raw.lxc":"a = 1\\n"}},
                 {"name":"web/new","created_at":"2026-11-02T10:00:00Z","config":{"raw.lxc":"a = 1\\n"}},
                 {"name":"bare","created_at":"2026-11-03T10:00:00Z","config":{}}]
                """;
        FakeIncus.Handler handler =
                (request, _, to) ->
                        FakeIncus.good(
                                to, "t", request.contains("/web/snapshots?") ? all : "\"no\"");
        try (FakeIncus incus = new FakeIncus(folder, handler)) {
            IncusRuntime runtime = runtime(incus.server(LONG));
            ContainerId web =
                    new ContainerId(
                            RuntimeKind.INCUS,
                            "web",
                            folder + "/containers",
                            folder + "/containers/web/raw.lxc");
            assertThat(runtime.snapshotWith(web, "a = 1\n")).isEqualTo("new");
            assertThat(runtime.snapshotWith(web, "")).isEqualTo("bare");
            assertThat(runtime.snapshotWith(web, "b = 2\n")).isEmpty();
        }
    }

    @Test
    void whatIsWaitedForIsSaidOfTheDaemonThatDoesIt() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        String running =
                """
                {"running":[{"description":"Migrating instance",
                             "resources":{"instances":["/1.0/instances/web"]}}]}
                """;
        FakeIncus.Handler handler =
                (request, _, to) ->
                        FakeIncus.good(to, "t", asked.getAndIncrement() == 0 ? running : "{}");
        try (FakeIncus fake = new FakeIncus(folder, handler)) {
            int owner = (int) Files.getAttribute(folder.resolve("unix.socket"), "unix:uid");
            IncusRuntime runtime =
                    runtime(new IncusServer(IncusDaemon.LXD, folder.toString(), LONG, owner));
            ContainerId web =
                    new ContainerId(
                            RuntimeKind.LXD,
                            "web",
                            folder + "/containers",
                            folder + "/containers/web/raw.lxc");
            List<String> said = new ArrayList<>();
            runtime.awaitEarlier(web, LONG, said::add);
            assertThat(said)
                    .containsExactly("waiting for what LXD does with it (Migrating instance)");
            assertThat(fake.asked()).hasSize(2);
        }
    }

    @Test
    void theDefaultProjectMayBeSaidOrNot() {
        assertThat(RuntimeKind.INCUS.named("default/web")).isEqualTo("web");
    }

    @Test
    void lxdIsAskedInTheSameWayAndHasItsOwnWords() throws IOException {
        try (FakeIncus fake = withWeb("\"status\":\"Frozen\"", "{}")) {
            int owner = (int) Files.getAttribute(folder.resolve("unix.socket"), "unix:uid");
            IncusServer lxd = new IncusServer(IncusDaemon.LXD, folder.toString(), LONG, owner);
            IncusRuntime runtime = runtime(lxd);
            assertThat(runtime.kind()).isEqualTo(RuntimeKind.LXD);
            ContainerId known =
                    new ContainerId(RuntimeKind.LXC, "proj_web", folder + "/containers");
            ContainerId id = Objects.requireNonNull(runtime.unlisted(known)).id();
            assertThat(id.target()).isEqualTo("lxd:proj/web");
            assertThat(id.kind().attach(id)).isEqualTo("lxc exec web --project proj");
            assertThat(
                            Objects.requireNonNull(
                                            runtime.unchangeable(
                                                    new HostContainer(id, null), false, true))
                                    .sentence())
                    .isEqualTo("it is frozen; 'lxc start web --project proj' lets it go on");
            assertThat(fake.asked()).isNotEmpty();
        }
        Files.delete(folder.resolve("unix.socket"));
        assertThatThrownBy(() ->
                        runtime(new IncusServer(IncusDaemon.LXD, folder.toString(), LONG, 0))
                                .requireInstalled())
                .hasMessage(
                        "LXD does not answer at '%s/unix.socket'; 'systemctl start lxd' starts it"
                                .formatted(folder));
    }
}
