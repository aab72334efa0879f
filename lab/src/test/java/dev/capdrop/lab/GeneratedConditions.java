package dev.capdrop.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Lists of conditions as people and nobody would write them: triggers, negations, resets, and of
/// each type's parameters sense and nonsense.
final class GeneratedConditions {
    private static final String[] OPERATORS = {
        "", "", "=", "!=", "<", "<=", ">", ">=", "== ", "<>", "$=", "!$=", "= ", ">= "
    };
    private static final String[] PATHS = {
        "/",
        "//etc//",
        "/etc",
        "/etc/passwd",
        "/etc/os-release",
        "/etc/passwd/x",
        "/bin",
        "/bin/sh",
        "/usr/./bin/sh",
        "/sbin/init",
        "/etc/..",
        "relative",
        "/nowhere",
        "/nowhere/x",
        "/lab",
        "/lab/empty",
        "/lab/hidden",
        "/lab/backup",
        "/lab/full",
        "/lab/zero",
        "/lab/tool",
        "/lab/fifo",
        "/lab/dangling",
        "/lab/loop",
        "/lab/away",
        "/lab/away/passwd",
        "/proc",
        "/proc/1",
        "/proc/cmdline",
        "/proc/sys",
        "/proc/sys/net",
        "/proc/sys/net/ipv4",
        "/proc/sys/kernel/osrelease",
        "/proc/sysrq-trigger",
        "/sys",
        "/sys/fs/cgroup",
        "/sys/class/net",
        "/sys/kernel/debug",
        "/sys/fs/fuse/connections",
        "/var/lib/systemd",
        "/var/log/journal"
    };
    private static final String[] GLOBS = {
        "/etc/*",
        "/etc/pass??",
        "/etc/{passwd,x}",
        "/etc/{x,y}",
        "/lab/[a-f]*",
        "/lab/[!a-z]*",
        "/*/passwd",
        "/usr/*/sh",
        "/lab/hidden/*",
        "/lab/hidden/.*x",
        "/proc/sys/*/ipv4",
        "/sys/class/n?t",
        "/lab/dang*",
        "/nowhere/*",
        "/etc/\\passwd",
        "/lab/[[:alpha:]]ull",
        "/lab/{em{p,q}ty,x}"
    };

    private final Random random;
    private final Map<String, List<String>> parameters = new TreeMap<>();

    /// @param version of systemd, so that only types it knows are drawn
    /// @param hostName the machine's own
    /// @param machineId the machine's own
    GeneratedConditions(Random random, int version, String hostName, String machineId) {
        this.random = random;
        add(
                "Virtualization",
                "lxc,container,vm,yes,no,true,0,private-users,none,kvm,docker,garbage,LXC,1");
        add("Architecture", "x86-64,native,arm64,x86,garbage,X86-64,riscv64,i686");
        add(
                "Host",
                String.join(
                        ",",
                        hostName,
                        hostName.toUpperCase(Locale.ROOT),
                        hostName.charAt(0) + "*",
                        "?" + hostName.substring(1),
                        "other",
                        "*",
                        "[a-z]*",
                        machineId,
                        machineId.replaceFirst("^.", "f"),
                        "00000000000000000000000000000000"));
        add(
                "KernelCommandLine",
                "/sbin/init,quiet,quiet=1,/sbin,root,/sbin/init=x,init=/sbin/init");
        add("Security", "selinux,smack,apparmor,audit,ima,tomoyo,uefi-secureboot,garbage");
        add("ACPower", "true,false,yes,no,perhaps,TRUE,off");
        add("FirstBoot", "yes,no,true,0,perhaps");
        add("User", "root,0,1,nobody,@system,garbage,00,65535,+0,daemon");
        add("Group", "root,0,1,nogroup,garbage,00,65535,daemon");
        add(
                "ControlGroupController",
                "v1,v2,cpu,memory,pids,io,blkio,devices,cpu memory,nothing,nothing cpu,cpuacct,"
                        + "bpf-firewall,cpuset,cpu 'memory");
        add("Environment", "PATH,LAB,LAB=yes,LAB=no,LAB=,NONE,NONE=x,LA");
        add("NeedsUpdate", "/etc,/var,/lab/full,/lab/empty,/proc,/nowhere,relative");
        if (version >= 249) {
            add("CPUFeature", "fpu,sse2,SSE2,avx,avx2,pclmul,fma3,osxsave,constant_tsc,nothing,lm");
            add("Firmware", "uefi,device-tree,device-tree-compatible(x),other");
        }
        if (version >= 252) {
            add(
                    "Firmware",
                    "smbios-field(none=1),smbios-field(x),smbios-field(x=,smbios-field(sys_vendor$=*),"
                            + "smbios-field(a/b=1),smbios-field(product_name!=x)");
            add("Credential", "none,a/b,..,x.y");
            for (String type : List.of("CPUPressure", "MemoryPressure", "IOPressure")) {
                add(
                        type,
                        "100%,100%/10sec,1000‰,10000‱,101%,x,10%/7sec,10.555%,-1%,,none.slice:100%,"
                                + "100%/,100%/5min/x,none.s.ice:100%,none.slice:x,1:1:");
            }
        }
        for (String type :
                List.of(
                        "PathExists",
                        "PathIsDirectory",
                        "PathIsSymbolicLink",
                        "PathIsMountPoint",
                        "PathIsReadWrite",
                        "DirectoryNotEmpty",
                        "FileNotEmpty",
                        "FileIsExecutable")) {
            parameters.put(type, List.of(PATHS));
        }
        // systemd opens what it asks for, and never comes back from a FIFO.
        parameters.put(
                "PathIsEncrypted",
                Stream.of(PATHS).filter(path -> !path.equals("/lab/fifo")).toList());
        parameters.put("PathExistsGlob", List.of(GLOBS));
        for (String type : List.of("Capability", "KernelVersion", "Memory", "CPUs")) {
            parameters.put(type, List.of());
        }
        if (version >= 249) {
            parameters.put("OSRelease", List.of());
        }
    }

