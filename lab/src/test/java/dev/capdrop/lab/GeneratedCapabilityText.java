package dev.capdrop.lab;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.NameStyle;
import java.util.Locale;
import java.util.Random;

/// Texts that libcap may accept: mostly right, some of them spoilt in one place.
final class GeneratedCapabilityText {
    private static final String[] ODD = {
        "",
        " ",
        "\t",
        "\n",
        "\u000b",
        ",",
        "=",
        "+",
        "-",
        "!",
        "^",
        "%",
        "e",
        "i",
        "p",
        "E",
        "x",
        "0",
        "00",
        "0x",
        "0X1f",
        "0b1",
        "0B12",
        "08",
        "64",
        "63",
        "41",
        "017",
        "99999999999",
        "all",
        "ALL",
        "alle",
        "cap_",
        "cap",
        "_",
        ".",
        "\u00e9",
        "\u007f",
        "-1",
        "0x40",
        "18446744073709551617"
    };

    private final Random random;

    GeneratedCapabilityText(Random random) {
        this.random = random;
    }

    /// For cap_from_text(3).
    String state() {
        StringBuilder text = new StringBuilder(blank());
        for (int clauses = random.nextInt(4); clauses >= 0; clauses--) {
            text.append(list()).append(actions()).append(clauses == 0 ? blank() : " ");
        }
        return spoilt(text.toString());
    }

    /// For cap_iab_from_text(3).
    String iab() {
        StringBuilder text = new StringBuilder();
        for (int items = random.nextInt(5); items > 0; items--) {
            for (int prefixes = random.nextInt(3); prefixes > 0; prefixes--) {
                text.append("!^%".charAt(random.nextInt(3)));
            }
            text.append(one()).append(items > 1 || random.nextInt(9) == 0 ? "," : "");
        }
        return spoilt(text.toString());
    }

    /// For cap_from_name(3).
    String name() {
        return spoilt(one());
    }

    private String list() {
        if (random.nextInt(4) == 0) {
            return random.nextBoolean() ? "" : "all";
        }
        StringBuilder list = new StringBuilder(one());
        for (int more = random.nextInt(4); more > 0; more--) {
            list.append(',').append(random.nextInt(12) == 0 ? "all" : one());
        }
        return list.toString();
    }

    private String actions() {
        StringBuilder actions = new StringBuilder();
        for (int more = random.nextInt(5) == 0 ? 1 : 0; more >= 0; more--) {
            actions.append("=+-=".charAt(random.nextInt(4)));
            for (int flags = random.nextInt(4); flags > 0; flags--) {
                actions.append("eip".charAt(random.nextInt(3)));
            }
        }
        return actions.toString();
    }

    private String one() {
        int number = random.nextInt(45);
        String name = NameStyle.LIBCAP.format(new Capability(number));
        return switch (random.nextInt(12)) {
            case 0 -> Integer.toString(random.nextInt(66));
            case 1 -> "0x" + Integer.toHexString(random.nextInt(66));
            case 2 -> "0" + Integer.toOctalString(random.nextInt(66));
            case 3 -> name.toUpperCase(Locale.ROOT);
            case 4 -> name.replace('a', 'A');
            default -> name;
        };
    }

    private String blank() {
        return random.nextInt(3) == 0 ? " \t\n\r\f\u000b".substring(random.nextInt(6)) : "";
    }

    /// The same in two of three cases; else with a piece put in, taken out or said twice.
    private String spoilt(String text) {
        int at = random.nextInt(text.length() + 1);
        int end = at + random.nextInt(Math.min(4, text.length() - at) + 1);
        return switch (random.nextInt(9)) {
            case 0 -> text.substring(0, at) + ODD[random.nextInt(ODD.length)] + text.substring(at);
            case 1 -> text.substring(0, at) + text.substring(end);
            case 2 -> text.substring(0, end) + text.substring(at);
            default -> text;
        };
    }
}
