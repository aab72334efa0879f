package dev.capdrop.cli.command;

import dev.capdrop.cli.render.SinceDropText;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Change.Ports;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.Progress;
import dev.capdrop.core.change.SharedMembers;
import dev.capdrop.core.change.WaitingChange;
import dev.capdrop.core.incus.IncusProfile;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.SinceDrop;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.runtime.HostRuntime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Wires a change to this host.
final class Changes {
    private Changes() {}

    /// @throws IOException one sentence where a change of what it shares with others is under way
    static Change change(Host host, ContainerId container, Progress progress) throws IOException {
        requireNoShared(host, container);
        return new Change(
                new Ports(
                        host.store(container),
                        host.runtime(container),
                        host.journal(),
                        host.reader(),
                        host.inside().starter(),
                        host.inside().live(),
                        host.facts().clock(),
                        progress));
    }

    /// Returns what keeps a container that runs from the restart of its undo; null where nothing
    /// does, or it is not restarted.
    static Decision.@Nullable LeftOut againstRestart(
            Host host, ContainerId container, RestartOptions restart) throws IOException {
        HostRuntime runtime = host.runtime(container);
        if (restart.noRestart || !runtime.running(container)) {
            return null;
        }
        runtime.requireInstalled();
        return runtime.notRestartable(container);
    }

    /// Refuses to go on where a change of a profile that a container uses is under way.
    ///
    /// @throws IOException one sentence
    static void requireNoShared(Host host, ContainerId container) throws IOException {
        for (JournalEntry entry : host.journal().entries(container.target())) {
            IncusProfile profile = entry.ofProfile() ? IncusProfile.of(entry.edit().path()) : null;
            if (profile != null && !entry.phase().ended()) {
                Subject.Profile shared = new Subject.Profile(profile);
                JournalEntry pending = pending(host.journal(), shared);
                if (pending != null && entry.belongsTo(pending)) {
                    throw new IOException(
                            "a change of the profile '%s' is under way, which '%s' uses; 'capdrop apply %s' finishes it"
                                    .formatted(
                                            profile.word(),
                                            container.target(),
                                            Sharing.of(host, shared).arguments()));
                }
            }
        }
    }

    /// The containers that a change of what they share has stopped, and that do not run now.
    ///
    /// @param shared the change of what they share
    static List<ContainerId> down(Host host, JournalEntry shared) throws IOException {
        List<ContainerId> down = new ArrayList<>();
        for (ContainerId one : new SharedMembers(host.journal(), shared).underWay()) {
            if (!host.runtime(one).running(one)) {
                down.add(one);
            }
        }
        return down;
    }

    /// The same as the end of a sentence; empty where all run.
    static String leftDown(Host host, JournalEntry shared) throws IOException {
        List<ContainerId> down = down(host, shared);
        return down.isEmpty() ? "" : " (down in the middle of its restart: " + names(down) + ")";
    }

    /// What of that is to be started, as the end of a question; empty where nothing is down.
    static String toStart(Host host, JournalEntry shared) throws IOException {
        List<ContainerId> down = down(host, shared);
        return down.isEmpty() ? "" : ", and start what a restart for it left down: " + names(down);
    }

    static String names(List<ContainerId> containers) {
        return String.join(", ", containers.stream().map(ContainerId::target).toList());
    }

    /// A change that nobody is carrying out.
    static WaitingChange waiting(Host host, JournalEntry entry) {
        return new WaitingChange(host.store(entry.before().container()), host.journal(), entry);
    }

    /// The changes of this very container, oldest first: another lxc path may hold one of the same
    /// name. Its restarts for what it shares with others are none of its own.
    static List<JournalEntry> entries(Journal journal, Subject subject) throws IOException {
        return journal.entries(subject.target()).stream()
                .filter(entry -> entry.before().subject().equals(subject))
                .filter(entry -> !entry.ofProfile())
                .toList();
    }

    /// What the changes of this container have shown.
    static Experience experience(Journal journal, Subject subject) throws IOException {
        return new Experience(entries(journal, subject));
    }

    /// What a container's units were refused since we dropped it, from it alone or from what it
    /// shares with others.
    static List<SinceDropText> sinceDrop(Host host, Snapshot now) throws IOException {
        ContainerId container = now.container();
        List<SinceDropText> all = new ArrayList<>();
        SinceDrop alone = experience(host.journal(), container).sinceDrop(now);
        if (!alone.refused().isEmpty()) {
            all.add(new SinceDropText(alone, host.command(container), container));
        }
        // nothing is looked for of those of whom nothing was learnt
        if (now.learnt() != null) {
            RecordedContainers recorded = new RecordedContainers(host, host.journal());
            for (String target : host.journal().targets()) {
                for (Subject shared : isShared(target) ? recorded.of(target) : List.<Subject>of()) {
                    if (shared instanceof Subject.Lines lines) {
                        all.addAll(new HostDrop(host, Sharing.of(host, lines)).sinceDrop(now));
                    }
                }
            }
        }
        return all;
    }

    private static boolean isShared(String target) {
        return target.startsWith(Subject.HostFile.PREFIX + ":")
                || target.startsWith(Subject.Profile.PREFIX + ":");
    }

    /// The newest entry of this container when it has not ended, else null.
    static @Nullable JournalEntry pending(Journal journal, Subject subject) throws IOException {
        return pending(entries(journal, subject));
    }

    /// The newest of these when it has not ended, else null.
    ///
    /// @param entries of one container, oldest first
    static @Nullable JournalEntry pending(List<JournalEntry> entries) {
        return entries.isEmpty() || entries.getLast().phase().ended() ? null : entries.getLast();
    }
}