    private void add(String type, String values) {
        List<String> all = new ArrayList<>(parameters.getOrDefault(type, List.of()));
        all.addAll(List.of(values.split(",", -1)));
        parameters.put(type, all);
    }

    /// The types that are drawn.
    List<String> types() {
        return List.copyOf(parameters.keySet());
    }

    /// One to five lines, `ConditionX=…`.
    List<String> list() {
        List<String> lines = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextInt(5) + 1);
        while (lines.size() < count) {
            String type = of(types());
            boolean reset = random.nextInt(25) == 0;
            lines.add("Condition" + type + "=" + (reset ? "" : prefixes() + parameter(type)));
        }
        return lines;
    }

    private String prefixes() {
        String trigger = random.nextInt(3) == 0 ? "|" : "";
        String negation = random.nextInt(4) == 0 ? "!" : "";
        String blank = random.nextInt(12) == 0 ? " " : "";
        return trigger + blank + negation;
    }

    private String parameter(String type) {
        return switch (type) {
            case "Capability" -> capability();
            case "KernelVersion" -> version();
            case "Memory" ->
                    operator() + of("1M 1G 512K 0 1T 16E 1.5G 10.M 1G512M x 1g 1GB 077".split(" "));
            case "CPUs" -> operator() + of("0 1 2 3 4 8 0x2 02 -1 x 0b1 4294967296".split(" "));
            case "OSRelease" -> osRelease();
            default -> of(parameters.getOrDefault(type, List.of()));
        };
    }

    private String capability() {
        return switch (random.nextInt(5)) {
            // Of 63, which no kernel has, systemd thinks otherwise since some version behind 252.
            case 0 -> Integer.toString(random.nextInt(64) - 1);
            case 1 -> "0x" + Integer.toHexString(random.nextInt(63));
            case 2 ->
                    of(
                            "CAP_BOGUS sys_rawio cap_kill 010 08 CAP_SYS_ADMIN,CAP_KILL CAP_ 0o7"
                                    .split(" "));
            default ->
                    of(
                            ("CAP_SYS_RAWIO CAP_NET_ADMIN CAP_SYS_TIME cap_sys_module CAP_AUDIT_READ"
                                            + " CAP_SYS_ADMIN CAP_CHOWN CAP_BPF CAP_SYS_BOOT")
                                    .split(" "));
        };
    }

    private String version() {
        String one =
                operator() + of("6 6.1 6.12 7 5.10 6.* * [0-9].* 06.1 6.18.44-fc 999".split(" "));
        return switch (random.nextInt(4)) {
            case 0 -> "'" + one + "' '" + operator() + of("6 7 5.10".split(" ")) + "'";
            case 1 -> one + " " + operator().strip() + of("6 7 5.10".split(" "));
            default -> one;
        };
    }

    private String osRelease() {
        String key = of("ID VERSION_ID NONE PRETTY_NAME VERSION_CODENAME 1X A-B".split(" "));
        String value = of("debian 13 12 11 deb* trixie x 13.1 \"\"".split(" "));
        String one = key + operator() + value;
        return random.nextInt(4) == 0 ? one + " ID=debian" : one;
    }

    private String operator() {
        return of(OPERATORS);
    }

    private String of(String... values) {
        return values[random.nextInt(values.length)];
    }

    private String of(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
