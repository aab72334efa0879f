package dev.capdrop.cli;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Hosts as a look at them may find them.
public final class Surveys {
    private static final Fact<Boolean> YES = new Fact.Known<>(true);

    private Surveys() {}

    /// One that lacks nothing.
    static HostSurvey fine() {
        return new HostSurvey(
                new HostSurvey.Kernel(
                        new Fact.Known<>("6.18.0"),
                        "amd64",
                        new Fact.Known<>(1),
                        new Fact.Absent<>()),
                new HostSurvey.Rights(YES, new Fact.Known<>(CapabilitySet.upTo(40)), YES),
                new HostSurvey.Tracing(YES, YES, YES),
                new HostSurvey.ControlGroups(YES, new Fact.Known<>(List.of())),
                new Fact.Absent<>(),
                new HostSurvey.Runtimes(
                        new Fact.Known<>(
                                new HostSurvey.Lxc(
                                        "6.0.4",
                                        "/var/lib/lxc",
                                        new Fact.Known<>(2),
                                        new Fact.Known<>(1))),
                        new Fact.Absent<>(),
                        new TreeMap<>(
                                Map.of(
                                        RuntimeKind.NSPAWN, new Fact.Absent<>(),
                                        RuntimeKind.INCUS, new Fact.Absent<>()))),
                new Fact.Known<>(List.of()),
                new HostSurvey.State(
                        "/var/lib/capdrop",
                        new Fact.Known<>(""),
                        new Fact.Known<>(1L << 30),
                        new Fact.Known<>(List.of())));
    }
}
