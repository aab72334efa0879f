package dev.capdrop.lab.boots;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.capability.Knowledge;
import dev.capdrop.core.capability.Scope;
import java.util.ArrayList;
import java.util.List;

/// A boot to be made: its name and what is dropped for it.
record Trial(String name, CapabilitySet drop) {
    /// How often an image is booted without any drop: what differs between these boots is no drop's
    /// doing.
    private static final int BASELINES = 3;

    private static final int LAST = 40;

    /// What Docker gives a container.
    private static final CapabilitySet DOCKER =
            CapabilitySet.named(
                    "chown",
                    "dac_override",
                    "fsetid",
                    "fowner",
                    "mknod",
                    "net_raw",
                    "setgid",
                    "setuid",
                    "setfcap",
                    "setpcap",
                    "net_bind_service",
                    "sys_chroot",
                    "kill",
                    "audit_write");

    /// What systemd-nspawn(1) gives a container.
    private static final CapabilitySet NSPAWN =
            CapabilitySet.named(
                    "audit_control",
                    "audit_write",
                    "chown",
                    "dac_override",
                    "dac_read_search",
                    "fowner",
                    "fsetid",
                    "ipc_owner",
                    "kill",
                    "lease",
                    "linux_immutable",
                    "mknod",
                    "net_bind_service",
                    "net_broadcast",
                    "net_raw",
                    "setfcap",
                    "setgid",
                    "setpcap",
                    "setuid",
                    "sys_admin",
                    "sys_boot",
                    "sys_chroot",
                    "sys_nice",
                    "sys_ptrace",
                    "sys_resource",
                    "sys_tty_config");

    /// The name of a baseline, from 1.
    static String baseline(int number) {
        return "baseline-" + number;
    }

    /// The boots of every image that follow from nothing but the names of the capabilities, the
    /// most telling first: the baseline, the sets, the drops that the kernel honours, the others.
    static List<Trial> fixed() {
        List<Trial> honoured = new ArrayList<>();
        List<Trial> inert = new ArrayList<>();
        CapabilitySet all = CapabilitySet.upTo(LAST);
        CapabilitySet allInert = CapabilitySet.EMPTY;
        for (Capability capability : all) {
            CapabilitySet drop = CapabilitySet.EMPTY.with(capability);
            Knowledge known = capability.knowledge();
            boolean isInert = known != null && known.scope() == Scope.INERT;
            allInert = isInert ? allInert.with(capability) : allInert;
            (isInert ? inert : honoured).add(new Trial("drop-" + capability.name(), drop));
        }
        List<Trial> trials = new ArrayList<>();
        for (int i = 1; i <= BASELINES; i++) {
            trials.add(new Trial(baseline(i), CapabilitySet.EMPTY));
        }
        trials.add(new Trial("set-none", CapabilitySet.EMPTY));
        trials.add(new Trial("set-all-inert", allInert));
        trials.add(new Trial("set-docker", all.minus(DOCKER)));
        trials.add(new Trial("set-nspawn", all.minus(NSPAWN)));
        trials.addAll(honoured);
        trials.addAll(inert);
        return trials;
    }
}
