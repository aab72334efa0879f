package dev.capdrop.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Hostile answers over HTTP, made of good ones: the document changed and sent rightly, the head
/// changed, or any byte.
public final class Answers {
    private static final Pattern HEAD_LINE = Pattern.compile("[^\r\n]*\r\n");
    private static final List<String> HEADS =
            List.of(
                    "HTTP/1.1 100 Continue\r\n\r\n",
                    "HTTP/1.1 301 Moved\r\nLocation: http://example.org/\r\nContent-Length: 2\r\n\r\n{}",
                    "HTTP/1.1 204 None\r\n\r\n",
                    "HTTP/1.1 200 OK\r\n\r\n",
                    "HTTP/1.0 404 x\r\nContent-Length: 2\r\n\r\n{}",
                    "HTTP/1.1 412 x\r\nContent-Length: 2\r\n\r\n{}",
                    "HTTP/1.1 999 x\r\nContent-Length: 2\r\n\r\n{}",
                    "HTTP/2 200\r\n\r\n",
                    "Content-Length: 0\r\n",
                    "Content-Length: 999999999\r\n",
                    "Content-Length: 9999999999999999999999\r\n",
                    "Content-Length: -1\r\n",
                    "Transfer-Encoding: chunked\r\n",
                    "Transfer-Encoding: gzip, chunked\r\n",
                    "Etag: \"\"\r\n",
                    "Etag: \"x\r\nIf-Match: y\"\r\n",
                    "fffffff\r\n",
                    "0\r\n\r\n",
                    "-1\r\n",
                    "zz\r\n",
                    "\r\n",
                    "\n",
                    "\0",
                    "\u001b[2J");

    private final Map<String, JsonPieces> pieces = new ConcurrentHashMap<>();

    private static int bodyAt(String text) {
        return text.indexOf("\r\n\r\n") + 4;
    }

    /// What came behind the head, without the coding of the transfer; a string of bytes.
    public static String document(String answer) {
        int at = bodyAt(answer);
        if (!answer.substring(0, at).contains("chunked")) {
            return answer.substring(at);
        }
        StringBuilder document = new StringBuilder();
        while (true) {
            int end = answer.indexOf("\r\n", at);
            int size = Integer.parseInt(answer.substring(at, end), 16);
            if (size == 0) {
                return document.toString();
            }
            document.append(answer, end + 2, end + 2 + size);
            at = end + 2 + size + 2;
        }
    }

    /// A hostile answer.
    public byte[] mutated(Mutator mutator, byte[] good) {
        String text = new String(good, ISO_8859_1);
        return switch (mutator.below(8)) {
            case 0 -> mutator.bytes(good);
            case 1 -> {
                String head = text.substring(0, bodyAt(text));
                List<String> lines = Mutator.pieces(head, HEAD_LINE);
                yield (mutator.text(lines, HEADS) + text.substring(bodyAt(text)))
                        .getBytes(ISO_8859_1);
            }
            default -> {
                String document = document(text);
                String changed = pieces.computeIfAbsent(document, JsonPieces::new).mutated(mutator);
                String head = text.substring(0, bodyAt(text) - 2);
                byte[] body = changed.getBytes(mutator.below(8) == 0 ? ISO_8859_1 : UTF_8);
                String framed =
                        head.replaceAll("(?m)^(Content-Length|Transfer-Encoding):.*\r\n", "")
                                + "Content-Length: "
                                + body.length
                                + "\r\n\r\n";
                yield (framed + new String(body, ISO_8859_1)).getBytes(ISO_8859_1);
            }
        };
    }
}
