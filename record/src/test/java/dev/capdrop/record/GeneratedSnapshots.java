package dev.capdrop.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions.CapabilityLists;
import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.core.snapshot.Engines.UnreadStore;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Init.KernelStart;
import dev.capdrop.core.snapshot.KernelLog;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.Systemd.Job;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Snapshots made of every kind of value that can stand in one, the same for the same seed.
final class GeneratedSnapshots {
    private final Random random;

    GeneratedSnapshots(long seed) {
        random = new Random(seed);
    }

    Snapshot snapshot() {
        return Snapshot.of(
                        instant(),
                        new ContainerId(RuntimeKind.LXC, text(), text()),
                        new HostMachine(
                                text(),
                                text(),
                                random.nextInt(64),
                                new CapabilitySet(random.nextLong()),
                                random.nextInt(3) == 0 ? null : random.nextBoolean(),
                                text()))
                .with(maybe(this::configuration))
                .with(
                        maybe(() ->
                                new Init(
                                        random.nextInt(),
                                        instant(),
                                        random.nextBoolean(),
                                        capabilities(),
                                        random.nextBoolean(),
                                        maybe(this::thread),
                                        maybe(this::start),
                                        random.nextBoolean()
                                                ? CapabilityLists.ALL
                                                : capabilities())))
                .with(maybe(this::systemd))
                .with(
                        maybe(() ->
                                new Isolation(
                                        random.nextInt(2),
                                        random.nextBoolean(),
                                        random.nextBoolean())))
                .with(
                        maybe(() ->
                                new Programs(
                                        list(this::program),
                                        random.nextBoolean(),
                                        list(this::text))))
                .with(
                        maybe(() ->
                                new Engines(
                                        list(this::engineContainer),
                                        list(() ->
                                                new UnreadStore(
                                                        oneOf(Engine.values()), name(), text())))))
                .withProblems(list(this::text))
                .withUnread(
                        list(() ->
                                new Unread(oneOf(Unread.Part.values()), list(this::text), text())))
                .with(
                        new Evidence(
                                Map.of(name(), trouble()),
                                list(() ->
                                        new Quota(
                                                oneOf(Quota.Kind.values()),
                                                random.nextLong(),
                                                random.nextLong(),
                                                random.nextLong(),
                                                random.nextLong())),
                                new KernelLog(
                                        new KernelLog.Owner(List.of("/" + name()), text()),
                                        list(() -> new KernelLog.Line(random.nextLong(), text())),
                                        text())));
    }

    private EngineContainer engineContainer() {
        return new EngineContainer(
                oneOf(Engine.values()),
                text(),
                name(),
                text(),
                random.nextBoolean(),
                random.nextBoolean(),
                switch (random.nextInt(3)) {
                    case 0 -> new EngineContainer.Unknown("a" + text());
                    case 1 -> new EngineContainer.Listed(capabilities());
                    default ->
                            new EngineContainer.Anew(
                                    random.nextBoolean(),
                                    random.nextBoolean(),
                                    random.nextBoolean(),
                                    capabilities(),
                                    capabilities());
                });
    }

    private Trouble trouble() {
        return new Trouble(
                text(),
                list(() ->
                        new Trouble.CommandExit(
                                text(), text(), random.nextInt(), random.nextInt())),
                list(() ->
                        new Trouble.NamedFile(
                                text(),
                                text(),
                                oneOf(Trouble.NamedFile.Standing.values()),
                                text())),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                list(this::text),
                list(this::text));
    }

    private KernelStart start() {
        return new KernelStart(1 + random.nextLong(1L << 50), text());
    }

    private Init.InitThread thread() {
        CapabilitySet permitted = capabilities();
        CapabilitySet inheritable = capabilities();
        ThreadCapabilities sets =
                new ThreadCapabilities(
                        permitted,
                        inheritable,
                        permitted.intersect(capabilities()),
                        capabilities(),
                        permitted.intersect(inheritable).intersect(capabilities()));
        return new Init.InitThread(
                new ThreadStatus(sets, random.nextBoolean()), idMap(), IdMap.INITIAL);
    }

    private IdMap idMap() {
        return new IdMap(
                List.of(
                        new IdMap.Range(0, random.nextInt(1, 1 << 30), 65_536),
                        new IdMap.Range(65_536, 0, 1)));
    }

