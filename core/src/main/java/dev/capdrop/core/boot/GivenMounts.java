package dev.capdrop.core.boot;

import dev.capdrop.core.boot.ForecastBoot.Surroundings;
import dev.capdrop.core.condition.Machine.MountStatus;
import dev.capdrop.core.snapshot.ActiveState;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.LoadState;
import dev.capdrop.core.unit.SettingTrait;
import dev.capdrop.core.unit.SubState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The mounts that no unit file makes: those of the runtime before PID 1, which are active whatever
/// a unit file says, and those of services' credentials. In systemd up to 253 and in 256 each
/// active service that asks for credentials has one; in others only one that gets any, which no
/// file tells.
///
/// Source: systemd.exec(5), "LoadCredential="; src/core/exec-credential.c,
/// `setup_credentials_internal`.
final class GivenMounts {
    private static final String NET = "/proc/sys/net";
    private static final int LAST_WITH_EMPTY_ONES = 253;
    private static final int ONCE_MORE_WITH_EMPTY_ONES = 256;
    private static final int LAST_WITHOUT_IMPORT = 253;

    private GivenMounts() {}

    static Set<String> of(Surroundings surroundings) {
        Set<String> places = new TreeSet<>(surroundings.mounted());
        MountStatus net = surroundings.machine().mount(NET);
        if (net != null && net.point()) {
            places.add(NET);
        }
        return places.stream()
                .map(place -> UnitName.escapePath(place) + ".mount")
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static UnitState mounted(String name, Outcome outcome) {
        return new UnitState(
                name,
                LoadState.LOADED.word(),
                ActiveState.after(outcome).word(),
                SubState.MOUNTED.word(),
                List.of(),
                UnitDetail.empty());
    }

    static List<UnitState> ofCredentials(
            Collection<LoadedUnit> units, Map<String, Outcome> outcomes, int systemdVersion) {
        List<UnitState> mounts = new ArrayList<>();
        boolean empty =
                systemdVersion <= LAST_WITH_EMPTY_ONES
                        || systemdVersion == ONCE_MORE_WITH_EMPTY_ONES;
        for (LoadedUnit unit : empty ? units : List.<LoadedUnit>of()) {
            Outcome outcome = outcomes.getOrDefault(unit.name(), Outcome.NOT_STARTED);
            boolean stays = outcome.isUp() && (outcome != Outcome.STARTED || !unit.endsAfterWork());
            if (stays && asks(unit, systemdVersion > LAST_WITHOUT_IMPORT)) {
                String path = "/run/credentials/" + unit.name();
                mounts.add(mounted(UnitName.escapePath(path) + ".mount", outcome));
            }
        }
        return mounts;
    }

    private static boolean asks(LoadedUnit unit, boolean importing) {
        return unit.settings().stream()
                .filter(setting -> setting.section().equals("Service"))
                .map(Setting::key)
                .anyMatch(key ->
                        SettingTrait.CREDENTIAL.has(key)
                                || (importing && key.equals("ImportCredential")));
    }
}
