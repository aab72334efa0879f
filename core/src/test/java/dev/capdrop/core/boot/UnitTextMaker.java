package dev.capdrop.core.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Makes the text of unit files that nobody would write.
final class UnitTextMaker {
    private static final List<String> WHOLE =
            List.of(
                    """
                    #  SPDX-License-Identifier: none
                    [Unit]
                    Description=A \\"quoted\\" thing \\
                      that goes on \\
                    # with a comment between
                      and ends
                    Documentation=man:a(8)
                    After=network.target basic.target b@%i.service
                    Wants=c.socket a-b-c.slice
                    RequiresMountsFor=/var/lib/a /srv/%p
                    ConditionCapability=!CAP_SYS_RAWIO
                    ConditionPathExists=|/run/a
                    ConditionPathExistsGlob=/etc/[a-z]*.{conf,d}/*
                    ConditionVirtualization=!container
                    ConditionKernelVersion=>=5.10 "<7"
                    ConditionMemory=>=1.5G
                    ConditionEnvironment=A=b

                    [Service]
                    Type=notify
                    ExecStartPre=-/usr/bin/install -d "/run/a b" 'c d'
                    ExecStart=@!/usr/sbin/a argv0 $OPTIONS ; /bin/true
                    User=a
                    AmbientCapabilities=CAP_NET_BIND_SERVICE
                    AmbientCapabilities=
                    CapabilityBoundingSet=~CAP_SYS_ADMIN CAP_NET_RAW
                    RuntimeDirectory=a/b c
                    LoadCredential=x:/etc/x
                    Environment=SECRET=1

                    [Install]
                    WantedBy=multi-user.target
                    """,
                    """
                    [Unit]
                    DefaultDependencies=no
                    ConditionPathIsMountPoint=!/tmp
                    AssertFirstBoot=|no
                    Before=local-fs.target
                    [Mount]
                    What=tmpfs
                    Where=/tmp
                    Type=tmpfs
                    Options=mode=1777,strictatime,nosuid,nodev,size=50%%
                    [Socket]
                    ListenStream=0.0.0.0:22
                    ListenNetlink=audit 1
                    Accept=yes
                    """);

    private static final List<String> PIECES =
            List.of(
                    "[Unit]",
                    "[Service]",
                    "[",
                    "]",
                    "\n",
                    "\n\n",
                    "\r\n",
                    "\r",
                    "\0",
                    "\\",
                    "\\\n",
                    "#",
                    ";",
                    "=",
                    " ",
                    "\t",
                    "\"",
                    "'",
                    "%",
                    "%%",
                    "%i",
                    "%n",
                    "%q",
                    "%\u00e4",
                    "|",
                    "!",
                    "|!",
                    "/",
                    "//",
                    "/./",
                    "/../",
                    "*",
                    "?",
                    "[a-",
                    "[[:",
                    ":]",
                    "{",
                    "}",
                    ",",
                    "\\x2d",
                    "\\x",
                    "\\040",
                    "@",
                    ".service",
                    "a@.service",
                    "a",
                    "-",
                    "\u0000",
                    "\u001b[31m",
                    "\u202e",
                    "\uFEFF",
                    "\uFFFD",
                    "\ud83d\ude00",
                    "0",
                    "1",
                    "-1",
                    "18446744073709551616",
                    "1e309",
                    ">=",
                    "<>",
                    "$=",
                    "yes",
                    "CAP_SYS_ADMIN",
                    "ConditionCapability=",
                    "ConditionPathExistsGlob=",
                    "ConditionUser=",
                    "Wants=",
                    "AssertPathExists=",
                    "RequiresMountsFor=",
                    "ExecStart=",
                    "User=",
                    "Slice=");

