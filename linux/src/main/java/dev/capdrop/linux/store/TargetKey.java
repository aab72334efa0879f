package dev.capdrop.linux.store;

import module java.base;

import org.jspecify.annotations.Nullable;

/// Maps a target's name to the name of a file: different targets, different files.
final class TargetKey {
    private static final int MAX_LENGTH = 150;
    private static final int KEPT_LENGTH = 80;
    private static final char CUT = '~';

    /// Returns the file name: letters, digits, `_`, `-`, `:` and inner dots stay, every other byte
    /// becomes `%XX`; a name too long for a file ends in a digest.
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
                : key.substring(0, KEPT_LENGTH) + CUT + digest(target);
    }

    /// Returns the target of a file's name; null when it was cut and only a digest tells.
    static @Nullable String target(String key) {
        if (key.indexOf(CUT) >= 0) {
            return null;
        }
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        for (int i = 0; i < key.length(); i++) {
            boolean escaped = key.startsWith("%", i) && key.length() > i + 2 && hex(key, i);
            target.write(escaped ? HexFormat.fromHexDigits(key, i + 1, i + 3) : key.charAt(i));
            i += escaped ? 2 : 0;
        }
        return target.toString(StandardCharsets.UTF_8);
    }

    private static boolean hex(String key, int percent) {
        return HexFormat.isHexDigit(key.charAt(percent + 1))
                && HexFormat.isHexDigit(key.charAt(percent + 2));
    }

    private static boolean plain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "_-:".indexOf(c) >= 0;
    }

    private static String digest(String target) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] digest = sha.digest(target.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
