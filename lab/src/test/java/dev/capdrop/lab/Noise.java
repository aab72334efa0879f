package dev.capdrop.lab;

import java.io.IOException;
import java.util.List;

/// What goes on in a container all the time, and has nothing to do with any drop.
enum Noise {
    /// A service that fails and is started again every two seconds.
    RESTART_LOOP("a restart loop") {
        @Override
        void install(LabContainer container) throws IOException {
            container.writeService(
                    "loop.service",
                    List.of("StartLimitIntervalSec=0"),
                    "ExecStart=/bin/false",
                    "Restart=always",
                    "RestartSec=2");
            container.enableOnDisk("loop.service");
        }
    },
    /// A timer whose job takes most of its period.
    TIMER("a timer every 2 s, its job takes 1.5 s") {
        @Override
        void install(LabContainer container) throws IOException {
            container.writeService(
                    "tick.service", List.of(), "Type=oneshot", "ExecStart=/bin/sleep 1.5");
            container.write(
                    "/etc/systemd/system/tick.timer",
                    "[Timer]\nOnBootSec=1\nOnUnitActiveSec=2\nAccuracySec=100ms\n",
                    "rw-r--r--");
            container.enableOnDisk("tick.timer");
        }
    },
    /// A socket that somebody outside connects to all the time, each time for a process of its own.
    POKED_SOCKET("a socket poked from outside all the time") {
        @Override
        void install(LabContainer container) throws IOException {
            container.write(
                    "/etc/systemd/system/poke.socket",
                    "[Socket]\nListenStream=" + SOCKET + "\nAccept=yes\nTriggerLimitBurst=0\n",
                    "rw-r--r--");
            container.writeService(
                    "poke@.service",
                    List.of("CollectMode=inactive-or-failed"),
                    "ExecStart=/bin/sleep 0.3",
                    "StandardInput=socket");
            container.enableOnDisk("poke.socket");
        }
    },
    /// A boot that takes long.
    SLOW_ONESHOT("a oneshot of 15 s") {
        @Override
        void install(LabContainer container) throws IOException {
            container.writeService(
                    "slow.service", List.of(), "Type=oneshot", "ExecStart=/bin/sleep 15");
            container.enableOnDisk("slow.service");
        }
    },
    /// A service that fails by the toss of a coin.
    MOODY_ONESHOT("a oneshot that fails in half of all boots") {
        @Override
        void install(LabContainer container) throws IOException {
            container.writeService(
                    MOODY,
                    List.of(),
                    "Type=oneshot",
                    "ExecStart=/bin/sh -c 'exit $$(($$(od -An -N1 -tu1 /dev/urandom) %% 2))'");
            container.enableOnDisk(MOODY);
        }
    };

    /// Where the poked socket is, in a directory that the host sees as well.
    static final String SOCKET = "/srv/poke";

    /// The only unit of all these of which a boot decides whether it fails.
    static final String MOODY = "moody.service";

    private final String words;

    Noise(String words) {
        this.words = words;
    }

    /// The noise in words.
    String words() {
        return words;
    }

    /// Puts it into a container that does not run.
    abstract void install(LabContainer container) throws IOException;
}
