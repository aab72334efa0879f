package dev.capdrop.linux.incus;

import dev.capdrop.record.ForeignJson;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The `raw.lxc` of something that Incus keeps, an instance or a profile, changed in the state in
/// which it was read.
///
/// Source: `instance_patch.go` and `profiles.go` of Incus 6.0.4. What a PATCH does not name stays,
/// other settings, devices, profiles, architecture and `ephemeral`; but the description of an
/// instance is emptied by all versions before 6.0.6 and 6.17, so it is named. It is no part of an
/// instance's entity tag: who changes it in the moment between is written over.
final class IncusEdit {
    private static final Pattern TAG = Pattern.compile("\"?[0-9A-Za-z]{1,128}\"?");
    private static final String DESCRIPTION = "description";
    private static final int CHANGED_MEANWHILE = 412;

    private IncusEdit() {}

    /// Sets its `raw.lxc`; empty lines unset it.
    ///
    /// @param target what is changed, as a request names it
    /// @param read all that Incus said of it
    /// @param tag the entity tag that this had
    /// @param patience how long Incus may take for it
    /// @return false when it was changed meanwhile, and nothing was written
    /// @throws IncusServer.Refused when Incus will not write it
    /// @throws IOException one sentence
    static boolean written(
            IncusServer server,
            String target,
            Map<String, @Nullable Object> read,
            String tag,
            String lines,
            Duration patience)
            throws IOException {
        if (!TAG.matcher(tag).matches()) {
            throw server.said("it does not say which state it tells of; nothing was written");
        }
        Map<String, Object> changed = new LinkedHashMap<>();
        if (read.get(DESCRIPTION) instanceof String description) {
            changed.put(DESCRIPTION, description);
        }
        changed.put("config", Map.of(IncusInstance.RAW_LXC, lines));
        IncusServer.Reply reply =
                server.ask(
                        "PATCH",
                        target,
                        "If-Match: " + tag + "\r\n",
                        ForeignJson.write(changed),
                        patience);
        if (reply.status() == CHANGED_MEANWHILE) {
            return false;
        }
        server.requireDone(reply, IncusServer.PATIENCE);
        return true;
    }
}
