package dev.capdrop.linux.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A target's name as the name of a file: different targets, different files.
final class TargetKey {
    private static final int MAX_LENGTH = 150;
    private static final int KEPT_LENGTH = 80;

    private TargetKey() {}

    /// Letters, digits, `_`, `-`, `:` and inner dots stay, every other byte becomes `%XX`; what
    /// gets too long for a file name ends in a digest.
    static String of(String target) {
        StringBuilder key = new StringBuilder();
        for (byte b : target.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (plain(c) || (c == '.' && !key.isEmpty())) {
                key.append(c);
            } else {
                key.append('%').append(HexFormat.of().toHexDigits(b));
            }
        }
        return key.length() <= MAX_LENGTH
                ? key.toString()
                : key.substring(0, KEPT_LENGTH) + "~" + digest(target);
    }

    private static boolean plain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-'
                || c == ':';
    }

    private static String digest(String target) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(target.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
