package dev.capdrop.cli.scan;

import module java.base;

/// The words of `/proc/self/cmdline`, which Java decodes by the locale, as a path need not be.
final class RawWords {
    private final List<byte[]> words;
    private final Charset platform;

    RawWords(byte[] commandLine, Charset platform) {
        this.words = split(commandLine);
        this.platform = platform;
    }

    static RawWords own() throws IOException {
        return new RawWords(
                Files.readAllBytes(Path.of("/proc/self/cmdline")),
                Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
    }

    /// Returns the bytes that Java made `word` of; each is given out once, in order.
    byte[] next(String word) {
        for (int i = 0; i < words.size(); i++) {
            if (isDecodedAs(words.get(i), word)) {
                return words.remove(i);
            }
        }
        return word.getBytes(platform);
    }

    /// Whether Java made `word` of this: `?` or U+FFFD stands for bytes that the charset lacks.
    private boolean isDecodedAs(byte[] raw, String word) {
        String decoded = new String(raw, platform);
        return decoded.equals(word) || decoded.replace('\ufffd', '?').equals(word);
    }

    private static List<byte[]> split(byte[] commandLine) {
        List<byte[]> words = new ArrayList<>();
        String bytes = new String(commandLine, StandardCharsets.ISO_8859_1);
        for (String word : bytes.split("\0", -1)) {
            words.add(word.getBytes(StandardCharsets.ISO_8859_1));
        }
        return words;
    }
}
