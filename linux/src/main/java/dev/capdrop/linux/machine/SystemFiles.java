package dev.capdrop.linux.machine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.linux.root.HostFile;
import module java.base;

record SystemFiles(Path root) {
    private static final int LIMIT = 1 << 20;
    private static final Pattern IN_FORCE = Pattern.compile("\\[([a-z]+)\\]");
    private static final String STATUS = "proc/self/status";

    Fact<String> release() throws IOException {
        return new Fact.Known<>(text("proc/sys/kernel/osrelease"));
    }

    Fact<Integer> ptraceScope() throws IOException {
        return new Fact.Known<>(Integer.parseInt(text("proc/sys/kernel/yama/ptrace_scope")));
    }

    /// Returns the lockdown in force; the file says `none [integrity] confidentiality`.
    Fact<String> lockdown() throws IOException {
        Matcher inForce = IN_FORCE.matcher(text("sys/kernel/security/lockdown"));
        return inForce.find() ? new Fact.Known<>(inForce.group(1)) : new Fact.Absent<>();
    }

    Fact<CapabilitySet> effective() throws IOException {
        return new Fact.Known<>(
                ThreadStatus.parse(text(STATUS)).capabilities().get(ThreadSet.EFFECTIVE));
    }

    Fact<Boolean> initialUsers() throws IOException {
        return new Fact.Known<>(IdMap.parse(text("proc/self/uid_map")).equals(IdMap.INITIAL));
    }

    Fact<Boolean> version2() throws IOException {
        for (String mount : List.of("sys/fs/cgroup", "sys/fs/cgroup/unified")) {
            try (HostFile _ = HostFile.at(root.resolve(mount).resolve("cgroup.controllers"))) {
                return new Fact.Known<>(true);
            } catch (NoSuchFileException other) {
                // the next one may be it
            }
        }
        return new Fact.Known<>(false);
    }

    /// Returns the controllers in hierarchies of version 1, `4:memory:/…` each.
    Fact<List<String>> oldControllers() throws IOException {
        List<String> names = new ArrayList<>();
        for (String line : text("proc/self/cgroup").split("\n")) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && !parts[1].isEmpty() && !parts[1].startsWith("name=")) {
                names.addAll(List.of(parts[1].split(",")));
            }
        }
        return new Fact.Known<>(names);
    }

    Fact<HostSurvey.AppArmor> appArmor() throws IOException {
        if (!text("sys/module/apparmor/parameters/enabled").startsWith("Y")) {
            return new Fact.Absent<>();
        }
        return new Fact.Known<>(new HostSurvey.AppArmor(profiles()));
    }

    private Fact<Integer> profiles() {
        try {
            String all = text("sys/kernel/security/apparmor/profiles");
            return new Fact.Known<>(all.isEmpty() ? 0 : all.split("\n").length);
        } catch (IOException hidden) {
            return new Fact.Unknown<>(String.valueOf(hidden.getMessage()));
        }
    }

    private String text(String path) throws IOException {
        return new String(HostFile.read(root.resolve(path), LIMIT), ISO_8859_1).strip();
    }
}