    JournalEntry entry() {
        return new JournalEntry(
                text(),
                text(),
                instant(),
                oneOf(JournalEntry.Phase.values()),
                new JournalEntry.Asked(capabilities(), Set.of()),
                new ConfigEdit(
                        text(),
                        bytes(),
                        bytes(),
                        capabilities(),
                        capabilities(),
                        random.nextBoolean()),
                snapshot(),
                text());
    }

    private ConfigurationText configuration() {
        Map<String, String> files = new HashMap<>();
        Map<String, List<String>> directories = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            files.put(name(), bytes());
            directories.put(name(), list(this::text));
        }
        return new ConfigurationText(
                text(),
                files,
                directories,
                random.nextLong(),
                Map.of(name(), random.nextBoolean() ? KeyAnswer.LOADS : KeyAnswer.NOT_KNOWN));
    }

    private Systemd systemd() {
        Map<Condition, Condition.Result> nextBoot = new HashMap<>();
        list(this::tested).forEach(t -> nextBoot.put(t.condition(), t.result()));
        return new Systemd(
                new Systemd.Manager(
                        text(),
                        text(),
                        random.nextInt(),
                        random.nextLong(),
                        random.nextLong(),
                        text()),
                oneOf(Systemd.Source.values()),
                list(this::unit),
                nextBoot,
                Set.copyOf(list(this::text)),
                Set.copyOf(list(this::text)),
                rivals(),
                list(() -> new Job(text(), text(), random.nextBoolean())));
    }

    private Map<String, List<String>> rivals() {
        Map<String, List<String>> rivals = new HashMap<>();
        list(this::name).forEach(unit -> rivals.put(unit, list(this::text)));
        return rivals;
    }

    private ProgramFile program() {
        return new ProgramFile(
                text(),
                oneOf(ProgramFile.Reading.values()),
                random.nextBoolean() ? "" : "0100000200200000000000000000000000000000",
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(3) - 1);
    }

    private UnitState unit() {
        return new UnitState(
                text(),
                text(),
                text(),
                text(),
                list(this::tested),
                random.nextBoolean() ? detail() : UnitDetail.UNREAD);
    }

    private UnitDetail detail() {
        String fragment = text();
        return new UnitDetail(
                list(this::text),
                new UnitDetail.Files(
                        fragment,
                        list(this::text),
                        text(),
                        random.nextBoolean(),
                        random.nextBoolean()),
                new UnitDetail.Activation(
                        random.nextBoolean(),
                        random.nextLong(),
                        random.nextInt(2),
                        random.nextLong()),
                list(this::tested),
                random.nextBoolean() ? Dependencies.NONE : links(),
                maybe(() ->
                        new UnitDetail.Exit(
                                text(), random.nextInt(), random.nextInt(3), random.nextInt(2))),
                list(() ->
                        new Setting(
                                random.nextBoolean() ? fragment : text(),
                                random.nextInt(9),
                                random.nextBoolean() ? "Service" : text(),
                                text(),
                                text())),
                maybe(this::capabilities));
    }

    private Dependencies links() {
        return Dependencies.NONE
                .with(Dependency.REQUIRES, list(this::text))
                .with(Dependency.REQUISITE, list(this::text))
                .with(Dependency.WANTS, list(this::text))
                .with(Dependency.BINDS_TO, list(this::text))
                .with(Dependency.UPHOLDS, list(this::text))
                .with(Dependency.AFTER, list(this::text))
                .with(Dependency.TRIGGERED_BY, list(this::text))
                .with(Dependency.CONFLICTS, list(this::text))
                .with(Dependency.PART_OF, list(this::text));
    }

    private Condition.Tested tested() {
        return new Condition.Tested(
                new Condition(text(), random.nextBoolean(), random.nextBoolean(), text()),
                oneOf(Condition.Result.values()));
    }

    private CapabilitySet capabilities() {
        return new CapabilitySet(random.nextLong());
    }

    private Instant instant() {
        return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    }

    /// Any text, lone surrogates and control characters included.
    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x10000));
        }
        return text.toString();
    }

    /// Any text that bytes of a container decode to: it becomes a name in the document.
    private String name() {
        return new String(text().getBytes(UTF_8), UTF_8);
    }

    private String bytes() {
        StringBuilder bytes = new StringBuilder();
        int limit = random.nextBoolean() ? 0x80 : 0x100;
        for (int i = random.nextInt(40); i > 0; i--) {
            bytes.append((char) random.nextInt(limit));
        }
        return bytes.toString();
    }

    private <T> T oneOf(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> List<T> list(Supplier<T> item) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(item.get());
        }
        return list;
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextInt(4) == 0 ? null : value.get();
    }
}
