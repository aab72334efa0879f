package dev.capdrop.core.boot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Machine;
import dev.capdrop.core.condition.Machine.MountStatus;
import dev.capdrop.core.condition.Machine.PathStatus;
import dev.capdrop.core.unit.UnitTree.FileText;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A machine that answers every question, with what a container may have put there.
final class AnyMachine implements Machine {
    private static final List<String> NAMES =
            List.of("a", "b\nc", "\u001b[2J", "\uFFFD", "*", "[", "x".repeat(255));

    @Override
    public CapabilitySet bounding() {
        return CapabilitySet.upTo(40);
    }

    @Override
    public PathStatus path(String path) {
        return path.length() > 30
                ? PathStatus.MISSING
                : new PathStatus(PathStatus.Kind.DIRECTORY, 1, true, 1);
    }

    @Override
    public PathStatus link(String path) {
        return path(path);
    }

    @Override
    public FileText text(String path) {
        return new FileText.Text("\u0000=\n".repeat(1000));
    }

    @Override
    public List<String> names(String directory) {
        return NAMES;
    }

    @Override
    public MountStatus mount(String path) {
        return new MountStatus("ext4", false, true, "253:7");
    }

    @Override
    public Boolean firstBoot() {
        return true;
    }

    @Override
    public String systemdVersion() {
        return "257.8";
    }

    @Override
    public List<String> commandLine() {
        return List.of("quiet", "a=b", "=");
    }

    @Override
    public Map<String, @Nullable String> environment() {
        return Map.of("A", "b");
    }

    @Override
    public String virtualization() {
        return "lxc";
    }

    @Override
    public Boolean userNamespace() {
        return true;
    }

    @Override
    public String architecture() {
        return "x86-64";
    }

    @Override
    public String hostName() {
        return "host";
    }

    @Override
    public String kernelRelease() {
        return "6.18.0";
    }

    @Override
    public String glibcVersion() {
        return "2.41";
    }

    @Override
    public Long memory() {
        return 1L << 30;
    }

    @Override
    public Integer cpus() {
        return 2;
    }

    @Override
    public Set<String> cpuFlags() {
        return Set.of("avx");
    }

    @Override
    public Set<Long> groups() {
        return Set.of(0L);
    }
}
