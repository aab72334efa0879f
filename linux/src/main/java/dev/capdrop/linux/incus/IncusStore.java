package dev.capdrop.linux.incus;

import dev.capdrop.core.change.ConfigChangedException;
import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.incus.IncusFile;
import java.io.IOException;

/// The `raw.lxc` of Incus' containers as files (see [IncusFile]). An empty one is none.
///
/// Incus is told which state of the instance is changed (its entity tag), and refuses where that is
/// another one by now: then the instance is read again, so that nobody's change is lost.
public final class IncusStore implements ConfigStore {
    /// How often somebody else may have changed another setting at the same moment.
    private static final int ATTEMPTS = 50;

    private final IncusServer server;

    /// @param server which Incus
    public IncusStore(IncusServer server) {
        this.server = server;
    }

    @Override
    public String read(String path) throws IOException {
        return IncusConfig.read(server, path);
    }

    /// {@inheritDoc}
    ///
    /// @throws IOException one sentence, in Incus' own words where it refuses
    @Override
    public void replace(String path, String expected, String content) throws IOException {
        IncusFile file = IncusFile.of(path);
        if (file == null || IncusFile.isExpanded(path)) {
            throw new IllegalArgumentException("'" + path + "' is nothing that Incus keeps");
        }
        String lines = IncusConfig.text(content);
        if (!IncusConfig.bytes(lines).equals(content)) {
            throw new IOException(
                    "'"
                            + path
                            + "' would not be UTF-8, and "
                            + server.daemon().title()
                            + " keeps nothing else; nothing was written");
        }
        String target = IncusServer.path(file.project(), file.instance(), "");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            IncusServer.Versioned now = server.instance(file.project(), file.instance());
            if (!IncusConfig.bytes(IncusConfig.own(now.instance())).equals(expected)) {
                throw new ConfigChangedException(path);
            }
            if (expected.equals(content)
                    || IncusEdit.written(
                            server,
                            target,
                            now.instance().raw(),
                            now.tag(),
                            IncusInstance.RAW_LXC,
                            lines)) {
                return;
            }
        }
        throw new IOException(
                "settings of '"
                        + file.instance()
                        + "' are changed by somebody else all the time; nothing was written, run"
                        + " capdrop again");
    }
}
