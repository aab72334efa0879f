package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.ListenAddress;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;

/// Sockets whose service a drop skips: each connection asks for the service again, nobody takes the
/// connection, and after some tries within two seconds the socket fails (systemd.socket(5),
/// "TriggerLimitIntervalSec="; src/core/socket.c, `socket_enter_running`).
///
/// Somebody knocked in the boot that was seen where that started the service; and somebody may who
/// was served at the same port by another one that may be lost. Who asks for names goes to any
/// listener of their port then, as programs do that know of no server and ask 0.0.0.0
/// (resolv.conf(5), "nameserver"): a socket may fail whose service that starts.
final class Knocks {
    private static final int NAMES = 53;

    private final BootFacts facts;
    private final Draft draft;
    private final Map<String, UnitState> sockets = new LinkedHashMap<>();
    private final Set<String> served = new HashSet<>();

    private final Map<Integer, String> uncertain = new HashMap<>();

    Knocks(BootFacts facts, Draft draft) {
        this.facts = facts;
        this.draft = draft;
        for (UnitState unit : facts.systemd().units()) {
            if (unit.type() == UnitType.SOCKET) {
                sockets.put(unit.name(), unit);
                if (isUncertain(unit)) {
                    ports(unit).forEach(port -> uncertain.putIfAbsent(port, unit.name()));
                }
            } else if (facts.shortfalls().execution(unit).executes(Fact.NAMES)
                    && isUncertain(unit)) {
                uncertain.putIfAbsent(NAMES, unit.name());
            }
            if (Outcome.isRunning(unit) || facts.bootSet().pullsIn(unit)) {
                served.addAll(unit.detail().dependencies().of(Dependency.TRIGGERED_BY));
            }
        }
    }

    void leaveUndecided(UnitState service) {
        UnitDetail detail = service.detail();
        boolean knocked =
                !facts.bootSet().pullsIn(service) && detail.activation().activatedMicros() > 0;
        for (String name : detail.dependencies().of(Dependency.TRIGGERED_BY)) {
            UnitState socket = sockets.get(name);
            Effect effect = draft.effect(name);
            if (socket == null || effect == null || !effect.after().isUp()) {
                continue;
            }
            String why = knocked ? "somebody knocked in this boot" : elsewhere(socket);
            if (!why.isEmpty()) {
                String skipped = service.name() + " is skipped, and " + why;
                draft.leaveUndecided(GeneralRule.KNOCKED_AT, socket, true, skipped);
            }
        }
    }

    void leaveUndecidedWhoMayBeAsked() {
        String lost = uncertain.get(NAMES);
        for (UnitState socket : lost == null ? List.<UnitState>of() : sockets.values()) {
            Effect effect = draft.effect(socket.name());
            boolean rests = effect != null && effect.after().isUp() && !effect.changes();
            if (rests && !served.contains(socket.name()) && ports(socket).contains(NAMES)) {
                String why = lost + " may be lost, and who asks it for names may come here";
                draft.leaveUndecided(GeneralRule.KNOCKED_AT, socket, true, why);
            }
        }
    }

    private String elsewhere(UnitState socket) {
        return ports(socket).stream()
                .filter(uncertain::containsKey)
                .findFirst()
                .map(port -> "who knocks at " + uncertain.get(port) + " may come here")
                .orElse("");
    }

    private boolean isUncertain(UnitState socket) {
        Effect effect = draft.effect(socket.name());
        Forecast.Undecided open = draft.undecided(socket.name());
        return effect == null ? open != null && open.byDrop() : effect.changes();
    }

    private List<Integer> ports(UnitState socket) {
        return ListenAddress.internet(facts.shortfalls().execution(socket)).stream()
                .map(address -> ListenAddress.port(address).orElseThrow())
                .toList();
    }
}
