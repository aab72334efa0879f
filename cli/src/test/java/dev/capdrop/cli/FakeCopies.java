package dev.capdrop.cli;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// Throw-away copies in memory.
public final class FakeCopies implements Copies {
    private final FakeHost host;
    private final FakeContainer original;
    private final int last;
    private final String missing;

    FakeCopies(FakeHost host, FakeContainer original, int last) {
        this.host = host;
        this.original = original;
        this.last = last;
        this.missing = original.notInCopies;
    }

    @Override
    public List<String> differences() {
        return List.of("no network");
    }

    @Override
    public List<String> complaints() {
        return List.of();
    }

    @Override
    public String keptIn() {
        return "";
    }

    @Override
    public ContainerId make(CapabilitySet dropped) throws IOException {
        host.copiesMade++;
        host.atCopy.run();
        ContainerId id =
                new ContainerId(RuntimeKind.LXC, "trial-" + host.copiesMade, "/run/copies");
        ConfigSource source =
                Objects.requireNonNull(original.snapshot(host.now).configuration()).asSource();
        String config =
                original.id
                        .format()
                        .drop(original.id.configPath(), source, dropped, last)
                        .orElseThrow()
                        .after();
        if (host.copiesMade == host.impossibleCopy) {
            throw new IOException("no room");
        }
        original.notInCopies = host.copiesMade == host.flakyCopy ? "ssh.service" : missing;
        host.copies.add(original.copy(id, config));
        host.step();
        return id;
    }

    @Override
    public void start(ContainerId copy, Duration timeout) throws IOException {
        if (host.copiesMade == host.brokenCopy) {
            throw new IOException("it does not start");
        }
        host.step();
        host.container(copy).start();
    }

    @Override
    public void letRun(ContainerId copy, Duration time) {}

    @Override
    public Answer run(ContainerId copy, String command, Duration timeout) {
        boolean known = command.equals(host.probe);
        boolean works =
                known && (host.probeNeeds.isEmpty() || host.container(copy).holds(host.probeNeeds));
        return new Answer(true, works ? 0 : known ? 7 : 127);
    }

    @Override
    public boolean shutDown(ContainerId copy, Duration timeout) {
        host.step();
        host.container(copy).running = false;
        return true;
    }

    @Override
    public void remove(ContainerId copy) {
        host.step();
        host.copies.removeIf(one -> one.id.equals(copy));
    }

    @Override
    public void endAll() {
        host.copies.forEach(one -> one.running = false);
    }

    @Override
    public void close() {
        host.copies.clear();
        host.step();
    }
}
