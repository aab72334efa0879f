package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;

import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.ArrayList;
import java.util.List;

/// Containers with as many units as are read, in the shapes that cost the most.
enum LargeContainers {
    CHAIN {
        @Override
        Sketch draw(int units) {
            Sketch sketch = failing();
            for (int i = 0; i < units; i++) {
                sketch.wanted(name(i), "active", "running", hangsOn(i == 0 ? LOST : name(i - 1)));
            }
            return sketch;
        }
    },
    REVERSED_CHAIN {
        @Override
        Sketch draw(int units) {
            Sketch sketch = failing();
            for (int i = 0; i < units; i++) {
                sketch.wanted(
                        name(i), "active", "running", hangsOn(i == units - 1 ? LOST : name(i + 1)));
            }
            return sketch;
        }
    },
    CYCLE {
        @Override
        Sketch draw(int units) {
            Sketch sketch = failing();
            for (int i = 0; i < units; i++) {
                String next = name((i + 1) % units);
                List<String> on = i == units / 2 ? List.of(LOST, next) : List.of(next);
                sketch.wanted(name(i), "active", "running", links(on, on, List.of()));
            }
            return sketch;
        }
    },
    STAR {
        @Override
        Sketch draw(int units) {
            Sketch sketch = failing();
            List<String> all = new ArrayList<>();
            for (int i = 0; i < units; i++) {
                all.add(name(i));
                sketch.wanted(name(i), "active", "running", hangsOn(LOST));
            }
            sketch.wanted("all.target", "active", "active", links(all, all, List.of()));
            return sketch;
        }
    },
    STAR_OF_A_REVERSED_CHAIN {
        @Override
        Sketch draw(int units) {
            Sketch sketch = REVERSED_CHAIN.draw(units);
            List<String> all = new ArrayList<>();
            for (int i = 0; i < units; i++) {
                all.add(name(i));
            }
            for (int i = 0; i < 10; i++) {
                Dependencies links = Dependencies.NONE.with(Dependency.BINDS_TO, all);
                sketch.wanted("all" + i + ".target", "active", "active", links);
            }
            return sketch;
        }
    },
    SOCKETS {
        @Override
        Sketch draw(int units) {
            Sketch sketch = failing();
            for (int i = 0; i < units / 2; i++) {
                String socket = "s%05d.socket".formatted(i);
                sketch.wanted(socket, "active", "listening");
                sketch.wanted(
                                name(i),
                                "active",
                                "running",
                                links(List.of(), List.of(), List.of(socket)))
                        .withLines("AmbientCapabilities=CAP_KILL");
            }
            return sketch;
        }
    },
    BUS {
        @Override
        Sketch draw(int units) {
            Sketch sketch = failing();
            sketch.running("dbus.socket", "ListenStream=/run/dbus/system_bus_socket");
            for (int i = 0; i < units; i++) {
                boolean serves = i % 2 == 0;
                sketch.wanted(
                                name(i),
                                "active",
                                "running",
                                links(
                                        List.of(),
                                        List.of(),
                                        serves ? List.of("dbus.socket") : List.of()))
                        .withLines("BusName=a.b" + i, "Type=dbus", "Restart=always");
            }
            return sketch;
        }
    },
    ALL_FAILED {
        @Override
        Sketch draw(int units) {
            Sketch sketch = new Sketch();
            for (int i = 0; i < units; i++) {
                sketch.wanted(name(i), "failed", "failed", needs("CAP_SYS_RAWIO", SUCCEEDED));
            }
            return sketch;
        }
    },
    /// Half of them fail for what the other half needs.
    ALL_FAILED_IN_VAIN {
        @Override
        Sketch draw(int units) {
            Sketch sketch = new Sketch();
            List<String> names =
                    List.of(
                            "CAP_SYS_RAWIO",
                            "CAP_SYS_MODULE",
                            "CAP_SYSLOG",
                            "CAP_AUDIT_READ",
                            "CAP_MKNOD",
                            "CAP_AUDIT_WRITE");
            for (int i = 0; i < units; i++) {
                String capability = names.get(i % names.size());
                if (i % 4 == 0) {
                    sketch.wanted(name(i), "active", "running", needs(capability, SUCCEEDED));
                } else {
                    sketch.wanted(name(i), "failed", "failed", needs(capability, SUCCEEDED));
                }
            }
            return sketch;
        }
    },
    DENSE {
        @Override
        Sketch draw(int units) {
            Sketch sketch = failing();
            int each = 100;
            for (int i = 0; i < units; i++) {
                List<String> on = new ArrayList<>();
                for (int j = 1; j <= each; j++) {
                    on.add(name((i + j * 7) % units));
                }
                sketch.wanted(name(i), "active", "running", links(on, on, List.of()));
            }
            return sketch;
        }
    };

    static final String LOST = "zlost.service";

    static String name(int i) {
        return "u%05d.service".formatted(i);
    }

    static Dependencies links(List<String> requires, List<String> after, List<String> triggeredBy) {
        return Dependencies.NONE
                .with(Dependency.REQUIRES, requires)
                .with(Dependency.AFTER, after)
                .with(Dependency.TRIGGERED_BY, triggeredBy);
    }

    static Dependencies hangsOn(String name) {
        return Dependencies.NONE.with(Dependency.BINDS_TO, name).with(Dependency.AFTER, name);
    }

    static Sketch failing() {
        return new Sketch()
                .wanted("afailed.mount", "failed", "failed", needs("CAP_SYS_RAWIO", SUCCEEDED))
                .wanted(LOST, "active", "running", needs("CAP_SYS_RAWIO", SUCCEEDED));
    }

    abstract Sketch draw(int units);

    Snapshot of(int units) {
        return draw(units).draw();
    }
}
