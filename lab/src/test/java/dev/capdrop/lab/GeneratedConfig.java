package dev.capdrop.lab;

import dev.capdrop.capability.Capability;
import java.util.Random;
import java.util.function.Supplier;

/// Random configuration texts, biased towards what a parser gets wrong: both keys, quotes, numbers
/// in every base, resets, includes, unknown keys, line ends of all kinds, bytes that are no text.
final class GeneratedConfig {
    private static final int NAMES = 41;
    private static final String[] BAD_WORDS = {
        "CAP_KILL",
        "cap_kill",
        "Kill",
        "kill,chown",
        "rawio",
        "41",
        "64",
        "-1",
        "08",
        "0x",
        "0b2",
        "5x",
        "#",
        "=",
        "\"kill\"",
        "kill\u000b",
        "\u00a0kill",
        "4294967301",
        "++5",
        "5.0"
    };
    private static final String[] OTHER = {
        "",
        "   ",
        "# lxc.cap.drop = bogus",
        "\t# x",
        "foo = bar",
        ";lxc.cap.drop = kill",
        "LXC.cap.drop = kill",
        "\u00ef\u00bb\u00bflxc.cap.drop = kill",
        "\u000blxc.cap.drop = kill",
        "lxc.tty.max = 1",
        "lxc.uts.name = 'x'",
        "lxc.environment = A=lxc.cap.drop",
        "lxc.net.0.type = empty",
        "lxc.start.auto=0",
        "lxc.include =",
        "lxc.hook =",
        "lxc.prlimit =",
        "lxc",
        "lxc cap"
    };
    private static final String[] BROKEN = {
        "lxc.",
        "lxc.cap.drop",
        "lxc.bogus = 1",
        "lxc.cap.dropx = kill",
        "lxc.cap_drop = kill",
        "lxc.cap =",
        "lxc.utsname = x",
        "lxc.net.0.bogus = 1",
        "lxc.net.7.mtu =",
        "lxc.net = 1",
        "lxc.hook = 1",
        "lxc.prlimitx =",
        "lxc.cgroup. = 1",
        "lxc.namespace.share.bogus =",
        "lxc.include = /nowhere/at-all"
    };
    private static final String[] ENDS = {"\n", "\n", "\n", "\n", "\r\n", "\r\n", "\r", "\n\n"};

    private final Random random;
    private final Supplier<String> include;

    /// @param include an include's value
    GeneratedConfig(Random random, Supplier<String> include) {
        this.random = random;
        this.include = include;
    }

    String next() {
        StringBuilder text = new StringBuilder();
        int lines = random.nextInt(7);
        for (int i = 0; i < lines; i++) {
            boolean last = i == lines - 1;
            text.append(line()).append(last && oneIn(3) ? "" : pick(ENDS));
        }
        return text.toString();
    }

    private String line() {
        if (oneIn(50)) {
            return pick(BROKEN);
        }
        if (oneIn(60)) {
            return "lxc.tty.max = 1\0" + pick(BROKEN);
        }
        if (oneIn(4)) {
            return pick(OTHER);
        }
        if (oneIn(6)) {
            return "lxc.include = " + include.get();
        }
        String key = oneIn(3) ? "lxc.cap.keep" : "lxc.cap.drop";
        return pick("", "", " ", "\t") + key + pick(" = ", "=", "\t=\t", " =") + value();
    }

    private String value() {
        if (oneIn(4)) {
            return pick("", "''", "\"\"", " ", "' '", "\"\t\"");
        }
        StringBuilder value = new StringBuilder(oneIn(8) ? " " : "");
        int words = 1 + random.nextInt(4);
        for (int i = 0; i < words; i++) {
            value.append(i == 0 ? "" : pick(" ", "  ", "\t")).append(word());
        }
        String quote = pick("", "", "", "\"", "'");
        String end = oneIn(60) ? pick("\"", "'", "") : quote;
        return quote + value + end + (oneIn(6) ? " \t" : "");
    }

    private String word() {
        int number = random.nextInt(NAMES);
        if (oneIn(40)) {
            return pick(BAD_WORDS);
        }
        if (oneIn(20)) {
            return "none";
        }
        if (!oneIn(3)) {
            return new Capability(number).name();
        }
        String decimal = Integer.toString(number);
        String hex = Integer.toHexString(number);
        return pick(
                decimal,
                "+" + decimal,
                "0x" + hex,
                "0X" + hex,
                "0" + Integer.toOctalString(number),
                "\u000b" + decimal,
                "\f+0x000" + hex);
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
