package dev.capdrop.linux.incus;

import dev.capdrop.core.change.ConfigStore;
import java.io.IOException;

/// The configurations of Incus' containers as files (see [IncusConfig]).
public final class IncusStore implements ConfigStore {
    private final IncusServer server;

    /// @param server which Incus
    public IncusStore(IncusServer server) {
        this.server = server;
    }

    @Override
    public String read(String path) throws IOException {
        return IncusConfig.read(server, path);
    }

    @Override
    public void replace(String path, String expected, String content) throws IOException {
        throw new IOException("'" + path + "' is read, and not written");
    }
}
