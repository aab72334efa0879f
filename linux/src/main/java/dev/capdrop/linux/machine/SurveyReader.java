package dev.capdrop.linux.machine;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.proc.ProcDir.ProcStatus;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostRuntime;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.store.FileJournal.StateSurvey;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Looks at this host. All looks are begun at once, and none is waited for longer than the limit.
public final class SurveyReader {
    private final RunningContainers running = new RunningContainers();
    private final SystemFiles files = new SystemFiles(Path.of("/"));
    private final @Nullable Path lxcPath;
    private final Path pveDirectory;
    private final Path stateDirectory;

    /// Whether the effective user is root (credentials(7)).
    public static boolean root() throws IOException {
        return ProcStatus.parse(Files.readString(Path.of("/proc/self/status"))).uid() == 0;
    }

    /// @param lxcPath the only folder of plain LXC to look into; null for lxc's own configuration
    /// @param pveDirectory where the cluster file system of Proxmox VE is mounted
    public SurveyReader(@Nullable Path lxcPath, Path pveDirectory, Path stateDirectory) {
        this.lxcPath = lxcPath;
        this.pveDirectory = pveDirectory;
        this.stateDirectory = stateDirectory;
    }

    public HostSurvey read() {
        Deadline deadline = Deadline.atLeast(Duration.ofSeconds(15));
        Fact<Boolean> root = Question.of(() -> new Fact.Known<>(root())).answer(deadline);
        boolean isRoot = root instanceof Fact.Known<Boolean>(Boolean yes) && yes;
        Question<HostSurvey.Lxc> lxc =
                Question.of(() -> HostRuntimes.RuntimeSurvey.lxc(lxcPath, isRoot, running));
        Question<HostSurvey.Proxmox> proxmox =
                Question.of(() -> HostRuntimes.RuntimeSurvey.proxmox(pveDirectory));
        Map<RuntimeKind, Question<HostSurvey.Other>> others = others(isRoot);
        Question<HostSurvey.Tracing> tracing =
                Question.of(() -> new Fact.Known<>(UseWatch.survey()));
        Question<HostSurvey.State> state =
                Question.of(() -> new Fact.Known<>(StateSurvey.read(stateDirectory, isRoot)));
        Question<List<Quota>> quotas = Question.of(() -> quotas(isRoot, deadline));
        Question<HostSurvey.AppArmor> appArmor = Question.of(files::appArmor);
        HostSurvey.Kernel kernel = kernel(deadline);
        HostSurvey.Rights rights = rights(root, deadline);
        HostSurvey.ControlGroups groups = groups(deadline);
        return new HostSurvey(
                kernel,
                rights,
                known(tracing.answer(deadline), SurveyReader::untraced),
                groups,
                appArmor.answer(deadline),
                new HostSurvey.Runtimes(
                        lxc.answer(deadline), proxmox.answer(deadline), answers(others, deadline)),
                quotas.answer(deadline),
                known(state.answer(deadline), this::unread));
    }

    private Map<RuntimeKind, Question<HostSurvey.Other>> others(boolean root) {
        HostRuntimes runtimes = HostRuntimes.of(lxcPath, pveDirectory, running);
        Map<RuntimeKind, Question<HostSurvey.Other>> others = new EnumMap<>(RuntimeKind.class);
        for (HostRuntime one : runtimes.all()) {
            Errand<Fact<HostSurvey.Other>> look = one.survey(root);
            if (look != null) {
                others.put(one.kind(), Question.of(look));
            }
        }
        return others;
    }

    private static SortedMap<RuntimeKind, Fact<HostSurvey.Other>> answers(
            Map<RuntimeKind, Question<HostSurvey.Other>> others, Deadline deadline) {
        SortedMap<RuntimeKind, Fact<HostSurvey.Other>> answers = new TreeMap<>();
        others.forEach((kind, question) -> answers.put(kind, question.answer(deadline)));
        return answers;
    }

    private static Fact<List<Quota>> quotas(boolean root, Deadline deadline) {
        return root
                ? new Fact.Known<>(HostQuotas.ofHost(deadline))
                : new Fact.Unknown<>("only root sees what others use");
    }

    private HostSurvey.Kernel kernel(Deadline deadline) {
        Question<String> release = Question.of(files::release);
        Question<Integer> scope = Question.of(files::ptraceScope);
        Question<String> lockdown = Question.of(files::lockdown);
        return new HostSurvey.Kernel(
                release.answer(deadline),
                System.getProperty("os.arch", ""),
                scope.answer(deadline),
                lockdown.answer(deadline));
    }

    private HostSurvey.Rights rights(Fact<Boolean> root, Deadline deadline) {
        Question<CapabilitySet> effective = Question.of(files::effective);
        Question<Boolean> initial = Question.of(files::initialUsers);
        return new HostSurvey.Rights(root, effective.answer(deadline), initial.answer(deadline));
    }

    private HostSurvey.ControlGroups groups(Deadline deadline) {
        Question<Boolean> version2 = Question.of(files::version2);
        Question<List<String>> old = Question.of(files::oldControllers);
        return new HostSurvey.ControlGroups(version2.answer(deadline), old.answer(deadline));
    }

    private static <T> T known(Fact<T> answer, Function<String, T> unknown) {
        return switch (answer) {
            case Fact.Known<T>(T value) -> value;
            case Fact.Unknown<T>(String why) -> unknown.apply(why);
            case Fact.Absent<T> _ -> unknown.apply("it is not there");
        };
    }

    private static HostSurvey.Tracing untraced(String why) {
        Fact<Boolean> unknown = new Fact.Unknown<>(why);
        return new HostSurvey.Tracing(unknown, unknown, unknown);
    }

    private HostSurvey.State unread(String why) {
        return new HostSurvey.State(
                stateDirectory.toString(),
                new Fact.Unknown<>(why),
                new Fact.Unknown<>(why),
                new Fact.Unknown<>(why));
    }

    /// One look at the host in a helper thread, which is left behind where it does not come back.
    static final class Question<T> {
        private final FutureTask<Fact<T>> task;

        private Question(Errand<Fact<T>> asked) {
            task = new FutureTask<>(asked::take);
        }

        static <T> Question<T> of(Errand<Fact<T>> asked) {
            Question<T> question = new Question<>(asked);
            Thread.ofPlatform().daemon().name("look").start(question.task);
            return question;
        }

        Fact<T> answer(Deadline deadline) {
            try {
                while (true) {
                    try {
                        return task.get(Math.max(0, deadline.toWait()), TimeUnit.NANOSECONDS);
                    } catch (TimeoutException silent) {
                        if (deadline.passed()) {
                            return new Fact.Unknown<>("no answer within " + deadline.allowed());
                        }
                    }
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return new Fact.Unknown<>("interrupted");
            } catch (ExecutionException failed) {
                return switch (failed.getCause()) {
                    case NoSuchFileException _ -> new Fact.Absent<>();
                    case NotDirectoryException _ -> new Fact.Absent<>();
                    case AccessDeniedException _ -> new Fact.Unknown<>("permission denied");
                    case IOException refused ->
                            new Fact.Unknown<>(String.valueOf(refused.getMessage()));
                    case null, default -> new Fact.Unknown<>("it says what nobody expects there");
                };
            }
        }
    }
}
