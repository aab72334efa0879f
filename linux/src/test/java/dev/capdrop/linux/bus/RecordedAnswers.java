package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/// What the bus of a Debian 13 container and its systemd 257 sent, byte for byte: a name and the
/// message in hexadecimal a line.
final class RecordedAnswers {
    private static final String FILE = "debian-13.answers.gz";
    private static final String MANAGER = SystemdBus.NAME + ".Manager";
    private static final String SERVICE = SystemdBus.NAME + ".Service";
    private static final String PATH = "/org/freedesktop/systemd1";

    /// What each answers; what is not here is no answer with a value.
    private static final Map<String, BusCall> CALLS =
            Map.ofEntries(
                    Map.entry("Hello", BusCall.ofBus("Hello", "s")),
                    Map.entry("ListNames", BusCall.ofBus("ListNames", "as")),
                    Map.entry("Get SystemState", BusCall.get(PATH, MANAGER, "SystemState", "s")),
                    Map.entry("Get Version", BusCall.get(PATH, MANAGER, "Version", "s")),
                    Map.entry("Get NJobs", BusCall.get(PATH, MANAGER, "NJobs", "u")),
                    Map.entry(
                            "Get UserspaceTimestampMonotonic",
                            BusCall.get(PATH, MANAGER, "UserspaceTimestampMonotonic", "t")),
                    Map.entry("ListUnits", list("ListUnits", "a(ssssssouso)")),
                    Map.entry("ListJobs", list("ListJobs", "a(usssoo)")),
                    Map.entry("GetAll dbus.socket", all("dbus.socket")),
                    Map.entry("GetAll sys-kernel-debug.mount", all("sys-kernel-debug.mount")),
                    Map.entry("GetAll systemd-journald.service", all("systemd-journald.service")),
                    Map.entry("GetAll basic.target", all("basic.target")),
                    Map.entry(
                            "Conditions",
                            BusCall.get(PATH, SystemdBus.UNIT, "Conditions", "a(sbbsi)")),
                    Map.entry("LoadError", BusCall.get(PATH, SystemdBus.UNIT, "LoadError", "(ss)")),
                    Map.entry(
                            "ExecStart", BusCall.get(PATH, SERVICE, "ExecStart", "a(sasbttttuii)")),
                    Map.entry(
                            "LoadCredential",
                            BusCall.get(PATH, SERVICE, "LoadCredential", "a(ss)")),
                    Map.entry("GetUnitByPID", list("GetUnitByPID", "o")));

    private RecordedAnswers() {}

    private static BusCall list(String method, String signature) {
        return BusCall.method(SystemdBus.NAME, PATH, MANAGER, method, signature);
    }

    private static BusCall all(String unit) {
        return DetailProperties.calls(unit).getFirst();
    }

    /// What the message of this name answers.
    static BusCall call(String name) {
        BusCall call = CALLS.get(name);
        if (call == null) {
            throw new IllegalArgumentException("'" + name + "' answers no call");
        }
        return call;
    }

    /// The names of those with a value.
    static List<String> names() {
        return messages().keySet().stream().filter(CALLS::containsKey).toList();
    }

    static byte[] message(String name) {
        byte[] message = messages().get(name);
        if (message == null) {
            throw new IllegalArgumentException("nothing of the name '" + name + "' is recorded");
        }
        return message;
    }

    private static Map<String, byte[]> messages() {
        Map<String, byte[]> messages = new LinkedHashMap<>();
        try (InputStream file = RecordedAnswers.class.getResourceAsStream(FILE);
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(new GZIPInputStream(file), US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int tab = line.indexOf('\t');
                String hex = line.substring(tab + 1);
                messages.put(line.substring(0, tab), HexFormat.of().parseHex(hex));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return messages;
    }
}