    private static final List<String> CONDITIONS =
            List.of(
                    "Architecture",
                    "Firmware",
                    "Virtualization",
                    "Host",
                    "KernelCommandLine",
                    "KernelVersion",
                    "Version",
                    "Credential",
                    "Environment",
                    "Security",
                    "Capability",
                    "ACPower",
                    "NeedsUpdate",
                    "FirstBoot",
                    "PathExists",
                    "PathExistsGlob",
                    "PathIsDirectory",
                    "PathIsMountPoint",
                    "PathIsReadWrite",
                    "PathIsEncrypted",
                    "DirectoryNotEmpty",
                    "FileNotEmpty",
                    "User",
                    "Group",
                    "ControlGroupController",
                    "Memory",
                    "CPUs",
                    "CPUFeature",
                    "OSRelease",
                    "MemoryPressure",
                    "CPUPressure",
                    "KernelModuleLoaded",
                    "Nonsense");

    /// `BEFORE…REPEATED…BEHIND`.
    static final List<String> REPEATED =
            Stream.concat(
                            Stream.of(
                                    "[Unit]\n…A=b\n…",
                                    "[Service]\nA=b\nExecStart=/x\n…User=x\nA=b\n…",
                                    "[Service]\n…ExecStart=\nExecStart=/x\n…",
                                    "[Unit]\n…ConditionUser=\nConditionHost=x\n…",
                                    "…[…",
                                    "…[a]\n…",
                                    "…\\\n…",
                                    "[Unit]\nWants=…\\\n#\n…",
                                    "…\\…",
                                    "…\0…",
                                    "…\r…",
                                    "… …",
                                    "…=…",
                                    "…#…",
                                    "…\uFFFD…",
                                    "[Unit]\nWants=…\"…",
                                    "[Unit]\nWants=…a.service …",
                                    "[Unit]\nRequires=…%i@.service …",
                                    "[Unit]\nWants=…%…",
                                    "[Unit]\nAfter=…a-…b.service\n",
                                    "[Unit]\nRequiresMountsFor=…/a…",
                                    "[Unit]\nRequiresMountsFor=…/a …",
                                    "[Service]\nSlice=…a-…b.slice\nExecStart=/x\n",
                                    "[Service]\nExecStart=/x\nRuntimeDirectory=…a/…",
                                    "[Service]\nExecStart=…;…",
                                    "[Service]\nExecStart=…@-!+…",
                                    "[Service]\nExecStart=…\"a\" …",
                                    "[Service]\nExecStart=/x\n…CapabilityBoundingSet=~CAP_CHOWN\n…",
                                    "…x /a ext4 defaults 0 0\n…",
                                    "ID=\"…\\a…\""),
                            CONDITIONS.stream().flatMap(UnitTextMaker::conditions))
                    .toList();

    private UnitTextMaker() {}

    private static Stream<String> conditions(String type) {
        String unit = "[Service]\nExecStart=/x\n[Unit]\n";
        String line = unit + "Condition" + type + "=";
        List<String> all = new ArrayList<>();
        for (String what :
                List.of("/a", "/./", "[[:", "[[", "*a", "{a,", "a ", "\"", "=", "1", "|!")) {
            all.add(line + "/…" + what + "…");
        }
        all.add(line + ">=…1.…");
        all.add(line + "…-…");
        all.add(unit + "…Condition" + type + "=/*/*\n…");
        return all.stream();
    }

    static String generated(Random random) {
        StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : "[Unit]\n");
        int pieces = random.nextInt(60);
        for (int i = 0; i < pieces; i++) {
            text.append(
                    random.nextInt(8) == 0
                            ? "\nCondition" + any(CONDITIONS, random) + "="
                            : any(PIECES, random));
        }
        return text.toString();
    }

    static String mutated(Random random) {
        StringBuilder text = new StringBuilder(any(WHOLE, random));
        int changes = 1 + random.nextInt(12);
        for (int i = 0; i < changes && !text.isEmpty(); i++) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(20));
            switch (random.nextInt(5)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, any(PIECES, random));
                case 2 -> text.insert(at, text.substring(at, end));
                case 3 -> text.setCharAt(at, (char) random.nextInt(0x250));
                default -> text.setLength(at);
            }
        }
        return text.toString();
    }

    private static String any(List<String> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
