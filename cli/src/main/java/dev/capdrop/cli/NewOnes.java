package dev.capdrop.cli;

import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.SharedOptions;
import dev.capdrop.core.host.HostReview.HostFinding;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.IOException;

/// Judges what the unprivileged containers of LXC that are made from now on will begin with.
record NewOnes(Host host) {
    HostFinding finding() {
        try {
            HostDrop shared = new SharedOptions().drop(host);
            String path = shared.id().configPath();
            return shared.isThere() ? HostFinding.of("new", path) : without(path);
        } catch (IOException unreadable) {
            return HostFinding.of("new-unknown", Mistakes.reason(unreadable));
        }
    }

    private HostFinding without(String path) {
        int changed;
        try {
            changed = changed();
        } catch (IOException toldElsewhere) {
            // the finding about the state directory says it
            changed = 0;
        }
        return HostFinding.of(
                "no-new",
                path,
                changed == 0
                        ? "nothing is dropped from containers of LXC that are made from now on"
                        : "what was dropped from %s of LXC here is not dropped from those that are made from now on"
                                .formatted(changed == 1 ? "1 container" : changed + " containers"));
    }

    /// The containers whose own configuration a change of ours still drops something in.
    private int changed() throws IOException {
        int changed = 0;
        for (String target : host.journal().targets()) {
            Claims claims = Claims.of(host.journal().entries(target));
            boolean ofLxc =
                    claims.all().stream()
                            .anyMatch(one ->
                                    one.entry().before().subject() instanceof ContainerId id
                                            && (id.kind() == RuntimeKind.LXC
                                                    || id.kind() == RuntimeKind.PROXMOX));
            changed += ofLxc && !claims.names().isEmpty() ? 1 : 0;
        }
        return changed;
    }
}
